import { describe, expect, test } from 'vitest';

import { price, quantity } from '../../core/money.ts';
import { DAY_MS } from '../../core/time.ts';
import { harness } from '../../../tests/builders/exchange-harness.ts';
import { createRateLimits, defaultLimits } from './rate-limits.ts';

const limit = {
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: '1',
  price: '90',
};
const market = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.1' };

describe('weights', () => {
  const weigh = (path: string, params: Record<string, string | number> = {}): number =>
    Number(harness().get(path, params).headers['x-mbx-used-weight-1m']);
  test.each([
    ['/api/v3/ping', {}, 1],
    ['/api/v3/exchangeInfo', {}, 20],
    ['/api/v3/depth', { symbol: 'BTCUSDT' }, 5],
    ['/api/v3/depth', { symbol: 'BTCUSDT', limit: 101 }, 25],
    ['/api/v3/depth', { symbol: 'BTCUSDT', limit: 1_000 }, 50],
    ['/api/v3/depth', { symbol: 'BTCUSDT', limit: 5_000 }, 250],
    ['/api/v3/klines', { symbol: 'BTCUSDT', interval: '1m' }, 2],
    ['/api/v3/trades', { symbol: 'BTCUSDT' }, 25],
    ['/api/v3/aggTrades', { symbol: 'BTCUSDT' }, 4],
    ['/api/v3/ticker/24hr', { symbol: 'BTCUSDT' }, 2],
    ['/api/v3/ticker/24hr', {}, 80],
    ['/api/v3/ticker/price', { symbol: 'BTCUSDT' }, 2],
    ['/api/v3/ticker/price', {}, 4],
    ['/api/v3/ticker/bookTicker', {}, 4],
  ])('%s %o costs %i', (path, params, weight) => {
    expect(weigh(path, params)).toBe(weight);
  });

  test('a request that fails is charged, an order that succeeds is free', () => {
    const { signed } = harness();
    expect(signed('POST', '/api/v3/order', market).headers['x-mbx-used-weight-1m']).toBe('0');
    expect(
      signed('POST', '/api/v3/order', { ...market, quantity: '0' }).headers['x-mbx-used-weight-1m'],
    ).toBe('1');
    expect(signed('GET', '/api/v3/account').headers['x-mbx-used-weight-1m']).toBe('21');
  });

  test('the WebSocket API draws on the same account of weight, two for connecting', () => {
    const { api, get } = harness();
    api().call('exchangeInfo');
    expect(get('/api/v3/ping').headers['x-mbx-used-weight']).toBe('23');
  });

  test('windows stand on the clock: the next minute starts at nothing', () => {
    const { get, timers } = harness();
    timers.advance(59_999);
    get('/api/v3/exchangeInfo');
    timers.advance(1);
    expect(get('/api/v3/ping').headers['x-mbx-used-weight-1m']).toBe('1');
  });
});

describe('excess', () => {
  const small = { limits: { weightPerMinute: 20, refusalsBeforeBan: 2 } };
  test('too much weight is 429 with the seconds left of the window, and orders still pass', () => {
    const { get, signed, timers } = harness(small);
    get('/api/v3/exchangeInfo');
    timers.advance(15_000);
    const reply = get('/api/v3/ping');
    expect(reply).toMatchObject({ status: 429, headers: { 'retry-after': '45' }, json: { code: -1003 } });
    expect(reply.json).toMatchObject({
      msg: 'Too much request weight used; current limit is 20 request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.',
    });
    timers.advance(45_000);
    get('/api/v3/exchangeInfo');
    expect(signed('POST', '/api/v3/order', market).status).toBe(200);
  });

  test('going on after 429 brings a ban, longer each time, up to three days', () => {
    const { get, timers } = harness(small);
    const flood = () => Array.from({ length: 5 }, () => get('/api/v3/exchangeInfo')).at(-1);
    expect(flood()).toMatchObject({ status: 418, headers: { 'retry-after': '120' } });
    expect(get('/api/v3/ping').json).toMatchObject({
      code: -1003,
      msg: expect.stringMatching(
        /^Way too much request weight used; IP banned until \d+\. Please use WebSocket Streams for live updates to avoid bans\.$/,
      ),
    });
    timers.advance(120_000);
    expect(get('/api/v3/ping').status).toBe(200);
    for (const seconds of ['240', '480', '960']) {
      timers.advance(60_000);
      expect(flood()?.headers['retry-after']).toBe(seconds);
      timers.advance(Number(seconds) * 1_000);
    }
    const limits = createRateLimits({ ...defaultLimits, weightPerMinute: 0, refusalsBeforeBan: 0 });
    let now = 0;
    for (let round = 0; round < 20; round += 1) now = limits.admit(now, 'a', 1, false)?.retryAt ?? now;
    const last = limits.admit(now, 'a', 1, false);
    expect((last?.retryAt ?? 0) - now).toBe(3 * DAY_MS);
  });

  test('on the WebSocket API the same refusal carries the instant to try again', () => {
    const { api, timers } = harness({ limits: { weightPerMinute: 21, refusalsBeforeBan: 99 } });
    const client = api();
    client.call('time');
    expect(client.call('exchangeInfo')).toMatchObject({
      status: 429,
      error: { code: -1003, data: { serverTime: timers.now(), retryAfter: timers.now() + 60_000 } },
    });
  });

  test('the 301st connection within five minutes is refused', () => {
    const { exchange, stream } = harness();
    for (let count = 0; count < 300; count += 1) stream('/ws').session.closed();
    const refused = exchange.openStream('/ws', '127.0.0.1', {
      send: () => undefined,
      ping: () => undefined,
      close: () => undefined,
    });
    expect(refused).toMatchObject({ kind: 'refused', answer: { status: 429 } });
    expect(refused.kind === 'refused' && (JSON.parse(refused.answer.body) as unknown)).toEqual({
      code: -1034,
      msg: "Too many connection attempts from IP; current limit is 300 per '5 MINUTE'.",
    });
  });

  test('raw requests have a limit of their own', () => {
    const { get } = harness({ limits: { rawRequestsPerFiveMinutes: 2 } });
    get('/api/v3/ping');
    get('/api/v3/ping');
    expect(get('/api/v3/ping')).toMatchObject({
      status: 429,
      json: { msg: 'Too many requests; current limit is 2 requests per 5 MINUTE.' },
    });
  });
});

describe('unfilled orders', () => {
  test('resting orders count, a first fill gives back one as taker and five as maker, cancels nothing', () => {
    const { signed, exchange, timers } = harness();
    const count = () =>
      (signed('GET', '/api/v3/rateLimit/order').json as { count: number }[]).map((each) => each.count);
    for (let order = 0; order < 7; order += 1)
      signed('POST', '/api/v3/order', { ...limit, price: String(90 + order) });
    expect(count()).toEqual([7, 7]);
    expect(signed('POST', '/api/v3/order', market).headers['x-mbx-order-count-10s']).toBe('7');
    signed('DELETE', '/api/v3/order', { symbol: 'BTCUSDT', orderId: 1 });
    expect(count()).toEqual([7, 7]);
    exchange.venue.printTrade(timers.now(), 'BTCUSDT', price('95'), quantity('0.5'), true);
    exchange.settle();
    expect(count()).toEqual([2, 2]);
    timers.advance(10_000);
    expect(count()).toEqual([0, 2]);
  });

  test('a refusal by a filter does not count, one by the engine does', () => {
    const { signed } = harness();
    const count = () => (signed('GET', '/api/v3/rateLimit/order').json as { count: number }[])[0]?.count;
    signed('POST', '/api/v3/order', { ...limit, price: '90.001' });
    expect(count()).toBe(0);
    signed('POST', '/api/v3/order', { ...limit, quantity: '5000' });
    expect(count()).toBe(1);
  });

  test('one order too many is -1015 until the ten seconds are over; lists count their orders', () => {
    const { signed, timers } = harness({ limits: { ordersPerTenSeconds: 3 } });
    timers.advance(4_000);
    const oto = {
      symbol: 'BTCUSDT',
      workingType: 'LIMIT',
      workingSide: 'BUY',
      workingPrice: '90',
      workingQuantity: '1',
      workingTimeInForce: 'GTC',
      pendingType: 'MARKET',
      pendingSide: 'SELL',
      pendingQuantity: '1',
    };
    signed('POST', '/api/v3/orderList/oto', oto);
    expect(signed('POST', '/api/v3/orderList/oto', oto)).toMatchObject({
      status: 429,
      headers: { 'retry-after': '6' },
      json: { code: -1015, msg: 'Too many new orders; current limit is 3 orders per 10 SECOND.' },
    });
    expect(signed('POST', '/api/v3/order', limit).status).toBe(200);
    expect(signed('POST', '/api/v3/order', limit).status).toBe(429);
    const replace = { ...limit, cancelReplaceMode: 'STOP_ON_FAILURE', cancelOrderId: 3 };
    expect(signed('POST', '/api/v3/order/cancelReplace', replace).json).toMatchObject({ code: -1015 });
    expect(
      signed('POST', '/api/v3/order/cancelReplace', {
        ...replace,
        orderRateLimitExceededMode: 'CANCEL_ONLY',
      }),
    ).toMatchObject({
      status: 429,
      json: {
        code: -2021,
        data: { cancelResult: 'SUCCESS', newOrderResult: 'FAILURE', newOrderResponse: { code: -1015 } },
      },
    });
    timers.advance(6_000);
    expect(signed('POST', '/api/v3/order', limit).status).toBe(200);
  });
});
