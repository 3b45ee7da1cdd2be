import { expect, test } from 'vitest';

import { DAY_MS } from '../../core/time.ts';
import { harness, layBook, START } from '../../../tests/builders/exchange-harness.ts';

const say = (method: string, params: readonly unknown[], id: unknown = 1): string =>
  JSON.stringify({ method, params, id });

test('raw connections get bare payloads, combined ones get them wrapped, and SET_PROPERTY switches', () => {
  const { stream, signed, timers } = harness();
  const raw = stream('/ws/btcusdt@trade');
  const combined = stream('/stream?streams=btcusdt@trade');
  const buy = (): void =>
    void signed('POST', '/api/v3/order', { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.1' });
  buy();
  expect(raw.texts[0]).toBe(
    `{"e":"trade","E":${START},"s":"BTCUSDT","t":2,"p":"100.01000000","q":"0.10000000","T":${START},"m":false,"M":true}`,
  );
  expect(combined.texts[0]).toBe(`{"stream":"btcusdt@trade","data":${raw.texts[0]}}`);
  raw.session.receive(say('GET_PROPERTY', ['combined'], 7));
  expect(raw.texts.at(-1)).toBe('{"result":false,"id":7}');
  raw.session.receive(say('SET_PROPERTY', ['combined', true]));
  timers.advance(1);
  buy();
  expect(raw.messages().at(-1)).toMatchObject({ stream: 'btcusdt@trade' });
});

test('stray paths are accepted and subscribe afterwards, with numeric, text, hexadecimal and null ids', () => {
  const { stream, timers } = harness();
  for (const path of ['/ws', '/ws/', '/ws/0', '/stream', '/stream?streams=']) {
    const heard = stream(path);
    heard.session.receive(say('SUBSCRIBE', ['btcusdt@depth5'], '0a1bff'));
    timers.advance(1_000);
    expect(heard.messages()[0]).toEqual({ result: null, id: '0a1bff' });
    expect(heard.texts.at(-1)).toContain('"lastUpdateId"');
    heard.session.receive(say('LIST_SUBSCRIPTIONS', [], null));
    expect(heard.messages().at(-1)).toMatchObject({ id: null });
  }
});

test('what cannot be understood is answered with the exchange’s own codes', () => {
  const { stream, timers } = harness();
  const answer = (text: string): unknown => {
    timers.advance(1_000);
    const heard = stream('/ws');
    heard.session.receive(text);
    return heard.messages()[0];
  };
  expect(answer('{')).toEqual({
    error: { code: 3, msg: expect.stringMatching(/^Invalid JSON: expected value at line 1 column \d+$/) },
  });
  expect(answer('[]')).toMatchObject({ error: { code: 2 } });
  expect(answer(say('SUBSCRIBE', ['btcusdt']))).toEqual({
    error: { code: 2, msg: 'Invalid request: invalid stream' },
    id: 1,
  });
  expect(answer(say('SUBSCRIBE', [], { a: 1 }))).toEqual({
    error: { code: 2, msg: 'Invalid request: request ID must be an unsigned integer' },
  });
  expect(answer(say('FOLLOW', []))).toMatchObject({
    error: { code: 2, msg: expect.stringContaining('unknown variant `FOLLOW`, expected one of `SUBSCRIBE`') },
  });
  expect(answer('{"id":1}')).toMatchObject({
    error: { code: 2, msg: expect.stringContaining('missing field `method`') },
    id: 1,
  });
  expect(answer(say('SET_PROPERTY', ['colour', true]))).toEqual({
    error: { code: 0, msg: 'Unknown property' },
    id: 1,
  });
  expect(answer(say('SET_PROPERTY', ['combined', 'yes']))).toEqual({
    error: { code: 1, msg: 'Invalid value type: expected Boolean' },
    id: 1,
  });
  expect(answer(say('GET_PROPERTY', [1]))).toMatchObject({
    error: { code: 2, msg: 'Invalid request: property name must be a string' },
  });
  expect(answer(say('LIST_SUBSCRIPTIONS', ['x']))).toMatchObject({
    error: { code: 2, msg: 'Invalid request: too many parameters' },
  });
});

test('a stream nobody makes is accepted and stays silent', () => {
  const { stream, timers } = harness();
  const heard = stream(
    '/stream?streams=nosuch@trade/nosuch@depth20@100ms/nosuch@kline_1m/btcusdt@blockTrade/nosuch@ticker',
  );
  timers.advance(5_000);
  expect(heard.texts).toEqual([]);
});

test('the sixth frame within a second closes the line with 1008; pings and pongs count', () => {
  const { stream, timers } = harness();
  const heard = stream('/ws');
  for (let frame = 0; frame < 4; frame += 1) heard.session.receive(say('LIST_SUBSCRIPTIONS', []));
  heard.session.pinged();
  expect(heard.closes).toEqual([]);
  timers.advance(1_000);
  for (let frame = 0; frame < 5; frame += 1) heard.session.pong('');
  expect(heard.closes).toEqual([]);
  heard.session.receive(say('LIST_SUBSCRIPTIONS', []));
  expect(heard.closes).toEqual([{ code: 1_008, reason: 'Too many requests' }]);
});

test('1,024 streams fit on one connection, one more closes it', () => {
  const { stream } = harness();
  const names = Array.from({ length: 1_024 }, (_, index) => `s${index}@trade`);
  const heard = stream(`/stream?streams=${names.join('/')}`);
  expect(heard.closes).toEqual([]);
  heard.session.receive(say('SUBSCRIBE', ['one@more']));
  expect(heard.closes).toEqual([{ code: 1_008, reason: 'Too many streams' }]);
});

test('a ping every 20 s; its payload must come back within a minute, other pongs do not help', () => {
  const { stream, timers } = harness();
  const faithful = stream('/ws/btcusdt@trade');
  const forgetful = stream('/ws/btcusdt@trade');
  for (let round = 0; round < 6; round += 1) {
    timers.advance(20_000);
    faithful.session.pong(faithful.pings.at(-1) ?? '');
    forgetful.session.pong('unsolicited');
  }
  expect(faithful.pings).toHaveLength(6);
  expect(faithful.closes).toEqual([]);
  expect(forgetful.closes).toEqual([{ code: 1_008, reason: 'Pong timeout' }]);
});

test('a connection lives for 24 hours', () => {
  const { stream, timers } = harness({ connections: { pongWithinMs: 2 * DAY_MS, pingEveryMs: DAY_MS * 2 } });
  const heard = stream('/ws/btcusdt@trade');
  timers.advance(DAY_MS - 1);
  expect(heard.closes).toEqual([]);
  timers.advance(1);
  expect(heard.closes).toEqual([{ code: 1_001, reason: 'Connection lifetime reached' }]);
});

test('going down is announced raw, wrapped and as an event, before the lines are cut', () => {
  const { exchange, stream, api } = harness();
  const raw = stream('/ws/btcusdt@trade');
  const combined = stream('/stream');
  const client = api();
  exchange.stop();
  const event = `{"e":"serverShutdown","E":${START}}`;
  expect(raw.texts).toEqual([event]);
  expect(combined.texts).toEqual([`{"stream":"!serverShutdown","data":${event}}`]);
  expect(client.texts).toEqual([`{"event":${event}}`]);
  expect([raw, combined, client].map((heard) => heard.closes.length)).toEqual([1, 1, 1]);
});

test('microseconds everywhere for those who ask', () => {
  const { stream, get, signed, timers } = harness();
  const heard = stream('/stream?streams=btcusdt@trade/btcusdt@kline_1m&timeUnit=MICROSECOND');
  signed('POST', '/api/v3/order', { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.1' });
  timers.advance(2_000);
  const find = (name: string) => heard.messages().find((message) => message['stream'] === name)?.['data'];
  expect(find('btcusdt@trade')).toMatchObject({ E: START * 1_000, T: START * 1_000 });
  expect(find('btcusdt@kline_1m')).toMatchObject({
    k: { t: START * 1_000, T: (START + 60_000) * 1_000 - 1 },
  });
  expect(get('/api/v3/time', {}, { 'x-mbx-time-unit': 'microsecond' }).json).toEqual({
    serverTime: (START + 2_000) * 1_000,
  });
  expect(
    get('/api/v3/trades', { symbol: 'BTCUSDT', limit: 1 }, { 'x-mbx-time-unit': 'MICROSECOND' }).json,
  ).toMatchObject([{ time: START * 1_000 }]);
});

test('diffs follow one another without a gap and rebuild the book, fast and slow alike', () => {
  const { stream, timers, exchange, get, signed } = harness();
  const fast = stream('/ws/btcusdt@depth@100ms');
  const slow = stream('/ws/btcusdt@depth');
  const snapshot = get('/api/v3/depth', { symbol: 'BTCUSDT', limit: 5_000 }).json as Book;
  for (let step = 0; step < 30; step += 1) {
    layBook(exchange.venue, timers.now(), 'BTCUSDT', 100 + (step % 7) / 10);
    signed('POST', '/api/v3/order', { symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: '0.3' });
    exchange.settle();
    timers.advance(100);
  }
  const now = get('/api/v3/depth', { symbol: 'BTCUSDT', limit: 5_000 }).json as Book;
  for (const heard of [fast, slow]) {
    const diffs = heard.messages() as unknown as Diff[];
    expect(diffs.length).toBeGreaterThan(2);
    expect(rebuild(snapshot, diffs)).toEqual(now);
  }
});

type Book = { lastUpdateId: number; bids: [string, string][]; asks: [string, string][] };
type Diff = { U: number; u: number; b: [string, string][]; a: [string, string][] };

/** The exchange's own procedure for a local book. */
function rebuild(snapshot: Book, diffs: readonly Diff[]): Book {
  const bids = new Map(snapshot.bids);
  const asks = new Map(snapshot.asks);
  let last = snapshot.lastUpdateId;
  for (const diff of diffs) {
    if (diff.u <= last) continue;
    expect(diff.U).toBeLessThanOrEqual(last + 1);
    for (const [side, changes] of [
      [bids, diff.b],
      [asks, diff.a],
    ] as const) {
      for (const [price, size] of changes) {
        if (Number(size) === 0) side.delete(price);
        else side.set(price, size);
      }
    }
    last = diff.u;
  }
  const sorted = (side: Map<string, string>, sign: number) =>
    [...side].sort(([one], [other]) => sign * (Number(one) - Number(other)));
  return { lastUpdateId: last, bids: sorted(bids, -1), asks: sorted(asks, 1) };
}

test('candles of every interval come as streams, close with x true and agree with REST', () => {
  const { stream, timers, signed, get } = harness();
  const heard = stream(
    '/stream?streams=btcusdt@kline_1s/btcusdt@kline_1m/btcusdt@kline_1h/btcusdt@kline_1d/btcusdt@kline_1M',
  );
  for (let second = 0; second < 65; second += 1) {
    if (second % 10 === 0)
      signed('POST', '/api/v3/order', { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.1' });
    timers.advance(1_000);
  }
  type Kline = { stream: string; data: { k: { t: number; x: boolean; v: string; n: number; c: string } } };
  const klines = heard.messages() as unknown as Kline[];
  const closedMinute = klines.filter(({ stream: name, data }) => name === 'btcusdt@kline_1m' && data.k.x);
  expect(closedMinute).toHaveLength(1);
  const [minute] = get('/api/v3/klines', { symbol: 'BTCUSDT', interval: '1m', limit: 2 }).json as [
    number,
    string,
    string,
    string,
    string,
    string,
    number,
    string,
    number,
  ][];
  expect(closedMinute[0]?.data.k).toMatchObject({
    t: minute?.[0],
    v: minute?.[5],
    n: minute?.[8],
    c: minute?.[4],
  });
  expect(klines.filter(({ stream: name, data }) => name === 'btcusdt@kline_1s' && data.k.x)).toHaveLength(65);
  for (const interval of ['1h', '1d', '1M']) {
    expect(klines.findLast(({ stream: name }) => name === `btcusdt@kline_${interval}`)?.data.k).toMatchObject(
      { x: false, n: 8 },
    );
  }
});

test('best prices are published when they change and only then', () => {
  const { stream, timers, exchange, signed } = harness();
  const heard = stream('/ws/btcusdt@bookTicker');
  exchange.settle();
  expect(heard.messages()).toMatchObject([
    { s: 'BTCUSDT', b: '99.99000000', B: '1.00000000', a: '100.01000000', A: '1.00000000' },
  ]);
  timers.advance(1_000);
  exchange.settle();
  expect(heard.texts).toHaveLength(1);
  signed('POST', '/api/v3/order', { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.25' });
  expect(heard.messages()[1]).toMatchObject({ A: '0.75000000' });
});

test('one order that takes two makers at one price is two trades and one aggregate trade', () => {
  const { stream, signed, ed25519 } = harness();
  signed(
    'POST',
    '/api/v3/order',
    { symbol: 'BTCUSDT', side: 'SELL', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.5', price: '100' },
    ed25519,
  );
  signed(
    'POST',
    '/api/v3/order',
    { symbol: 'BTCUSDT', side: 'SELL', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.5', price: '100' },
    ed25519,
  );
  const heard = stream('/stream?streams=btcusdt@trade/btcusdt@aggTrade');
  signed('POST', '/api/v3/order', { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '1' });
  const names = heard.messages().map((message) => message['stream']);
  expect(names).toEqual(['btcusdt@trade', 'btcusdt@trade', 'btcusdt@aggTrade']);
  expect(heard.messages()[2]).toMatchObject({ data: { q: '1.00000000', p: '100.00000000' } });
});

test('nothing ticks while nobody listens', () => {
  const { stream, timers } = harness();
  const heard = stream('/ws/btcusdt@depth@100ms');
  heard.session.receive(say('UNSUBSCRIBE', ['btcusdt@depth@100ms']));
  heard.session.closed();
  const before = performance.now();
  timers.advance(30 * DAY_MS);
  expect(performance.now() - before).toBeLessThan(200);
});

test('small tickers of all symbols are told once a second, also to clients that still name a speed', () => {
  const { stream, timers } = harness();
  const heard = ['!miniTicker@arr', '!miniTicker@arr@1000ms', '!miniTicker@arr@3000ms'].map((name) =>
    stream(`/ws/${name}`),
  );
  timers.advance(1_000);
  for (const each of heard)
    expect((each.messages()[0] as unknown as readonly { readonly e: string }[]).map(({ e }) => e)).toContain(
      '24hrMiniTicker',
    );
});
