import { describe, expect, it } from 'vitest';
import { closed, noon } from '../../tests/builders/tilt.ts';
import type { DomainEvent, EventOf } from '../core/events.ts';
import { notional } from '../core/money.ts';
import { DAY_MS, HOUR_MS } from '../core/time.ts';
import {
  evolveMetrics,
  initialMetrics,
  metricsOf,
  withEquity,
  type Metrics,
  type MetricsState,
} from './metrics.ts';

type Given = readonly [event: DomainEvent, at: number];

const day = (equity: string): DomainEvent => ({ kind: 'day.started', day: 0, equity: notional(equity) });
const mark = (equity: string): DomainEvent => ({
  kind: 'equity.marked',
  equity: notional(equity),
  peak: notional('0'),
  drawdownBps: 0,
  dayPnl: notional('0'),
  day: 0,
});
const trade = (pnl: string, fees = '0.05'): DomainEvent => ({
  ...(closed('manual') as EventOf<'position.closed'>),
  realisedPnl: notional(pnl),
  fees: notional(fees),
  heldMs: HOUR_MS,
});

const fold = (given: readonly Given[]): MetricsState =>
  given.reduce((state, [event, at]) => evolveMetrics(state, { event, at }), initialMetrics);
const metrics = (given: readonly Given[], endAt: number): Metrics => metricsOf(fold(given), endAt);

describe('metrics', () => {
  it('of nothing are zeros and nulls, never NaN', () => {
    expect(metricsOf(initialMetrics, noon)).toMatchObject({
      trades: 0,
      totalPnl: '0',
      winRate: null,
      profitFactor: null,
      sharpe: null,
      averagePnl: null,
      exposure: null,
      totalReturn: null,
    });
    expect(JSON.stringify(metricsOf(initialMetrics, noon))).not.toMatch(/NaN|Infinity/);
  });

  it('count wins, losses and neither, exactly', () => {
    const given: Given[] = [
      [day('500'), noon],
      [trade('0.1'), noon + 1],
      [trade('0.2'), noon + 2],
      [trade('-0.15'), noon + 3],
      [trade('0'), noon + 4],
    ];
    expect(metrics(given, noon + 4 * HOUR_MS)).toMatchObject({
      trades: 4,
      wins: 2,
      losses: 1,
      winRate: 0.5,
      profitFactor: 2,
      averagePnl: '0.0375',
      fees: '0.2',
      largestWin: '0.2',
      largestLoss: '-0.15',
      exposure: 1,
    });
  });

  it('have no profit factor while nothing was lost', () => {
    expect(
      metrics(
        [
          [day('500'), noon],
          [trade('1'), noon + 1],
        ],
        noon + HOUR_MS,
      ).profitFactor,
    ).toBeNull();
  });

  it('measure the deepest fall from the highest equity before it', () => {
    const marks = ['500', '520', '494', '510', '505.5', '530', '520'];
    const given = marks.map((equity, index): Given => [
      index === 0 ? day(equity) : mark(equity),
      noon + index,
    ]);
    expect(metrics(given, noon + 10)).toMatchObject({
      maxDrawdown: '26',
      maxDrawdownBps: 500,
      totalPnl: '20',
      totalReturn: 0.04,
      finalEquity: '520',
    });
  });

  it('take the equity at the end into account', () => {
    const state = withEquity(fold([[day('500'), noon]]), notional('450'), noon + 1);
    expect(metricsOf(state, noon + 1)).toMatchObject({ totalPnl: '-50', maxDrawdownBps: 1_000 });
  });

  it('give the Sharpe ratio of daily changes, once there are five of them', () => {
    const equities = ['500', '505', '502', '510', '508', '515'];
    const given = equities.map((equity, index): Given => [day(equity), noon + index * DAY_MS]);
    expect(metrics(given.slice(0, 5), noon + 4 * DAY_MS).sharpe).toBeNull();
    const values = equities.map(Number);
    const returns = values.slice(1).map((value, index) => value / (values[index] ?? 1) - 1);
    const mean = returns.reduce((sum, each) => sum + each, 0) / returns.length;
    const deviation = Math.sqrt(
      returns.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (returns.length - 1),
    );
    expect(metrics(given, noon + 5 * DAY_MS).sharpe).toBeCloseTo((mean / deviation) * Math.sqrt(365), 5);
  });

  it('do not take a first day of seconds for a day', () => {
    const given: Given[] = [
      [day('500'), noon],
      [day('500'), noon + 15_000],
    ];
    expect(fold(given).days).toBe(0);
  });

  it('have no Sharpe ratio for an account that never moved', () => {
    const given = Array.from({ length: 10 }, (_, index): Given => [day('500'), noon + index * DAY_MS]);
    expect(metrics(given, noon + 10 * DAY_MS).sharpe).toBeNull();
  });
});
