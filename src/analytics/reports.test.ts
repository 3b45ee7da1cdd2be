import { describe, expect, it } from 'vitest';
import { closed, entry, noon } from '../../tests/builders/tilt.ts';
import type { DomainEvent } from '../core/events.ts';
import { assetAmount, notional, price, quantity } from '../core/money.ts';
import { createEquityCurve } from './equity-curve.ts';
import { htmlReport } from './html-report.ts';
import { initialMetrics, metricsOf } from './metrics.ts';
import { createOrderList, tradeRow } from './trade-list.ts';

describe('an equity curve', () => {
  it('stays small and keeps the first, the last and the lowest', () => {
    const curve = createEquityCurve(64);
    for (let index = 0; index < 100_000; index += 1)
      curve.add(index, index === 31_337 ? 1 : 500 + (index % 7));
    const points = curve.points();
    expect(points.length).toBeLessThanOrEqual(64);
    expect(points[0]).toMatchObject({ at: 0, equity: 500 });
    expect(points.at(-1)?.at).toBe(99_999);
    expect(Math.min(...points.map(({ lowest }) => lowest))).toBe(1);
  });

  it('keeps every point while there are few', () => {
    const curve = createEquityCurve();
    for (let index = 0; index < 10; index += 1) curve.add(index, index);
    expect(curve.points().map(({ equity }) => equity)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('passes over what is not a number', () => {
    const curve = createEquityCurve();
    curve.add(1, Number.NaN);
    expect(curve.points()).toEqual([]);
  });
});

describe('an order list', () => {
  const fill = (tradeId: number, size: string, at: string): DomainEvent => ({
    kind: 'order.filled',
    orderId: 'o',
    positionId: 'p',
    symbol: 'BTCUSDT',
    side: 'BUY',
    tradeId,
    price: price(at),
    quantity: quantity(size),
    fee: assetAmount('0.1'),
    feeAsset: 'USDT',
    feeQuote: notional('0.1'),
    isMaker: false,
    exchangeTime: noon,
  });

  it('sums the fills of an order and gives its end', () => {
    const list = createOrderList();
    const events: DomainEvent[] = [
      entry(),
      fill(1, '0.001', '100'),
      fill(2, '0.003', '104'),
      {
        kind: 'order.ended',
        orderId: 'o',
        status: 'FILLED',
        executedQuantity: quantity('0.004'),
        reason: '',
      },
    ];
    for (const [index, event] of events.entries()) list.see({ event, at: noon + index });
    expect(list.rows()).toEqual([
      expect.objectContaining({
        at: noon,
        filledQuantity: '0.004',
        averagePrice: '103',
        fees: '0.2',
        status: 'FILLED',
        endedAt: noon + 3,
      }),
    ]);
  });
});

describe('the HTML report', () => {
  const row = tradeRow({ event: closed(), at: noon });
  const report = htmlReport({
    title: 'a <b>title</b> & "more"',
    about: ['line\u001B[31m one'],
    metrics: metricsOf(initialMetrics, noon),
    curve: [
      { at: noon, equity: 500, lowest: 500 },
      { at: noon + 60_000, equity: 501, lowest: 499 },
    ],
    trades: row === null ? [] : [row],
    tradesLeftOut: 3,
  });

  it('is one file that asks nothing of anybody', () => {
    expect(report).not.toMatch(/<script|https?:|src=|@import|url\(/);
    expect(report.match(/<svg/g)).toHaveLength(2);
    expect(report).toContain('stop loss');
    expect(report).toContain('The first 3 trades are left out');
  });

  it('escapes what came from outside', () => {
    expect(report).toContain('a &lt;b&gt;title&lt;/b&gt; &amp; &quot;more&quot;');
    expect(report).not.toContain('\u001B');
  });

  it('shows a loss in gray and never says NaN', () => {
    expect(report).toContain('class="loss"');
    expect(report).not.toMatch(/NaN|Infinity|undefined|\bred\b/);
  });

  it('of a run without a mark says so', () => {
    const empty = htmlReport({
      title: '',
      about: [],
      metrics: metricsOf(initialMetrics, 0),
      curve: [],
      trades: [],
      tradesLeftOut: 0,
    });
    expect(empty).toContain('No equity was marked.');
    expect(empty).toContain('No position was closed.');
  });
});
