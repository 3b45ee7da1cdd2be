// Rules around the single order: execution band, reference price, cancel-replace, and what bounds
// memory and exactness.
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
  type Words,
} from '../../../tests/builders/venue.ts';
import { assetAmount, price, quantity, type Price, type Quantity } from '../../core/money.ts';
import { AccountMarket, HISTORY_CAP } from './account-market.ts';
import { FeeSchedule, feeFloor, feeInBnb, feeUnits } from './commission.ts';
import type { LiveOrder } from './live-order.ts';
import { ASK, BID, NOBODY, OrderBook } from './order-book.ts';
import { lotsOf, makeScale, ticksOf } from './scale.ts';
import type { Venue } from './venue-api.ts';
import { createVenue } from './venue.ts';

function quoted(venue: Venue): Venue {
  venue.setLiquidity(0, SYMBOL, levels('99 x 5', '94 x 5'), levels('101 x 5', '106 x 5'));
  venue.printTrade(0, SYMBOL, price('100'), quantity('1'), true);
  venue.drain();
  return venue;
}

describe('the execution band', () => {
  const banded = (): Venue =>
    quoted(
      openVenue({
        executionRange: { bidUpBps: 10_500, bidDownBps: 9_500, askUpBps: 10_500, askDownBps: 9_500 },
      }),
    );

  it.each([
    ['a market buy', { type: 'MARKET', quantity: '8' }],
    ['a market sell', { type: 'MARKET', side: 'SELL', quantity: '8' }],
    ['a limit buy', { price: '110', quantity: '8' }],
    ['an IOC sell', { side: 'SELL', price: '90', quantity: '8', timeInForce: 'IOC' }],
  ] satisfies [string, Words][])('lets %s trade up to its edge and expires the rest', (_what, words) => {
    const { order: after } = place(banded(), words);
    expect(after).toMatchObject({
      status: 'EXPIRED',
      executedQuantity: quantity('5'),
      expiryReason: 'EXECUTION_RULE_PRICE_RANGE_EXCEEDED',
    });
  });

  it('does not hinder an order that would rest, or run out of book, inside it', () => {
    const venue = banded();
    expect(place(venue, { price: '105', quantity: '6' }).order.status).toBe('PARTIALLY_FILLED');
    venue.setLiquidity(1, SYMBOL, [], levels('106 x 5'));
    const far = place(venue, { accountId: 2, side: 'SELL', price: '200', quantity: '1' }).order;
    expect(far.status).toBe('NEW');
  });

  it('also ends an order whose first trade would be too good', () => {
    const venue = banded();
    venue.setReferencePrice(SYMBOL, price('200'));
    expect(place(venue, { type: 'MARKET', quantity: '1' }).order).toMatchObject({
      status: 'EXPIRED',
      executedQuantity: 0n,
      expiryReason: 'EXECUTION_RULE_PRICE_RANGE_EXCEEDED',
    });
    expect(balanceOf(venue, 1, 'USDT')).toBe('1000000 + 0');
  });

  it('reaches no further than its exact edge', () => {
    const venue = banded();
    venue.setReferencePrice(SYMBOL, price('100.01'));
    venue.setLiquidity(1, SYMBOL, levels('95.01 x 1', '95 x 1'), []);
    // 95 % of the reference are 95.0095.
    expect(place(venue, { type: 'MARKET', side: 'SELL', quantity: '2' }).order.executedQuantity).toBe(
      quantity('1'),
    );
  });

  it('is off without a rule or without any price to measure by', () => {
    const without = openVenue({
      executionRange: { bidUpBps: 10_001, bidDownBps: 0, askUpBps: 0, askDownBps: 0 },
    });
    without.setLiquidity(0, SYMBOL, [], levels('500 x 1'));
    expect(place(without, { type: 'MARKET', quantity: '1' }).order.status).toBe('FILLED');
  });
});

describe('the reference price', () => {
  it('takes the place of the average in the filters, and leaves the average itself alone', () => {
    const venue = quoted(openVenue());
    venue.setReferencePrice(SYMBOL, price('10'));
    const high = venue.place(2, order({ price: '50.01' }));
    expect(high.ok ? null : high.error.message).toBe('Filter failure: PERCENT_PRICE_BY_SIDE');
    expect(venue.averagePrice(2, SYMBOL)).toBe(price('100'));
    venue.setReferencePrice(SYMBOL, null);
    expect(venue.place(3, order({ price: '50.01' })).ok).toBe(true);
  });
});

describe('cancel-replace', () => {
  const cancelling = (orderId: number) => ({
    accountId: 1,
    symbol: SYMBOL,
    order: { orderId },
    requestClientOrderId: 'bye',
    restriction: null,
  });

  it('cancels, then places', () => {
    const venue = quoted(openVenue());
    const { orderId } = place(venue, { price: '90' }).order;
    venue.drain();
    const both = accepted(venue.cancelReplace(5, cancelling(orderId), order({ price: '91' }), false));
    expect(both.cancelled).toMatchObject({ ok: true, value: { status: 'CANCELED' } });
    expect(both.placed).toMatchObject({ ok: true, value: { order: { status: 'NEW' } } });
    expect(story(venue)).toEqual([
      '1: LIMIT CANCELED CANCELED',
      '1: balances USDT',
      '1: LIMIT NEW NEW',
      '1: balances USDT BTC',
    ]);
  });

  it("checks the new order's filters before it touches the old one", () => {
    const venue = quoted(openVenue());
    const { orderId } = place(venue, { price: '90' }).order;
    const refused = venue.cancelReplace(5, cancelling(orderId), order({ price: '91.001' }), true);
    expect(refused).toEqual({ ok: false, error: { code: -1013, message: 'Filter failure: PRICE_FILTER' } });
    expect(venue.order(1, SYMBOL, { orderId })?.status).toBe('NEW');
  });

  it('without anything to cancel places only when failure is allowed', () => {
    const venue = quoted(openVenue());
    const strict = accepted(venue.cancelReplace(5, cancelling(99), order({ price: '91' }), false));
    expect(strict).toMatchObject({ cancelled: { ok: false, error: { code: -2011 } }, placed: null });
    const lenient = accepted(venue.cancelReplace(5, cancelling(99), order({ price: '91' }), true));
    expect(lenient).toMatchObject({ cancelled: { ok: false }, placed: { ok: true } });
  });

  it.each([
    ['INSUFFICIENT_BALANCES', { quantity: '9000', price: '200' }],
    ['WOULD_MATCH_IMMEDIATELY', { type: 'LIMIT_MAKER', price: '101' }],
    ['STOP_PRICE_WOULD_TRIGGER_IMMEDIATELY', { type: 'STOP_LOSS', stopPrice: '90' }],
    ['NONE', { clientOrderId: 'taken' }],
  ] satisfies [string, Words][])(
    'tells a new order that the engine refused as REJECTED: %s',
    (reason, words) => {
      const venue = quoted(openVenue());
      const { orderId } = place(venue, { price: '90' }).order;
      place(venue, { price: '90', clientOrderId: 'taken' });
      venue.drain();
      const both = accepted(venue.cancelReplace(5, cancelling(orderId), order(words), false));
      expect(both).toMatchObject({ cancelled: { ok: true }, placed: { ok: false } });
      const rejected = venue
        .drain()
        .find((event) => event.kind === 'execution' && event.executionType === 'REJECTED');
      expect(rejected).toMatchObject({
        rejectReason: reason,
        order: { status: 'REJECTED', executedQuantity: 0n },
      });
    },
  );

  it('is refused for an unknown symbol', () => {
    const refused = openVenue().cancelReplace(5, cancelling(1), order({ symbol: 'NOSUCH' }), true);
    expect(refused).toMatchObject({ ok: false, error: { code: -1121 } });
  });
});

describe('sizes no book can count', () => {
  it('are refused as the filters refuse them, also where the symbol names no maximum', () => {
    const venue = openVenue({
      maxQuantity: quantity('0'),
      maxPrice: price('0'),
      stepSize: quantity('0'),
      tickSize: price('0'),
    });
    const huge = '999999999999999';
    const message = (words: Words): string | null => {
      const result = venue.place(1, order(words));
      return result.ok ? null : result.error.message;
    };
    expect(message({ quantity: huge, price: '0.01' })).toBe('Filter failure: LOT_SIZE');
    expect(message({ price: huge })).toBe('Filter failure: PRICE_FILTER');
  });
});

describe('fees', () => {
  it('are the same in numbers and in bigint, to the last unit', () => {
    for (const amount of [0, 1, 999, 999_999, 1_000_000, 1_234_567, 9_007_199_254_740_991]) {
      for (const rate of [0, 1, 750, 1_000, 9_999]) {
        expect(BigInt(feeUnits(amount, rate))).toBe(feeFloor(BigInt(amount), rate));
      }
    }
    expect(feeUnits(-1, 1_000)).toBe(-1);
    expect(feeInBnb(495_010_000n, 1_000, price('217.6'))).toBe(assetAmount('0.00001706'));
  });

  it('past what a double holds are still exact', () => {
    const venue = createVenue();
    venue.setSymbol(
      0,
      symbolSpec({
        symbol: 'SHIBUSDT',
        baseAsset: 'SHIB',
        tickSize: price('0.00000001'),
        minPrice: price('0.00000001'),
        stepSize: quantity('1'),
        minQuantity: quantity('1'),
        maxQuantity: quantity('92233720368'),
        marketMaxQuantity: quantity('0'),
      }),
    );
    const shib = { asset: 'SHIB', free: assetAmount('90000000001') };
    venue.openAccount(accountSpec(1, { balances: [shib], makerRate: 333 }));
    venue.openAccount(accountSpec(2));
    place(venue, { symbol: 'SHIBUSDT', side: 'SELL', price: '0.00001', quantity: '90000000001' });
    const [fill] = place(venue, {
      accountId: 2,
      symbol: 'SHIBUSDT',
      type: 'MARKET',
      quantity: '90000000001',
    }).fills;
    expect(fill).toMatchObject({
      commission: assetAmount('90000000.001'),
      quoteQuantity: 90_000_000_001_000n,
    });
    expect(venue.trades(1, 'SHIBUSDT', 0, 1)[0]!.commission).toBe(assetAmount('299.7'));
    place(venue, { symbol: 'SHIBUSDT', price: '0.00001', quantity: '89000000001' });
    place(venue, { accountId: 2, symbol: 'SHIBUSDT', side: 'SELL', type: 'MARKET', quantity: '89000000001' });
    expect(venue.trades(1, 'SHIBUSDT', 2, 1)[0]!.commission).toBe(assetAmount('29637000.000333'));
  });
});

describe('memory', () => {
  it('stays where it was however often the outside market is laid anew', () => {
    const venue = openVenue();
    for (let round = 0; round < 2_000; round += 1) {
      const middle = 10_000 + ((round * 7) % 50);
      const side = (way: 1 | -1) =>
        Array.from({ length: 40 }, (_none, at) => ({
          price: (BigInt(middle + way * (at + 1)) * 1_000_000n) as never,
          quantity: (BigInt(1 + ((round + at) % 9)) * 100_000n) as Quantity,
        }));
      venue.setLiquidity(round, SYMBOL, side(-1), side(1));
    }
    expect(venue.drain()).toEqual([]);
    expect(JSON.stringify(venue.snapshot()).length).toBeLessThan(30_000);
    expect(bookOf(venue).bids).toHaveLength(40);
  });

  it('of closed orders and trades is bounded, the oldest going first, open ones never', () => {
    const mine = new AccountMarket();
    const account = { spec: accountSpec(1) };
    const closed = (orderId: number): LiveOrder =>
      ({ orderId, clientOrderId: `c${orderId}`, status: orderId === 1 ? 'NEW' : 'FILLED', account }) as never;
    const total = HISTORY_CAP * 1.25 + 1;
    for (let id = 1; id <= total; id += 1) {
      mine.remember(closed(id));
      mine.traded({ tradeId: id } as never);
    }
    expect(mine.history).toHaveLength(HISTORY_CAP);
    expect(mine.history.slice(0, 2).map((each) => each.orderId)).toEqual([1, total - HISTORY_CAP + 2]);
    expect(mine.find({ clientOrderId: 'c2' })).toBe(null);
    expect(mine.find({ clientOrderId: `c${total}` })?.orderId).toBe(total);
    expect(mine.tradesFrom(0, 1)[0]!.tradeId).toBe(total - HISTORY_CAP + 1);
  });
});

describe('counting in ticks and lots', () => {
  it('rounds down exactly, for small and for large amounts', () => {
    for (const step of [1n, 3n, 7n, 1_300n, 1_000_000n, 100_000_000n]) {
      const scale = makeScale(step, step);
      for (const value of [
        0n,
        1n,
        step - 1n,
        step,
        step + 1n,
        9_007_199_254_740_991n,
        9_007_199_254_740_990n,
        step * 123_456_789n - 1n,
      ]) {
        expect(BigInt(ticksOf(scale, value as Price))).toBe(value / step);
        expect(BigInt(lotsOf(scale, value as Quantity))).toBe(value / step);
      }
    }
    expect(lotsOf(makeScale(1n, 100_000_000n), 900_000_000_000_000_000n as Quantity)).toBe(9_000_000_000);
  });
});

describe('the order book', () => {
  it('grows with its orders, levels, fills and owners', () => {
    const fees = new FeeSchedule();
    for (let owner = 1; owner <= 300; owner += 1) fees.set(owner, owner, 1_000);
    const book = new OrderBook(makeScale(1_000_000n, 100_000_000n), fees);
    for (let at = 1; at <= 300; at += 1) {
      book.add(ASK, 10_000 + at, 1, 0, at);
      book.add(ASK, 10_000 + at, 1, 0, at);
      book.add(BID, 10_000 - at, 1, 0, at);
    }
    expect(book.match(BID, Infinity, 600, 1, NOBODY)).toBe(0);
    expect(book.tape.count).toBe(600);
    // Owner 7 sold its first lot at tick 10,007: 100.07 quote, at 0.0007 %.
    expect([book.tape.maker[12], book.tape.price[12], book.tape.makerFee[12]]).toEqual([7, 10_007, 70_049]);
    expect([book.best(ASK), book.best(BID), book.bids.count]).toEqual([-1, 9_999, 300]);
  });
});
