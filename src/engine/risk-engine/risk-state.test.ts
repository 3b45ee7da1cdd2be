import { describe, expect, it } from 'vitest';
import { idOf, intended, filledEvent, recordOf } from '../../../tests/builders/engine-values.ts';
import { testRules } from '../../../tests/builders/rules.ts';
import type { DomainEvent } from '../../core/events.ts';
import { assetAmount, notional, price, quantity, ZERO_NOTIONAL } from '../../core/money.ts';
import { dailyLossLimit, dayPnl, drawdownBps } from './daily-loss.ts';
import { evolveRisk, initialRisk, type RiskState } from './risk-state.ts';

const day = (number: number, equity: string): DomainEvent => ({
  kind: 'day.started',
  day: number,
  equity: notional(equity),
});
const mark = (equity: string, peak = equity): DomainEvent => ({
  kind: 'equity.marked',
  equity: notional(equity),
  peak: notional(peak),
  drawdownBps: 0,
  dayPnl: ZERO_NOTIONAL,
  day: 1,
});
const flow: DomainEvent = {
  kind: 'balance.adopted',
  asset: 'USDT',
  delta: assetAmount('0'),
  total: assetAmount('0'),
  reason: '',
};
const closed = (pnl: string): DomainEvent => ({
  kind: 'position.closed',
  positionId: idOf(1),
  symbol: 'BTCUSDT',
  reason: 'manual',
  entryPrice: price('1'),
  exitPrice: price('1'),
  quantity: quantity('1'),
  realisedPnl: notional(pnl),
  fees: ZERO_NOTIONAL,
  heldMs: 1,
});
const after = (state: RiskState, ...events: readonly DomainEvent[]): RiskState =>
  events.reduce((before, event) => evolveRisk(before, recordOf(event), ZERO_NOTIONAL), state);
const flowed = (state: RiskState, delta: string): RiskState =>
  evolveRisk(state, recordOf(flow), notional(delta));

describe('the memory of risk', () => {
  const begun = after(initialRisk, day(1, '1000'));

  it('remembers the mean correlation as announced, and cuts each position once', () => {
    const announced = (mean: number): DomainEvent => ({
      kind: 'risk.correlationWarned',
      mean,
      limit: 0.7,
      symbols: ['BTCUSDT', 'ETHUSDT'],
    });
    const warned = after(begun, announced(0.71));
    expect(warned.correlationWarned).toBe(true);
    expect(after(warned, announced(0.7)).correlationWarned).toBe(false);
    const cut = after(begun, {
      kind: 'risk.correlationCut',
      positionId: idOf(1),
      symbol: 'BTCUSDT',
      otherSymbol: 'ETHUSDT',
      correlation: 0.96,
      cutBps: 5_000,
    });
    expect([...cut.correlationCuts]).toEqual([idOf(1)]);
    expect([...after(cut, { ...closed('1'), positionId: idOf(2) } as DomainEvent).correlationCuts]).toEqual([
      idOf(1),
    ]);
    expect([...after(cut, closed('1')).correlationCuts]).toEqual([]);
  });

  it('starts each day anew, and never an old one again (invariant 13)', () => {
    const busy = after(begun, intended(1), filledEvent(1, 1), closed('-3'));
    expect([busy.entriesToday, busy.feesToday, busy.realisedToday]).toEqual([
      1,
      notional('0.025'),
      notional('-3'),
    ]);
    const next = after(busy, day(2, '990'));
    expect([next.entriesToday, next.feesToday, next.realisedToday]).toEqual([0, 0n, 0n]);
    expect([next.dayStartEquity, next.peakEquity]).toEqual([notional('990'), notional('1000')]);
    expect(after(next, day(1, '5'), day(2, '5'))).toEqual(next);
  });

  it('keeps the highest mark as peak, and the warnings given since', () => {
    const warned = after(begun, mark('940', '1000'), {
      kind: 'account.drawdownWarned',
      limitBps: 500,
      drawdownBps: 600,
      haltBps: 1_500,
      equity: notional('940'),
      peak: notional('1000'),
    });
    expect([warned.peakEquity, warned.lastEquity, warned.drawdownWarnedBps]).toEqual([
      notional('1000'),
      notional('940'),
      500,
    ]);
    expect(after(warned, mark('1000')).drawdownWarnedBps).toBe(500);
    expect(after(warned, mark('1000.01')).drawdownWarnedBps).toBe(0);
  });

  it('counts entries only, and the recent ones for a minute', () => {
    const two = after(begun, intended(1), intended(2, { purpose: 'stop' }));
    expect([two.entriesToday, two.recentEntries.length]).toEqual([1, 1]);
    const later = evolveRisk(
      two,
      recordOf(intended(3), { at: recordOf(intended(1)).at + 60_000 }),
      ZERO_NOTIONAL,
    );
    expect([later.entriesToday, later.recentEntries.length]).toEqual([2, 1]);
  });

  it('counts losses in a row', () => {
    expect(after(begun, closed('-1'), closed('-1')).streaks.lossesInARow).toBe(2);
    expect(after(begun, closed('-1'), closed('0')).streaks.lossesInARow).toBe(0);
  });

  it('takes a deposit and a withdrawal for no result: the day in dollars, the peak in proportion', () => {
    const down = after(begun, mark('900', '1000'));
    for (const [delta, equity] of [
      ['9000', '9900'],
      ['-450', '450'],
      ['0.00000001', '900.00000001'],
    ] as const) {
      const moved = flowed(down, delta);
      expect(moved.lastEquity).toBe(notional(equity));
      expect(dayPnl(moved, notional(equity))).toBe(notional('-100'));
      expect(drawdownBps(moved.peakEquity, notional(equity))).toBe(1_000);
    }
  });

  it('survives an account that is emptied', () => {
    const empty = flowed(begun, '-1000');
    expect([empty.peakEquity, empty.lastEquity]).toEqual([0n, 0n]);
    expect(flowed(empty, '500').peakEquity).toBe(notional('500'));
    expect(flowed(begun, '-2000').peakEquity).toBe(0n);
  });

  it('moves with nothing before the first day, nor by no flow', () => {
    expect(flowed(initialRisk, '500')).toBe(initialRisk);
    expect(flowed(begun, '0')).toBe(begun);
    expect(after(begun, { kind: 'tilt.lockEnded', reason: '' })).toBe(begun);
  });
});

describe('the daily loss limit', () => {
  const { SNIPER } = testRules().tierGates.tiers;
  it.each([
    ['1000', '25'],
    ['500', '25'],
    ['499.99', '24.9995'],
    ['100', '5'],
    ['0', '0'],
  ])('of %s is %s: dollars or share, whichever is less', (equity, limit) => {
    expect(dailyLossLimit(SNIPER, { ...initialRisk, dayStartEquity: notional(equity) })).toBe(
      notional(limit),
    );
  });
});

describe('the drawdown', () => {
  it.each([
    ['1000', '1000', 0],
    ['1000', '1001', 0],
    ['1000', '850', 1_500],
    ['1000', '850.01', 1_499],
    ['0', '-5', 0],
    ['1000', '-5', 10_050],
  ])('from %s to %s is %s bps', (peak, equity, bps) => {
    expect(drawdownBps(notional(peak), notional(equity))).toBe(bps);
  });
});
