import { describe, expect, it } from 'vitest';
import {
  fillOf,
  idOf,
  intended,
  orderIn,
  ordersAfter,
  pictureOf,
} from '../../../tests/builders/engine-values.ts';
import { assetAmount, notional, price, quantity, ZERO_NOTIONAL } from '../../core/money.ts';
import type { ExchangeFill, ExchangeOrder } from '../../core/ports/gateway.ts';
import type { Orders } from './orders.ts';
import { feeInQuote, isOpenAtExchange, mergeReport, type ReportOutcome } from './reports.ts';

const one = ordersAfter([intended(1)]);
const known = ordersAfter(
  [
    {
      kind: 'order.accepted',
      orderId: idOf(1),
      exchangeOrderId: 1_001,
      exchangeTime: 1,
      sentLatencyMs: null,
    },
  ],
  one,
);

function merged(
  state: Orders,
  change: Partial<ExchangeOrder>,
  fills: readonly ExchangeFill[] = [],
): ReportOutcome {
  return mergeReport(state, orderIn(state, 1), pictureOf(1, change), fills, () => ZERO_NOTIONAL);
}
const kinds = ({ events }: ReportOutcome): readonly string[] => events.map(({ kind }) => kind);

describe('a report', () => {
  it('of another symbol, side or number says nothing of this order', () => {
    expect(kinds(merged(one, { symbol: 'ETHUSDT' }))).toEqual([]);
    expect(kinds(merged(one, { side: 'SELL' }))).toEqual([]);
    expect(kinds(merged(known, { exchangeOrderId: 5, status: 'CANCELED' }))).toEqual([]);
  });

  it('gives the exchange number first', () => {
    expect(kinds(merged(one, { status: 'FILLED', executedQuantity: quantity('0.25') }, [fillOf(1)]))).toEqual(
      ['order.accepted', 'order.filled', 'order.ended'],
    );
  });

  it('with more executed than shown asks for the fills', () => {
    expect(merged(known, { executedQuantity: quantity('0.5') }, [fillOf(1)]).fillsMissing).toBe(true);
    expect(merged(known, { executedQuantity: quantity('0.25') }, [fillOf(1)]).fillsMissing).toBe(false);
  });

  it('leaves out fills that say nothing, come twice, or would be too many', () => {
    const odd = [
      fillOf(1, { quantity: quantity('0') }),
      fillOf(2, { price: price('0') }),
      fillOf(3),
      fillOf(3),
      fillOf(4, { quantity: quantity('0.8') }),
    ];
    expect(kinds(merged(known, {}, odd))).toEqual(['order.filled']);
  });

  it.each([
    ['FILLED', '1', 'FILLED'],
    ['CANCELED', '0.5', 'CANCELLED'],
    ['EXPIRED', '0.5', 'EXPIRED'],
    ['EXPIRED', '1', 'FILLED'],
    ['REJECTED', '0', 'EXPIRED'],
    ['NEW', '0', undefined],
    ['PARTIALLY_FILLED', '0.5', undefined],
    ['OTHER', '0.5', undefined],
  ] as const)('%s with %s executed ends it as %s', (status, executed, end) => {
    const { events } = merged(known, { status, executedQuantity: quantity(executed) });
    const ended = events.find((event) => event.kind === 'order.ended');
    expect(ended?.status).toBe(end);
  });

  it('older than the end never undoes it', () => {
    const over = ordersAfter(
      merged(known, { status: 'FILLED', executedQuantity: quantity('1') }).events,
      known,
    );
    expect(kinds(merged(over, { status: 'NEW' }))).toEqual([]);
    expect(kinds(merged(over, { status: 'CANCELED' }))).toEqual([]);
  });

  it("books no fills of somebody else's order and asks for none", () => {
    const foreign = ordersAfter([
      {
        kind: 'order.adopted',
        orderId: idOf(1),
        clientOrderId: 'web',
        exchangeOrderId: 1_001,
        symbol: 'BTCUSDT',
        side: 'BUY',
        type: 'LIMIT',
        quantity: quantity('1'),
        executedQuantity: quantity('0'),
        price: price('1'),
      },
    ]);
    const outcome = merged(foreign, { status: 'FILLED', executedQuantity: quantity('1') }, [fillOf(1)]);
    expect(kinds(outcome)).toEqual(['order.ended']);
    expect(outcome.fillsMissing).toBe(false);
  });
});

describe('the worth of a fee', () => {
  const assets = { baseAsset: 'BTC', quoteAsset: 'USDT' };
  const worth = (feeAsset: string, third: bigint | null = null): bigint =>
    feeInQuote(fillOf(1, { fee: assetAmount('0.5'), feeAsset }), assets, () => third as never, 10);

  it('is itself in the quote asset, and at the price of the fill in the coin', () => {
    expect(worth('USDT')).toBe(notional('0.5'));
    expect(worth('BTC')).toBe(notional('50'));
  });

  it('is taken at the market in a third asset, else at the assumed rate', () => {
    expect(worth('BNB', price('600'))).toBe(notional('300'));
    expect(worth('BNB')).toBe(notional('0.025'));
  });
});

describe('an order at the exchange', () => {
  it('is open while it rests or is filled in part', () => {
    expect(isOpenAtExchange(orderIn(one, 1))).toBe(false);
    expect(isOpenAtExchange(orderIn(known, 1))).toBe(true);
  });
});
