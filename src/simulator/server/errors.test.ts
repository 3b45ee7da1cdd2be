/** One row per refusal: what provokes it, and the exchange's own answer. Order of judgement included. */
import { createSeededRandom } from '../../core/seeded-random.ts';
import { describe, expect, test } from 'vitest';

import {
  type Harness,
  harness,
  type Params,
  REMOTE,
  START,
} from '../../../tests/builders/exchange-harness.ts';

const limit: Params = {
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: '1',
  price: '90',
};
const market: Params = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '1' };
const oco: Params = {
  symbol: 'BTCUSDT',
  side: 'SELL',
  quantity: '1',
  aboveType: 'LIMIT_MAKER',
  abovePrice: '110',
  belowType: 'STOP_LOSS',
  belowStopPrice: '90',
};
function without(params: Params, ...names: readonly string[]): Params {
  return Object.fromEntries(Object.entries(params).filter(([name]) => !names.includes(name)));
}
const order = (params: Params) => (at: Harness) => at.signed('POST', '/api/v3/order', params);
const list = (params: Params) => (at: Harness) => at.signed('POST', '/api/v3/orderList/oco', params);
const get =
  (path: string, params: Params = {}) =>
  (at: Harness) =>
    at.get(path, params);
const account =
  (path: string, params: Params = {}) =>
  (at: Harness) =>
    at.signed('GET', path, params);

type Row = readonly [
  name: string,
  act: (at: Harness) => { status: number; json: unknown },
  status: number,
  code: number,
  msg: string,
];

const rows: readonly Row[] = [
  [
    'a parameter of another alphabet',
    get('/api/v3/depth', { symbol: 'btcusdt' }),
    400,
    -1100,
    "Illegal characters found in parameter 'symbol'; legal range is '^[\\w\\-._&&[^a-z]]{1,50}$'.",
  ],
  [
    'symbols that are no list',
    (at) => at.raw('GET', '/api/v3/ticker/price', 'symbols=[BTCUSDT]'),
    400,
    -1100,
    'Illegal characters found in parameter \'symbols\'; legal range is \'^\\[("[\\w\\-._&&[^a-z]]{1,50}"(,"[\\w\\-._&&[^a-z]]{1,50}"){0,}){0,1}\\]$\'.',
  ],
  [
    'a number with an exponent',
    order({ ...limit, quantity: '1e-5' }),
    400,
    -1100,
    "Illegal characters found in parameter 'quantity'; legal range is '^([0-9]{1,20})(\\.[0-9]{1,20})?$'.",
  ],
  [
    'a negative price',
    order({ ...limit, price: '-1' }),
    400,
    -1100,
    "Illegal characters found in parameter 'price'; legal range is '^([0-9]{1,20})(\\.[0-9]{1,20})?$'.",
  ],
  [
    'a client id with a blank',
    order({ ...limit, newClientOrderId: 'a b' }),
    400,
    -1100,
    "Illegal characters found in parameter 'newClientOrderId'; legal range is '^[a-zA-Z0-9-_]{1,36}$'.",
  ],
  [
    'a client id of 37 characters',
    order({ ...limit, newClientOrderId: 'a'.repeat(37) }),
    400,
    -1100,
    "Illegal characters found in parameter 'newClientOrderId'; legal range is '^[a-zA-Z0-9-_]{1,36}$'.",
  ],
  [
    'broken percent encoding',
    (at) => at.raw('GET', '/api/v3/depth', 'symbol=%E0%A4%A'),
    400,
    -1100,
    'Illegal characters found in a parameter.',
  ],
  [
    'more parameters than there are',
    get('/api/v3/ping', { x: 1 }),
    400,
    -1101,
    "Too many parameters; expected '0' and received '1'.",
  ],
  [
    'a parameter sent twice',
    (at) => at.raw('GET', '/api/v3/depth', 'symbol=BTCUSDT&symbol=ETHUSDT'),
    400,
    -1101,
    'Duplicate values for a parameter detected.',
  ],
  [
    'a missing symbol',
    get('/api/v3/depth'),
    400,
    -1102,
    "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.",
  ],
  [
    'a limit order without a price',
    order(without(limit, 'price')),
    400,
    -1102,
    "Mandatory parameter 'price' was not sent, was empty/null, or malformed.",
  ],
  [
    'a limit order without time in force',
    order(without(limit, 'timeInForce')),
    400,
    -1102,
    "Mandatory parameter 'timeInForce' was not sent, was empty/null, or malformed.",
  ],
  [
    'a market order without a size',
    order(without(market, 'quantity')),
    400,
    -1102,
    "Param 'quantity' or 'quoteOrderQty' must be sent, but both were empty/null!",
  ],
  [
    'a stop without a trigger',
    order({ ...market, side: 'SELL', type: 'STOP_LOSS' }),
    400,
    -1102,
    "Param 'stopPrice' or 'trailingDelta' must be sent, but both were empty/null!",
  ],
  [
    'a cancel that names nothing',
    (at) => at.signed('DELETE', '/api/v3/order', { symbol: 'BTCUSDT' }),
    400,
    -1102,
    "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!",
  ],
  [
    'a window above a minute',
    account('/api/v3/account', { recvWindow: 60_001 }),
    400,
    -1102,
    "'recvWindow' contains unexpected value. Cannot be greater than 60000.",
  ],
  [
    'an unknown parameter',
    order({ ...limit, created: 1 }),
    400,
    -1104,
    "Not all sent parameters were read; read '8' parameter(s) but was sent '9'.",
  ],
  [
    'an empty parameter',
    order({ ...limit, newClientOrderId: '' }),
    400,
    -1105,
    "Parameter 'newClientOrderId' was empty.",
  ],
  [
    'a price on a market order',
    order({ ...market, price: '100' }),
    400,
    -1106,
    "Parameter 'price' sent when not required.",
  ],
  [
    'time in force on a market order',
    order({ ...market, timeInForce: 'GTC' }),
    400,
    -1106,
    "Parameter 'timeInForce' sent when not required.",
  ],
  [
    'a number past all bounds',
    get('/api/v3/historicalTrades', { symbol: 'BTCUSDT', fromId: '99999999999999999999' }),
    400,
    -1108,
    "Parameter 'fromId' overflowed.",
  ],
  [
    'nine decimals',
    order({ ...limit, quantity: '0.123456789' }),
    400,
    -1111,
    "Parameter 'quantity' has too much precision.",
  ],
  ['an unknown time in force', order({ ...limit, timeInForce: 'GTX' }), 400, -1115, 'Invalid timeInForce.'],
  ['an unknown type', order({ ...limit, type: 'ICEBERG' }), 400, -1116, 'Invalid orderType.'],
  ['an unknown side', order({ ...limit, side: 'HOLD' }), 400, -1117, 'Invalid side.'],
  [
    'an unknown interval',
    get('/api/v3/klines', { symbol: 'BTCUSDT', interval: '7m' }),
    400,
    -1120,
    'Invalid interval.',
  ],
  ['an unknown symbol', get('/api/v3/depth', { symbol: 'NOSUCH' }), 400, -1121, 'Invalid symbol.'],
  ['an order on an unknown symbol', order({ ...limit, symbol: 'NOSUCH' }), 400, -1121, 'Invalid symbol.'],
  [
    'an unknown symbol status',
    get('/api/v3/exchangeInfo', { symbolStatus: 'OPEN' }),
    400,
    -1122,
    'Invalid symbolStatus.',
  ],
  [
    'a look-up over more than a day',
    account('/api/v3/allOrders', { symbol: 'BTCUSDT', startTime: 0, endTime: 86_400_001 }),
    400,
    -1127,
    'More than 24 hours between startTime and endTime.',
  ],
  [
    'symbol and symbols together',
    (at) => at.raw('GET', '/api/v3/ticker/price', 'symbol=BTCUSDT&symbols=["ETHUSDT"]'),
    400,
    -1128,
    'Combination of optional parameters invalid.',
  ],
  [
    'an unknown self-trade mode',
    order({ ...limit, selfTradePreventionMode: 'MAYBE' }),
    400,
    -1130,
    "Data sent for parameter 'selfTradePreventionMode' is not valid.",
  ],
  [
    'a reserved strategy type',
    order({ ...limit, strategyType: 999_999 }),
    400,
    -1134,
    'strategyType was less than 1000000.',
  ],
  [
    'permissions that are no list',
    (at) => at.raw('GET', '/api/v3/exchangeInfo', 'permissions=[SPOT]'),
    400,
    -1135,
    "JSON sent for parameter 'permissions' is not valid",
  ],
  [
    'an unknown ticker type',
    get('/api/v3/ticker/24hr', { symbol: 'BTCUSDT', type: 'HUGE' }),
    400,
    -1139,
    'Invalid ticker type.',
  ],
  [
    'unknown cancel restrictions',
    (at) =>
      at.signed('DELETE', '/api/v3/order', { symbol: 'BTCUSDT', orderId: 1, cancelRestrictions: 'NEVER' }),
    400,
    -1145,
    'Invalid cancelRestrictions',
  ],
  [
    'a symbol named twice',
    (at) => at.raw('GET', '/api/v3/exchangeInfo', 'symbols=["BTCUSDT","BTCUSDT"]'),
    400,
    -1151,
    'Symbol is present multiple times in the list.',
  ],
  [
    'an OCO of two plain types',
    list({ ...without(oco, 'abovePrice', 'belowStopPrice'), aboveType: 'MARKET', belowType: 'MARKET' }),
    400,
    -1158,
    'Order type not supported in OCO.',
  ],
  [
    'an iceberg that is not GTC',
    order({ ...limit, timeInForce: 'IOC', icebergQty: '0.1' }),
    400,
    -1160,
    "Parameter 'icebergQty' is not supported if `timeInForce` is not GTC.",
  ],
  [
    'a buying OCO with the limit above',
    list({ ...oco, side: 'BUY' }),
    400,
    -1165,
    'A limit order in a buy OCO must be below.',
  ],
  [
    'a selling OCO with the limit below',
    list({
      ...without(oco, 'belowStopPrice', 'abovePrice'),
      aboveType: 'TAKE_PROFIT',
      aboveStopPrice: '110',
      belowType: 'LIMIT_MAKER',
      belowPrice: '90',
    }),
    400,
    -1166,
    'A limit order in a sell OCO must be above.',
  ],
  [
    'an OCO of two limits',
    list({ ...without(oco, 'belowStopPrice'), belowType: 'LIMIT_MAKER', belowPrice: '90' }),
    400,
    -1168,
    'At least one OCO order must be contingent.',
  ],
  [
    'an unknown time unit',
    (at) => at.get('/api/v3/time', {}, { 'x-mbx-time-unit': 'NANOSECOND' }),
    400,
    -1194,
    'Invalid value for time unit; expected either MICROSECOND or MILLISECOND.',
  ],
  [
    'a buying OCO with the stop below',
    list({ ...oco, side: 'BUY', aboveType: 'STOP_LOSS', aboveStopPrice: '110', abovePrice: '' }),
    400,
    -1105,
    "Parameter 'abovePrice' was empty.",
  ],
  [
    'a buying OCO with both stops',
    list({ ...without(oco, 'abovePrice'), side: 'BUY', aboveType: 'STOP_LOSS', aboveStopPrice: '110' }),
    400,
    -1196,
    'A stop loss order in a buy OCO must be above.',
  ],
  [
    'a selling OCO with both stops',
    list({ ...without(oco, 'abovePrice'), aboveType: 'STOP_LOSS', aboveStopPrice: '110' }),
    400,
    -1197,
    'A stop loss order in a sell OCO must be below.',
  ],
  [
    'a buying OCO with the target above',
    list({
      ...without(oco, 'abovePrice'),
      side: 'BUY',
      aboveType: 'TAKE_PROFIT',
      aboveStopPrice: '110',
      belowType: 'TAKE_PROFIT',
    }),
    400,
    -1198,
    'A take profit order in a buy OCO must be below.',
  ],
  [
    'a selling OCO with the target below',
    list({ ...oco, belowType: 'TAKE_PROFIT' }),
    400,
    -1199,
    'A take profit order in a sell OCO must be above.',
  ],
  [
    'a symbol in another status',
    get('/api/v3/depth', { symbol: 'BTCUSDT', symbolStatus: 'BREAK' }),
    400,
    -1220,
    "The symbol's status does not match the requested symbolStatus.",
  ],
  ['a zero quantity', order({ ...limit, quantity: '0' }), 400, -1013, 'Invalid quantity.'],
  ['a price off the tick', order({ ...limit, price: '90.001' }), 400, -1013, 'Filter failure: PRICE_FILTER'],
  [
    'a quantity off the step',
    order({ ...limit, quantity: '0.100001' }),
    400,
    -1013,
    'Filter failure: LOT_SIZE',
  ],
  [
    'an order worth too little',
    order({ ...limit, quantity: '0.01' }),
    400,
    -1013,
    'Filter failure: NOTIONAL',
  ],
  [
    'a price far from the market',
    order({ ...limit, price: '10' }),
    400,
    -1013,
    'Filter failure: PERCENT_PRICE_BY_SIDE',
  ],
  [
    'a pegged price',
    order({ ...limit, pegPriceType: 'PRIMARY_PEG' }),
    400,
    -1013,
    'Pegged orders are not supported for this symbol.',
  ],
  [
    'more than the balance',
    order({ ...limit, quantity: '2000' }),
    400,
    -2010,
    'Account has insufficient balance for requested action.',
  ],
  [
    'a maker order that would take',
    order({ ...without(limit, 'timeInForce'), type: 'LIMIT_MAKER', price: '101' }),
    400,
    -2010,
    'Order would immediately match and take.',
  ],
  [
    'a stop on the wrong side',
    order({ ...market, type: 'STOP_LOSS', stopPrice: '90' }),
    400,
    -2010,
    'Stop price would trigger immediately.',
  ],
  [
    'a cancel of nothing',
    (at) => at.signed('DELETE', '/api/v3/order', { symbol: 'BTCUSDT', orderId: 99 }),
    400,
    -2011,
    'Unknown order sent.',
  ],
  [
    'cancelling all of nothing',
    (at) => at.signed('DELETE', '/api/v3/openOrders', { symbol: 'BTCUSDT' }),
    400,
    -2011,
    'Unknown order sent.',
  ],
  [
    'a look-up of nothing',
    account('/api/v3/order', { symbol: 'BTCUSDT', orderId: 99 }),
    400,
    -2013,
    'Order does not exist.',
  ],
  ['no key', (at) => at.raw('GET', '/api/v3/account', ''), 401, -2014, 'API-key format invalid.'],
  [
    'a malformed key',
    (at) => at.raw('GET', '/api/v3/account', '', '', { 'x-mbx-apikey': 'a b' }),
    401,
    -2014,
    'API-key format invalid.',
  ],
  [
    'an unknown key',
    (at) => at.raw('GET', '/api/v3/account', '', '', { 'x-mbx-apikey': 'abc' }),
    401,
    -2015,
    'Invalid API-key, IP, or permissions for action.',
  ],
  [
    'a symbol without a reference price',
    get('/api/v3/referencePrice', { symbol: 'BTCUSDT' }),
    400,
    -2043,
    "This symbol doesn't have a reference price.",
  ],
];

test.each(rows)('%s is refused as the exchange refuses it', (_name, act, status, code, msg) => {
  const reply = act(harness());
  expect({ status: reply.status, body: reply.json }).toEqual({ status, body: { code, msg } });
});

describe('refusals that need a past', () => {
  test('the same client id twice among open orders', () => {
    const at = harness();
    order({ ...limit, newClientOrderId: 'twice' })(at);
    expect(order({ ...limit, newClientOrderId: 'twice' })(at).json).toEqual({
      code: -2010,
      msg: 'Duplicate order sent.',
    });
  });

  test('an order id with another order’s client id is -2039, on look-up and cancel', () => {
    const at = harness();
    order({ ...limit, newClientOrderId: 'one' })(at);
    const wrong = { symbol: 'BTCUSDT', orderId: 1, origClientOrderId: 'other' };
    const expected = { code: -2039, msg: 'Client order ID is not correct for this order ID.' };
    expect(account('/api/v3/order', wrong)(at).json).toEqual(expected);
    expect(at.signed('DELETE', '/api/v3/order', wrong).json).toEqual(expected);
  });

  test('a cancel that its restriction forbids', () => {
    const at = harness();
    order(limit)(at);
    const reply = at.signed('DELETE', '/api/v3/order', {
      symbol: 'BTCUSDT',
      orderId: 1,
      cancelRestrictions: 'ONLY_PARTIALLY_FILLED',
    });
    expect(reply.json).toEqual({ code: -2011, msg: 'Order was not canceled due to cancel restrictions.' });
  });

  test('an order that ended unfilled 91 days ago is archived', () => {
    const at = harness();
    order(limit)(at);
    at.signed('DELETE', '/api/v3/order', { symbol: 'BTCUSDT', orderId: 1 });
    at.timers.advance(91 * 86_400_000);
    expect(account('/api/v3/order', { symbol: 'BTCUSDT', orderId: 1 })(at).json).toMatchObject({
      code: -2026,
    });
  });

  test('raising a quantity by amend is -2038', () => {
    const at = harness();
    order(limit)(at);
    const reply = at.signed('PUT', '/api/v3/order/amend/keepPriority', {
      symbol: 'BTCUSDT',
      orderId: 1,
      newQty: '2',
    });
    expect(reply).toMatchObject({
      status: 400,
      json: { code: -2038, msg: 'Order amend (quantity increase) is not supported.' },
    });
  });

  test('a symbol that is not trading takes no orders and, in BREAK, no cancels', () => {
    const at = harness();
    order(limit)(at);
    const spec = at.exchange.venue.symbol('BTCUSDT')!;
    at.exchange.venue.setSymbol(at.timers.now(), { ...spec, status: 'CANCEL_ONLY' });
    expect(order(limit)(at).json).toMatchObject({ msg: 'Market is closed.' });
    expect(at.signed('DELETE', '/api/v3/order', { symbol: 'BTCUSDT', orderId: 1 }).status).toBe(200);
    at.exchange.venue.setSymbol(at.timers.now(), { ...spec, status: 'BREAK' });
    expect(at.signed('DELETE', '/api/v3/order', { symbol: 'BTCUSDT', orderId: 1 }).json).toMatchObject({
      msg: 'Market is closed.',
    });
  });

  test('a cancel-replace whose cancel fails is total (400) or partial (409)', () => {
    const at = harness();
    const replace = (mode: string, orderId: number, price = '91') =>
      at.signed('POST', '/api/v3/order/cancelReplace', {
        ...limit,
        price,
        cancelReplaceMode: mode,
        cancelOrderId: orderId,
      });
    expect(replace('STOP_ON_FAILURE', 9)).toMatchObject({
      status: 400,
      json: {
        code: -2022,
        msg: 'Order cancel-replace failed.',
        data: {
          cancelResult: 'FAILURE',
          newOrderResult: 'NOT_ATTEMPTED',
          cancelResponse: { code: -2011, msg: 'Unknown order sent.' },
          newOrderResponse: null,
        },
      },
    });
    expect(replace('ALLOW_FAILURE', 9)).toMatchObject({
      status: 409,
      json: {
        code: -2021,
        msg: 'Order cancel-replace partially failed.',
        data: { cancelResult: 'FAILURE', newOrderResult: 'SUCCESS', newOrderResponse: { status: 'NEW' } },
      },
    });
    expect(replace('STOP_ON_FAILURE', 1, '90.001')).toMatchObject({
      status: 409,
      json: {
        code: -2021,
        data: { cancelResult: 'SUCCESS', newOrderResult: 'FAILURE', newOrderResponse: { code: -1013 } },
      },
    });
    order(limit)(at);
    expect(replace('STOP_ON_FAILURE', 2)).toMatchObject({
      status: 200,
      json: { cancelResult: 'SUCCESS', newOrderResult: 'SUCCESS' },
    });
  });
});

describe('timing', () => {
  const at = (timestamp: number, recvWindow?: number) => {
    const exchange = harness();
    return signedAt(exchange, timestamp, recvWindow);
  };
  function signedAt(exchange: Harness, timestamp: number, recvWindow?: number) {
    // The harness signs with its own clock: a timestamp of the test's own is sent by moving it.
    const shifted = { ...exchange, timers: { ...exchange.timers, now: () => timestamp } };
    const api = shifted.exchange.openApi('/ws-api/v3', REMOTE, {
      send: (text) => texts.push(text),
      ping: () => undefined,
      close: () => undefined,
    });
    const texts: string[] = [];
    if (api.kind === 'refused') throw new Error('refused');
    const window = recvWindow === undefined ? '' : `"recvWindow":${recvWindow},`;
    api.session.receive(
      `{"id":1,"method":"account.status","params":{"apiKey":"${exchange.hmac.spec.apiKey}",${window}"timestamp":${timestamp},"signature":"00"}}`,
    );
    return (JSON.parse(texts[0] ?? '{}') as { error: { code: number; msg: string } }).error;
  }
  const late = 'Timestamp for this request is outside of the recvWindow.';
  const early = "Timestamp for this request was 1000ms ahead of the server's time.";
  test.each([
    [
      '5,000 ms old is in the default window',
      START - 5_000,
      undefined,
      -1022,
      'Signature for this request is not valid.',
    ],
    ['5,001 ms old is outside', START - 5_001, undefined, -1021, late],
    [
      'a window of one millisecond holds one',
      START - 1,
      1,
      -1022,
      'Signature for this request is not valid.',
    ],
    ['and not two', START - 2, 1, -1021, late],
    ['999 ms ahead is accepted', START + 999, undefined, -1022, 'Signature for this request is not valid.'],
    ['1,000 ms ahead is not', START + 1_000, undefined, -1021, early],
    [
      'microseconds count the same',
      (START - 5_000) * 1_000,
      undefined,
      -1022,
      'Signature for this request is not valid.',
    ],
    ['one microsecond more is too late', (START - 5_000) * 1_000 - 1, undefined, -1021, late],
  ])('%s', (_name, timestamp, window, code, msg) => {
    expect(at(timestamp, window)).toEqual({ code, msg });
  });
});

describe('paths', () => {
  test.each([
    ['GET', '/api/v3/nothing', 404],
    ['POST', '/api/v3/ping', 405],
    ['POST', '/api/v3/userDataStream', 410],
    ['PUT', '/api/v3/userDataStream', 410],
  ])('%s %s is answered %i with a page', (method, path, status) => {
    const reply = harness().raw(method, path, '');
    expect(reply.status).toBe(status);
    expect(reply.headers['content-type']).toBe('text/html');
  });

  test('the system status is normal', () => {
    expect(harness().get('/sapi/v1/system/status').json).toEqual({ status: 0, msg: 'normal' });
  });
});

test('ten thousand random requests get an answer each, never an exception', () => {
  const at = harness({ limits: { weightPerMinute: 1e9, rawRequestsPerFiveMinutes: 1e9 } });
  const random = createSeededRandom(11);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random.next() * from.length)]!;
  const names = [
    'symbol',
    'side',
    'type',
    'quantity',
    'price',
    'limit',
    'symbols',
    'interval',
    'orderId',
    'timestamp',
    'startTime',
    'é',
    '__proto__',
    '',
  ];
  const values = [
    'BTCUSDT',
    'BUY',
    'LIMIT',
    '1',
    '-1',
    '1e9',
    '',
    '[]',
    '["BTCUSDT"]',
    '{"a":1}',
    '%',
    '\u0000',
    '９',
    '99999999999999999999',
    'null',
    'constructor',
  ];
  const paths = [
    '/api/v3/depth',
    '/api/v3/klines',
    '/api/v3/order',
    '/api/v3/ticker/24hr',
    '/api/v3/exchangeInfo',
    '/api/v3/orderList/oco',
    '/api/v3/myTrades',
    '/api/v3/ticker',
    '//',
    '/api/v3/',
  ];
  for (let round = 0; round < 10_000; round += 1) {
    const params = Object.fromEntries(
      Array.from({ length: Math.floor(random.next() * 6) }, () => [pick(names), pick(values)]),
    );
    const reply =
      random.next() < 0.5
        ? at.get(pick(paths), params)
        : at.signed(pick(['GET', 'POST', 'DELETE', 'PUT']), pick(paths), params);
    expect(reply.status).toBeGreaterThanOrEqual(200);
    expect(reply.status).toBeLessThan(500);
  }
});
