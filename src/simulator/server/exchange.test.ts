import { expect, test } from 'vitest';

import { harness } from '../../../tests/builders/exchange-harness.ts';

test('a market order placed over REST is filled, answered in full and told to the account', () => {
  const { signed, api } = harness();
  const user = api();
  user.signed('userDataStream.subscribe.signature');
  const reply = signed('POST', '/api/v3/order', {
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'MARKET',
    quantity: '0.5',
  });
  expect(reply.status).toBe(200);
  expect(reply.json).toMatchObject({
    symbol: 'BTCUSDT',
    status: 'FILLED',
    executedQty: '0.50000000',
    type: 'MARKET',
    fills: [{ price: '100.01000000', qty: '0.50000000', commission: '0.00050000', commissionAsset: 'BTC' }],
  });
  const events = user
    .messages()
    .slice(1)
    .map((message) => message['event'] as { e: string; x?: string });
  expect(events.map(({ e, x }) => x ?? e)).toEqual(['NEW', 'TRADE', 'outboundAccountPosition']);
});

test('a limit order rests, is listed, found by its client id and cancelled', () => {
  const { signed } = harness();
  const order = {
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    quantity: '1',
    price: '90',
    newClientOrderId: 'mine',
  };
  expect(signed('POST', '/api/v3/order', order).json).toMatchObject({
    status: 'NEW',
    fills: [],
    clientOrderId: 'mine',
  });
  expect(signed('GET', '/api/v3/openOrders', { symbol: 'BTCUSDT' }).json).toMatchObject([
    { clientOrderId: 'mine', isWorking: true },
  ]);
  expect(signed('GET', '/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId: 'mine' }).json).toMatchObject(
    { status: 'NEW' },
  );
  const cancelled = signed('DELETE', '/api/v3/order', {
    symbol: 'BTCUSDT',
    origClientOrderId: 'mine',
    newClientOrderId: 'cancel',
  });
  expect(cancelled.json).toMatchObject({
    status: 'CANCELED',
    origClientOrderId: 'mine',
    clientOrderId: 'cancel',
  });
  expect(signed('DELETE', '/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId: 'mine' }).json).toEqual({
    code: -2011,
    msg: 'Unknown order sent.',
  });
});

test('the same order goes through the WebSocket API, where the answer precedes its events', () => {
  const { api, ed25519 } = harness();
  const client = api();
  expect(client.signed('session.logon', {}, ed25519)).toMatchObject({ status: 200 });
  expect(client.call('userDataStream.subscribe')).toMatchObject({ result: { subscriptionId: 0 } });
  const before = client.texts.length;
  const reply = client.call('order.place', {
    symbol: 'BTCUSDT',
    side: 'SELL',
    type: 'MARKET',
    quantity: '0.1',
    timestamp: Date.UTC(2026, 10, 23, 12),
  });
  expect(reply).toMatchObject({
    status: 200,
    result: { status: 'FILLED' },
    rateLimits: [
      { rateLimitType: 'ORDERS' },
      { rateLimitType: 'ORDERS' },
      { rateLimitType: 'REQUEST_WEIGHT' },
    ],
  });
  const after = client.messages().slice(before);
  expect(
    after.map((message) => ('id' in message ? 'answer' : (message['event'] as { e: string }).e)),
  ).toEqual(['answer', 'executionReport', 'executionReport', 'outboundAccountPosition']);
});

test('trades, books, best prices and candles reach the streams that asked for them', () => {
  const { stream, signed, timers } = harness();
  const heard = stream(
    '/stream?streams=btcusdt@trade/btcusdt@aggTrade/btcusdt@depth@100ms/btcusdt@depth5/btcusdt@bookTicker/btcusdt@kline_1m/btcusdt@ticker/!miniTicker@arr',
  );
  signed('POST', '/api/v3/order', { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '1.5' });
  timers.advance(2_000);
  const names = new Set(heard.messages().map((message) => message['stream']));
  expect([...names].map(String).toSorted((one, other) => (one < other ? -1 : 1))).toEqual([
    '!miniTicker@arr',
    'btcusdt@aggTrade',
    'btcusdt@bookTicker',
    'btcusdt@depth5',
    'btcusdt@depth@100ms',
    'btcusdt@kline_1m',
    'btcusdt@ticker',
    'btcusdt@trade',
  ]);
  expect(heard.messages().filter((message) => message['stream'] === 'btcusdt@trade')).toHaveLength(2);
});
