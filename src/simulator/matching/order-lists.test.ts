// OCO, OTO and OTOCO from placement to their end (Binance, rest-api.md, Order lists).
import { describe, expect, it } from 'vitest';
import {
  accepted,
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
import { price, quantity } from '../../core/money.ts';
import type { ListKind, Venue, VenueOrder } from './venue-api.ts';

function market(): Venue {
  const venue = openVenue();
  venue.setLiquidity(0, SYMBOL, levels('99 x 5', '94 x 5'), levels('101 x 5', '106 x 5'));
  venue.printTrade(0, SYMBOL, price('100'), quantity('1'), true);
  venue.drain();
  return venue;
}

type Placed = {
  readonly listId: number;
  readonly orders: readonly VenueOrder[];
  readonly now: (at: number) => VenueOrder;
};

function list(venue: Venue, kind: ListKind, ...words: readonly Words[]): Placed {
  const placed = accepted(
    venue.placeList(5, {
      accountId: 1,
      symbol: SYMBOL,
      kind,
      listClientOrderId: 'the list',
      orders: words.map(order),
    }),
  );
  const orders = placed.placed.map((each) => each.order);
  return {
    listId: placed.list.orderListId,
    orders,
    now: (at) => venue.order(1, SYMBOL, { orderId: orders[at]!.orderId })!,
  };
}

const above: Words = { type: 'LIMIT_MAKER', side: 'SELL', price: '110' };
const below: Words = { type: 'STOP_LOSS_LIMIT', side: 'SELL', stopPrice: '95', price: '94' };
const oco = (venue: Venue): Placed => list(venue, 'OCO', above, below);

describe('an OCO', () => {
  it('stands with both legs and holds the money of one', () => {
    const venue = market();
    const placed = oco(venue);
    expect(placed.orders.map((each) => [each.type, each.status, each.working, each.orderListId])).toEqual([
      ['LIMIT_MAKER', 'NEW', true, 0],
      ['STOP_LOSS_LIMIT', 'NEW', false, 0],
    ]);
    expect(balanceOf(venue, 1, 'BTC')).toBe('99 + 1');
    expect(story(venue)).toEqual([
      '1: list EXEC_STARTED EXECUTING',
      '1: LIMIT_MAKER NEW NEW',
      '1: STOP_LOSS_LIMIT NEW NEW',
      '1: balances BTC USDT',
    ]);
    expect(venue.orderList(1, placed.listId)).toMatchObject({
      contingencyType: 'OCO',
      listOrderStatus: 'EXECUTING',
      listClientOrderId: 'the list',
    });
    expect(venue.orderList(2, placed.listId)).toBe(null);
    expect(venue.orderLists(1, true)).toHaveLength(1);
  });

  it('of buys holds what its dearer leg may cost', () => {
    const venue = market();
    list(
      venue,
      'OCO',
      { type: 'STOP_LOSS_LIMIT', stopPrice: '105', price: '106' },
      { type: 'LIMIT_MAKER', price: '90' },
    );
    expect(balanceOf(venue, 1, 'USDT')).toBe('999894 + 106');
  });

  it('expires the stop before it tells the first fill of the limit', () => {
    const venue = market();
    const placed = oco(venue);
    venue.drain();
    venue.printTrade(6, SYMBOL, price('110'), quantity('0.4'), false);
    expect(placed.now(1)).toMatchObject({ status: 'EXPIRED', expiryReason: 'OCO_TRIGGER' });
    expect(placed.now(0)).toMatchObject({ status: 'PARTIALLY_FILLED' });
    venue.printTrade(7, SYMBOL, price('111'), quantity('1'), false);
    expect(story(venue)).toEqual([
      '1: STOP_LOSS_LIMIT EXPIRED EXPIRED (OCO_TRIGGER)',
      'trade 0.4 @ 110 bought',
      '1: LIMIT_MAKER TRADE PARTIALLY_FILLED 0.4 @ 110 maker',
      '1: balances BTC USDT',
      'trade 0.6 @ 110 bought',
      '1: LIMIT_MAKER TRADE FILLED 0.6 @ 110 maker',
      '1: list ALL_DONE ALL_DONE',
      'trade 0.4 @ 111 bought',
      '1: balances BTC USDT',
    ]);
    expect(balanceOf(venue, 1, 'BTC')).toBe('99 + 0');
    expect(venue.orderLists(1, true)).toEqual([]);
  });

  it('expires the limit when the stop is triggered', () => {
    const venue = market();
    const placed = oco(venue);
    venue.drain();
    venue.printTrade(6, SYMBOL, price('95'), quantity('1'), true);
    expect(story(venue)).toEqual([
      'trade 1 @ 95 sold',
      '1: LIMIT_MAKER EXPIRED EXPIRED (OCO_TRIGGER)',
      '1: STOP_LOSS_LIMIT NEW NEW',
      'trade 1 @ 99 sold',
      '1: STOP_LOSS_LIMIT TRADE FILLED 1 @ 99 taker',
      '1: list ALL_DONE ALL_DONE',
      '1: balances BTC USDT',
    ]);
    expect(placed.now(0)).toMatchObject({ status: 'EXPIRED', expiryReason: 'OCO_TRIGGER' });
    expect(bookOf(venue).asks).toEqual(['101 x 5', '106 x 5']);
  });

  it.each([0, 1])('is cancelled whole by cancelling leg %i', (leg) => {
    const venue = market();
    const placed = oco(venue);
    venue.drain();
    accepted(
      venue.cancel(6, {
        accountId: 1,
        symbol: SYMBOL,
        order: placed.orders[leg]!,
        requestClientOrderId: 'bye',
        restriction: null,
      }),
    );
    expect([placed.now(0).status, placed.now(1).status]).toEqual(['CANCELED', 'CANCELED']);
    expect(story(venue)).toEqual([
      '1: LIMIT_MAKER CANCELED CANCELED',
      '1: STOP_LOSS_LIMIT CANCELED CANCELED',
      '1: list ALL_DONE ALL_DONE',
      '1: balances BTC',
    ]);
    expect(balanceOf(venue, 1, 'BTC')).toBe('100 + 0');
  });

  it.each([{ orderListId: 0 }, { listClientOrderId: 'the list' }])(
    'is cancelled by its own name %o',
    (name) => {
      const venue = market();
      oco(venue);
      const answer = accepted(venue.cancelList(6, 1, SYMBOL, name, 'bye'));
      expect(answer.list).toMatchObject({ listStatusType: 'ALL_DONE', listOrderStatus: 'ALL_DONE' });
      expect(answer.orders.map((each) => each.status)).toEqual(['CANCELED', 'CANCELED']);
      expect(venue.cancelList(7, 1, SYMBOL, name, 'bye').ok).toBe(false);
    },
  );

  it("whose leg meets the account's own order ends whole", () => {
    const venue = market();
    const placed = oco(venue);
    place(venue, { price: '110', quantity: '20', selfTradeMode: 'EXPIRE_MAKER' });
    expect([placed.now(0).status, placed.now(1).status]).toEqual(['EXPIRED_IN_MATCH', 'EXPIRED']);
    expect(balanceOf(venue, 1, 'BTC')).toBe('109.99 + 0');
  });

  it('of two stops works as well', () => {
    const venue = market();
    const placed = list(
      venue,
      'OCO',
      { type: 'TAKE_PROFIT', side: 'SELL', stopPrice: '105' },
      { type: 'STOP_LOSS', side: 'SELL', stopPrice: '95' },
    );
    venue.printTrade(6, SYMBOL, price('105'), quantity('1'), false);
    expect([placed.now(0).status, placed.now(1).status]).toEqual(['FILLED', 'EXPIRED']);
  });

  it('with a trailing leg needs no stop price', () => {
    const venue = market();
    const placed = list(venue, 'OCO', above, { type: 'STOP_LOSS', side: 'SELL', trailingDeltaBps: 100 });
    venue.printTrade(6, SYMBOL, price('99'), quantity('1'), true);
    expect([placed.now(0).status, placed.now(1).status]).toEqual(['EXPIRED', 'FILLED']);
  });

  it('survives both of its prices in one sweep: the first to come wins', () => {
    const venue = market();
    venue.setLiquidity(5, SYMBOL, levels('99 x 1', '80 x 9'), levels('101 x 5'));
    const placed = list(venue, 'OCO', { ...above, price: '101.5' }, { ...below, price: '80' });
    place(venue, { accountId: 2, type: 'MARKET', side: 'SELL', quantity: '3' });
    expect([placed.now(0).status, placed.now(1).status]).toEqual(['EXPIRED', 'FILLED']);
    expect(balanceOf(venue, 1, 'BTC')).toBe('99 + 0');
  });
});

describe('an OTO', () => {
  const working: Words = { price: '99.5' };

  it('keeps its pending order back, holding nothing for it, until the working one has filled', () => {
    const venue = market();
    const placed = list(venue, 'OTO', working, {
      type: 'LIMIT',
      side: 'SELL',
      price: '120',
      quantity: '100.5',
    });
    expect(placed.orders.map((each) => each.status)).toEqual(['NEW', 'PENDING_NEW']);
    expect(story(venue)).toEqual([
      '1: list EXEC_STARTED EXECUTING',
      '1: LIMIT NEW PENDING_NEW',
      '1: LIMIT NEW NEW',
      '1: balances USDT BTC',
    ]);
    expect(balanceOf(venue, 1, 'BTC')).toBe('100 + 0');
    venue.printTrade(6, SYMBOL, price('99.5'), quantity('0.5'), true);
    expect(placed.now(1).status).toBe('PENDING_NEW');
    venue.printTrade(7, SYMBOL, price('99.5'), quantity('0.5'), true);
    expect(placed.now(1)).toMatchObject({ status: 'NEW', working: true, workingTime: 7 });
    expect(story(venue).slice(3)).toEqual([
      'trade 0.5 @ 99.5 sold',
      '1: LIMIT TRADE FILLED 0.5 @ 99.5 maker',
      '1: balances USDT BTC',
      '1: LIMIT NEW NEW',
      '1: balances BTC USDT',
    ]);
    // What was bought, less its fee, is part of what the pending sell now holds.
    expect(balanceOf(venue, 1, 'BTC')).toBe('0.499 + 100.5');
  });

  it('filled at once still answers with the pending order as PENDING_NEW', () => {
    const venue = market();
    const placed = list(venue, 'OTO', { price: '101' }, { type: 'MARKET', side: 'SELL', quantity: '0.5' });
    expect(placed.orders.map((each) => each.status)).toEqual(['FILLED', 'PENDING_NEW']);
    expect(placed.now(1).status).toBe('FILLED');
    expect(venue.orderList(1, placed.listId)?.listOrderStatus).toBe('ALL_DONE');
  });

  it('whose pending order cannot pay expires it as REJECTED', () => {
    const venue = market();
    const placed = list(
      venue,
      'OTO',
      { price: '101' },
      { type: 'LIMIT', side: 'SELL', price: '120', quantity: '101' },
    );
    expect(placed.now(1)).toMatchObject({ status: 'EXPIRED', expiryReason: 'REJECTED' });
    expect(venue.orderList(1, placed.listId)?.listOrderStatus).toBe('ALL_DONE');
  });

  it('whose pending stop has been passed expires it as REJECTED', () => {
    const venue = market();
    const placed = list(
      venue,
      'OTO',
      { price: '101' },
      { type: 'STOP_LOSS', side: 'SELL', stopPrice: '101.5' },
    );
    expect(placed.now(1)).toMatchObject({ status: 'EXPIRED', expiryReason: 'REJECTED' });
  });

  it('whose working order expires takes the pending one along', () => {
    const venue = market();
    const placed = list(venue, 'OTO', { price: '90', timeInForce: 'IOC' }, { type: 'MARKET', side: 'SELL' });
    expect([placed.now(0).status, placed.now(1)]).toMatchObject([
      'EXPIRED',
      { status: 'EXPIRED', expiryReason: 'OTO_PHASE_ONE_EXPIRED' },
    ]);
    expect(venue.orderLists(1, true)).toEqual([]);
  });

  it.each([0, 1])('is cancelled whole by cancelling order %i', (which) => {
    const venue = market();
    const placed = list(venue, 'OTO', working, { type: 'MARKET', side: 'SELL' });
    accepted(
      venue.cancel(6, {
        accountId: 1,
        symbol: SYMBOL,
        order: placed.orders[which]!,
        requestClientOrderId: 'bye',
        restriction: null,
      }),
    );
    expect([placed.now(0).status, placed.now(1).status]).toEqual(['CANCELED', 'CANCELED']);
    expect(balanceOf(venue, 1, 'USDT')).toBe('1000000 + 0');
  });

  it('may have its pending order amended', () => {
    const venue = market();
    const placed = list(venue, 'OTO', working, { type: 'MARKET', side: 'SELL' });
    venue.drain();
    accepted(venue.amend(6, 1, SYMBOL, placed.orders[1]!, quantity('0.4'), 'smaller'));
    expect(placed.now(1)).toMatchObject({
      status: 'PENDING_NEW',
      originalQuantity: quantity('0.4'),
      clientOrderId: 'smaller',
    });
    expect(story(venue)).toEqual(['1: MARKET REPLACED PENDING_NEW', '1: list UPDATED EXECUTING']);
  });
});

describe('an OTOCO', () => {
  const entry: Words = { price: '101' };

  it('turns into an OCO of what was bought', () => {
    const venue = market();
    const placed = list(venue, 'OTOCO', entry, above, below);
    expect(placed.orders.map((each) => each.status)).toEqual(['FILLED', 'PENDING_NEW', 'PENDING_NEW']);
    expect([placed.now(1), placed.now(2)]).toMatchObject([
      { status: 'NEW', working: true },
      { status: 'NEW', working: false },
    ]);
    expect(balanceOf(venue, 1, 'BTC')).toBe('99.999 + 1');
    expect(venue.orderList(1, placed.listId)).toMatchObject({
      contingencyType: 'OTO',
      listOrderStatus: 'EXECUTING',
    });
    venue.printTrade(6, SYMBOL, price('95'), quantity('1'), true);
    expect([placed.now(1).status, placed.now(2).status]).toEqual(['EXPIRED', 'FILLED']);
    expect(venue.orderList(1, placed.listId)?.listOrderStatus).toBe('ALL_DONE');
    expect(balanceOf(venue, 1, 'BTC')).toBe('99.999 + 0');
  });

  it('cancelled before it worked leaves nothing behind', () => {
    const venue = market();
    const placed = list(venue, 'OTOCO', { price: '90' }, above, below);
    accepted(venue.cancelList(6, 1, SYMBOL, { orderListId: placed.listId }, 'bye'));
    expect([0, 1, 2].map((at) => placed.now(at).status)).toEqual(['CANCELED', 'CANCELED', 'CANCELED']);
    expect(story(venue).slice(-2)).toEqual(['1: list ALL_DONE ALL_DONE', '1: balances USDT']);
  });

  it('whose exit would take at once expires both exits as REJECTED', () => {
    const venue = market();
    const placed = list(venue, 'OTOCO', entry, { ...above, price: '98' }, below);
    expect([placed.now(1), placed.now(2)]).toMatchObject([
      { status: 'EXPIRED', expiryReason: 'REJECTED' },
      { status: 'EXPIRED' },
    ]);
    expect(balanceOf(venue, 1, 'BTC')).toBe('100.999 + 0');
  });
});

describe('an amend', () => {
  it('lowers the quantity in place: the queue, the money and the name follow', () => {
    const venue = openVenue();
    place(venue, { accountId: 2, price: '100', quantity: '3' });
    const mine = place(venue, { price: '100', quantity: '5', clientOrderId: 'old' }).order;
    place(venue, { accountId: 2, price: '100', quantity: '4' });
    venue.drain();
    const amended = accepted(venue.amend(8, 1, SYMBOL, mine, quantity('2'), 'new'));
    expect(amended).toMatchObject({
      orderId: mine.orderId,
      originalQuantity: quantity('2'),
      clientOrderId: 'new',
      status: 'NEW',
      updateTime: 8,
    });
    expect(venue.queueAhead(1, SYMBOL, mine)).toBe(quantity('3'));
    expect(balanceOf(venue, 1, 'USDT')).toBe('999800 + 200');
    const [event] = venue.drain();
    expect(event).toMatchObject({
      executionType: 'REPLACED',
      requestClientOrderId: 'new',
      order: { clientOrderId: 'old', originalQuantity: quantity('2') },
    });
    const byName = (): number | undefined => venue.order(1, SYMBOL, { clientOrderId: 'new' })?.orderId;
    expect(byName()).toBe(mine.orderId);
    accepted(venue.cancelAll(9, 1, SYMBOL));
    expect(byName()).toBe(mine.orderId);
  });

  it('of an iceberg keeps what is shown until the whole is smaller', () => {
    const venue = openVenue();
    const { order: mine } = place(venue, { price: '100', quantity: '5', icebergQuantity: '2' });
    accepted(venue.amend(8, 1, SYMBOL, mine, quantity('3'), 'x'));
    expect(bookOf(venue).bids).toEqual(['100 x 2']);
    accepted(venue.amend(8, 1, SYMBOL, mine, quantity('1'), 'x'));
    expect(bookOf(venue).bids).toEqual(['100 x 1']);
  });

  it('of one leg of an OCO lowers both', () => {
    const venue = market();
    const placed = oco(venue);
    accepted(venue.amend(8, 1, SYMBOL, placed.orders[1]!, quantity('0.5'), 'x'));
    expect([placed.now(0).originalQuantity, placed.now(1).originalQuantity]).toEqual([
      quantity('0.5'),
      quantity('0.5'),
    ]);
    expect(balanceOf(venue, 1, 'BTC')).toBe('99.5 + 0.5');
    expect(bookOf(venue).asks.at(-1)).toBe('110 x 0.5');
  });

  it('down to what has traded ends the order', () => {
    const venue = openVenue();
    const { order: mine } = place(venue, { price: '100', quantity: '5' });
    place(venue, { accountId: 2, side: 'SELL', type: 'MARKET', quantity: '2' });
    expect(accepted(venue.amend(8, 1, SYMBOL, mine, quantity('2'), 'x')).status).toBe('EXPIRED');
    expect(balanceOf(venue, 1, 'USDT')).toBe('999800 + 0');
  });

  it('is let through in CANCEL_ONLY', () => {
    const venue = openVenue();
    const { order: mine } = place(venue, { price: '100', quantity: '5' });
    venue.setSymbol(7, symbolSpec({ status: 'CANCEL_ONLY' }));
    expect(venue.amend(8, 1, SYMBOL, mine, quantity('2'), 'x').ok).toBe(true);
  });
});
