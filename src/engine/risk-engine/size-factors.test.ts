import { describe, expect, it } from 'vitest';
import { entryRequest, riskContext } from '../../../tests/builders/engine-values.ts';
import { testRules } from '../../../tests/builders/rules.ts';
import { notional, price, quantity } from '../../core/money.ts';
import type { RiskContext } from './context.ts';
import { approveRisk } from './decide.ts';
import { productBps, sizeFactors } from './size-factors.ts';
import { breakEvenBps, positionCap, sizeShares } from './sizing.ts';
import { initialResults, kellyShareBps, withResult, type TradeResults } from './trade-results.ts';

const base = riskContext();
const withState = (state: Partial<RiskContext['state']>): Partial<RiskContext> => ({
  state: { ...base.state, ...state },
});
/** Named factors of the context as they come out. */
const named = (change: Partial<RiskContext>): Readonly<Record<string, number>> =>
  Object.fromEntries(sizeFactors(riskContext(change)).map(({ factor, bps }) => [factor, bps]));

const closed = (exit: number, count = 1): TradeResults => {
  let results = initialResults;
  for (let trade = 0; trade < count; trade += 1)
    results = withResult(results, {
      kind: 'position.closed',
      positionId: '',
      symbol: 'BTCUSDT',
      reason: 'manual',
      entryPrice: price('100'),
      exitPrice: price(exit.toFixed(2)),
      quantity: quantity('1'),
      realisedPnl: notional((exit - 100).toFixed(2)),
      fees: notional('0'),
      heldMs: 1,
    });
  return results;
};
/** So many won by this percentage and so many lost by that. */
function record(won: number, gain: number, lost: number, loss: number): TradeResults {
  const wins = closed(100 + gain, won);
  const losses = closed(100 - loss, lost);
  return {
    returnsBps: [...wins.returnsBps, ...losses.returnsBps],
    wins: won,
    wonBps: wins.wonBps,
    lostBps: losses.lostBps,
  };
}

describe('the factors of size', () => {
  it.each<readonly [string, Partial<RiskContext>, Readonly<Record<string, number>>]>([
    ['nothing', {}, {}],
    ['tilt', { sizeMultiplierBps: 2_500 }, { tilt: 2_500 }],
    ['a dead market', { marketState: 'DEAD' }, { marketState: 5_000 }],
    ['a volatile one', { marketState: 'VOLATILE' }, { marketState: 5_000 }],
    ['panic', { marketState: 'PANIC' }, { marketState: 2_500 }],
    ['volatility below STRATEGIST', { tier: 'HUNTER', volatilityRatio: 2 }, {}],
    ['volatility twice the usual', { tier: 'STRATEGIST', volatilityRatio: 2 }, { volatility: 5_000 }],
    ['volatility ten times', { tier: 'ARCHITECT', volatilityRatio: 10 }, { volatility: 2_500 }],
    ['usual volatility', { tier: 'ARCHITECT', volatilityRatio: 1 }, {}],
    ['unknown volatility', { tier: 'ARCHITECT', volatilityRatio: null }, {}],
    ['volatility that is no number', { tier: 'ARCHITECT', volatilityRatio: Number.NaN }, {}],
    ['one losing day', withState({ streaks: { ...base.state.streaks, losingDaysInARow: 1 } }), {}],
    [
      'two losing days',
      withState({ streaks: { ...base.state.streaks, losingDaysInARow: 2 } }),
      { losingDays: 5_000 },
    ],
    ['a drawdown of 10 %', { ...withState({ peakEquity: notional('555.56') }) }, { recovery: 2_500 }],
    ['a drawdown under 10 %', { ...withState({ peakEquity: notional('555') }) }, {}],
  ])('%s: %o', (_why, change, expected) => {
    expect(named(change)).toEqual(expected);
  });

  it('names every factor and multiplies them', () => {
    const change: Partial<RiskContext> = {
      tier: 'STRATEGIST',
      sizeMultiplierBps: 5_000,
      marketState: 'VOLATILE',
      volatilityRatio: 2,
      openPositions: 1,
      limits: { ...base.limits, openPositionsMax: 2 },
      rules: { ...base.rules, positionValueMin: notional('1') },
      ...withState({ streaks: { ...base.state.streaks, losingDaysInARow: 2 } }),
    };
    expect(productBps(sizeFactors(riskContext(change)))).toBe(625);
    const answer = approveRisk(
      riskContext({
        ...change,
        equity: notional('10000'),
        freeQuote: notional('10000'),
        request: entryRequest({ amount: { unit: 'quote', amount: notional('500') } }),
        state: {
          ...base.state,
          dayStartEquity: notional('10000'),
          peakEquity: notional('10000'),
          streaks: { ...base.state.streaks, losingDaysInARow: 2 },
        },
      }),
    );
    expect(answer.ok && answer.value.figures).toMatchObject({
      tiltBps: 5_000,
      marketStateBps: 5_000,
      volatilityBps: 5_000,
      losingDaysBps: 5_000,
      sizeMultiplierBps: 625,
      cap: '31.25',
    });
  });
});

describe('the size before any factor', () => {
  it('is bounded by the risk of one trade', () => {
    const rules = { ...base.rules, riskPerTradeBps: 10 };
    // 0.1 % at the stop: 2 % of way and 0.2 % of fees leave 4.54 % of equity.
    expect(sizeShares(riskContext({ rules })).riskBps).toBe(454);
    expect(positionCap(riskContext({ rules }), 10_000)).toBe(notional('22.7'));
  });

  it('follows a quarter of Kelly from HUNTER on', () => {
    const { tiers } = testRules().tierGates;
    // Half won at 3 %, half lost at 2.9 %: p/L − q/W = 0.5747 of equity, a quarter of it 14.36 %.
    const results = record(20, 3, 20, 2.9);
    const hunter = { tier: 'HUNTER', limits: tiers.HUNTER, ...withState({ results }) } as const;
    expect(sizeShares(riskContext(hunter)).kellyBps).toBe(1_436);
    expect(positionCap(riskContext(hunter), 10_000)).toBe(notional('25'));
    // No edge: the smallest position, and only alone.
    const even = { ...hunter, ...withState({ results: record(20, 2, 20, 2) }) };
    expect(positionCap(riskContext(even), 10_000)).toBe(notional('10'));
    expect(positionCap(riskContext({ ...even, openPositions: 1 }), 10_000)).toBe(0n);
    expect(sizeShares(riskContext({ ...even, tier: 'SNIPER' })).kellyBps).toBeNull();
  });

  it.each([
    ['too few trades', record(15, 3, 14, 2), null],
    ['enough of them', record(15, 3, 15, 3), 0],
    ['no loser', record(30, 3, 0, 0), 10_000],
    ['no winner', record(0, 0, 30, 2), 0],
    ['losers of nothing', { ...record(29, 3, 1, 0) }, 10_000],
  ] as const)('with %s', (_what, results, expected) => {
    expect(kellyShareBps(results, base.rules)).toBe(expected);
  });

  it('remembers the last hundred trades, and none that cost nothing', () => {
    const many = closed(101, 130);
    expect([many.returnsBps.length, many.wins, many.wonBps, many.lostBps]).toEqual([100, 100, 10_000, 0]);
    let mixed = closed(99, 100);
    for (let more = 0; more < 60; more += 1)
      mixed = withResult(mixed, {
        kind: 'position.closed',
        positionId: '',
        symbol: '',
        reason: 'manual',
        entryPrice: price('100'),
        exitPrice: price('102'),
        quantity: quantity('1'),
        realisedPnl: notional('2'),
        fees: notional('0'),
        heldMs: 1,
      });
    expect([mixed.wins, mixed.wonBps, mixed.lostBps]).toEqual([60, 12_000, 4_000]);
    expect(
      withResult(initialResults, {
        kind: 'position.closed',
        positionId: '',
        symbol: '',
        reason: 'external',
        entryPrice: price('0'),
        exitPrice: price('0'),
        quantity: quantity('0'),
        realisedPnl: notional('0'),
        fees: notional('0'),
        heldMs: 1,
      }),
    ).toBe(initialResults);
  });

  it('says how far the price must rise to pay both fees, rounded up', () => {
    expect([breakEvenBps(0), breakEvenBps(10), breakEvenBps(100)]).toEqual([0, 21, 203]);
  });
});
