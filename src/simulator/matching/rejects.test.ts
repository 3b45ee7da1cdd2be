// One row per refusal: the code and message the exchange gives (binance.md, Errors), and in which
// situation. Where several are due, the first in the exchange's order wins: parameters, filters,
// market status, then the engine's own.
import { describe, expect, it } from 'vitest';
import {
  accepted,
  accountSpec,
  levels,
  openVenue,
  order,
  place,
  symbolSpec,
  SYMBOL,
  type Words,
} from '../../../tests/builders/venue.ts';
import { assetAmount, notional, price, quantity } from '../../core/money.ts';
import type { PlaceOrderList, SymbolSpec, Venue, VenueReject } from './venue-api.ts';

type Row = {
  readonly when: string;
  readonly words: Words;
  readonly spec?: Partial<SymbolSpec>;
  readonly given?: (venue: Venue) => void;
  readonly answer: readonly [code: number, message: string];
};

const traded = (venue: Venue): void => {
  venue.setLiquidity(0, SYMBOL, levels('99 x 5', '98 x 5'), levels('101 x 5', '102 x 5'));
  venue.printTrade(0, SYMBOL, price('100'), quantity('1'), true);
};
const tracked =
  (words: Words) =>
  (venue: Venue): void => {
    place(venue, words);
  };

const rows: readonly Row[] = [
  { when: 'the symbol is unknown', words: { symbol: 'NOSUCH' }, answer: [-1121, 'Invalid symbol.'] },
  {
    when: 'the account is unknown',
    words: { accountId: 77 },
    answer: [-2015, 'Invalid API-key, IP, or permissions for action.'],
  },
  {
    when: 'a limit order has no price',
    words: { price: null },
    answer: [-1102, "Mandatory parameter 'price' was not sent, was empty/null, or malformed."],
  },
  {
    when: 'a limit order has no time in force',
    words: { timeInForce: null },
    answer: [-1102, "Mandatory parameter 'timeInForce' was not sent, was empty/null, or malformed."],
  },
  {
    when: 'a limit order has no quantity',
    words: { quantity: null },
    answer: [-1102, "Mandatory parameter 'quantity' was not sent, was empty/null, or malformed."],
  },
  {
    when: 'a market order has neither amount',
    words: { type: 'MARKET', quantity: null },
    answer: [-1102, "Param 'quantity' or 'quoteOrderQty' must be sent, but both were empty/null!"],
  },
  {
    when: 'a market order has both amounts',
    words: { type: 'MARKET', quantity: '1', quoteOrderQuantity: '10' },
    answer: [-1128, 'Combination of optional parameters invalid.'],
  },
  {
    when: 'a market order has a price',
    words: { type: 'MARKET', price: '100' },
    answer: [-1106, "Parameter 'price' sent when not required."],
  },
  {
    when: 'a market order has a time in force',
    words: { type: 'MARKET', timeInForce: 'GTC' },
    answer: [-1106, "Parameter 'timeInForce' sent when not required."],
  },
  {
    when: 'a limit order has a quote amount',
    words: { quoteOrderQuantity: '10', quantity: '1' },
    answer: [-1106, "Parameter 'quoteOrderQty' sent when not required."],
  },
  {
    when: 'a limit order has a stop price',
    words: { stopPrice: '90' },
    answer: [-1106, "Parameter 'stopPrice' sent when not required."],
  },
  {
    when: 'a limit order has a trailing delta',
    words: { trailingDeltaBps: 50 },
    answer: [-1106, "Parameter 'trailingDelta' sent when not required."],
  },
  {
    when: 'a stop has no trigger',
    words: { type: 'STOP_LOSS' },
    answer: [-1102, "Param 'stopPrice' or 'trailingDelta' must be sent, but both were empty/null!"],
  },
  {
    when: 'a market order hides quantity',
    words: { type: 'MARKET', icebergQuantity: '0.1' },
    answer: [-1106, "Parameter 'icebergQty' sent when not required."],
  },
  {
    when: 'an iceberg is not GTC',
    words: { timeInForce: 'IOC', icebergQuantity: '0.1' },
    answer: [-1014, 'Unsupported order combination.'],
  },
  { when: 'the quantity is zero', words: { quantity: '0' }, answer: [-1013, 'Invalid quantity.'] },
  {
    when: 'the quote amount is zero',
    words: { type: 'MARKET', quoteOrderQuantity: '0' },
    answer: [-1013, 'Invalid quote order qty.'],
  },
  { when: 'the price is zero', words: { price: '0' }, answer: [-1013, 'Invalid price.'] },
  {
    when: 'the stop price is zero',
    words: { type: 'STOP_LOSS', stopPrice: '0' },
    answer: [-1013, 'Invalid stopPrice.'],
  },
  {
    when: 'the strategy type is reserved',
    words: { strategyType: 999_999 },
    answer: [-1134, 'strategyType was less than 1000000.'],
  },
  {
    when: 'the iceberg quantity is negative',
    words: { icebergQuantity: '-1' },
    answer: [-1130, "Data sent for parameter 'icebergQty' is not valid."],
  },

  {
    when: 'the price is off the tick',
    words: { price: '100.001' },
    answer: [-1013, 'Filter failure: PRICE_FILTER'],
  },
  {
    when: 'the price is too low',
    words: { price: '9.99' },
    spec: { minPrice: price('10') },
    answer: [-1013, 'Filter failure: PRICE_FILTER'],
  },
  {
    when: 'the price is too high',
    words: { price: '1000000.01', quantity: '0.001' },
    answer: [-1013, 'Filter failure: PRICE_FILTER'],
  },
  {
    when: 'the stop price is off the tick',
    words: { type: 'STOP_LOSS', stopPrice: '120.005' },
    answer: [-1013, 'Filter failure: PRICE_FILTER'],
  },
  {
    when: 'a buy is too far above the average',
    words: { price: '500.01' },
    given: traded,
    answer: [-1013, 'Filter failure: PERCENT_PRICE_BY_SIDE'],
  },
  {
    when: 'a buy is too far below the average',
    words: { price: '19.99' },
    given: traded,
    answer: [-1013, 'Filter failure: PERCENT_PRICE_BY_SIDE'],
  },
  {
    when: 'a sell is too far below the average',
    words: { side: 'SELL', price: '49.99' },
    spec: { askMultiplierDownBps: 5_000 },
    given: traded,
    answer: [-1013, 'Filter failure: PERCENT_PRICE_BY_SIDE'],
  },
  {
    when: 'the quantity is off the step',
    words: { quantity: '1.0005' },
    answer: [-1013, 'Filter failure: LOT_SIZE'],
  },
  {
    when: 'the quantity is too small',
    words: { quantity: '0.009' },
    spec: { minQuantity: quantity('0.01') },
    answer: [-1013, 'Filter failure: LOT_SIZE'],
  },
  {
    when: 'the quantity is too large',
    words: { quantity: '9000.001', price: '10' },
    answer: [-1013, 'Filter failure: LOT_SIZE'],
  },
  {
    when: 'the iceberg quantity is off the step',
    words: { icebergQuantity: '0.1005' },
    answer: [-1013, 'Filter failure: LOT_SIZE'],
  },
  {
    when: 'a market quantity is too large for the market filter',
    words: { type: 'MARKET', quantity: '100.001' },
    answer: [-1013, 'Filter failure: MARKET_LOT_SIZE'],
  },
  {
    when: 'the notional is too small',
    words: { price: '100', quantity: '0.049' },
    answer: [-1013, 'Filter failure: NOTIONAL'],
  },
  {
    when: 'the notional is too large',
    words: { price: '1000', quantity: '9000' },
    spec: { maxNotional: notional('8999999') },
    answer: [-1013, 'Filter failure: NOTIONAL'],
  },
  {
    when: 'a market order is worth too little at the average',
    words: { type: 'MARKET', quantity: '0.049' },
    given: traded,
    answer: [-1013, 'Filter failure: NOTIONAL'],
  },
  {
    when: 'a market order spends too little',
    words: { type: 'MARKET', quoteOrderQuantity: '4.99' },
    given: traded,
    answer: [-1013, 'Filter failure: NOTIONAL'],
  },
  {
    when: 'an iceberg has too many parts',
    words: { quantity: '1.001', icebergQuantity: '0.01' },
    answer: [-1013, 'Filter failure: ICEBERG_PARTS'],
  },
  {
    when: 'a trailing delta is too small',
    words: { type: 'STOP_LOSS', trailingDeltaBps: 9 },
    answer: [-1013, 'Filter failure: TRAILING_DELTA'],
  },
  {
    when: 'a trailing delta is too large',
    words: { type: 'STOP_LOSS', side: 'SELL', trailingDeltaBps: 2_001 },
    answer: [-1013, 'Filter failure: TRAILING_DELTA'],
  },
  {
    when: 'the self-trade mode is not allowed',
    words: { selfTradeMode: 'DECREMENT' },
    spec: { allowedSelfTradeModes: ['NONE'] },
    answer: [-1013, 'This symbol does not allow the specified self-trade prevention mode.'],
  },
  { when: 'trading is halted', words: {}, spec: { status: 'HALT' }, answer: [-1013, 'Market is closed.'] },
  {
    when: 'the market is in a break',
    words: {},
    spec: { status: 'BREAK' },
    answer: [-1013, 'Market is closed.'],
  },
  {
    when: 'only cancels are let through',
    words: {},
    spec: { status: 'CANCEL_ONLY' },
    answer: [-1013, 'Market is closed.'],
  },

  {
    when: 'the client id is in use',
    words: { clientOrderId: 'mine' },
    given: tracked({ clientOrderId: 'mine' }),
    answer: [-2010, 'Duplicate order sent.'],
  },
  {
    when: 'more is hidden than ordered',
    words: { icebergQuantity: '2' },
    answer: [-2010, 'IcebergQty exceeds QTY.'],
  },
  {
    when: 'price times quantity rounds to nothing',
    words: { price: '0.00000001', quantity: '0.001' },
    spec: { tickSize: price('0.00000001'), minPrice: price('0'), minNotional: notional('0') },
    answer: [-2010, 'Price * QTY is zero or less.'],
  },
  {
    when: 'too many orders are open',
    words: {},
    spec: { maxOrders: 1 },
    given: tracked({}),
    answer: [-2010, 'Filter failure: MAX_NUM_ORDERS'],
  },
  {
    when: 'too many stops are open',
    words: { type: 'STOP_LOSS', stopPrice: '200' },
    spec: { maxAlgoOrders: 1 },
    given: tracked({ type: 'STOP_LOSS', stopPrice: '200' }),
    answer: [-2010, 'Filter failure: MAX_NUM_ALGO_ORDERS'],
  },
  {
    when: 'the position would be too large',
    words: { quantity: '2' },
    spec: { maxPosition: quantity('101.999') },
    answer: [-2010, 'Filter failure: MAX_POSITION'],
  },
  {
    when: 'open buys fill the position',
    words: { quantity: '1' },
    spec: { maxPosition: quantity('101') },
    given: tracked({ quantity: '1' }),
    answer: [-2010, 'Filter failure: MAX_POSITION'],
  },
  {
    when: 'a buy stop lies below the market',
    words: { type: 'STOP_LOSS', stopPrice: '100' },
    given: traded,
    answer: [-2010, 'Stop price would trigger immediately.'],
  },
  {
    when: 'a sell stop lies above the market',
    words: { type: 'STOP_LOSS', side: 'SELL', stopPrice: '100' },
    given: traded,
    answer: [-2010, 'Stop price would trigger immediately.'],
  },
  {
    when: 'a sell target lies below the market',
    words: { type: 'TAKE_PROFIT', side: 'SELL', stopPrice: '99' },
    given: traded,
    answer: [-2010, 'Stop price would trigger immediately.'],
  },
  {
    when: 'a buy target lies above the market',
    words: { type: 'TAKE_PROFIT_LIMIT', stopPrice: '101' },
    given: traded,
    answer: [-2010, 'Stop price would trigger immediately.'],
  },
  {
    when: 'a maker-only buy would take',
    words: { type: 'LIMIT_MAKER', price: '101' },
    given: traded,
    answer: [-2010, 'Order would immediately match and take.'],
  },
  {
    when: 'a maker-only sell would take',
    words: { type: 'LIMIT_MAKER', side: 'SELL', price: '99' },
    given: traded,
    answer: [-2010, 'Order would immediately match and take.'],
  },
  {
    when: 'a limit buy costs more than is free',
    words: { quantity: '1000', price: '1000.01' },
    answer: [-2010, 'Account has insufficient balance for requested action.'],
  },
  {
    when: 'a limit sell needs more than is free',
    words: { side: 'SELL', quantity: '100.001' },
    answer: [-2010, 'Account has insufficient balance for requested action.'],
  },
  {
    when: 'a market buy would cost more than is free',
    words: { type: 'MARKET', quantity: '4', accountId: 3 },
    given: (venue) => {
      traded(venue);
      venue.openAccount(accountSpec(3, { balances: [{ asset: 'USDT', free: assetAmount('403.99') }] }));
    },
    answer: [-2010, 'Account has insufficient balance for requested action.'],
  },
  {
    when: 'a stop sell needs more than is free',
    words: { type: 'STOP_LOSS', side: 'SELL', stopPrice: '90', quantity: '100.001' },
    answer: [-2010, 'Account has insufficient balance for requested action.'],
  },
  {
    when: 'a quote amount meets an empty book',
    words: { type: 'MARKET', quoteOrderQuantity: '10' },
    answer: [-2010, 'Order book liquidity is less than symbol minimum quantity.'],
  },
  {
    when: 'a quote amount buys less than the least quantity',
    words: { type: 'MARKET', quoteOrderQuantity: '5' },
    spec: { minQuantity: quantity('0.05') },
    given: traded,
    answer: [-2010, 'Order book liquidity is less than LOT_SIZE filter minimum quantity.'],
  },
  {
    when: 'a quote amount buys less than the least market quantity',
    words: { type: 'MARKET', quoteOrderQuantity: '5' },
    spec: { marketMinQuantity: quantity('0.05') },
    given: traded,
    answer: [-2010, 'Order book liquidity is less than MARKET_LOT_SIZE filter minimum quantity.'],
  },
];

function refusal(result: {
  readonly ok: boolean;
  readonly error?: VenueReject;
}): readonly [number, string] | null {
  return result.error === undefined ? null : [result.error.code, result.error.message];
}

describe('a new order', () => {
  it.each(rows)('is refused when $when', ({ words, spec, given, answer }) => {
    const venue = openVenue(spec);
    given?.(venue);
    venue.drain();
    const before = JSON.stringify(venue.snapshot());
    expect(refusal(venue.place(5, order(words)))).toEqual(answer);
    // A refusal changes nothing and is told to nobody.
    expect(JSON.stringify(venue.snapshot())).toBe(before);
    expect(venue.drain()).toEqual([]);
  });

  it.each([
    ['the highest price', { price: '500' }],
    ['the lowest price', { price: '20' }],
    ['the least notional', { price: '50', quantity: '0.1' }],
    ['the most parts', { quantity: '1', icebergQuantity: '0.01' }],
    ['the least trailing delta', { type: 'STOP_LOSS', trailingDeltaBps: 10 }],
    ['the most trailing delta', { type: 'STOP_LOSS', side: 'SELL', trailingDeltaBps: 2_000 }],
    ['a buy stop one tick above the market', { type: 'STOP_LOSS', stopPrice: '100.01' }],
    ['a maker-only buy one tick below the best ask', { type: 'LIMIT_MAKER', price: '100.99' }],
    ['the whole free balance', { side: 'SELL', price: '101', quantity: '100' }],
    ['a hidden quantity equal to the order', { icebergQuantity: '1' }],
  ] satisfies [string, Words][])('is accepted at the edge: %s', (_edge, words) => {
    const venue = openVenue();
    traded(venue);
    expect(refusal(venue.place(5, order(words)))).toBe(null);
  });

  it('may carry a client id again once the first order is closed', () => {
    const venue = openVenue();
    traded(venue);
    expect(place(venue, { clientOrderId: 'again', price: '101' }).order.status).toBe('FILLED');
    expect(place(venue, { clientOrderId: 'again', price: '101' }).order.status).toBe('FILLED');
  });

  it('is only tested as far as the gate of the engine by order/test', () => {
    const venue = openVenue();
    expect(refusal(venue.test(1, order({ quantity: '1000', price: '2000' })))).toBe(null);
    expect(refusal(venue.test(1, order({ price: '100.001' })))).toEqual([
      -1013,
      'Filter failure: PRICE_FILTER',
    ]);
    expect(refusal(venue.test(1, order({ symbol: 'NOSUCH' })))).toEqual([-1121, 'Invalid symbol.']);
    expect(venue.openOrders(1, null)).toEqual([]);
  });
});

describe('a cancel', () => {
  const cancel = (
    venue: Venue,
    orderId: number,
    restriction: 'ONLY_NEW' | 'ONLY_PARTIALLY_FILLED' | null = null,
  ) =>
    refusal(
      venue.cancel(6, {
        accountId: 1,
        symbol: SYMBOL,
        order: { orderId },
        requestClientOrderId: 'bye',
        restriction,
      }),
    );

  it('is refused for an order that is not there, is closed, or belongs to another', () => {
    const venue = openVenue();
    traded(venue);
    const filled = place(venue, { price: '101' }).order;
    const theirs = place(venue, { accountId: 2, price: '90' }).order;
    for (const orderId of [999, filled.orderId, theirs.orderId]) {
      expect(cancel(venue, orderId)).toEqual([-2011, 'Unknown order sent.']);
    }
    expect(refusal(venue.cancelAll(6, 1, SYMBOL))).toEqual([-2011, 'Unknown order sent.']);
    expect(refusal(venue.cancelList(6, 1, SYMBOL, { orderListId: 4 }, 'bye'))).toEqual([
      -2011,
      'Unknown order sent.',
    ]);
  });

  it('obeys its restrictions', () => {
    const venue = openVenue();
    traded(venue);
    const fresh = place(venue, { price: '90' }).order.orderId;
    const partly = place(venue, { price: '101', quantity: '6' }).order;
    expect(partly.status).toBe('PARTIALLY_FILLED');
    const restricted = [-2011, 'Order was not canceled due to cancel restrictions.'];
    expect(cancel(venue, fresh, 'ONLY_PARTIALLY_FILLED')).toEqual(restricted);
    expect(cancel(venue, partly.orderId, 'ONLY_NEW')).toEqual(restricted);
    expect(cancel(venue, fresh, 'ONLY_NEW')).toBe(null);
    expect(cancel(venue, partly.orderId, 'ONLY_PARTIALLY_FILLED')).toBe(null);
  });

  it('works in CANCEL_ONLY, and not while the market is closed', () => {
    const venue = openVenue();
    const open = place(venue, {}).order.orderId;
    venue.setSymbol(2, symbolSpec({ status: 'HALT' }));
    expect(cancel(venue, open)).toEqual([-2011, 'Market is closed.']);
    venue.setSymbol(3, symbolSpec({ status: 'CANCEL_ONLY' }));
    expect(cancel(venue, open)).toBe(null);
  });
});

describe('an amend', () => {
  it.each([
    ['an increase', '1.001', 'new', [-2038, 'Order amend (quantity increase) is not supported.']],
    ['no change', '1', 'new', [-2038, 'The requested action would change no state; rejecting.']],
    ['nothing left', '0', 'new', [-1013, 'Invalid quantity.']],
    ['a quantity off the step', '0.9995', 'new', [-1013, 'Filter failure: LOT_SIZE']],
    ['too small a notional', '0.049', 'new', [-1013, 'Filter failure: NOTIONAL']],
    ['a client id of another open order', '0.5', 'other', [-2038, 'Duplicate order sent.']],
  ] as const)('to %s is refused', (_what, newQuantity, name, answer) => {
    const venue = openVenue();
    place(venue, { clientOrderId: 'other' });
    const { orderId } = place(venue, { clientOrderId: 'mine' }).order;
    expect(refusal(venue.amend(5, 1, SYMBOL, { orderId }, quantity(newQuantity), name))).toEqual(answer);
    expect(venue.order(1, SYMBOL, { orderId })?.originalQuantity).toBe(quantity('1'));
  });

  it('of an unknown order, in a closed market, or once too often is refused', () => {
    const venue = openVenue({ maxOrderAmends: 2 });
    expect(refusal(venue.amend(5, 1, SYMBOL, { orderId: 7 }, quantity('0.5'), 'x'))).toEqual([
      -2038,
      'Unknown order sent.',
    ]);
    const { orderId } = place(venue).order;
    accepted(venue.amend(5, 1, SYMBOL, { orderId }, quantity('0.9'), 'a'));
    accepted(venue.amend(5, 1, SYMBOL, { orderId }, quantity('0.8'), 'b'));
    expect(refusal(venue.amend(5, 1, SYMBOL, { orderId }, quantity('0.7'), 'c'))).toEqual([
      -2038,
      'Filter failure: MAX_NUM_ORDER_AMENDS',
    ]);
    venue.setSymbol(6, symbolSpec({ status: 'BREAK' }));
    expect(refusal(venue.amend(7, 1, SYMBOL, { orderId }, quantity('0.6'), 'd'))).toEqual([
      -2038,
      'Market is closed.',
    ]);
  });
});

describe('an order list', () => {
  const list = (kind: PlaceOrderList['kind'], ...orders: readonly Words[]): PlaceOrderList => ({
    accountId: 1,
    symbol: SYMBOL,
    kind,
    listClientOrderId: 'list',
    orders: orders.map(order),
  });
  const limit: Words = { type: 'LIMIT_MAKER', side: 'SELL', price: '110' };
  const stop: Words = { type: 'STOP_LOSS', side: 'SELL', stopPrice: '90' };
  const target: Words = { type: 'TAKE_PROFIT', side: 'SELL', stopPrice: '110' };
  const buys = (words: Words): Words => ({ ...words, side: 'BUY' });

  it.each([
    [
      'a leg of another type',
      list('OCO', { type: 'LIMIT', side: 'SELL', price: '110' }, stop),
      [-1158, 'Order type not supported in OCO.'],
    ],
    [
      'two limit legs',
      list('OCO', limit, { ...limit, price: '111' }),
      [-1168, 'At least one OCO order must be contingent.'],
    ],
    [
      'a buy limit above',
      list('OCO', buys(limit), buys(target)),
      [-1165, 'A limit order in a buy OCO must be below.'],
    ],
    ['a sell limit below', list('OCO', target, limit), [-1166, 'A limit order in a sell OCO must be above.']],
    [
      'a buy stop below',
      list('OCO', buys({ ...stop, stopPrice: '110' }), buys(stop)),
      [-1196, 'A stop loss order in a buy OCO must be above.'],
    ],
    [
      'a sell stop above',
      list('OCO', { ...stop, stopPrice: '110' }, stop),
      [-1197, 'A stop loss order in a sell OCO must be below.'],
    ],
    [
      'a buy target above',
      list('OCO', buys(target), buys({ ...target, stopPrice: '90' })),
      [-1198, 'A take profit order in a buy OCO must be below.'],
    ],
    [
      'a sell target below',
      list('OCO', limit, { ...target, stopPrice: '90' }),
      [-1199, 'A take profit order in a sell OCO must be above.'],
    ],
    [
      'legs on the wrong side of the market',
      list('OCO', limit, { ...stop, stopPrice: '101' }),
      [-2010, 'The relationship of the prices for the orders is not correct.'],
    ],
    [
      'legs of different size',
      list('OCO', limit, { ...stop, quantity: '2' }),
      [-1130, "Data sent for parameter 'quantity' is not valid."],
    ],
    [
      'legs of different sides',
      list('OCO', limit, buys({ ...stop, stopPrice: '110' })),
      [-1130, "Data sent for parameter 'side' is not valid."],
    ],
    ['one leg only', list('OCO', limit), [-1130, "Data sent for parameter 'orders' is not valid."]],
    [
      'a working market order',
      list('OTO', { type: 'MARKET' }, stop),
      [-1130, "Data sent for parameter 'workingType' is not valid."],
    ],
    [
      'a pending quote amount',
      list('OTO', {}, { type: 'MARKET', quoteOrderQuantity: '10' }),
      [-1106, "Parameter 'quoteOrderQty' sent when not required."],
    ],
    [
      'a leg that fails a filter',
      list('OCO', { ...limit, price: '110.001' }, stop),
      [-1013, 'Filter failure: PRICE_FILTER'],
    ],
    [
      'two legs with one client id',
      list('OCO', { ...limit, clientOrderId: 'same' }, { ...stop, clientOrderId: 'same' }),
      [-2010, 'Duplicate order sent.'],
    ],
    [
      'more than is free',
      list('OCO', { ...limit, quantity: '101' }, { ...stop, quantity: '101' }),
      [-2010, 'Account has insufficient balance for requested action.'],
    ],
  ] as const)('with %s is refused', (_what, request, answer) => {
    const venue = openVenue();
    traded(venue);
    venue.drain();
    const before = JSON.stringify(venue.snapshot());
    expect(refusal(venue.placeList(5, request))).toEqual(answer);
    expect(JSON.stringify(venue.snapshot())).toBe(before);
    expect(venue.drain()).toEqual([]);
  });

  it('is refused past the number of lists, and under a name in use', () => {
    const venue = openVenue({ maxOrderLists: 2 });
    traded(venue);
    const named = (name: string): PlaceOrderList => ({
      ...list('OCO', limit, stop),
      listClientOrderId: name,
    });
    accepted(venue.placeList(5, named('a')));
    expect(refusal(venue.placeList(5, named('a')))).toEqual([-2010, 'Duplicate order sent.']);
    accepted(venue.placeList(5, named('b')));
    expect(refusal(venue.placeList(5, named('c')))).toEqual([-2010, 'Filter failure: MAX_NUM_ORDER_LISTS']);
  });
});

describe('a withdrawal', () => {
  it('is refused past what is free', () => {
    const venue = openVenue();
    place(venue, { price: '1000', quantity: '999.9' });
    expect(refusal(venue.transfer(5, 1, 'USDT', assetAmount('-101')))).toEqual([
      -2010,
      'Account has insufficient balance for requested action.',
    ]);
    expect(refusal(venue.transfer(5, 1, 'USDT', assetAmount('-100')))).toBe(null);
    expect(refusal(venue.transfer(5, 55, 'USDT', assetAmount('1')))?.[0]).toBe(-2015);
  });
});
