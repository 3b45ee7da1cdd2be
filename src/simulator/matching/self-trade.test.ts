// Self-trade prevention: the published scenarios (Binance, stp_faq.md, A to G), and what happens to
// the money and to the books.
import { describe, expect, it } from 'vitest';
import {
  accountSpec,
  balanceOf,
  bookOf,
  openVenue,
  order,
  place,
  story,
  SYMBOL,
} from '../../../tests/builders/venue.ts';
import { assetAmount, price, quantity } from '../../core/money.ts';
import type { SelfTradeMode, Venue, VenueOrder } from './venue-api.ts';

const small = { minNotional: 0n as never };

function three(venue: Venue): VenueOrder[] {
  return [
    place(venue, { price: '1.2', quantity: '1.2', selfTradeMode: 'NONE' }).order,
    place(venue, { price: '1.1', quantity: '1.3', selfTradeMode: 'NONE' }).order,
    place(venue, { price: '1', quantity: '8.1', selfTradeMode: 'NONE' }).order,
  ];
}

const now = (venue: Venue, { orderId }: VenueOrder): VenueOrder => venue.order(1, SYMBOL, { orderId })!;

describe('self-trade prevention', () => {
  it('A: NONE lets an account trade with itself', () => {
    const venue = openVenue(small);
    const maker = place(venue, { price: '1', quantity: '1', selfTradeMode: 'NONE' }).order;
    const taker = place(venue, { side: 'SELL', price: '1', quantity: '1', selfTradeMode: 'NONE' });
    expect([now(venue, maker).status, taker.order.status]).toEqual(['FILLED', 'FILLED']);
    expect(balanceOf(venue, 1, 'BTC')).toBe('99.999 + 0');
  });

  it('B: EXPIRE_MAKER clears the way, and the taker rests', () => {
    const venue = openVenue(small);
    const makers = three(venue);
    const taker = place(venue, { side: 'SELL', price: '1', quantity: '3', selfTradeMode: 'EXPIRE_MAKER' });
    expect(makers.map((maker) => now(venue, maker))).toMatchObject([
      { status: 'EXPIRED_IN_MATCH', preventedQuantity: quantity('1.2'), preventedMatchId: 0 },
      { status: 'EXPIRED_IN_MATCH', preventedQuantity: quantity('1.3'), preventedMatchId: 1 },
      { status: 'EXPIRED_IN_MATCH', preventedQuantity: quantity('8.1'), preventedMatchId: 2 },
    ]);
    expect(taker.order).toMatchObject({ status: 'NEW', preventedQuantity: 0n, preventedMatchId: null });
    expect(taker.preventedMatches).toMatchObject([
      {
        makerOrderId: makers[0]!.orderId,
        price: price('1.2'),
        makerPreventedQuantity: quantity('1.2'),
        takerPreventedQuantity: null,
      },
      { makerOrderId: makers[1]!.orderId, price: price('1.1'), makerPreventedQuantity: quantity('1.3') },
      { makerOrderId: makers[2]!.orderId, price: price('1'), makerPreventedQuantity: quantity('8.1') },
    ]);
    expect(bookOf(venue)).toEqual({ bids: [], asks: ['1 x 3'] });
    expect(balanceOf(venue, 1, 'USDT')).toBe('1000000 + 0');
    expect(venue.preventedMatches(1, SYMBOL)).toEqual(taker.preventedMatches);
    expect(venue.preventedMatches(2, SYMBOL)).toEqual([]);
  });

  it('C: EXPIRE_TAKER ends the taker and leaves the book alone', () => {
    const venue = openVenue(small);
    const makers = three(venue);
    const taker = place(venue, { side: 'SELL', price: '1', quantity: '3', selfTradeMode: 'EXPIRE_TAKER' });
    expect(makers.map((maker) => now(venue, maker).status)).toEqual(['NEW', 'NEW', 'NEW']);
    expect(taker.order).toMatchObject({
      status: 'EXPIRED_IN_MATCH',
      preventedQuantity: quantity('3'),
      preventedMatchId: 0,
    });
    expect(taker.preventedMatches).toMatchObject([
      { takerPreventedQuantity: quantity('3'), makerPreventedQuantity: null },
    ]);
    expect(balanceOf(venue, 1, 'BTC')).toBe('100 + 0');
  });

  it('D: EXPIRE_BOTH ends both', () => {
    const venue = openVenue(small);
    const maker = place(venue, { price: '1', quantity: '1', selfTradeMode: 'NONE' }).order;
    const taker = place(venue, { side: 'SELL', price: '1', quantity: '3', selfTradeMode: 'EXPIRE_BOTH' });
    expect(now(venue, maker)).toMatchObject({ status: 'EXPIRED_IN_MATCH', preventedQuantity: quantity('1') });
    expect(taker.order).toMatchObject({ status: 'EXPIRED_IN_MATCH', preventedQuantity: quantity('3') });
    expect(taker.preventedMatches).toMatchObject([
      { takerPreventedQuantity: quantity('3'), makerPreventedQuantity: quantity('1') },
    ]);
  });

  it("E: the taker's mode rules", () => {
    const venue = openVenue(small);
    const maker = place(venue, { price: '1', quantity: '1', selfTradeMode: 'EXPIRE_MAKER' }).order;
    const taker = place(venue, { side: 'SELL', price: '1', quantity: '1', selfTradeMode: 'EXPIRE_TAKER' });
    expect([now(venue, maker).status, taker.order.status]).toEqual(['NEW', 'EXPIRED_IN_MATCH']);
  });

  it('F: a market order that expired its maker finds nothing more', () => {
    const venue = openVenue(small);
    const maker = place(venue, { price: '1', quantity: '1', selfTradeMode: 'NONE' }).order;
    const taker = place(venue, {
      side: 'SELL',
      type: 'MARKET',
      quantity: '1',
      selfTradeMode: 'EXPIRE_MAKER',
    });
    expect(now(venue, maker).status).toBe('EXPIRED_IN_MATCH');
    expect(taker.order).toMatchObject({ status: 'EXPIRED', expiryReason: 'INSUFFICIENT_LIQUIDITY' });
  });

  it.each(['DECREMENT', 'TRANSFER'] satisfies SelfTradeMode[])(
    'G: %s takes the same quantity off both',
    (selfTradeMode) => {
      const venue = openVenue(small);
      const maker = place(venue, { price: '2', quantity: '6', selfTradeMode: 'NONE' }).order;
      venue.drain();
      const taker = place(venue, { side: 'SELL', price: '2', quantity: '2', selfTradeMode });
      expect(now(venue, maker)).toMatchObject({
        status: 'NEW',
        preventedQuantity: quantity('2'),
        originalQuantity: quantity('6'),
      });
      expect(taker.order).toMatchObject({ status: 'EXPIRED_IN_MATCH', preventedQuantity: quantity('2') });
      expect(bookOf(venue).bids).toEqual(['2 x 4']);
      expect(balanceOf(venue, 1, 'USDT')).toBe('999992 + 8');
      expect(story(venue)).toEqual([
        '1: LIMIT NEW NEW',
        '1: LIMIT TRADE_PREVENTION EXPIRED_IN_MATCH',
        '1: LIMIT TRADE_PREVENTION NEW',
        '1: balances BTC USDT',
      ]);
    },
  );

  it('DECREMENT ends a smaller maker and goes on with the rest', () => {
    const venue = openVenue(small);
    const maker = place(venue, { price: '2', quantity: '1', selfTradeMode: 'NONE' }).order;
    place(venue, { accountId: 2, price: '2', quantity: '1' });
    const taker = place(venue, { side: 'SELL', price: '2', quantity: '3', selfTradeMode: 'DECREMENT' });
    expect(now(venue, maker).status).toBe('EXPIRED_IN_MATCH');
    expect(taker.order).toMatchObject({
      status: 'PARTIALLY_FILLED',
      executedQuantity: quantity('1'),
      preventedQuantity: quantity('1'),
    });
    expect(bookOf(venue)).toEqual({ bids: [], asks: ['2 x 1'] });
  });

  it('leaves orders of other accounts in between to trade', () => {
    const venue = openVenue(small);
    place(venue, { accountId: 2, price: '3', quantity: '1' });
    place(venue, { price: '2', quantity: '1', selfTradeMode: 'NONE' });
    const taker = place(venue, { side: 'SELL', price: '1', quantity: '5', selfTradeMode: 'EXPIRE_BOTH' });
    expect(taker.order).toMatchObject({
      status: 'EXPIRED_IN_MATCH',
      executedQuantity: quantity('1'),
      preventedQuantity: quantity('4'),
    });
  });

  it('tells each side what it lost and to whom', () => {
    const venue = openVenue(small);
    const maker = place(venue, { price: '2', quantity: '1', selfTradeMode: 'NONE' }).order;
    venue.drain();
    const taker = place(venue, {
      side: 'SELL',
      price: '2',
      quantity: '3',
      selfTradeMode: 'EXPIRE_BOTH',
    }).order;
    const prevented = venue
      .drain()
      .flatMap((event) => (event.kind === 'execution' ? [event.preventedWith] : []))
      .filter((each) => each !== null);
    expect(prevented).toEqual([
      {
        accountId: 1,
        orderId: maker.orderId,
        quantity: quantity('1'),
        price: price('2'),
        lastPreventedQuantity: quantity('3'),
      },
      {
        accountId: 1,
        orderId: taker.orderId,
        quantity: quantity('1'),
        price: price('2'),
        lastPreventedQuantity: quantity('1'),
      },
    ]);
  });

  it('keeps FOK whole: own orders do not count as fillable', () => {
    const venue = openVenue(small);
    place(venue, { price: '2', quantity: '1', selfTradeMode: 'NONE' });
    const taker = venue.place(
      2,
      order({ side: 'SELL', price: '2', quantity: '1', timeInForce: 'FOK', selfTradeMode: 'EXPIRE_MAKER' }),
    );
    expect(taker.ok && taker.value.order).toMatchObject({
      status: 'EXPIRED',
      expiryReason: 'UNFILLED_FOK_ORDER_EXPIRED',
    });
    expect(bookOf(venue).bids).toEqual(['2 x 1']);
  });

  it.each([
    ['EXPIRE_MAKER', -2010],
    ['DECREMENT', null],
    ['NONE', null],
  ] as const)('%s knows what a market order will really cost before it starts', (selfTradeMode, code) => {
    const venue = openVenue(small);
    venue.openAccount(
      accountSpec(3, {
        balances: [
          { asset: 'USDT', free: assetAmount('150') },
          { asset: 'BTC', free: assetAmount('1') },
        ],
      }),
    );
    place(venue, { accountId: 3, side: 'SELL', price: '100', quantity: '1', selfTradeMode: 'NONE' });
    place(venue, { accountId: 2, side: 'SELL', price: '200', quantity: '1' });
    // With its own offer out of the way, the one bitcoin costs 200.
    const taken = venue.place(2, order({ accountId: 3, type: 'MARKET', quantity: '1', selfTradeMode }));
    expect(taken.ok ? null : taken.error.code).toBe(code);
  });
});
