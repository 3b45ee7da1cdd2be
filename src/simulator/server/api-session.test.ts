import { expect, test } from 'vitest';

import { harness, START } from '../../../tests/builders/exchange-harness.ts';

const buy = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.1' };

test('every WebSocket API method of a spot trader answers', () => {
  const { api, ed25519 } = harness();
  const client = api();
  client.signed('session.logon', {}, ed25519);
  const timestamp = START;
  const symbol = 'BTCUSDT';
  const ok = [
    ['ping', {}],
    ['time', {}],
    ['exchangeInfo', { symbols: ['BTCUSDT'] }],
    ['depth', { symbol, limit: 5 }],
    ['trades.recent', { symbol }],
    ['trades.historical', { symbol, fromId: 1 }],
    ['trades.aggregate', { symbol }],
    ['klines', { symbol, interval: '1m' }],
    ['uiKlines', { symbol, interval: '1h' }],
    ['avgPrice', { symbol }],
    ['ticker.24hr', { symbols: ['BTCUSDT', 'ETHUSDT'] }],
    ['ticker.price', {}],
    ['ticker.book', { symbol }],
    ['ticker', { symbol, windowSize: '7d' }],
    ['ticker.tradingDay', { symbol }],
    ['order.test', { ...buy, timestamp }],
    [
      'order.place',
      {
        symbol,
        side: 'BUY',
        type: 'LIMIT',
        timeInForce: 'GTC',
        quantity: 1,
        price: 90,
        newClientOrderId: 'a',
        timestamp,
      },
    ],
    ['order.status', { symbol, origClientOrderId: 'a', timestamp }],
    [
      'order.amend.keepPriority',
      { symbol, origClientOrderId: 'a', newQty: '0.5', newClientOrderId: 'a', timestamp },
    ],
    ['order.amendments', { symbol, orderId: 1, timestamp }],
    [
      'order.cancelReplace',
      {
        symbol,
        side: 'BUY',
        type: 'LIMIT',
        timeInForce: 'GTC',
        quantity: 1,
        price: 91,
        cancelReplaceMode: 'STOP_ON_FAILURE',
        cancelOrigClientOrderId: 'a',
        newClientOrderId: 'b',
        timestamp,
      },
    ],
    ['order.cancel', { symbol, origClientOrderId: 'b', timestamp }],
    ['order.place', { ...buy, newOrderRespType: 'ACK', timestamp }],
    [
      'orderList.place.oco',
      {
        symbol,
        side: 'SELL',
        quantity: '0.06',
        aboveType: 'LIMIT_MAKER',
        abovePrice: '110',
        belowType: 'STOP_LOSS_LIMIT',
        belowPrice: '89',
        belowStopPrice: '90',
        belowTimeInForce: 'GTC',
        timestamp,
      },
    ],
    [
      'orderList.place.oto',
      {
        symbol,
        workingType: 'LIMIT',
        workingSide: 'BUY',
        workingPrice: '90',
        workingQuantity: '1',
        workingTimeInForce: 'GTC',
        pendingType: 'MARKET',
        pendingSide: 'SELL',
        pendingQuantity: '1',
        timestamp,
      },
    ],
    [
      'orderList.place.otoco',
      {
        symbol,
        workingType: 'LIMIT',
        workingSide: 'BUY',
        workingPrice: '90',
        workingQuantity: '1',
        workingTimeInForce: 'GTC',
        pendingSide: 'SELL',
        pendingQuantity: '1',
        pendingAboveType: 'LIMIT_MAKER',
        pendingAbovePrice: '110',
        pendingBelowType: 'STOP_LOSS',
        pendingBelowStopPrice: '80',
        timestamp,
      },
    ],
    ['orderList.place', { symbol, side: 'SELL', quantity: '0.06', price: '120', stopPrice: '85', timestamp }],
    ['openOrderLists.status', { timestamp }],
    ['orderList.status', { orderListId: 0, timestamp }],
    ['allOrderLists', { timestamp }],
    ['orderList.cancel', { symbol, orderListId: 0, timestamp }],
    ['openOrders.status', { symbol, timestamp }],
    ['openOrders.cancelAll', { symbol, timestamp }],
    ['allOrders', { symbol, timestamp }],
    ['myTrades', { symbol, timestamp }],
    ['account.status', { omitZeroBalances: true, timestamp }],
    ['account.commission', { symbol, timestamp }],
    ['account.rateLimits.orders', { timestamp }],
    ['myPreventedMatches', { symbol, orderId: 1, timestamp }],
    ['myFilters', { symbol, timestamp }],
    ['myAllocations', { symbol, timestamp }],
    ['session.status', {}],
    ['session.subscriptions', {}],
  ] as const;
  for (const [method, params] of ok)
    expect(client.call(method, params), method).toMatchObject({ status: 200 });
});

test('a session is logged on with Ed25519 only, shows itself, and forgets on logout', () => {
  const { api, hmac, ed25519 } = harness();
  const client = api('/ws-api/v3?returnRateLimits=false');
  expect(client.signed('session.logon', {}, hmac)).toMatchObject({
    status: 400,
    error: { code: -4056, msg: 'HMAC_SHA256 API key is not supported.' },
  });
  expect(client.call('account.status', { timestamp: START })).toMatchObject({
    status: 401,
    error: { code: -2014 },
  });
  expect(client.signed('session.logon', {}, ed25519)).toEqual({
    id: 3,
    status: 200,
    result: {
      apiKey: ed25519.spec.apiKey,
      authorizedSince: START,
      connectedSince: START,
      returnRateLimits: false,
      serverTime: START,
      userDataStream: false,
    },
  });
  expect(client.call('account.status', { timestamp: START })).toMatchObject({
    status: 200,
    result: { uid: 2 },
  });
  expect(client.call('userDataStream.subscribe')).toMatchObject({ result: { subscriptionId: 0 } });
  expect(client.call('session.status')).toMatchObject({ result: { userDataStream: true } });
  expect(client.call('session.logout')).toMatchObject({
    result: { apiKey: null, authorizedSince: null, userDataStream: false },
  });
  expect(client.messages().find((message) => 'subscriptionId' in message)).toEqual({
    subscriptionId: 0,
    event: { e: 'eventStreamTerminated', E: START },
  });
  expect(client.call('account.status', { timestamp: START })).toMatchObject({ error: { code: -2014 } });
});

test('a logged-on session still needs timestamps, and may use another key for one request', () => {
  const { api, hmac, ed25519 } = harness();
  const client = api();
  client.signed('session.logon', {}, ed25519);
  expect(client.call('account.status')).toMatchObject({ error: { code: -1102 } });
  expect(client.call('account.status', { timestamp: START - 5_001 })).toMatchObject({
    error: { code: -1021 },
  });
  expect(client.signed('account.status', {}, hmac)).toMatchObject({ result: { uid: 1 } });
});

test('one subscription per account and connection; ids are never reused', () => {
  const { api, hmac, ed25519 } = harness({
    connections: { subscriptionsPerConnection: 2, subscriptionIds: 3 },
  });
  const client = api();
  expect(client.signed('userDataStream.subscribe.signature', {}, hmac)).toMatchObject({
    result: { subscriptionId: 0 },
  });
  expect(client.signed('userDataStream.subscribe.signature', {}, hmac)).toMatchObject({
    status: 400,
    error: { code: -2035, msg: 'User Data Stream subscription already active.' },
  });
  expect(client.signed('userDataStream.subscribe.signature', {}, ed25519)).toMatchObject({
    result: { subscriptionId: 1 },
  });
  expect(client.call('session.subscriptions')).toMatchObject({
    result: [{ subscriptionId: 0 }, { subscriptionId: 1 }],
  });
  expect(client.call('userDataStream.unsubscribe', { subscriptionId: 0 })).toMatchObject({
    status: 200,
    result: {},
  });
  expect(client.call('userDataStream.unsubscribe', { subscriptionId: 0 })).toMatchObject({
    error: { code: -2036, msg: 'User Data Stream subscription not active.' },
  });
  expect(client.signed('userDataStream.subscribe.signature', {}, hmac)).toMatchObject({
    result: { subscriptionId: 2 },
  });
  client.call('userDataStream.unsubscribe');
  expect(client.signed('userDataStream.subscribe.signature', {}, hmac)).toMatchObject({
    error: { code: -2042 },
  });
});

test('events of one account never reach another', () => {
  const { api, signed, hmac, ed25519 } = harness();
  const mine = api();
  const theirs = api();
  mine.signed('userDataStream.subscribe.signature', {}, hmac);
  theirs.signed('userDataStream.subscribe.signature', {}, ed25519);
  signed('POST', '/api/v3/order', buy, hmac);
  expect(mine.texts.length).toBeGreaterThan(1);
  expect(theirs.texts).toHaveLength(1);
});

test('a revoked key ends its subscriptions and, at its next request, its session', () => {
  const { api, exchange, ed25519 } = harness();
  const client = api();
  client.signed('session.logon', {}, ed25519);
  client.call('userDataStream.subscribe');
  exchange.revokeKey(ed25519.spec.apiKey);
  expect(client.messages().at(-1)).toMatchObject({ event: { e: 'eventStreamTerminated' } });
  expect(client.call('account.status', { timestamp: START })).toEqual({
    id: null,
    status: 401,
    error: { code: -2015, msg: 'Invalid API-key, IP, or permissions for action.' },
  });
  expect(client.call('session.status')).toMatchObject({ result: { apiKey: null } });
});

test('what is no request is answered and the line stays open', () => {
  const { api } = harness();
  const client = api();
  for (const text of [
    '',
    '{',
    '[]',
    '7',
    '"x"',
    'null',
    '{"id":{}}',
    '{"id":1}',
    '{"id":1,"method":7}',
    '{"id":1,"method":"ping","params":[]}',
  ]) {
    client.session.receive(text);
    expect(client.messages().at(-1), text).toMatchObject({ status: 400, error: { code: -1135 } });
  }
  expect(client.call('no.such.method')).toMatchObject({ status: 400, error: { code: -1020 } });
  expect(client.call('v3/ping')).toMatchObject({ status: 200, result: {} });
  expect(client.call('depth', { symbol: 'BTCUSDT', colour: 'red' })).toMatchObject({
    error: { code: -1104 },
  });
  expect(client.closes).toEqual([]);
});

test('rate limits are shown unless the connection or the request says otherwise', () => {
  const { api } = harness();
  expect(api().call('ping')).toHaveProperty('rateLimits');
  expect(api().call('ping', { returnRateLimits: false })).not.toHaveProperty('rateLimits');
  expect(api('/ws-api/v3?returnRateLimits=false').call('ping')).not.toHaveProperty('rateLimits');
  expect(api('/ws-api/v3?returnRateLimits=false').call('ping', { returnRateLimits: true })).toHaveProperty(
    'rateLimits',
  );
});

test('a cancel is reported under the cancel’s own id with the order’s id beside it; an amend likewise', () => {
  const { api, signed } = harness();
  const client = api();
  client.signed('userDataStream.subscribe.signature');
  signed('POST', '/api/v3/order', {
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    quantity: '1',
    price: '90',
    newClientOrderId: 'mine',
  });
  signed('PUT', '/api/v3/order/amend/keepPriority', {
    symbol: 'BTCUSDT',
    orderId: 1,
    newQty: '0.5',
    newClientOrderId: 'renamed',
  });
  signed('DELETE', '/api/v3/order', { symbol: 'BTCUSDT', orderId: 1, newClientOrderId: 'cancel' });
  const reports = client
    .messages()
    .map((message) => message['event'] as Record<string, unknown>)
    .filter((event) => event?.['e'] === 'executionReport');
  expect(reports.map(({ x, X, c, C, q }) => ({ x, X, c, C, q }))).toEqual([
    { x: 'NEW', X: 'NEW', c: 'mine', C: '', q: '1.00000000' },
    { x: 'REPLACED', X: 'NEW', c: 'renamed', C: 'mine', q: '0.50000000' },
    { x: 'CANCELED', X: 'CANCELED', c: 'cancel', C: 'renamed', q: '0.50000000' },
  ]);
});

test('a market order that empties the book reports NEW, TRADE…, EXPIRED, then the account', () => {
  const { api, signed } = harness();
  const client = api();
  client.signed('userDataStream.subscribe.signature');
  const reply = signed('POST', '/api/v3/order', { ...buy, quantity: '11' });
  expect(reply.json).toMatchObject({
    status: 'EXPIRED',
    executedQty: '10.00000000',
    expiryReason: 'INSUFFICIENT_LIQUIDITY',
  });
  const events = client
    .messages()
    .slice(1)
    .map((message) => message['event'] as Record<string, unknown>);
  expect(events.map((event) => event['x'] ?? event['e'])).toEqual([
    'NEW',
    ...Array.from({ length: 10 }, () => 'TRADE'),
    'EXPIRED',
    'outboundAccountPosition',
  ]);
  expect(events.at(-2)).toMatchObject({ X: 'EXPIRED', eR: 'INSUFFICIENT_LIQUIDITY' });
});
