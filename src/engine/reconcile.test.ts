import { describe, expect, it } from 'vitest';
import {
  filledEvent,
  fillOf,
  idOf,
  intended,
  ordersAfter,
  pictureOf,
} from '../../tests/builders/engine-values.ts';
import { clientOrderIdOf } from '../core/ids.ts';
import {
  assetAmount,
  formatFixed,
  price,
  quantity,
  ZERO_NOTIONAL,
  ZERO_PRICE,
  ZERO_QUANTITY,
} from '../core/money.ts';
import type { ExchangeOrder, ExchangeTrade } from '../core/ports/gateway.ts';
import { exchangeKey, initialOrders, type Orders } from './executor/orders.ts';
import {
  ownOrderId,
  reconcileBalances,
  reconcileOrders,
  type AccountRead,
  type Findings,
} from './reconcile.ts';

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

/** Orders of our own, by number: 1 was accepted as exchange order 1001, 2 has no answer yet. */
const accepted: Orders = ordersAfter([
  intended(1),
  { kind: 'order.accepted', orderId: idOf(1), exchangeOrderId: 1_001, exchangeTime: 1, sentLatencyMs: null },
]);
const unanswered: Orders = ordersAfter([intended(2)], accepted);
const ownTrade: ExchangeTrade = { ...trade('BTCUSDT', 1_001), ...fillOf(7) };

describe('our own orders', () => {
  it('that the exchange lists as we know them need nothing', () => {
    const found = reconcile(accepted, { openOrders: [pictureOf(1)] });
    expect([found.events, found.lookUps, found.differences]).toEqual([[], [], []]);
  });

  it('that it does not list are looked up, never assumed (rule 2)', () => {
    expect(reconcile(accepted, {}).lookUps).toEqual([idOf(1)]);
    expect(reconcile(accepted, {}).events).toEqual([]);
  });

  it('without an answer that are listed are thereby accepted', () => {
    const found = reconcile(unanswered, { openOrders: [pictureOf(1), pictureOf(2)] });
    expect(found.events.map(({ kind }) => kind)).toEqual(['order.accepted']);
    expect(found.ordersResolved).toBe(1);
  });

  it('that have executed more than we know are looked up', () => {
    const found = reconcile(accepted, {
      openOrders: [pictureOf(1, { status: 'PARTIALLY_FILLED', executedQuantity: quantity('0.5') })],
    });
    expect(found.lookUps).toEqual([idOf(1)]);
  });

  it('have their trades booked through a look-up, together with their end (rule 1)', () => {
    const found = reconcile(accepted, { openOrders: [pictureOf(1)], trades: [ownTrade] });
    expect([found.events, found.lookUps, found.externalFound]).toEqual([[], [idOf(1)], 0]);
  });

  it('have trades that are booked already left alone', () => {
    const booked = ordersAfter([filledEvent(1, 7)], accepted);
    const picture = pictureOf(1, { executedQuantity: quantity('0.25'), status: 'PARTIALLY_FILLED' });
    const found = reconcile(booked, { openOrders: [picture], trades: [ownTrade] });
    expect([found.events, found.lookUps]).toEqual([[], []]);
  });
});

describe("somebody else's", () => {
  const adopted: Orders = ordersAfter([
    {
      kind: 'order.adopted',
      orderId: idOf(5),
      clientOrderId: 'web',
      exchangeOrderId: 9,
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      quantity: quantity('1'),
      executedQuantity: quantity('0'),
      price: price('10'),
    },
  ]);

  it('order that is gone from the list is over', () => {
    expect(reconcile(adopted, {}).events).toEqual([
      {
        kind: 'order.ended',
        orderId: idOf(5),
        status: 'CANCELLED',
        executedQuantity: 0n,
        reason: 'no longer open at the exchange',
      },
    ]);
  });

  it('order that still rests stays, and its trades are adopted', () => {
    const listed = { ...elsewhere('BTCUSDT', 9), status: 'PARTIALLY_FILLED' as const };
    const found = reconcile(adopted, { openOrders: [listed], trades: [trade('BTCUSDT', 9)] });
    expect(found.events.map(({ kind }) => kind)).toEqual(['trade.adopted']);
    expect([found.externalFound, found.fillsBooked]).toEqual([1, 1]);
  });

  it('trade waits while an order of ours has no answer: it may be ours', () => {
    const found = reconcile(unanswered, { openOrders: [pictureOf(1)], trades: [trade('BTCUSDT', 77)] });
    expect(found.events).toEqual([]);
    expect(found.differences).toEqual(['trade 7 on BTCUSDT waits for an unknown outcome']);
  });

  it('trade in a symbol without rules is left to the balances', () => {
    const found = reconcileOrders({
      orders: accepted,
      ledger: new Map(),
      read: {
        kind: 'account',
        requestId: 1,
        balances: [],
        openOrders: [pictureOf(1)],
        trades: [trade('ODDUSDT', 4)],
        tradeCursor: {},
        exchangeTime: 1,
      },
      orderIdOf: ownOrderId,
      newOrderId: () => 'adopted',
      feeWorth: () => ZERO_NOTIONAL,
      tradeFeeAssets: () => null,
    });
    expect(found.events).toEqual([]);
  });
});

describe('balances (rule 3)', () => {
  const line = (amount: string) => ({
    external: assetAmount(amount),
    traded: assetAmount('0'),
    fees: assetAmount('0'),
  });
  const ledger = new Map([
    ['USDT', line('500')],
    ['BTC', line('1')],
  ]);
  const read = (balances: Readonly<Record<string, readonly [string, string]>>): AccountRead => ({
    kind: 'account',
    requestId: 1,
    balances: Object.entries(balances).map(([asset, [free, locked]]) => ({
      asset,
      free: assetAmount(free),
      locked: assetAmount(locked),
    })),
    openOrders: [],
    trades: [],
    tradeCursor: {},
    exchangeTime: 1,
  });
  const found = (balances: Readonly<Record<string, readonly [string, string]>>): readonly string[] =>
    reconcileBalances(ledger, read(balances), (asset) => asset === 'ETH', 'why').map((event) =>
      event.kind === 'balance.adopted'
        ? `${event.asset} ${formatFixed(event.delta)} of ${formatFixed(event.total)}`
        : event.kind,
    );

  it('that agree, free and locked together, need nothing', () => {
    expect(found({ USDT: ['400', '100'], BTC: ['0', '1'] })).toEqual([]);
  });

  it('that differ are adopted with their difference', () => {
    expect(found({ USDT: ['600', '0'], BTC: ['0.5', '0'] })).toEqual(['USDT 100 of 600', 'BTC -0.5 of 0.5']);
  });

  it('that the exchange leaves out are empty', () => {
    expect(found({ USDT: ['500', '0'] })).toEqual(['BTC -1 of 0']);
  });

  it('of assets that are nobody’s business are left alone, watched ones are noted even when empty', () => {
    expect(found({ USDT: ['500', '0'], BTC: ['1', '0'], DOGE: ['7', '0'], ETH: ['0', '0'] })).toEqual([
      'ETH 0 of 0',
    ]);
  });
});

describe('a client order id', () => {
  it('leads back to its order, and only one of ours does', () => {
    expect(ownOrderId(clientOrderIdOf(idOf(42)))).toBe(idOf(42));
    expect(ownOrderId('web_1')).toBeNull();
  });
});
