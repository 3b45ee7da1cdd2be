// The corrected clock: half the round trip, the best sample, jumps noticed (invariant 22).
import { describe, expect, it } from 'vitest';
import { createExchangeClock, type ExchangeClock } from './clock-sync.ts';
import { createSettlingTimers, type SettlingTimers } from './testing/settling-timers.ts';

/** One question and answer, the exchange `ahead` of our wall clock and the ways `out` and `back` long. */
async function sample(
  timers: SettlingTimers,
  clock: ExchangeClock,
  ways: { readonly ahead: number; readonly out: number; readonly back: number },
): Promise<boolean> {
  const askedAt = timers.monotonic();
  await timers.advance(ways.out);
  const serverTimeMs = timers.now() + ways.ahead;
  await timers.advance(ways.back);
  return clock.offer({ askedAt, answeredAt: timers.monotonic(), serverTimeMs });
}

describe('the exchange’s clock', () => {
  it('is the wall clock, infinitely uncertain, before the first sample', () => {
    const timers = createSettlingTimers();
    const clock = createExchangeClock(timers);
    expect(clock.now()).toBe(timers.now());
    expect(clock.uncertaintyMs()).toBe(Number.POSITIVE_INFINITY);
    expect(clock.reading()).toBeNull();
  });

  it('is exact when both ways take as long, and off by half the difference otherwise', async () => {
    const timers = createSettlingTimers();
    const clock = createExchangeClock(timers);
    await sample(timers, clock, { ahead: -90_000, out: 40, back: 40 });
    expect(clock.now()).toBe(timers.now() - 90_000);
    expect(clock.reading()).toEqual({ offsetMs: -90_000, roundTripMs: 80 });
    clock.beginRound();
    await sample(timers, clock, { ahead: 0, out: 10, back: 90 });
    expect(Math.abs(clock.now() - timers.now())).toBe(40);
    expect(clock.uncertaintyMs()).toBeGreaterThanOrEqual(40);
  });

  it('keeps the sample with the shortest round trip of a round', async () => {
    const timers = createSettlingTimers();
    const clock = createExchangeClock(timers);
    await sample(timers, clock, { ahead: 1_000, out: 5, back: 5 });
    expect(await sample(timers, clock, { ahead: 1_000, out: 5, back: 300 })).toBe(false);
    expect(clock.now()).toBe(timers.now() + 1_000);
    clock.beginRound();
    expect(await sample(timers, clock, { ahead: 1_000, out: 50, back: 50 })).toBe(true);
  });

  it('does not follow a step of the wall clock, and knows that it happened', async () => {
    const timers = createSettlingTimers();
    const clock = createExchangeClock(timers);
    await sample(timers, clock, { ahead: 0, out: 1, back: 1 });
    const before = clock.now();
    timers.stepWall(-3_600_000);
    expect(clock.now()).toBe(before);
    expect(clock.uncertaintyMs()).toBe(Number.POSITIVE_INFINITY);
    clock.beginRound();
    await sample(timers, clock, { ahead: 3_600_000, out: 1, back: 1 });
    expect(clock.uncertaintyMs()).toBeLessThan(10);
  });

  it('grows uncertain with age, past half a second within the hour', async () => {
    const timers = createSettlingTimers();
    const clock = createExchangeClock(timers);
    await sample(timers, clock, { ahead: 0, out: 1, back: 1 });
    await timers.advance(60_000);
    expect(clock.uncertaintyMs()).toBeLessThan(100);
    await timers.advance(3_600_000);
    expect(clock.uncertaintyMs()).toBeGreaterThan(500);
  });
});
