// The key's rights as the exchange tells them, on a scripted network.
import { describe, expect, it } from 'vitest';
import { createSettlingTimers } from './testing/settling-timers.ts';
import { createScriptedHttp, html, json, refusal, type ScriptedHttp } from './testing/scripted-http.ts';
import { examineExchange, type ExchangeSight } from './key-examination.ts';

const restrictions = {
  ipRestrict: true,
  enableWithdrawals: false,
  permitsUniversalTransfer: false,
  enableInternalTransfer: false,
};

async function examined(prepare: (http: ScriptedHttp) => void, ahead = 0): Promise<ExchangeSight> {
  const timers = createSettlingTimers();
  const http = createScriptedHttp(timers, ahead);
  http.on('GET /account', () => json({ canTrade: true, permissions: ['SPOT'], balances: [] }));
  prepare(http);
  const asked: string[] = [];
  const sight = await examineExchange({
    http: {
      async request(request) {
        asked.push(request.url);
        // The scripted exchange knows the spot API alone.
        if (!request.url.includes('/sapi/')) return http.request(request);
        return http.request({ ...request, url: request.url.replace('/sapi/v1/account', '/api/v3') });
      },
      close: () => undefined,
    },
    timers,
    restOrigin: 'http://exchange.test',
    credentials: { apiKey: 'key', secret: 'a-secret-that-must-not-leak' },
  });
  expect(asked.join(' ')).not.toContain('a-secret');
  return sight;
}

describe('a key examined', () => {
  it('tells its rights, the clock and the limits', async () => {
    const sight = await examined((http) => http.on('GET /apiRestrictions', () => json(restrictions)), 1_500);
    expect(sight.clock).toMatchObject({ ok: true, value: { offsetMs: 1_500 } });
    expect(sight.limits.ok && sight.limits.value.length).toBeGreaterThan(0);
    expect(sight.rights).toEqual({
      ok: true,
      value: {
        canTrade: true,
        permissions: ['SPOT'],
        restrictions: { canWithdraw: false, canTransfer: false, isBoundToAddresses: true },
      },
    });
  });

  it('counts what is not mentioned as given', async () => {
    const sight = await examined((http) => http.on('GET /apiRestrictions', () => json({})));
    expect(sight.rights.ok && sight.rights.value.restrictions).toEqual({
      canWithdraw: true,
      canTransfer: true,
      isBoundToAddresses: false,
    });
  });

  it('leaves open what an exchange without that question does not say', async () => {
    const sight = await examined((http) => http.on('GET /apiRestrictions', () => html(404)));
    expect(sight.rights.ok && sight.rights.value.restrictions).toBeNull();
  });

  it('gives the reason when the key is refused', async () => {
    const sight = await examined((http) =>
      http.on('GET /account', () => refusal(-2015, 'Invalid API-key', 401)),
    );
    expect(sight.rights).toMatchObject({ ok: false, error: expect.stringContaining('-2015') as unknown });
  });
});
