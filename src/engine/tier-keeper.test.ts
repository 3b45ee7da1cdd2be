// The tier machine's shell by itself: which time it counts as lived, and which clock it decides on.
import { describe, expect, it } from 'vitest';
import { testRules } from '../../tests/builders/rules.ts';
import { createHistory, type History } from '../../tests/builders/tier-history.ts';
import type { DomainEvent } from '../core/events.ts';
import { notional, ZERO_NOTIONAL } from '../core/money.ts';
import { DAY_MS, MINUTE_MS } from '../core/time.ts';
import { createVirtualTimers, type VirtualTimers } from '../core/virtual-timers.ts';
import type { Kernel } from './kernel.ts';
import { createTierKeeper, type TierKeeper } from './tier-keeper.ts';
import { createTrustedTimers } from './trusted-timers.ts';

type Bench = {
  readonly history: History;
  readonly timers: VirtualTimers;
  readonly keeper: TierKeeper;
  readonly written: DomainEvent[];
  readonly measured: () => void;
  /** The storage fails or works again. */
  readonly storeFails: (failed: boolean) => void;
};

function bench(history: History, isTrusted = true): Bench {
  const timers = createVirtualTimers(history.now());
  const trusted = createTrustedTimers(timers);
  const measured = (): void => trusted.measured(0);
  if (isTrusted) measured();
  const written: DomainEvent[] = [];
  let failed = false;
  const kernel = {
    rules: testRules(),
    timers: trusted,
    storeFailed: () => failed,
    state: () => ({
      account: { quoteAsset: 'USDT' },
      tier: history.state(),
      risk: { day: -1 },
      trading: { phase: 'READY' },
      positions: { open: new Map() },
    }),
    commit(events: readonly DomainEvent[]): void {
      written.push(...events);
      history.add(...events);
    },
  } as unknown as Kernel;
  const keeper = createTierKeeper(
    kernel,
    () => notional('2500'),
    () => null,
  );
  return { history, timers, keeper, written, measured, storeFails: (value) => (failed = value) };
}

/** Ticks this far apart; what the trial has lived by then. */
function lives(at: Bench, steps: readonly number[]): number {
  at.keeper.onTick();
  for (const step of steps) {
    at.timers.advance(step);
    at.keeper.onTick();
  }
  return at.history.state().trial?.upMs ?? 0;
}

const inTrial = (): Bench => {
  const history = createHistory();
  history.add({ kind: 'tier.trialStarted', trialId: 't1', to: 'HUNTER', evidence: ['e1'] });
  return bench(history);
};
const markEveryMs = testRules().tierGates.transition.trialMarkEveryMs;
const steady = (stepMs: number): readonly number[] =>
  Array.from({ length: Math.ceil(markEveryMs / stepMs) }, () => stepMs);

describe('time that the trial counts as lived', () => {
  it.each([
    ['every quarter of a second', 250],
    ['five seconds apart, the longest that is still life', 5_000],
  ])('is time with ticks %s', (_what, stepMs) => {
    const at = inTrial();
    expect(lives(at, steady(stepMs))).toBe(markEveryMs);
  });

  it.each([
    ['a millisecond beyond five seconds', 5_001],
    ['ten seconds', 10_000],
    ['two days asleep', 2 * DAY_MS],
  ])('is not a gap of %s', (_what, gapMs) => {
    const at = inTrial();
    expect(lives(at, [gapMs, ...steady(250)])).toBe(markEveryMs);
    expect(lives(at, [...steady(250).slice(1), gapMs])).toBe(markEveryMs);
  });

  it('is not that of slow ticks alone', () => {
    expect(lives(inTrial(), steady(5_001))).toBe(0);
  });
});

describe('a fall that is due by time', () => {
  const underMinimum = (isTrusted: boolean): Bench => {
    const history = createHistory('HUNTER');
    history.add({
      kind: 'tier.equityFell',
      tier: 'HUNTER',
      equity: ZERO_NOTIONAL,
      minimum: notional('2000'),
    });
    return bench(history, isTrusted);
  };
  const tier = ({ history }: Bench): string => history.state().tier;
  const looks = ({ keeper }: Bench): void => {
    keeper.onTick();
    keeper.settle();
    keeper.onMarket('BTCUSDT');
  };

  it('is not decided on a clock that the exchange has not confirmed', () => {
    const at = underMinimum(false);
    at.timers.jumpWall(40 * DAY_MS);
    looks(at);
    expect(at.written).toEqual([]);
    // The clock was wrong: by the exchange's time nothing is due.
    at.timers.jumpWall(-40 * DAY_MS);
    at.measured();
    looks(at);
    expect(at.written).toEqual([]);
    at.timers.advance(DAY_MS - MINUTE_MS);
    looks(at);
    expect(tier(at)).toBe('HUNTER');
    at.timers.advance(MINUTE_MS);
    looks(at);
    expect(tier(at)).toBe('SNIPER');
  });

  it('waits while nothing can be written', () => {
    const at = underMinimum(true);
    at.storeFails(true);
    at.timers.advance(2 * DAY_MS);
    looks(at);
    expect(at.written).toEqual([]);
    at.storeFails(false);
    looks(at);
    expect(tier(at)).toBe('SNIPER');
  });
});
