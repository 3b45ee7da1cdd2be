// What was earned: by day, pair, strategy and hour, and the seed's metrics with their edges.
import { describe, expect, test } from 'vitest';
import { notional } from '../core/money.ts';
import { DAY_MS, HOUR_MS } from '../core/time.ts';
import { createPerformance, type ClosedTrade } from './performance.ts';

let count = 0;
function trade(pnl: string, changes: Partial<ClosedTrade> = {}): ClosedTrade {
  count += 1;
  return {
    positionId: `p${count}`,
    symbol: 'BTCUSDT',
    strategy: null,
    pnl: notional(pnl),
    openedAt: 10 * DAY_MS + 9 * HOUR_MS,
    closedAt: 10 * DAY_MS + 10 * HOUR_MS,
    ...changes,
  };
}

function of(...trades: readonly ClosedTrade[]): ReturnType<typeof createPerformance> {
  const performance = createPerformance();
  for (const one of trades) performance.add(one);
  return performance;
}

describe('the panel', () => {
  test('sums exactly, best first, and counts a trade once', () => {
    const first = trade('0.1');
    const performance = of(
      first,
      first,
      trade('0.2', { symbol: 'ETHUSDT', strategy: 'sma_cross' }),
      trade('-0.3', { openedAt: 10 * DAY_MS + 23 * HOUR_MS }),
    );
    const panel = performance.panel();
    expect(panel.bySymbol).toEqual([
      { name: 'ETHUSDT', trades: 1, wins: 1, pnl: '0.2' },
      { name: 'BTCUSDT', trades: 2, wins: 1, pnl: '-0.2' },
    ]);
    expect(panel.byStrategy.map(({ name }) => name)).toEqual(['sma_cross', 'by hand']);
    expect(panel.byHour.map(({ name, trades }) => [name, trades])).toEqual([
      ['9', 2],
      ['23', 1],
    ]);
    expect(panel.days).toEqual([{ day: 10, pnl: '0', trades: 3 }]);
  });

  test('is the same object until something happens', () => {
    const performance = of(trade('1'));
    const panel = performance.panel();
    expect(performance.panel()).toBe(panel);
    performance.add(trade('1'));
    expect(performance.panel()).not.toBe(panel);
  });
});

describe('metrics', () => {
  test.each<
    [string, readonly ClosedTrade[], Partial<ReturnType<ReturnType<typeof createPerformance>['metrics']>>]
  >([
    [
      'of nothing are nothing, not zero divided',
      [],
      {
        total_trades: 0,
        win_rate: null,
        profit_factor: null,
        sharpe_ratio: null,
        total_pnl: '0',
        max_drawdown: '0',
      },
    ],
    [
      'of wins only have no profit factor',
      [trade('1'), trade('2')],
      { win_rate: 1, profit_factor: null, total_pnl: '3' },
    ],
    [
      'count what lies under the best result as drawdown',
      [
        trade('5', { closedAt: 1 }),
        trade('-2', { closedAt: 2 }),
        trade('-1.5', { closedAt: 3 }),
        trade('9', { closedAt: 4 }),
      ],
      { max_drawdown: '3.5', profit_factor: 4, winning_trades: 2, losing_trades: 2 },
    ],
    ['of one day have no Sharpe ratio', [trade('1'), trade('-1')], { sharpe_ratio: null }],
    [
      'of two days have one',
      [trade('1'), trade('3', { closedAt: 11 * DAY_MS })],
      { sharpe_ratio: Math.round((2 / Math.sqrt(2)) * Math.sqrt(365) * 10_000) / 10_000 },
    ],
  ])('%s', (_name, trades, wanted) => {
    expect(of(...trades).metrics(0)).toMatchObject(wanted);
  });

  test('of a period leave out what was closed before', () => {
    const performance = of(trade('1', { closedAt: 5 }), trade('2', { closedAt: 6 }));
    expect(performance.metrics(6)).toMatchObject({ total_trades: 1, total_pnl: '2' });
  });
});
