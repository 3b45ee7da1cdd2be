import { describe, expect, test } from 'vitest';

import { harness, layBook, listener, REMOTE } from '../../../tests/builders/exchange-harness.ts';
import { readFaultPlan } from './fault-plan.ts';
import { ambientFaults, faultKinds, type FaultRule, momentFaults, requestFaults } from './faults.ts';

const market = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.1' };
const limit = {
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: '1',
  price: '90',
  newClientOrderId: 'mine',
};
const faulty = (...rules: readonly FaultRule[]) => harness({ faults: { seed: 1, rules } });

describe('a request', () => {
  const ask = (kind: FaultRule['kind']) => {
    const at = faulty({ kind, match: 'POST /api/v3/order' });
    const payload = `symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.1&timestamp=${at.timers.now()}`;
    let answer: { status: number; body: string; headers: Readonly<Record<string, string>> } | null;
    try {
      answer = at.signed('POST', '/api/v3/order', market);
    } catch (error) {
      if (!(error instanceof SyntaxError) && (error as Error).message !== 'no answer came') throw error;
      answer = null;
    }
    expect(payload).toBeDefined();
    const executed = at.exchange.venue.allOrders(1, 'BTCUSDT', 0, 10).length === 1;
    return { answer, executed, fired: at.exchange.faults.fired[kind] };
  };

  test.each([
    ['request.lost', null, false],
    ['reply.lost', null, true],
    ['reply.truncated', null, true],
    ['timeout.executed', -1007, true],
    ['timeout.notExecuted', -1007, false],
    ['unexpected.executed', -1006, true],
    ['overloaded.executed', -1008, true],
    ['overloaded.notExecuted', -1008, false],
    ['limit.429', -1003, false],
    ['limit.418', -1003, false],
    ['order.limit', -1015, false],
    ['clock.rejected', -1021, false],
  ] as const)('%s', (kind, code, executed) => {
    const seen = ask(kind);
    expect(seen.executed).toBe(executed);
    expect(seen.fired).toBe(1);
    expect(seen.answer === null ? null : (JSON.parse(seen.answer.body) as { code: number }).code).toBe(code);
  });

  test.each([
    ['html.executed', 502, true],
    ['html.notExecuted', 503, false],
  ] as const)('%s answers a page', (kind, status, executed) => {
    const seen = ask(kind);
    expect(seen).toMatchObject({ executed, answer: { status, headers: { 'content-type': 'text/html' } } });
    expect(seen.answer?.body).toContain('<html>');
  });

  test('the WebSocket API suffers the same', () => {
    const at = faulty(
      { kind: 'timeout.executed', match: 'order.place' },
      { kind: 'request.lost', match: 'ping' },
    );
    const client = at.api();
    expect(client.signed('order.place', market)).toMatchObject({ status: 504, error: { code: -1007 } });
    expect(at.exchange.venue.allOrders(1, 'BTCUSDT', 0, 10)).toHaveLength(1);
    expect(() => client.call('ping')).toThrow('no answer came');
  });
});

test('probabilities, windows and limits come from the seed and the clock', () => {
  const struck = (seed: number): string => {
    const at = harness({
      faults: {
        seed,
        rules: [{ kind: 'overloaded.notExecuted', probability: 0.5, from: 1_000, until: 5_000, limit: 3 }],
      },
    });
    let marks = '';
    for (let second = 0; second < 8; second += 1) {
      for (let request = 0; request < 3; request += 1)
        marks += at.get('/api/v3/ping').status === 200 ? '.' : 'x';
      at.timers.advance(1_000);
    }
    return marks;
  };
  expect(struck(1)).toBe(struck(1));
  expect(struck(1)).not.toBe(struck(2));
  expect(struck(1).slice(0, 3)).toBe('...');
  expect(struck(1).replaceAll('.', '')).toBe('xxx');
});

describe('around requests', () => {
  test('a fresh order answers -2013 until the lag is over', () => {
    const at = faulty({ kind: 'query.lag', ms: 500 });
    at.signed('POST', '/api/v3/order', limit);
    const look = () => at.signed('GET', '/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId: 'mine' });
    expect(look().json).toMatchObject({ code: -2013 });
    expect(at.signed('GET', '/api/v3/openOrders', { symbol: 'BTCUSDT' }).json).toEqual([]);
    at.timers.advance(500);
    expect(look().json).toMatchObject({ status: 'NEW' });
  });

  test('a skewed clock is told and held against the client, while the market’s goes on', () => {
    const at = faulty({ kind: 'clock.skew', ms: 7_000, from: 1_000, until: 2_000 });
    expect(at.signed('GET', '/api/v3/account').status).toBe(200);
    at.timers.advance(1_000);
    expect(at.get('/api/v3/time').json).toEqual({ serverTime: at.timers.now() + 7_000 });
    expect(at.signed('GET', '/api/v3/account').json).toMatchObject({ code: -1021 });
    at.timers.advance(1_000);
    expect(at.signed('GET', '/api/v3/account').status).toBe(200);
  });

  test('a stale book is an older one', () => {
    const at = faulty({ kind: 'depth.stale', from: 1_000 });
    const before = at.get('/api/v3/depth', { symbol: 'BTCUSDT' }).json as { lastUpdateId: number };
    layBook(at.exchange.venue, at.timers.now(), 'BTCUSDT', 101);
    at.timers.advance(1_000);
    expect(at.get('/api/v3/depth', { symbol: 'BTCUSDT' }).json).toEqual(before);
  });
});

describe('streams', () => {
  test('a silent stream says nothing while pings go on', () => {
    const at = faulty({ kind: 'stream.silent' });
    const heard = at.stream('/ws/btcusdt@trade');
    at.signed('POST', '/api/v3/order', market);
    at.timers.advance(20_000);
    expect(heard.texts).toEqual([]);
    expect(heard.pings).toHaveLength(1);
  });

  test('a cut takes the line without a close frame', () => {
    const at = faulty({ kind: 'stream.cut', at: 500 }, { kind: 'user.cut', at: 700 });
    const heard = at.stream('/ws/btcusdt@trade');
    const user = at.api();
    at.timers.advance(600);
    expect([heard.closes, user.closes]).toEqual([[{ code: 1_006, reason: '' }], []]);
    at.timers.advance(100);
    expect(user.closes).toEqual([{ code: 1_006, reason: '' }]);
  });

  test('dropped diffs leave a gap that a careful client can see', () => {
    const at = faulty({ kind: 'depth.dropped', limit: 1, from: 150 });
    const heard = at.stream('/ws/btcusdt@depth@100ms');
    for (let step = 1; step <= 4; step += 1) {
      layBook(at.exchange.venue, at.timers.now(), 'BTCUSDT', 100 + step / 10);
      at.timers.advance(100);
    }
    const diffs = heard.messages() as unknown as { U: number; u: number }[];
    expect(diffs).toHaveLength(3);
    expect(diffs[1]!.U).toBeGreaterThan(diffs[0]!.u + 1);
  });
});

describe('user events', () => {
  const heardOf = (...rules: readonly FaultRule[]) => {
    const at = faulty(...rules);
    const client = at.api();
    client.signed('userDataStream.subscribe.signature');
    at.signed('POST', '/api/v3/order', market);
    const kinds = () =>
      client
        .messages()
        .slice(1)
        .map((message) => message['event'] as Record<string, unknown>)
        .map((event) => String(event['x'] ?? event['e']));
    return { at, client, kinds };
  };
  test('dropped', () => {
    expect(heardOf({ kind: 'user.dropped', limit: 1 }).kinds()).toEqual(['TRADE', 'outboundAccountPosition']);
  });
  test('silent', () => {
    expect(heardOf({ kind: 'user.silent' }).kinds()).toEqual([]);
  });
  test('duplicated', () => {
    expect(heardOf({ kind: 'user.duplicated', limit: 1 }).kinds()).toEqual([
      'NEW',
      'NEW',
      'TRADE',
      'outboundAccountPosition',
    ]);
  });
  test('reordered', () => {
    expect(heardOf({ kind: 'user.reordered', limit: 1 }).kinds()).toEqual([
      'TRADE',
      'NEW',
      'outboundAccountPosition',
    ]);
  });
  test('late', () => {
    const { at, kinds } = heardOf({ kind: 'user.late', ms: 3_000, limit: 2 });
    expect(kinds()).toEqual(['outboundAccountPosition']);
    at.timers.advance(3_000);
    expect(kinds()).toEqual(['outboundAccountPosition', 'NEW', 'TRADE']);
  });
  test('of an unknown status, with an unknown member', () => {
    const { client } = heardOf({ kind: 'enum.unknown', limit: 1 });
    expect(client.messages()[1]).toMatchObject({
      event: { e: 'executionReport', X: 'UNDER_REVIEW', zz: 'new' },
    });
  });
});

describe('moments', () => {
  test('a symbol passes to CANCEL_ONLY and BREAK, and exchangeInfo says so', () => {
    const at = faulty(
      { kind: 'symbol.status', symbol: 'BTCUSDT', status: 'CANCEL_ONLY', at: 100 },
      { kind: 'symbol.status', symbol: 'BTCUSDT', status: 'BREAK', at: 200 },
    );
    const status = () =>
      (at.get('/api/v3/exchangeInfo').json as { symbols: { status: string }[] }).symbols.map(
        (symbol) => symbol.status,
      );
    expect(status()).toEqual(['TRADING', 'TRADING']);
    at.timers.advance(100);
    expect(status()).toEqual(['CANCEL_ONLY', 'TRADING']);
    at.timers.advance(100);
    expect(status()).toEqual(['BREAK', 'TRADING']);
  });

  test('a key is revoked', () => {
    const at = faulty({ kind: 'key.revoked', at: 100 });
    at.timers.advance(100);
    expect(at.signed('GET', '/api/v3/account')).toMatchObject({ status: 401, json: { code: -2015 } });
  });

  test('a shutdown is announced', () => {
    const at = faulty({ kind: 'server.shutdown', at: 100 });
    const heard = at.stream('/ws');
    at.timers.advance(100);
    expect(heard.messages()).toMatchObject([{ e: 'serverShutdown' }]);
    expect(heard.closes).toEqual([]);
  });
});

test('plans can be changed while it runs', () => {
  const at = harness();
  at.exchange.setFaults({ seed: 0, rules: [{ kind: 'overloaded.notExecuted' }] });
  expect(at.get('/api/v3/ping').status).toBe(503);
  at.exchange.setFaults({ seed: 0, rules: [] });
  expect(at.get('/api/v3/ping').status).toBe(200);
});

describe('a plan file', () => {
  test('every kind can be named', () => {
    const rules = faultKinds.map((kind) => ({ kind, probability: 0.5, from: 0, until: 10 }));
    expect(readFaultPlan(JSON.stringify({ seed: 3, rules }))).toMatchObject({ ok: true, value: { seed: 3 } });
    expect(faultKinds).toHaveLength(requestFaults.length + ambientFaults.length + momentFaults.length);
  });

  test('all problems are told at once', () => {
    const plan = {
      seed: -1,
      colour: 'red',
      rules: [{ kind: 'nothing', probability: 2 }, { from: 1, until: 'late', __proto__: null }, 7],
    };
    expect(readFaultPlan(JSON.stringify(plan))).toEqual({
      ok: false,
      error: [
        '"colour" is not known here',
        '"seed" must be a whole number',
        expect.stringMatching(/^rule 1: "kind" must be one of /),
        'rule 1: "probability" must be a number from 0 to 1',
        'rule 2 has no "kind"',
        'rule 2: "until" must be milliseconds',
        'rule 3 is not an object',
      ],
    });
    expect(readFaultPlan('{')).toMatchObject({ ok: false });
    expect(readFaultPlan('{"rules":{}}')).toMatchObject({ ok: false });
  });
});

test('a request that is lost leaves nothing behind on the line', () => {
  const at = faulty({ kind: 'request.lost' });
  const answer = at.exchange.request({
    method: 'GET',
    path: '/api/v3/ping',
    query: '',
    headers: {},
    body: '',
    remote: REMOTE,
  });
  expect(answer).toBeNull();
  expect(listener().texts).toEqual([]);
});
