// Whatever is asked when: no window of the exchange's ever sees more than our share of its limit
// (invariant 23), and exits are left their reserve.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Lane } from '../core/ports/gateway.ts';
import { banEnd, createRateLimiter, type RateLimiter } from './rate-limit.ts';
import { defaultGatewaySettings } from './settings.ts';
import { createSettlingTimers, type SettlingTimers } from './testing/settling-timers.ts';

const rounds = process.env['GENESIS_TEST_PROFILE'] === 'full' ? 1_000 : 60;
const RULES = [
  { kind: 'weight', intervalMs: 60_000, limit: 600 },
  { kind: 'orders', intervalMs: 10_000, limit: 50 },
] as const;

function limiterOn(timers: SettlingTimers): RateLimiter {
  const limiter = createRateLimiter({
    timers,
    exchangeNow: () => timers.now(),
    share: 0.8,
    laneShares: defaultGatewaySettings.laneShares,
    banStore: null,
  });
  limiter.setRules(RULES);
  return limiter;
}

describe('our own limits', () => {
  it('hold in every window of the exchange, wherever its edges lie', async () => {
    const lanes = fc.constantFrom<Lane>('enter', 'reduce', 'query');
    const calls = fc.array(
      fc.tuple(
        lanes,
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 0, max: 1 }),
        fc.integer({ min: 0, max: 400 }),
      ),
      { minLength: 50, maxLength: 300 },
    );
    await fc.assert(
      fc.asyncProperty(calls, fc.integer({ min: 0, max: 59_999 }), async (list, edge) => {
        const timers = createSettlingTimers();
        const limiter = limiterOn(timers);
        const used = new Map<string, number>();
        for (const [lane, weight, orders, waitMs] of list) {
          await timers.advance(waitMs);
          if (limiter.take(lane, { weight, orders, refunded: false }) !== null) continue;
          for (const { kind, intervalMs, limit } of RULES) {
            const key = `${kind} ${Math.floor((timers.now() + edge) / intervalMs)}`;
            const total = (used.get(key) ?? 0) + (kind === 'weight' ? weight : orders);
            used.set(key, total);
            expect(total).toBeLessThanOrEqual(limit * 0.8);
          }
        }
      }),
      { numRuns: rounds },
    );
  });

  it('leave exits room when entries and queries have taken all they can', () => {
    const limiter = limiterOn(createSettlingTimers());
    const fill = (lane: Lane): number => {
      let count = 0;
      while (limiter.take(lane, { weight: 1, orders: 0, refunded: false }) === null) count += 1;
      return count;
    };
    expect(fill('enter')).toBe(288);
    expect(fill('query')).toBe(408 - 288);
    expect(fill('reduce')).toBe(480 - 408);
  });

  it('take the exchange’s own count over only until its window ends', async () => {
    const timers = createSettlingTimers();
    const limiter = limiterOn(timers);
    limiter.observe({ 'x-mbx-used-weight-1m': '590', 'x-mbx-order-count-10s': 'many' });
    expect(limiter.take('reduce', { weight: 1, orders: 0, refunded: false })).toBe('rateBudget');
    await timers.advance(60_000);
    expect(limiter.take('reduce', { weight: 1, orders: 0, refunded: false })).toBeNull();
  });

  it('give back what the exchange does not charge for', () => {
    const limiter = limiterOn(createSettlingTimers());
    for (let count = 0; count < 1_000; count += 1) {
      expect(limiter.take('reduce', { weight: 1, orders: 0, refunded: true })).toBeNull();
      limiter.refundWeight(1);
    }
  });
});

it('a ban is not shortened by a later answer that names an earlier end', async () => {
  const timers = createSettlingTimers();
  const limiter = limiterOn(timers);
  limiter.ban(timers.now() + 60_000);
  limiter.ban(timers.now() + 1_000);
  await timers.advance(59_000);
  expect(limiter.isBanned()).toBe(true);
  await timers.advance(1_000);
  expect(limiter.isBanned()).toBe(false);
});

describe('the end of a ban', () => {
  it.each([
    ['Retry-After in seconds', 429, { 'retry-after': '7' }, '', 7_000],
    [
      'the instant in the message',
      418,
      {},
      'Way too much; IP banned until 1767225720000. Please use',
      120_000,
    ],
    ['the later of both', 418, { 'retry-after': '7' }, 'banned until 1767225720000', 120_000],
    ['a minute after a bare 429', 429, {}, '', 60_000],
    ['two minutes after a bare 418', 418, { 'retry-after': 'soon' }, '', 120_000],
  ])('is %s', (_name, status, headers, message, waitMs) => {
    const now = 1_767_225_600_000;
    expect(banEnd(status, headers, message, now, now)).toBe(now + waitMs);
  });

  it("counts an instant in the message by the exchange's clock, however wrong ours is", () => {
    const exchangeNow = 1_767_225_600_000;
    const hourBehind = exchangeNow - 3_600_000;
    const message = 'Way too much; IP banned until 1767225608000. Please use';
    expect(banEnd(418, {}, message, hourBehind, exchangeNow)).toBe(hourBehind + 8_000);
    // Not measured yet: Retry-After needs no clock, and is believed alone.
    expect(banEnd(418, { 'retry-after': '8' }, message, hourBehind, null)).toBe(hourBehind + 8_000);
  });
});
