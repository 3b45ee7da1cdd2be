import { describe, expect, it } from 'vitest';
import { assetAmount, price, quantity, ZERO_NOTIONAL, ZERO_PRICE, ZERO_QUANTITY } from '../core/money.ts';
import type { ExchangeOrder, ExchangeTrade } from '../core/ports/gateway.ts';
import { exchangeKey, initialOrders, type Orders } from './executor/orders.ts';
import { ownOrderId, reconcileOrders, type AccountRead, type Findings } from './reconcile.ts';

const elsewhere = (symbol: string, exchangeOrderId: number): ExchangeOrder => ({
  symbol,
  clientOrderId: `elsewhere-${symbol}`,
  exchangeOrderId,
  side: 'BUY',
  type: 'LIMIT',
  status: 'NEW',
  rawStatus: 'NEW',
  quantity: quantity('1'),
  executedQuantity: ZERO_QUANTITY,
  cumulativeQuote: ZERO_NOTIONAL,
  price: price('10'),
  stopPrice: ZERO_PRICE,
  exchangeTime: 1,
});

const trade = (symbol: string, exchangeOrderId: number): ExchangeTrade => ({
  symbol,
  exchangeOrderId,
  side: 'BUY',
  tradeId: 7,
  price: price('10'),
  quantity: quantity('1'),
  fee: assetAmount('0.001'),
  feeAsset: symbol.slice(0, 3),
  isMaker: false,
  exchangeTime: 1,
});

function reconcile(orders: Orders, read: Partial<AccountRead>): Findings {
  return reconcileOrders({
    orders,
    ledger: new Map(),
    read: {
      kind: 'account',
      requestId: 1,
      balances: [],
      openOrders: [],
      trades: [],
      tradeCursor: {},
      exchangeTime: 1,
      ...read,
    },
    orderIdOf: ownOrderId,
    newOrderId: () => 'adopted',
    feeWorth: () => ZERO_NOTIONAL,
    tradeFeeAssets: (symbol) => ({ baseAsset: symbol.slice(0, 3), quoteAsset: 'USDT' }),
  });
}

describe('reconciling orders', () => {
  // The exchange numbers orders per symbol: order 1 of BNBUSDT says nothing about order 1 of BTCUSDT.
  const known: Orders = { ...initialOrders, byExchangeId: new Map([[exchangeKey('BNBUSDT', 1), 'known']]) };

  it("adopts somebody else's order although another symbol has one of the same number (invariant 27)", () => {
    const { events } = reconcile(known, { openOrders: [elsewhere('BTCUSDT', 1)] });
    expect(events.map((event) => event.kind)).toEqual(['order.adopted']);
  });

  it("adopts somebody else's trade although another symbol has an order of the same number (invariant 5)", () => {
    const { events, lookUps } = reconcile(known, { trades: [trade('BTCUSDT', 1)] });
    expect(events.map((event) => event.kind)).toEqual(['trade.adopted']);
    expect(lookUps).toEqual([]);
  });

  it('leaves an order alone that was adopted before', () => {
    const { events } = reconcile(known, { openOrders: [elsewhere('BNBUSDT', 1)] });
    expect(events).toEqual([]);
  });
});
