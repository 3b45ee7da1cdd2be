// Whole stories: what an order does, in the order the exchange tells it (binance.md, Orders;
// Binance, market_orders_faq.md), and what the books say afterwards.
import { describe, expect, it } from 'vitest';
import {
  accepted,
  accountSpec,
  balanceOf,
  bookOf,
  levels,
  openVenue,
  order,
  place,
  story,
  SYMBOL,
  symbolSpec,
} from '../../../tests/builders/venue.ts';
import { assetAmount, formatFixed, price, quantity } from '../../core/money.ts';
import { createVenue } from './venue.ts';
import type { Venue } from './venue-api.ts';

/** Account 2 rests on both sides. */
function withBook(venue: Venue): Venue {
  place(venue, { accountId: 2, side: 'SELL', price: '101', quantity: '2' });
  place(venue, { accountId: 2, side: 'SELL', price: '102', quantity: '3' });
  place(venue, { accountId: 2, side: 'BUY', price: '99', quantity: '2' });
  place(venue, { accountId: 2, side: 'BUY', price: '98', quantity: '3' });
  venue.drain();
  return venue;
}

describe('a limit order', () => {
  it('rests, holding its money, and is told as NEW and then the balances', () => {
    const venue = openVenue();
    const placed = place(venue, { price: '100', quantity: '1.5' }, 7);
    expect(placed.order).toMatchObject({
      orderId: 1,
      status: 'NEW',
      working: true,
      workingTime: 7,
      time: 7,
      timeInForce: 'GTC',
    });
    expect(story(venue)).toEqual(['1: LIMIT NEW NEW', '1: balances USDT BTC']);
    expect(balanceOf(venue, 1, 'USDT')).toBe('999850 + 150');
    expect(bookOf(venue)).toEqual({ bids: ['100 x 1.5'], asks: [] });
  });

  it("takes what is there at the makers' prices and rests with the remainder", () => {
    const venue = withBook(openVenue());
    const placed = place(venue, { price: '101', quantity: '5' });
    expect(placed.order.status).toBe('PARTIALLY_FILLED');
    expect(story(venue)).toEqual([
      '1: LIMIT NEW NEW',
      'trade 2 @ 101 bought',
      '1: LIMIT TRADE PARTIALLY_FILLED 2 @ 101 taker',
      '2: LIMIT TRADE FILLED 2 @ 101 maker',
      '1: balances USDT BTC',
      '2: balances BTC USDT',
    ]);
    expect(bookOf(venue)).toEqual({ bids: ['101 x 3', '99 x 2', '98 x 3'], asks: ['102 x 3'] });
    // 2 bought at 101 (202) and 3 more still held at 101 (303); 0.1 % of the 2 received is the fee.
    expect(balanceOf(venue, 1, 'USDT')).toBe('999495 + 303');
    expect(balanceOf(venue, 1, 'BTC')).toBe('101.998 + 0');
  });

  it('gives back what a better price saves', () => {
    const venue = withBook(openVenue());
    place(venue, { price: '150', quantity: '2' });
    expect(balanceOf(venue, 1, 'USDT')).toBe('999798 + 0');
  });

  it('serves the older of two orders at one price first', () => {
    const venue = openVenue();
    const first = place(venue, { accountId: 2, price: '100', quantity: '1' }).order;
    const second = place(venue, { accountId: 2, price: '100', quantity: '1' }).order;
    place(venue, { side: 'SELL', price: '100', quantity: '1.5' });
    expect(venue.order(2, SYMBOL, first)?.status).toBe('FILLED');
    expect(venue.order(2, SYMBOL, second)).toMatchObject({
      status: 'PARTIALLY_FILLED',
      executedQuantity: quantity('0.5'),
    });
  });

  it('expires the unfilled rest when it is IOC', () => {
    const venue = withBook(openVenue());
    const placed = place(venue, { price: '101', quantity: '5', timeInForce: 'IOC' });
    expect(placed.order).toMatchObject({
      status: 'EXPIRED',
      executedQuantity: quantity('2'),
      expiryReason: 'UNFILLED_IOC_QUANTITY_EXPIRED',
    });
    expect(story(venue)).toEqual([
      '1: LIMIT NEW NEW',
      'trade 2 @ 101 bought',
      '1: LIMIT TRADE PARTIALLY_FILLED 2 @ 101 taker',
      '2: LIMIT TRADE FILLED 2 @ 101 maker',
      '1: LIMIT EXPIRED EXPIRED (UNFILLED_IOC_QUANTITY_EXPIRED)',
      '1: balances USDT BTC',
      '2: balances BTC USDT',
    ]);
    expect(balanceOf(venue, 1, 'USDT')).toBe('999798 + 0');
  });

  it('fills whole or not at all when it is FOK', () => {
    const venue = withBook(openVenue());
    const none = place(venue, { price: '102', quantity: '5.001', timeInForce: 'FOK' });
    expect(none.order).toMatchObject({
      status: 'EXPIRED',
      executedQuantity: 0n,
      expiryReason: 'UNFILLED_FOK_ORDER_EXPIRED',
    });
    expect(story(venue)).toEqual([
      '1: LIMIT NEW NEW',
      '1: LIMIT EXPIRED EXPIRED (UNFILLED_FOK_ORDER_EXPIRED)',
      '1: balances USDT BTC',
    ]);
    expect(place(venue, { price: '102', quantity: '5', timeInForce: 'FOK' }).order.status).toBe('FILLED');
  });

  it('counts hidden quantity towards FOK', () => {
    const venue = openVenue();
    place(venue, { accountId: 2, side: 'SELL', price: '101', quantity: '5', icebergQuantity: '1' });
    expect(place(venue, { price: '101', quantity: '5', timeInForce: 'FOK' }).order.status).toBe('FILLED');
  });
});

describe('a market order', () => {
  it('walks the book, and reports NEW, the trades, EXPIRED, then balances when it exhausts it', () => {
    const venue = withBook(openVenue());
    const placed = place(venue, { type: 'MARKET', quantity: '6' });
    expect(placed.order).toMatchObject({
      status: 'EXPIRED',
      executedQuantity: quantity('5'),
      price: 0n,
      expiryReason: 'INSUFFICIENT_LIQUIDITY',
    });
    expect(placed.fills.map((fill) => formatFixed(fill.price))).toEqual(['101', '102']);
    expect(story(venue)).toEqual([
      '1: MARKET NEW NEW',
      'trade 2 @ 101 bought',
      '1: MARKET TRADE PARTIALLY_FILLED 2 @ 101 taker',
      '2: LIMIT TRADE FILLED 2 @ 101 maker',
      'trade 3 @ 102 bought',
      '1: MARKET TRADE PARTIALLY_FILLED 3 @ 102 taker',
      '2: LIMIT TRADE FILLED 3 @ 102 maker',
      '1: MARKET EXPIRED EXPIRED (INSUFFICIENT_LIQUIDITY)',
      '1: balances USDT BTC',
      '2: balances BTC USDT',
    ]);
    expect(balanceOf(venue, 1, 'USDT')).toBe('999492 + 0');
  });

  it('expires at once in an empty book', () => {
    const venue = openVenue();
    expect(place(venue, { type: 'MARKET', quantity: '1' }).order.status).toBe('EXPIRED');
    expect(story(venue)).toEqual([
      '1: MARKET NEW NEW',
      '1: MARKET EXPIRED EXPIRED (INSUFFICIENT_LIQUIDITY)',
      '1: balances USDT BTC',
    ]);
  });

  it('spends a quote amount down to the last step', () => {
    const venue = withBook(openVenue());
    // 202 at 101, and of the 98 that are left 0.96 at 102: 0.960 × 102 = 97.92.
    const placed = place(venue, { type: 'MARKET', quoteOrderQuantity: '300' });
    expect(placed.order).toMatchObject({
      status: 'FILLED',
      originalQuantity: quantity('2.96'),
      executedQuantity: quantity('2.96'),
    });
    expect(formatFixed(placed.order.cumulativeQuote)).toBe('299.92');
    expect(formatFixed(placed.order.originalQuoteQuantity)).toBe('300');
  });

  it('sells as much as a quote amount needs', () => {
    const venue = withBook(openVenue());
    const placed = place(venue, { type: 'MARKET', side: 'SELL', quoteOrderQuantity: '99' });
    expect(placed.order).toMatchObject({ status: 'FILLED', executedQuantity: quantity('1') });
  });

  it('that cannot spend its quote amount expires with what it got', () => {
    const venue = withBook(openVenue());
    const placed = place(venue, { type: 'MARKET', quoteOrderQuantity: '1000' });
    expect(placed.order).toMatchObject({
      status: 'EXPIRED',
      executedQuantity: quantity('5'),
      expiryReason: 'INSUFFICIENT_LIQUIDITY',
    });
    expect(balanceOf(venue, 1, 'USDT')).toBe('999492 + 0');
  });
});

describe('a maker-only order', () => {
  it('rests next to the touch and trades only as maker', () => {
    const venue = withBook(openVenue());
    const { orderId } = place(venue, { type: 'LIMIT_MAKER', price: '100.99' }).order;
    const sold = place(venue, { accountId: 2, type: 'MARKET', side: 'SELL', quantity: '1' });
    expect(formatFixed(sold.fills[0]!.price)).toBe('100.99');
    expect(venue.trades(1, SYMBOL, 0, 10)).toMatchObject([{ orderId, isMaker: true, isBuyer: true }]);
  });
});

describe('an iceberg', () => {
  it('shows its part, refills behind the queue, and holds money for all of it', () => {
    const venue = openVenue();
    place(venue, { accountId: 2, side: 'SELL', price: '101', quantity: '5', icebergQuantity: '2' });
    place(venue, { accountId: 2, side: 'SELL', price: '101', quantity: '1' });
    expect(bookOf(venue).asks).toEqual(['101 x 3']);
    expect(balanceOf(venue, 2, 'BTC')).toBe('94 + 6');
    const bought = place(venue, { type: 'MARKET', quantity: '4' });
    expect(bought.fills.map((fill) => formatFixed(fill.quantity))).toEqual(['2', '1', '1']);
    expect(bookOf(venue).asks).toEqual(['101 x 1']);
    expect(
      place(venue, { type: 'MARKET', quantity: '2' }).fills.map((fill) => formatFixed(fill.quantity)),
    ).toEqual(['1', '1']);
  });
});

describe('a cancel', () => {
  it("frees the money and is told under the request's own id", () => {
    const venue = openVenue();
    const { orderId } = place(venue, { clientOrderId: 'mine' }).order;
    venue.drain();
    const cancelled = accepted(
      venue.cancel(9, {
        accountId: 1,
        symbol: SYMBOL,
        order: { clientOrderId: 'mine' },
        requestClientOrderId: 'bye',
        restriction: null,
      }),
    );
    expect(cancelled).toMatchObject({ orderId, status: 'CANCELED', clientOrderId: 'mine', updateTime: 9 });
    const [event] = venue.drain();
    expect(event).toMatchObject({
      kind: 'execution',
      executionType: 'CANCELED',
      requestClientOrderId: 'bye',
      order: { clientOrderId: 'mine' },
    });
    expect(balanceOf(venue, 1, 'USDT')).toBe('1000000 + 0');
    expect(bookOf(venue).bids).toEqual([]);
  });

  it('of everything ends orders in the book and waiting stops alike', () => {
    const venue = withBook(openVenue());
    place(venue, {});
    place(venue, { type: 'STOP_LOSS', side: 'SELL', stopPrice: '90' });
    expect(accepted(venue.cancelAll(9, 1, SYMBOL)).map((each) => each.status)).toEqual([
      'CANCELED',
      'CANCELED',
    ]);
    expect(venue.openOrders(1, null)).toEqual([]);
    expect(balanceOf(venue, 1, 'BTC')).toBe('100 + 0');
  });
});

describe('fees', () => {
  const open = (change: Parameters<typeof accountSpec>[1], ...more: [string, string][]): Venue => {
    const venue = createVenue();
    venue.setSymbol(
      0,
      symbolSpec({
        symbol: 'ARBUSDT',
        baseAsset: 'ARB',
        tickSize: price('0.0001'),
        minPrice: price('0.0001'),
        stepSize: quantity('0.1'),
        minQuantity: quantity('0.1'),
      }),
    );
    venue.setSymbol(0, symbolSpec({ symbol: 'BNBUSDT', baseAsset: 'BNB' }));
    venue.printTrade(0, 'BNBUSDT', price('217.6'), quantity('1'), false);
    venue.openAccount(
      accountSpec(1, {
        balances: [
          { asset: 'USDT', free: assetAmount('1000') },
          ...more.map(([asset, free]) => ({ asset, free: assetAmount(free) })),
        ],
        ...change,
      }),
    );
    venue.setLiquidity(0, 'ARBUSDT', levels('0.838 x 1000'), levels('0.839 x 1000'));
    return venue;
  };
  const buy = (venue: Venue) =>
    accepted(venue.place(1, order({ symbol: 'ARBUSDT', type: 'MARKET', quoteOrderQuantity: '5' }))).fills[0]!;

  it('are a rate of what was received, in that asset', () => {
    const venue = open({ takerRate: 1_000 });
    // 5.9 ARB for 4.9501 USDT, as in the recorded market buy; 0.1 % of 5.9.
    expect(buy(venue)).toMatchObject({
      quoteQuantity: 495_010_000n,
      commissionAsset: 'ARB',
      commission: 590_000n,
    });
  });

  it('are a quarter lower in BNB, at its price, as in a recorded fill of 2023', () => {
    const venue = open({ feesInBnb: true }, ['BNB', '1']);
    expect(buy(venue)).toMatchObject({ commissionAsset: 'BNB', commission: assetAmount('0.00001706') });
    expect(balanceOf(venue, 1, 'BNB')).toBe('0.99998294 + 0');
  });

  it('fall back to the received asset when BNB runs out mid-order', () => {
    const venue = open({ feesInBnb: true }, ['BNB', '0.00001']);
    venue.setLiquidity(0, 'ARBUSDT', [], levels('0.839 x 1', '0.84 x 100'));
    const { fills } = accepted(venue.place(1, order({ symbol: 'ARBUSDT', type: 'MARKET', quantity: '20' })));
    expect(fills.map((fill) => fill.commissionAsset)).toEqual(['BNB', 'ARB']);
  });

  it('of a maker in BNB follow its maker rate', () => {
    const venue = open({ feesInBnb: true, makerRate: 500 }, ['BNB', '1']);
    accepted(venue.place(1, order({ symbol: 'ARBUSDT', price: '0.8385', quantity: '10' })));
    venue.printTrade(2, 'ARBUSDT', price('0.8385'), quantity('10'), true);
    // 8.385 USDT at 0.05 %, a quarter off, at 217.6.
    expect(venue.trades(1, 'ARBUSDT', 0, 1)[0]).toMatchObject({
      commissionAsset: 'BNB',
      commission: assetAmount('0.00001445'),
    });
  });

  it('differ for maker and taker', () => {
    const venue = openVenue();
    venue.openAccount(accountSpec(3, { makerRate: 200 }));
    accepted(venue.place(1, order({ accountId: 3, price: '100' })));
    place(venue, { type: 'MARKET', side: 'SELL', quantity: '1' });
    expect(venue.trades(3, SYMBOL, 0, 1)[0]!.commission).toBe(assetAmount('0.0002'));
    expect(venue.trades(1, SYMBOL, 0, 1)[0]!.commission).toBe(assetAmount('0.1'));
  });
});

describe('what can be asked afterwards', () => {
  it('orders and trades by id, client id and range, for their owner only', () => {
    const venue = withBook(openVenue());
    const filled = place(venue, { type: 'MARKET', quantity: '1', clientOrderId: 'a' }).order;
    const open = place(venue, { price: '90', clientOrderId: 'b' }).order;
    expect(venue.order(1, SYMBOL, { clientOrderId: 'a' })).toEqual(venue.order(1, SYMBOL, filled));
    expect(venue.order(2, SYMBOL, filled)).toBe(null);
    expect(venue.order(1, SYMBOL, { orderId: 1 })).toBe(null);
    expect(venue.openOrders(1, SYMBOL).map((each) => each.orderId)).toEqual([open.orderId]);
    expect(venue.openOrders(1, 'ETHUSDT')).toEqual([]);
    expect(venue.allOrders(1, SYMBOL, 0, 10).map((each) => each.clientOrderId)).toEqual(['a', 'b']);
    expect(venue.allOrders(1, SYMBOL, open.orderId, 10).map((each) => each.clientOrderId)).toEqual(['b']);
    expect(venue.trades(1, SYMBOL, 0, 10)).toHaveLength(1);
    expect(venue.trades(1, SYMBOL, 2, 10)).toEqual([]);
    expect(venue.account(1)?.accountId).toBe(1);
    expect(venue.symbols().map((each) => each.symbol)).toEqual([SYMBOL]);
    expect([venue.bestBid(SYMBOL), venue.bestAsk(SYMBOL)]).toEqual([
      levels('99 x 2')[0],
      levels('101 x 1')[0],
    ]);
    expect(venue.lastPrice(SYMBOL)).toBe(price('101'));
  });

  it("an average price over the filter's minutes, the last price when nothing traded in them", () => {
    const venue = openVenue();
    expect(venue.averagePrice(0, SYMBOL)).toBe(null);
    venue.printTrade(0, SYMBOL, price('100'), quantity('1'), true);
    venue.printTrade(60_000, SYMBOL, price('103'), quantity('2'), true);
    expect(venue.averagePrice(60_000, SYMBOL)).toBe(price('102'));
    expect(venue.averagePrice(299_999, SYMBOL)).toBe(price('102'));
    expect(venue.averagePrice(300_000, SYMBOL)).toBe(price('103'));
    expect(venue.averagePrice(900_000, SYMBOL)).toBe(price('103'));
  });

  it('the quantity in front of a resting order', () => {
    const venue = withBook(openVenue());
    const { orderId } = place(venue, { price: '99', quantity: '1' }).order;
    place(venue, { accountId: 2, price: '99', quantity: '7' });
    expect(venue.queueAhead(1, SYMBOL, { orderId })).toBe(quantity('2'));
    place(venue, { accountId: 2, type: 'MARKET', side: 'SELL', quantity: '0.5', selfTradeMode: 'NONE' });
    expect(venue.queueAhead(1, SYMBOL, { orderId })).toBe(quantity('1.5'));
    expect(venue.queueAhead(1, SYMBOL, { orderId: 99 })).toBe(null);
  });
});

describe('an unlimited market maker', () => {
  it('trades without money, fees or reports of its own', () => {
    const venue = openVenue();
    place(venue, { accountId: 9, side: 'SELL', price: '101', quantity: '50' });
    expect(story(venue)).toEqual([]);
    place(venue, { type: 'MARKET', quantity: '1' });
    expect(story(venue)).toEqual([
      '1: MARKET NEW NEW',
      'trade 1 @ 101 bought',
      '1: MARKET TRADE FILLED 1 @ 101 taker',
      '1: balances USDT BTC',
    ]);
    expect(venue.balances(9)).toEqual([]);
    const outside = Object.fromEntries(venue.totals().map((each) => [each.asset, formatFixed(each.outside)]));
    expect(outside).toEqual({ BTC: '-1', USDT: '101' });
  });
});

describe('a symbol', () => {
  it('tells its change of status and nothing else', () => {
    const venue = openVenue();
    venue.setSymbol(4, symbolSpec({ status: 'BREAK' }));
    venue.setSymbol(5, symbolSpec({ status: 'BREAK', maxOrders: 3 }));
    expect(venue.drain()).toEqual([{ kind: 'symbolStatus', at: 4, symbol: SYMBOL, status: 'BREAK' }]);
  });

  it('takes a finer grid without moving anyone in the queues', () => {
    const venue = openVenue();
    const first = place(venue, { accountId: 2, price: '100', quantity: '2', icebergQuantity: '0.5' }).order;
    const second = place(venue, { price: '100', quantity: '1' }).order;
    venue.setLiquidity(1, SYMBOL, levels('100 x 3'), levels('101 x 4'));
    const before = bookOf(venue);
    venue.setSymbol(2, symbolSpec({ tickSize: price('0.001'), stepSize: quantity('0.00001') }));
    expect(bookOf(venue)).toEqual(before);
    expect(venue.queueAhead(1, SYMBOL, second)).toBe(quantity('0.5'));
    place(
      venue,
      { accountId: 2, price: '100.005', quantity: '0.12345', side: 'SELL', selfTradeMode: 'NONE' },
      3,
    );
    expect(bookOf(venue).asks[0]).toBe('100.005 x 0.12345');
    venue.printTrade(4, SYMBOL, price('100'), quantity('1.2'), true);
    expect(venue.order(2, SYMBOL, first)?.executedQuantity).toBe(quantity('0.5'));
    expect(venue.order(1, SYMBOL, second)?.executedQuantity).toBe(quantity('0.7'));
  });
});
