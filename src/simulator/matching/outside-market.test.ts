// The recorded or synthetic market around client orders: liquidity laid in one step, prints that
// pass through queues, and what others see of it.
import { describe, expect, it } from 'vitest';
import {
  balanceOf,
  bookOf,
  levels,
  openVenue,
  place,
  story,
  SYMBOL,
  symbolSpec,
} from '../../../tests/builders/venue.ts';
import { formatFixed, price, quantity } from '../../core/money.ts';
import type { Venue, VenueOrder } from './venue-api.ts';

const print = (venue: Venue, at: string, size: string, buyerIsMaker = true): void =>
  venue.printTrade(5, SYMBOL, price(at), quantity(size), buyerIsMaker);
const lay = (venue: Venue, bids: readonly string[], asks: readonly string[]): void =>
  venue.setLiquidity(4, SYMBOL, levels(...bids), levels(...asks));
const executed = (venue: Venue, { orderId }: VenueOrder): string =>
  formatFixed(venue.order(1, SYMBOL, { orderId })!.executedQuantity);

describe('liquidity', () => {
  it('replaces what stood before, level by level, and says nothing of it', () => {
    const venue = openVenue();
    lay(venue, ['99 x 1', '98 x 2'], ['101 x 1']);
    lay(venue, ['99 x 4', '97 x 3'], ['100 x 1', '102 x 2']);
    expect(bookOf(venue)).toEqual({ bids: ['99 x 4', '97 x 3'], asks: ['100 x 1', '102 x 2'] });
    lay(venue, [], []);
    expect(bookOf(venue)).toEqual({ bids: [], asks: [] });
    expect(story(venue)).toEqual([]);
  });

  it('moves through its own old prices without trading with itself', () => {
    const venue = openVenue();
    lay(venue, ['99 x 1'], ['101 x 1']);
    lay(venue, ['103 x 1'], ['104 x 1']);
    lay(venue, ['90 x 1'], ['91 x 1']);
    expect(bookOf(venue)).toEqual({ bids: ['90 x 1'], asks: ['91 x 1'] });
    expect(story(venue)).toEqual([]);
  });

  it('that crosses itself keeps its bids', () => {
    const venue = openVenue();
    lay(venue, ['100 x 1'], ['100 x 1', '101 x 1']);
    expect(bookOf(venue)).toEqual({ bids: ['100 x 1'], asks: ['101 x 1'] });
  });

  it('withdraws the orders that market makers had placed one by one', () => {
    const venue = openVenue();
    const { order } = place(venue, { accountId: 9, price: '95' });
    place(venue, { price: '94' });
    lay(venue, ['99 x 1'], []);
    expect(bookOf(venue).bids).toEqual(['99 x 1', '94 x 1']);
    expect(venue.order(9, SYMBOL, order)).toBe(null);
  });

  it("that crosses a client order fills it at the client's price", () => {
    const venue = openVenue();
    place(venue, { price: '100', quantity: '2' });
    venue.drain();
    lay(venue, ['97 x 1'], ['98 x 0.5', '99 x 1', '101 x 1']);
    expect(story(venue)).toEqual([
      'trade 0.5 @ 100 sold',
      '1: LIMIT TRADE PARTIALLY_FILLED 0.5 @ 100 maker',
      'trade 1 @ 100 sold',
      '1: LIMIT TRADE PARTIALLY_FILLED 1 @ 100 maker',
      '1: balances USDT BTC',
    ]);
    expect(bookOf(venue)).toEqual({ bids: ['100 x 0.5', '97 x 1'], asks: ['101 x 1'] });
  });

  it('is met by client orders that arrive, and may run out', () => {
    const venue = openVenue();
    lay(venue, [], ['101 x 1', '102 x 1']);
    const { order } = place(venue, { price: '101', quantity: '3' });
    expect(order.executedQuantity).toBe(quantity('1'));
    expect(bookOf(venue)).toEqual({ bids: ['101 x 2'], asks: ['102 x 1'] });
  });

  it('sets off the stops its trades reach', () => {
    const venue = openVenue();
    lay(venue, ['99 x 9'], ['101 x 9']);
    print(venue, '100', '1');
    const stop = place(venue, { side: 'SELL', type: 'STOP_LOSS', stopPrice: '99.5' }).order;
    place(venue, { price: '99.2', quantity: '1' });
    lay(venue, ['98 x 9'], ['99.1 x 2']);
    expect(venue.order(1, SYMBOL, stop)?.status).toBe('FILLED');
  });
});

describe('a place in the queue', () => {
  it('is behind what stood there, and never falls back', () => {
    const venue = openVenue();
    lay(venue, ['99 x 5'], []);
    const mine = place(venue, { price: '99', quantity: '1' }).order;
    const ahead = (): string => formatFixed(venue.queueAhead(1, SYMBOL, mine)!);
    expect(ahead()).toBe('5');
    lay(venue, ['99 x 8'], []);
    expect([ahead(), bookOf(venue).bids[0]]).toEqual(['5', '99 x 9']);
    lay(venue, ['99 x 3'], []);
    expect(ahead()).toBe('3');
    lay(venue, ['99 x 9'], []);
    expect(ahead()).toBe('3');
    print(venue, '99', '1');
    expect(ahead()).toBe('2');
    lay(venue, [], []);
    expect(ahead()).toBe('0');
    expect(executed(venue, mine)).toBe('0');
  });

  it('between two client orders survives a new picture', () => {
    const venue = openVenue();
    lay(venue, ['99 x 2'], []);
    const first = place(venue, { price: '99', quantity: '1' }).order;
    lay(venue, ['99 x 5'], []);
    const second = place(venue, { price: '99', quantity: '1' }).order;
    lay(venue, ['99 x 9'], []);
    const ahead = [first, second].map((each) => formatFixed(venue.queueAhead(1, SYMBOL, each)!));
    expect(ahead).toEqual(['2', '6']);
    expect(bookOf(venue).bids).toEqual(['99 x 11']);
  });
});

describe('a print', () => {
  it('passes the queue ahead before it reaches a client at its price', () => {
    const venue = openVenue();
    lay(venue, ['99 x 5'], []);
    const mine = place(venue, { price: '99', quantity: '2' }).order;
    print(venue, '99', '4');
    expect(executed(venue, mine)).toBe('0');
    venue.drain();
    print(venue, '99', '2');
    expect(executed(venue, mine)).toBe('1');
    expect(story(venue)).toEqual([
      'trade 1 @ 99 sold',
      '1: LIMIT TRADE PARTIALLY_FILLED 1 @ 99 maker',
      'trade 1 @ 99 sold',
      '1: balances USDT BTC',
    ]);
  });

  it("fills a client at a better price first, at the client's price, whatever stands ahead", () => {
    const venue = openVenue();
    lay(venue, ['99 x 5', '98 x 5'], []);
    const mine = place(venue, { price: '99', quantity: '2' }).order;
    venue.drain();
    print(venue, '98', '3');
    expect(executed(venue, mine)).toBe('2');
    expect(story(venue)).toEqual([
      'trade 2 @ 99 sold',
      '1: LIMIT TRADE FILLED 2 @ 99 maker',
      'trade 1 @ 98 sold',
      '1: balances USDT BTC',
    ]);
    expect(venue.lastPrice(SYMBOL)).toBe(price('98'));
    expect(bookOf(venue).bids).toEqual(['99 x 5', '98 x 4']);
  });

  it("above a client's ask fills it, also when the aggressor sold", () => {
    const venue = openVenue();
    const mine = place(venue, { side: 'SELL', price: '101', quantity: '1' }).order;
    print(venue, '102', '5', true);
    expect(executed(venue, mine)).toBe('1');
  });

  it("at a client's price from the other side leaves it alone", () => {
    const venue = openVenue();
    const mine = place(venue, { price: '99', quantity: '1' }).order;
    print(venue, '99', '5', false);
    expect(executed(venue, mine)).toBe('0');
  });

  it('fills no more than its size, and is not told again when clients took it all', () => {
    const venue = openVenue();
    const mine = place(venue, { price: '99', quantity: '5' }).order;
    venue.drain();
    print(venue, '98', '2');
    expect(executed(venue, mine)).toBe('2');
    expect(story(venue).filter((line) => line.startsWith('trade'))).toEqual(['trade 2 @ 99 sold']);
    expect(venue.lastPrice(SYMBOL)).toBe(price('98'));
  });

  it('passes through an iceberg part by part', () => {
    const venue = openVenue();
    const mine = place(venue, { price: '99', quantity: '5', icebergQuantity: '1' }).order;
    print(venue, '99', '3.5');
    expect(executed(venue, mine)).toBe('3.5');
  });

  it('keeps a finer price and size than the symbol knows', () => {
    const venue = openVenue();
    print(venue, '99.00125', '0.00007');
    expect(story(venue)).toEqual(['trade 0.00007 @ 99.00125 sold']);
    expect(venue.lastPrice(SYMBOL)).toBe(price('99.00125'));
  });

  it('numbers trades without a gap, client fills included', () => {
    const venue = openVenue();
    place(venue, { price: '99', quantity: '1' });
    print(venue, '98', '2');
    print(venue, '98', '2');
    const ids = venue.drain().flatMap((event) => (event.kind === 'trade' ? [event.tradeId] : []));
    expect(ids).toEqual([1, 2, 3]);
  });

  it("moves exactly the client's money", () => {
    const venue = openVenue();
    place(venue, { price: '99', quantity: '1' });
    print(venue, '99', '1');
    expect([balanceOf(venue, 1, 'USDT'), balanceOf(venue, 1, 'BTC')]).toEqual(['999901 + 0', '100.999 + 0']);
  });
});

describe('depth deltas', () => {
  /** A book kept from a snapshot and deltas alone, by the published procedure. */
  function follow(venue: Venue) {
    const snapshot = venue.depth(SYMBOL, 5_000);
    const sides = {
      bids: new Map(snapshot.bids.map((level) => [level.price, level.quantity])),
      asks: new Map(snapshot.asks.map((level) => [level.price, level.quantity])),
    };
    let at = snapshot.lastUpdateId;
    return {
      update(): void {
        const delta = venue.takeDelta(SYMBOL);
        if (delta === null) return;
        expect(delta.firstUpdateId).toBe(at + 1);
        at = delta.lastUpdateId;
        for (const side of ['bids', 'asks'] as const) {
          for (const level of delta[side]) {
            if (level.quantity === 0n) sides[side].delete(level.price);
            else sides[side].set(level.price, level.quantity);
          }
        }
      },
      check(): void {
        const now = venue.depth(SYMBOL, 5_000);
        expect(at).toBe(now.lastUpdateId);
        for (const side of ['bids', 'asks'] as const) {
          expect(new Map(now[side].map((level) => [level.price, level.quantity]))).toEqual(sides[side]);
        }
      },
    };
  }

  it('rebuild the book from a snapshot, without a gap', () => {
    const venue = openVenue();
    lay(venue, ['99 x 1', '98 x 2'], ['101 x 1']);
    venue.takeDelta(SYMBOL);
    const mirror = follow(venue);
    const steps: (() => unknown)[] = [
      () => place(venue, { price: '99', quantity: '1' }),
      () => print(venue, '99', '1.5'),
      () => lay(venue, ['98 x 1', '97 x 5'], ['99.5 x 1', '100 x 3']),
      () => place(venue, { type: 'MARKET', quantity: '2' }),
      () => lay(venue, [], []),
      () => lay(venue, ['97 x 5'], ['100 x 3']),
      () => venue.setSymbol(9, symbolSpec({ tickSize: price('0.001') })),
      () => place(venue, { price: '97.005', quantity: '1' }),
    ];
    for (const step of steps) {
      step();
      mirror.update();
      mirror.check();
    }
    expect(venue.takeDelta(SYMBOL)).toBe(null);
  });

  it('of several changes at once tell the last state of each level', () => {
    const venue = openVenue();
    venue.takeDelta(SYMBOL);
    const mirror = follow(venue);
    lay(venue, ['99 x 1'], ['101 x 1']);
    lay(venue, ['98 x 1'], ['101 x 2']);
    lay(venue, ['99 x 3'], ['102 x 2']);
    mirror.update();
    mirror.check();
    expect(venue.takeDelta(SYMBOL)).toBe(null);
  });

  it('begin with the whole book', () => {
    const venue = openVenue();
    lay(venue, ['99 x 1'], ['101 x 1']);
    expect(venue.takeDelta(SYMBOL)).toEqual({
      firstUpdateId: 1,
      lastUpdateId: 2,
      bids: levels('99 x 1'),
      asks: levels('101 x 1'),
    });
  });
});
