// Each gate just passed and just missed, with what it rests on; together they open the trial.
import { describe, expect, it } from 'vitest';
import { testRules } from '../../../tests/builders/rules.ts';
import {
  createHistory,
  liveDay,
  readyForHunter,
  type DaySpec,
  type History,
} from '../../../tests/builders/tier-history.ts';
import { notional, price, quantity, ZERO_NOTIONAL } from '../../core/money.ts';
import { DAY_MS } from '../../core/time.ts';
import type { Tier } from '../../core/vocabulary.ts';
import { evaluateGates, type GateReading } from './evaluate.ts';
import { DAYS_KEPT } from '../../core/tier-windows.ts';

const rules = testRules();
const minimum = rules.trading.risk.positionValueMin;

function readings(history: History): readonly GateReading[] {
  return evaluateGates(history.state(), history.now(), rules.tierGates, minimum).readings;
}
function gate(history: History, name: string): GateReading {
  const found = readings(history).find((reading) => reading.gate === name);
  if (found === undefined) throw new Error(`no gate ${name}`);
  return found;
}
const closed = (history: History): readonly string[] =>
  readings(history)
    .filter(({ passed }) => !passed)
    .map(({ gate: name }) => name);

describe('the gates to HUNTER', () => {
  it('all open for thirty days of honest trading, each with the events it rests on', () => {
    const history = readyForHunter();
    const evaluation = evaluateGates(history.state(), history.now(), rules.tierGates, minimum);
    expect(closed(history)).toEqual([]);
    expect(evaluation).toMatchObject({ from: 'SNIPER', to: 'HUNTER', passed: true });
    for (const { gate: name, evidence } of evaluation.readings)
      expect(evidence.length, name).toBeGreaterThan(0);
  });

  it('are all closed for an account that has done nothing, whatever it is worth', () => {
    const history = createHistory();
    history.add({ kind: 'day.started', day: 20_000, equity: notional('9000') });
    expect(closed(history)).not.toContain('equity');
    expect(closed(history)).toHaveLength(5);
  });

  const last = (change: DaySpec) => (day: number) => (day >= 31 ? change : {});
  it.each([
    ['equity', { equity: '1999.99' }, true],
    ['drawdownMaxPercent', { drawdownBps: 1_001 }, true],
    ['drawdownMaxPercent', { drawdownBps: 1_000 }, false],
  ] as const)('%s is closed by %j: %s', (name, change, shut) => {
    const history = readyForHunter(last(change));
    // The day that began after it is worth what the builder says; only the mark counts here.
    if (name === 'equity')
      history.add({
        kind: 'day.started',
        day: Math.floor(history.now() / DAY_MS) + 1,
        equity: notional('1999.99'),
      });
    expect(closed(history).includes(name)).toBe(shut);
  });

  it.each([
    [8, false],
    [9, true],
  ])('the share of days in profit: %d losing days of twenty close it: %s', (losing, shut) => {
    const history = readyForHunter((day) => (day > 31 - losing ? { pnl: '-5' } : {}));
    expect(!gate(history, 'profitableDaysPercent').passed).toBe(shut);
  });

  it('the share of days in profit needs twenty days with a trade', () => {
    const history = readyForHunter((day) => (day % 2 === 0 ? { trades: [] } : {}));
    expect(gate(history, 'profitableDaysPercent')).toMatchObject({ passed: false });
    expect(gate(history, 'profitableDaysPercent').current).toMatch(/of 16 days, 20 needed/);
  });

  it.each([
    [3, true],
    [4, false],
  ])('prompt orders: %d late ones of 32 leave it open: %s', (late, open) => {
    const history = readyForHunter((day) => ({ latencyMs: day < late ? 101 : 100 }));
    expect(gate(history, 'promptOrdersPercent').passed).toBe(open);
  });

  it('prompt orders need twenty of them, and an unknown time is no proof', () => {
    const history = createHistory();
    for (let day = 0; day < 19; day += 1) liveDay(history);
    expect(gate(history, 'promptOrdersPercent').passed).toBe(false);
    history.add({
      kind: 'order.accepted',
      orderId: 'x',
      exchangeOrderId: 1,
      exchangeTime: 1,
      sentLatencyMs: null,
    });
    expect(gate(history, 'promptOrdersPercent').passed).toBe(false);
    liveDay(history);
    expect(gate(history, 'promptOrdersPercent').passed).toBe(true);
  });

  it('pairs count only when all of their trades together earned', () => {
    const history = readyForHunter();
    expect(gate(history, 'profitablePairs').current).toBe('3');
    liveDay(history, { trades: [{ symbol: 'SOLUSDT', pnl: '-500' }] });
    expect(gate(history, 'profitablePairs')).toMatchObject({ current: '2', passed: false });
  });

  it.each([
    ['1.28', false],
    ['1.24', true],
  ])(
    'a position of %s coins at 100 on 2,500 dollars is within the 5 percent rule for 14 days: %s',
    (coins, within) => {
      const history = readyForHunter();
      const buy = (size: string): void =>
        void history.add({
          kind: 'order.filled',
          orderId: 'o',
          positionId: 'p',
          symbol: 'BTCUSDT',
          side: 'BUY',
          tradeId: 9,
          price: price('100'),
          quantity: quantity(size),
          fee: 0n as never,
          feeAsset: 'BNB',
          feeQuote: ZERO_NOTIONAL,
          isMaker: false,
          exchangeTime: 1,
        });
      // In two parts, as fills come.
      buy('0.5');
      buy((Number(coins) - 0.5).toFixed(2));
      expect(gate(history, 'daysWithoutPositionBreach').passed).toBe(within);
      for (let day = 0; day < 14; day += 1) {
        history.wait(DAY_MS);
        history.add({
          kind: 'day.started',
          day: Math.floor(history.now() / DAY_MS),
          equity: notional('2500'),
        });
      }
      expect(gate(history, 'daysWithoutPositionBreach').passed).toBe(within);
      history.wait(DAY_MS);
      history.add({ kind: 'day.started', day: Math.floor(history.now() / DAY_MS), equity: notional('2500') });
      expect(gate(history, 'daysWithoutPositionBreach').passed).toBe(true);
    },
  );

  it('the smallest position is no breach on a small account', () => {
    const history = createHistory();
    for (let day = 0; day < 32; day += 1) liveDay(history, { equity: '150', trades: [] });
    const day = Math.floor(history.now() / DAY_MS);
    history.add({ kind: 'day.started', day, equity: notional('150') });
    const bought = { orderId: 'o', positionId: 'p', symbol: 'BTCUSDT', side: 'BUY', tradeId: 9 } as const;
    history.add({
      kind: 'order.filled',
      ...bought,
      price: price('100'),
      quantity: quantity('0.1'),
      fee: 0n as never,
      feeAsset: 'BNB',
      feeQuote: ZERO_NOTIONAL,
      isMaker: false,
      exchangeTime: 1,
    });
    expect(gate(history, 'daysWithoutPositionBreach').passed).toBe(true);
  });

  it('days at the tier are lived: a clock set forward brings none (invariant 13)', () => {
    const history = createHistory();
    liveDay(history);
    history.wait(60 * DAY_MS);
    history.add({ kind: 'day.started', day: Math.floor(history.now() / DAY_MS), equity: notional('2500') });
    expect(gate(history, 'days at tier').current).toBe('2');
    // And one set back begins no old day again.
    history.add({ kind: 'day.started', day: 20_000, equity: notional('2500') });
    expect(gate(history, 'days at tier').current).toBe('2');
  });
});

describe('the gates to STRATEGIST', () => {
  const hunter = (days = 46): History => {
    const history = createHistory('HUNTER');
    for (let day = 0; day < days; day += 1)
      liveDay(history, { equity: '12000', pnl: day % 5 === 0 ? '-10' : '30' });
    return history;
  };
  const sliced = (history: History, value: string, slices: number, impactBps: number | null = 5): void =>
    void history.add({
      kind: 'execution.completed',
      symbol: 'BTCUSDT',
      notional: notional(value),
      slices,
      impactBps,
    });

  it('wait for the events that later features write', () => {
    expect(closed(hunter())).toEqual([
      'slicedOrdersPercent',
      'slicedOrders',
      'uncorrelatedPairs',
      'recoveries',
    ]);
  });

  it('open with them', () => {
    const history = hunter();
    for (let count = 0; count < 20; count += 1) sliced(history, '250', 3);
    history.add(
      { kind: 'correlation.measured', positions: 0, lowest: null, uncorrelated: ['a', 'b', 'c', 'd', 'e'] },
      { kind: 'drill.passed', drill: 'recovery', figures: {} },
    );
    expect(closed(history)).toEqual([]);
    // One of twenty-one whole is within 95 %; the small ones do not count.
    sliced(history, '250', 1);
    sliced(history, '200', 1, null);
    expect(gate(history, 'slicedOrdersPercent').passed).toBe(true);
    sliced(history, '250', 2);
    expect(gate(history, 'slicedOrdersPercent').passed).toBe(false);
    sliced(history, '250', 3, 51);
    expect(gate(history, 'marketImpactMaxPercent').passed).toBe(false);
  });

  it('count a drawdown that was earned back, deep enough', () => {
    const history = hunter();
    const mark = (drawdownBps: number): void =>
      void history.add({
        kind: 'equity.marked',
        equity: notional('12000'),
        peak: notional('12000'),
        drawdownBps,
        dayPnl: ZERO_NOTIONAL,
        day: Math.floor(history.now() / DAY_MS),
      });
    mark(50);
    mark(0);
    mark(999);
    mark(400);
    mark(0);
    mark(0);
    expect(gate(history, 'recoveries')).toMatchObject({ current: '0', passed: false });
    mark(1_000);
    expect(gate(history, 'recoveries').passed).toBe(false);
    mark(0);
    expect(gate(history, 'recoveries')).toMatchObject({ current: '1', passed: true });
    expect(gate(history, 'recoveries').evidence).toHaveLength(2);
  });

  it('are no Sharpe ratio without a spread of results, nor a low one', () => {
    expect(gate(hunter(0), 'sharpeMin')).toMatchObject({ current: '0.00', passed: false });
    const wild = createHistory('HUNTER');
    for (let day = 0; day < 31; day += 1)
      liveDay(wild, { equity: '12000', pnl: day % 2 === 0 ? '-100' : '101' });
    expect(gate(wild, 'sharpeMin').passed).toBe(false);
  });

  it('see an entry filled far from where it was decided', () => {
    const history = createHistory('HUNTER');
    expect(gate(history, 'marketImpactMaxPercent')).toMatchObject({ current: 'no trade yet', passed: false });
    liveDay(history);
    expect(gate(history, 'marketImpactMaxPercent')).toMatchObject({ current: '0.00', passed: true });
  });
});

describe('the gates to ARCHITECT', () => {
  const strategist = (): History => {
    const history = createHistory('STRATEGIST');
    for (let day = 0; day < 61; day += 1)
      liveDay(history, {
        equity: '60000',
        trades: ['a', 'b', 'c'].map((strategy) => ({ symbol: 'BTCUSDT', pnl: '10', strategy })),
      });
    history.add({ kind: 'day.started', day: Math.floor(history.now() / DAY_MS), equity: notional('60000') });
    return history;
  };

  it('open with three strategies that earn alike, three crashes, a backup and no override', () => {
    const history = strategist();
    expect(closed(history)).toEqual(['crashesSurvived', 'backupsRestored']);
    for (const name of ['2020', '2021', '2022'])
      history.add({ kind: 'drill.passed', drill: `crash:${name}`, figures: {} });
    history.add({ kind: 'backup.verified', backupId: 'b', figures: {} });
    expect(closed(history)).toEqual([]);
    history.add({
      kind: 'tilt.overrideAttempted',
      outcome: 'refused',
      reason: '',
      actor: 'trader',
      words: 0,
      textHash: '',
      effectiveAtMs: null,
    });
    expect(closed(history)).toEqual(['daysWithoutOverride']);
  });

  it('are closed when one strategy earns too much of it, or none earns', () => {
    const history = strategist();
    liveDay(history, { trades: [{ symbol: 'BTCUSDT', pnl: '1000', strategy: 'a' }] });
    expect(closed(history)).toContain('strategyShareMaxPercent');
    expect(gate(createHistory('STRATEGIST'), 'strategyShareMaxPercent').current).toBe('no profit yet');
  });
});

describe('the top of the ladder', () => {
  it('has nothing more to pass', () => {
    const history = createHistory('ARCHITECT');
    expect(evaluateGates(history.state(), history.now(), rules.tierGates, minimum)).toEqual({
      from: 'ARCHITECT' satisfies Tier,
      to: null,
      passed: false,
      readings: [],
    });
  });
});

describe('what the fold keeps', () => {
  it('is a window, however long the account lives', () => {
    const history = createHistory();
    for (let day = 0; day < 200; day += 1)
      liveDay(history, {
        trades: [{ symbol: `COIN${day}USDT`, pnl: '1', strategy: `s${day}` }],
        drawdownBps: day % 2 === 0 ? 500 : 0,
      });
    const { evidence } = history.state();
    expect(evidence.days.recent).toHaveLength(DAYS_KEPT);
    expect(evidence.latencies.length).toBeLessThanOrEqual(100);
    expect(evidence.pairs.size).toBe(64);
    expect(evidence.strategies.size).toBe(64);
    expect(evidence.recovered.length).toBeLessThanOrEqual(8);
    expect([evidence.openedBy.size, evidence.references.size, evidence.days.costs.size]).toEqual([0, 0, 0]);
  });
});
