// Stops, take-profits and trailing stops. The trailing scenarios are those the exchange publishes
// (Binance, trailing-stop-faq.md, A to E), trade by trade.
import { describe, expect, it } from 'vitest';
import {
  accepted,
  balanceOf,
  levels,
  openVenue,
  order as request,
  place,
  story,
  SYMBOL,
  type Words,
} from '../../../tests/builders/venue.ts';
import { price, quantity, type Quantity } from '../../core/money.ts';
import type { Venue } from './venue-api.ts';

function print(venue: Venue, ...prices: readonly number[]): void {
  for (const at of prices) venue.printTrade(10, SYMBOL, price(at.toFixed(2)), 1_000n as Quantity, true);
}

describe('a stop', () => {
  it('waits outside the book, holding its money, and works when a trade reaches it', () => {
    const venue = openVenue();
    venue.setLiquidity(0, SYMBOL, levels('94 x 5'), levels('106 x 5'));
    print(venue, 100);
    venue.drain();
    const { order } = place(venue, { type: 'STOP_LOSS_LIMIT', side: 'SELL', stopPrice: '95', price: '94' });
    expect(order).toMatchObject({ status: 'NEW', working: false, workingTime: null });
    expect(balanceOf(venue, 1, 'BTC')).toBe('99 + 1');
    print(venue, 95.01);
    expect(venue.order(1, SYMBOL, order)?.working).toBe(false);
    print(venue, 95);
    expect(venue.order(1, SYMBOL, order)).toMatchObject({ status: 'FILLED', working: true, workingTime: 10 });
    expect(story(venue)).toEqual([
      '1: STOP_LOSS_LIMIT NEW NEW',
      '1: balances BTC USDT',
      'trade 0.00001 @ 95.01 sold',
      'trade 0.00001 @ 95 sold',
      '1: STOP_LOSS_LIMIT NEW NEW',
      'trade 1 @ 94 sold',
      '1: STOP_LOSS_LIMIT TRADE FILLED 1 @ 94 taker',
      '1: balances BTC USDT',
    ]);
  });

  it.each([
    ['a buy stop above', { type: 'STOP_LOSS', stopPrice: '105' }, 104.99, 105],
    ['a sell stop below', { type: 'STOP_LOSS', side: 'SELL', stopPrice: '95' }, 95.01, 95],
    ['a sell target above', { type: 'TAKE_PROFIT', side: 'SELL', stopPrice: '105' }, 104.99, 105],
    ['a buy target below', { type: 'TAKE_PROFIT', stopPrice: '95' }, 95.01, 95],
  ] satisfies [string, Words, number, number][])(
    '%s the market triggers exactly at its price',
    (_which, words, short, reached) => {
      const venue = openVenue();
      venue.setLiquidity(0, SYMBOL, levels('90 x 5'), levels('110 x 5'));
      print(venue, 100);
      const { order } = place(venue, words);
      print(venue, short);
      expect(venue.order(1, SYMBOL, order)?.status).toBe('NEW');
      print(venue, reached);
      expect(venue.order(1, SYMBOL, order)?.status).toBe('FILLED');
    },
  );

  it('gapped through its limit rests unfilled', () => {
    const venue = openVenue();
    venue.setLiquidity(0, SYMBOL, levels('80 x 5'), levels('106 x 5'));
    print(venue, 100);
    const { order } = place(venue, { type: 'STOP_LOSS_LIMIT', side: 'SELL', stopPrice: '95', price: '94' });
    print(venue, 85);
    expect(venue.order(1, SYMBOL, order)).toMatchObject({ status: 'NEW', working: true });
    expect(venue.openOrders(1, SYMBOL)).toHaveLength(1);
  });

  it('triggers others by its own trades, each after the one before has ended', () => {
    const venue = openVenue();
    venue.setLiquidity(0, SYMBOL, levels('99 x 1', '98 x 1', '97 x 1'), levels('106 x 5'));
    print(venue, 100);
    place(venue, { type: 'STOP_LOSS', side: 'SELL', stopPrice: '99.5' });
    place(venue, { accountId: 2, type: 'STOP_LOSS', side: 'SELL', stopPrice: '99' });
    venue.drain();
    print(venue, 99.5);
    expect(story(venue)).toEqual([
      'trade 0.00001 @ 99.5 sold',
      '1: STOP_LOSS NEW NEW',
      'trade 1 @ 99 sold',
      '1: STOP_LOSS TRADE FILLED 1 @ 99 taker',
      '1: balances BTC USDT',
      '2: STOP_LOSS NEW NEW',
      'trade 1 @ 98 sold',
      '2: STOP_LOSS TRADE FILLED 1 @ 98 taker',
      '2: balances BTC USDT',
    ]);
  });

  it('of one price trigger in the order they came', () => {
    const venue = openVenue();
    venue.setLiquidity(0, SYMBOL, levels('99 x 1', '98 x 1'), levels('106 x 5'));
    print(venue, 100);
    const first = place(venue, { type: 'STOP_LOSS', side: 'SELL', stopPrice: '99.5' }).order;
    const second = place(venue, { type: 'STOP_LOSS', side: 'SELL', stopPrice: '99.5' }).order;
    print(venue, 99);
    expect(venue.trades(1, SYMBOL, 0, 9).map((trade) => trade.orderId)).toEqual([
      first.orderId,
      second.orderId,
    ]);
  });

  it('of several prices trigger nearest first, whatever order they came in', () => {
    for (const side of ['SELL', 'BUY'] as const) {
      const venue = openVenue();
      venue.setLiquidity(0, SYMBOL, levels('80 x 9'), levels('120 x 9'));
      print(venue, 100);
      const away = side === 'SELL' ? -1 : 1;
      const distances = [3, 1, 4, 2, 5, 1];
      const placed = distances.map((distance) => {
        const stopPrice = String(100 + away * distance);
        return place(venue, {
          type: 'STOP_LOSS',
          side,
          stopPrice,
          quantity: '0.1',
          accountId: distance === 5 ? 2 : 1,
        }).order.orderId;
      });
      print(venue, 100 + away * 10);
      const traded = venue.trades(1, SYMBOL, 0, 9).map((trade) => distances[placed.indexOf(trade.orderId)]);
      expect(traded).toEqual([1, 1, 2, 3, 4]);
    }
  });

  it('whose partner fills while it waits for its turn does not work any more', () => {
    const venue = openVenue();
    venue.setLiquidity(0, SYMBOL, levels('90 x 9'), levels('101 x 1'));
    print(venue, 100);
    place(venue, { accountId: 2, type: 'TAKE_PROFIT', stopPrice: '99.5', quantity: '1.5' });
    const legs = [
      { type: 'LIMIT_MAKER', side: 'SELL', price: '101.5' },
      { type: 'STOP_LOSS', side: 'SELL', stopPrice: '99' },
    ] satisfies Words[];
    const list = accepted(
      venue.placeList(1, {
        accountId: 1,
        symbol: SYMBOL,
        kind: 'OCO',
        listClientOrderId: 'l',
        orders: legs.map(request),
      }),
    );
    // Both are set off by one print; the first buys up to the second's partner.
    print(venue, 99);
    expect(venue.order(1, SYMBOL, list.placed[0]!.order)).toMatchObject({
      status: 'PARTIALLY_FILLED',
      executedQuantity: quantity('0.5'),
    });
    expect(venue.order(1, SYMBOL, list.placed[1]!.order)).toMatchObject({
      status: 'EXPIRED',
      executedQuantity: 0n,
    });
    expect(balanceOf(venue, 1, 'BTC')).toBe('99 + 0.5');
  });

  it('that buys at market and can no longer pay expires as REJECTED', () => {
    const venue = openVenue();
    venue.setLiquidity(0, SYMBOL, levels('90 x 5'), levels('200 x 9000'));
    print(venue, 100);
    const { order } = place(venue, { type: 'STOP_LOSS', stopPrice: '110', quantity: '9000' });
    print(venue, 110);
    expect(venue.order(1, SYMBOL, order)).toMatchObject({
      status: 'EXPIRED',
      expiryReason: 'REJECTED',
      executedQuantity: 0n,
    });
    expect(balanceOf(venue, 1, 'USDT')).toBe('1000000 + 0');
  });

  it('that buys at market pays more than it held when it can', () => {
    const venue = openVenue();
    venue.setLiquidity(0, SYMBOL, levels('90 x 5'), levels('200 x 5'));
    print(venue, 100);
    const { order } = place(venue, { type: 'STOP_LOSS', stopPrice: '110', quantity: '2' });
    expect(balanceOf(venue, 1, 'USDT')).toBe('999780 + 220');
    print(venue, 110);
    expect(venue.order(1, SYMBOL, order)?.status).toBe('FILLED');
    expect(balanceOf(venue, 1, 'USDT')).toBe('999600 + 0');
  });
});

type Scenario = {
  readonly name: string;
  readonly words: Words;
  /** Trades that leave it waiting, then the one that sets it off. */
  readonly quiet: readonly number[];
  readonly almost: number;
  readonly trigger: number;
};

const scenarios: readonly Scenario[] = [
  {
    name: 'A: stop loss buy with a stop price',
    words: { type: 'STOP_LOSS_LIMIT', stopPrice: '44000', trailingDeltaBps: 500, price: '45000' },
    quiet: [39_000, 37_000, 39_000, 43_999, 44_000, 45_000, 46_000, 44_000, 42_000],
    almost: 44_099.99,
    trigger: 44_100,
  },
  {
    name: 'B: stop loss sell with a stop price',
    words: {
      type: 'STOP_LOSS_LIMIT',
      side: 'SELL',
      stopPrice: '39000',
      trailingDeltaBps: 1_000,
      price: '38000',
    },
    quiet: [41_500, 39_001, 39_000, 37_000, 39_000, 41_000, 39_000, 37_000],
    almost: 36_900.01,
    trigger: 36_900,
  },
  {
    name: 'C: take profit buy with a stop price',
    words: { type: 'TAKE_PROFIT_LIMIT', stopPrice: '38000', trailingDeltaBps: 850, price: '38500' },
    quiet: [42_000, 38_001, 38_000, 37_000, 39_000, 38_000],
    almost: 40_144.99,
    trigger: 40_145,
  },
  {
    name: 'D: take profit sell with a stop price',
    words: {
      type: 'TAKE_PROFIT_LIMIT',
      side: 'SELL',
      stopPrice: '42000',
      trailingDeltaBps: 750,
      price: '41000',
    },
    quiet: [41_500, 39_000, 42_000, 45_000, 44_000, 46_500],
    almost: 43_012.51,
    trigger: 43_012.5,
  },
  {
    name: 'E: stop loss sell without a stop price',
    words: { type: 'STOP_LOSS_LIMIT', side: 'SELL', trailingDeltaBps: 700, price: '39000' },
    quiet: [42_000, 39_500, 45_500],
    almost: 42_315.01,
    trigger: 42_315,
  },
];

describe('a trailing stop', () => {
  it.each(scenarios)('$name', ({ words, quiet, almost, trigger }) => {
    const venue = openVenue();
    print(venue, 40_000);
    const { order } = place(venue, { quantity: '0.01', ...words });
    print(venue, ...quiet, almost);
    expect(venue.order(1, SYMBOL, order)?.working).toBe(false);
    print(venue, trigger);
    expect(venue.order(1, SYMBOL, order)?.working).toBe(true);
  });

  it('knows when it began to follow the market', () => {
    const venue = openVenue();
    print(venue, 100);
    const now = place(venue, { type: 'STOP_LOSS', side: 'SELL', trailingDeltaBps: 100 }, 5).order;
    const later = place(
      venue,
      { type: 'TAKE_PROFIT', side: 'SELL', stopPrice: '110', trailingDeltaBps: 100 },
      5,
    ).order;
    expect([now.trailingTime, later.trailingTime]).toEqual([5, null]);
    print(venue, 111);
    expect(venue.order(1, SYMBOL, later)?.trailingTime).toBe(10);
  });

  it('placed before any trade starts from the first', () => {
    const venue = openVenue();
    const { order } = place(venue, {
      type: 'STOP_LOSS_LIMIT',
      side: 'SELL',
      trailingDeltaBps: 1_000,
      price: '80',
    });
    print(venue, 100, 90.01);
    expect(venue.order(1, SYMBOL, order)?.working).toBe(false);
    print(venue, 90);
    expect(venue.order(1, SYMBOL, order)?.working).toBe(true);
  });
});

describe('the size of the test print', () => {
  it('is below a step, so that it moves the price and fills nobody', () => {
    const venue = openVenue();
    const { order } = place(venue, { price: '100' });
    print(venue, 100);
    expect(venue.order(1, SYMBOL, order)?.executedQuantity).toBe(quantity('0'));
  });
});
