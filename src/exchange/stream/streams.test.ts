// Market and user streams of a gateway, on manual time. Numbers in brackets are the failures of
// binance.md section 4.
import { describe, expect, it } from 'vitest';
import { assetAmount, price, quantity } from '../../core/money.ts';
import {
  bookFrame,
  createGatewayBench,
  executionReport,
  orderRequest,
  type GatewayBench,
} from '../testing/gateway-bench.ts';
import { held, html, json, orderBody } from '../testing/scripted-http.ts';

async function startedBench(...options: Parameters<typeof createGatewayBench>): Promise<GatewayBench> {
  const bench = createGatewayBench(...options);
  await bench.started();
  return bench;
}

const depth = (lastUpdateId: number): unknown => ({
  lastUpdateId,
  bids: [['64000.00000000', '0.50000000']],
  asks: [['64000.01000000', '0.25000000']],
});

/** Keeps the market stream talking while time passes. */
async function talkFor(bench: GatewayBench, ms: number, from: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1_000) {
    bench.marketStream().say(bookFrame(from + passed));
    bench.userStream().alive();
    await bench.timers.advance(1_000);
  }
}

describe('the market stream', () => {
  it('names its streams in the URL, so that reconnecting costs no frame [14]', async () => {
    const bench = await startedBench();
    expect(bench.marketStream().url).toBe(
      'ws://streams.test/stream?streams=btcusdt@depth@100ms/btcusdt@trade/btcusdt@kline_1m',
    );
    expect(bench.marketStream().sent).toEqual([]);
  });

  it('turns frames into exact updates, best levels first', async () => {
    const bench = await startedBench();
    bench.clear();
    const stream = bench.marketStream();
    stream.say(bookFrame(101));
    stream.sayRaw(
      new TextEncoder().encode(
        JSON.stringify({
          stream: 'btcusdt@trade',
          data: { e: 'trade', s: 'BTCUSDT', t: 9, p: '64000.01000000', q: '0.00100000', T: 5, m: false },
        }),
      ),
    );
    stream.say({
      stream: 'btcusdt@kline_1m',
      data: {
        k: { t: 0, T: 59_999, i: '1m', o: '1.5', h: '2', l: '1', c: '1.7', v: '10', q: '16', n: 3, x: true },
      },
    });
    const updates = bench.of('market').map((report) => report.update);
    expect(updates).toMatchObject([
      {
        kind: 'book',
        symbol: 'BTCUSDT',
        updateId: 101,
        asks: [{ price: price('64000.01'), quantity: quantity('0.25') }],
      },
      { kind: 'trade', tradeId: 9, price: price('64000.01'), buyerIsMaker: false, exchangeTime: 5 },
      { kind: 'candle', closed: true, candle: { high: price('2'), trades: 3 } },
    ]);
  });

  it('lets no book be trusted once it is lost, and comes back fast', async () => {
    const bench = await startedBench();
    bench.clear();
    bench.marketStream().close(1006);
    expect(bench.of('market')).toMatchObject([
      { update: { kind: 'bookInvalid', reason: 'streamLost', symbol: 'BTCUSDT' } },
    ]);
    expect(bench.of('streams').at(-1)?.health.market).toBe('disconnected');
    await bench.timers.advance(250);
    expect(bench.streams.of('streams.test')).toHaveLength(2);
    bench.marketStream().open();
    bench.marketStream().say(bookFrame(1));
    expect(bench.of('streams').at(-1)?.health.market).toBe('connected');
    expect(bench.of('market').at(-1)?.update).toMatchObject({ kind: 'book', updateId: 1 });
  });

  it('waits longer and longer while it cannot connect, up to 30 seconds', async () => {
    const bench = await startedBench();
    const waits: number[] = [];
    bench.marketStream().close(1006);
    for (let count = 0; count < 8; count += 1) {
      const before = bench.timers.monotonic();
      const made = bench.streams.of('streams.test').length;
      while (bench.streams.of('streams.test').length === made) await bench.timers.advance(100);
      waits.push(Math.round((bench.timers.monotonic() - before) / 100) / 10);
      bench.marketStream().close(1006);
    }
    expect(waits).toEqual([0.2, 1, 2, 4, 8, 16, 30, 30]);
  });

  it('does not fall into a fast loop when the exchange accepts and cuts at once [14]', async () => {
    const bench = await startedBench();
    for (let seconds = 0; seconds < 60; seconds += 1) {
      const stream = bench.marketStream();
      stream.open();
      stream.close(1008, 'policy');
      await bench.timers.advance(1_000);
    }
    expect(bench.streams.of('streams.test').length).toBeLessThan(10);
  });

  it('that is silent although its pings go on is checked over REST and replaced [10]', async () => {
    const bench = await startedBench();
    bench.http.on('GET /depth', () => json(depth(200)));
    bench.clear();
    for (let count = 0; count < 6; count += 1) {
      bench.marketStream().alive();
      await bench.timers.advance(950);
    }
    expect(bench.of('streams').map((report) => report.health.market)).toEqual(['silent', 'disconnected']);
    expect(bench.of('market')[0]?.update).toMatchObject({ kind: 'bookInvalid', reason: 'streamLost' });
    expect(bench.streams.of('streams.test')).toHaveLength(2);
  });

  it('that is silent because the market is quiet is kept, with the book confirmed over REST', async () => {
    const bench = await startedBench();
    bench.http.on('GET /depth', () => json(depth(100)));
    bench.clear();
    await bench.timers.advance(5_500);
    expect(bench.of('streams').map((report) => report.health.market)).toEqual(['silent', 'connected']);
    expect(bench.of('market').at(-1)?.update).toMatchObject({ kind: 'book', updateId: 100 });
    expect(bench.streams.of('streams.test')).toHaveLength(1);
  });

  it('does not make time stand still when its clock has fractions that round away', async () => {
    const bench = await startedBench();
    bench.http.on('GET /depth', () => json(depth(100)));
    await bench.timers.advance(8_005.001798234881 - bench.timers.monotonic());
    bench.marketStream().say(bookFrame());
    await bench.timers.advance(20_000);
    expect(bench.of('streams').at(-1)?.health.market).toBe('connected');
  });

  it('is replaced when one book falls silent while the rest goes on [10]', async () => {
    const bench = createGatewayBench();
    bench.gateway.start(['BTCUSDT', 'ETHUSDT']);
    await bench.timers.settle();
    bench.marketStream().open();
    bench.http.on('GET /depth', ({ parameters }) => json(depth(parameters['symbol'] === 'ETHUSDT' ? 70 : 1)));
    bench.marketStream().say(Object.assign(bookFrame(7) as object, { stream: 'ethusdt@depth20@100ms' }));
    for (let count = 0; count < 6; count += 1) {
      bench.marketStream().say(bookFrame(200 + count));
      await bench.timers.advance(950);
    }
    const distrusted = bench.of('market').filter(({ update }) => update.kind === 'bookInvalid');
    expect(distrusted[0]?.update).toMatchObject({ symbol: 'ETHUSDT', reason: 'streamLost' });
    expect(bench.http.of('GET /depth').map((asked) => asked.parameters['symbol'])).toEqual(['ETHUSDT']);
    expect(bench.streams.of('streams.test')[0]?.isClosed()).toBe(true);
  });

  it('that is lost during the check does not come back as connected', async () => {
    const bench = await startedBench();
    const answer = held();
    bench.http.on('GET /depth', answer.route);
    await bench.timers.advance(5_500);
    bench.marketStream().close(1006);
    bench.clear();
    answer.release(json(depth(100)));
    await bench.timers.settle();
    expect(bench.of('market')).toEqual([]);
    expect(bench.of('streams')).toEqual([]);
  });

  it('is replaced before 24 hours are over, the old one kept until the new one delivers [11]', async () => {
    const bench = await startedBench({ settings: { connectionAgeMaxMs: 60_000 } });
    await talkFor(bench, 60_000, 200);
    const [old, next] = bench.streams.of('streams.test');
    bench.clear();
    next?.open();
    expect(old?.isClosed()).toBe(false);
    const trade = { stream: 'btcusdt@trade', data: { t: 7, p: '1', q: '1', T: 1, m: true } };
    old?.say(trade);
    next?.say(trade);
    expect(old?.isClosed()).toBe(true);
    expect(bench.of('market')).toHaveLength(1);
    expect(bench.of('market').some((report) => report.update.kind === 'bookInvalid')).toBe(false);
  });

  it('is replaced when the exchange announces its shutdown [11]', async () => {
    const bench = await startedBench();
    bench.marketStream().say({ stream: '!serverShutdown', data: { e: 'serverShutdown', E: 1 } });
    expect(bench.streams.of('streams.test')).toHaveLength(2);
    expect(bench.streams.of('streams.test')[0]?.isClosed()).toBe(false);
  });

  it('says so when a book is crossed, and shows none of it [16]', async () => {
    const bench = await startedBench();
    bench.clear();
    bench.marketStream().say(bookFrame(101, { bids: [['64000.01000000', '1.00000000']] }));
    expect(bench.of('market')).toMatchObject([{ update: { kind: 'bookInvalid', reason: 'crossed' } }]);
  });

  it.each([
    ['a zero price [23]', [['0.00000000', '1.00000000']]],
    ['a negative quantity', [['64000.00000000', '-1.00000000']]],
    ['NaN', [['NaN', '1.00000000']]],
    ['an exponent', [['6.4e4', '1.00000000']]],
    ['a float', [[64000, 1]]],
    [
      'levels out of order',
      [
        ['63999.00000000', '1.0'],
        ['64000.00000000', '1.0'],
      ],
    ],
  ])('sets aside a book with %s', async (_name, bids) => {
    const bench = await startedBench();
    bench.clear();
    bench.marketStream().say(bookFrame(101, { bids }));
    expect(bench.of('quarantined')).toMatchObject([{ origin: 'market' }]);
    expect(bench.of('market')).toMatchObject([{ update: { kind: 'bookInvalid', reason: 'malformed' } }]);
  });

  it.each(['not json', '[]', '"text"', '{"stream":1}', '{}', '\u0000\u001b]0;title\u0007'])(
    'survives the frame %j',
    async (frame) => {
      const bench = await startedBench();
      bench.clear();
      bench.marketStream().sayRaw(frame);
      for (const report of bench.of('quarantined')) expect(report.sample).toMatch(/^[\x20-\x7e]*$/);
      bench.marketStream().say(bookFrame(102));
      expect(bench.of('market').at(-1)?.update).toMatchObject({ kind: 'book', updateId: 102 });
    },
  );
});

describe('the user stream', () => {
  it('subscribes with a signature over sorted, raw parameters [4, 13]', async () => {
    const bench = await startedBench();
    const frame = JSON.parse(bench.userStream().sent[0] ?? '') as Record<string, Record<string, unknown>>;
    expect(frame['method']).toBe('userDataStream.subscribe.signature');
    expect(frame['params']).toMatchObject({ apiKey: 'key', recvWindow: 5_000 });
    expect(frame['params']?.['signature']).toMatch(/^[0-9a-f]{64}$/);
    expect(bench.userStream().sent.join('')).not.toContain('listenKey');
  });

  it('reports an order with its one fill', async () => {
    const bench = await startedBench();
    bench.clear();
    bench.userStream().say(
      executionReport({
        x: 'TRADE',
        X: 'FILLED',
        l: '0.00040000',
        z: '0.00040000',
        L: '64000.01000000',
        n: '0.00001706',
        N: 'BNB',
        t: 34_491_699,
        Z: '25.60000400',
        m: true,
      }),
    );
    expect(bench.of('order')).toMatchObject([
      {
        source: 'stream',
        order: { clientOrderId: 'g-1', status: 'FILLED', executedQuantity: quantity('0.0004') },
        fills: [
          {
            tradeId: 34_491_699,
            price: price('64000.01'),
            fee: assetAmount('0.00001706'),
            feeAsset: 'BNB',
            isMaker: true,
          },
        ],
      },
    ]);
  });

  it('keys a cancel by the order’s own id, C, not by the cancel’s, c [20]', async () => {
    const bench = await startedBench();
    bench.clear();
    bench
      .userStream()
      .say(executionReport({ x: 'CANCELED', X: 'CANCELED', c: 'cancel-request-5', C: 'g-1' }));
    bench.userStream().say(executionReport({ x: 'EXPIRED', X: 'EXPIRED', c: 'g-2', C: 'g-0' }));
    expect(bench.of('order').map((report) => report.order.clientOrderId)).toEqual(['g-1', 'g-2']);
  });

  it('passes on repeats and late reports as they are: merging is the engine’s [18]', async () => {
    const bench = await startedBench();
    bench.clear();
    const filled = executionReport({
      x: 'TRADE',
      X: 'FILLED',
      l: '0.0004',
      z: '0.0004',
      L: '64000',
      t: 1,
      N: 'BTC',
    });
    for (const frame of [filled, executionReport(), filled]) bench.userStream().say(frame);
    expect(bench.of('order').map((report) => report.fills.length)).toEqual([1, 0, 1]);
  });

  it('survives words nobody knows [24]', async () => {
    const bench = await startedBench();
    bench.clear();
    bench.userStream().say(executionReport({ x: 'NEW_EXECUTION', X: 'FROZEN', o: 'MAGIC', eR: 99, zz: {} }));
    bench.userStream().say({ subscriptionId: 0, event: { e: 'somethingNew' } });
    expect(bench.of('order')).toMatchObject([
      { order: { status: 'OTHER', rawStatus: 'FROZEN', type: 'MAGIC' } },
    ]);
    expect(bench.of('quarantined')).toEqual([]);
  });

  it.each([
    ['an amount as a number', { z: 0.0004 }],
    ['a quantity with an exponent', { q: '4e-4' }],
    ['no order id', { i: null }],
    ['an unsafe order id', { i: 2 ** 60 }],
    ['a side nobody knows', { S: 'SHORT' }],
  ])('sets aside a report with %s', async (_name, changes) => {
    const bench = await startedBench();
    bench.clear();
    bench.userStream().say(executionReport(changes));
    expect(bench.of('quarantined')).toMatchObject([{ origin: 'user' }]);
    expect(bench.of('order')).toEqual([]);
  });

  it('reports balances exactly', async () => {
    const bench = await startedBench();
    bench.clear();
    bench.userStream().say({
      subscriptionId: 0,
      event: {
        e: 'outboundAccountPosition',
        E: 2,
        u: 1,
        B: [{ a: 'USDT', f: '474.40000000', l: '0.00000001' }],
      },
    });
    expect(bench.of('balances')).toMatchObject([
      {
        exchangeTime: 1,
        balances: [{ asset: 'USDT', free: assetAmount('474.4'), locked: assetAmount('0.00000001') }],
      },
    ]);
  });

  it('tells of every new subscription, so that the account is read after it [12]', async () => {
    const bench = await startedBench();
    bench.clear();
    bench.userStream().close(1006);
    await bench.timers.advance(250);
    bench.userStream().open();
    expect(bench.of('streams').at(-1)?.health.user).toBe('disconnected');
    bench.userStream().say({ id: 'subscribe-2', status: 200, result: { subscriptionId: 0 } });
    expect(bench.of('streams').map((report) => report.health.user)).toEqual(['disconnected', 'connected']);
  });

  it.each([
    ['the subscription is terminated', { subscriptionId: 0, event: { e: 'eventStreamTerminated', E: 1 } }],
    ['its session dies with a 401', { id: null, status: 401, error: { code: -2015, msg: 'revoked' } }],
  ])('subscribes again when %s', async (_name, frame) => {
    const bench = await startedBench();
    bench.userStream().say(frame);
    await bench.timers.advance(250);
    expect(bench.streams.of('wsapi.test')).toHaveLength(2);
    expect(bench.of('streams').at(-1)?.health.user).toBe('disconnected');
  });

  it('is replaced on a shutdown notice without a gap, and says that it was [11]', async () => {
    const bench = await startedBench();
    bench.clear();
    bench.userStream().say({ event: { e: 'serverShutdown', E: 1 } });
    const [old, next] = bench.streams.of('wsapi.test');
    next?.open();
    old?.say(executionReport());
    expect(bench.of('order')).toHaveLength(1);
    next?.say({ id: 'subscribe-2', status: 200, result: { subscriptionId: 0 } });
    expect(old?.isClosed()).toBe(true);
    expect(bench.of('streams').map((report) => report.health.user)).toEqual(['connected']);
  });

  it('measures the clock again when its timestamp is refused, then subscribes [3]', async () => {
    const bench = createGatewayBench();
    bench.gateway.start(['BTCUSDT']);
    await bench.timers.settle();
    const measured = bench.http.of('GET /time').length;
    bench.userStream().open();
    bench.userStream().say({ id: 'subscribe-1', status: 400, error: { code: -1021, msg: 'Timestamp' } });
    await bench.timers.advance(250);
    expect(bench.http.of('GET /time').length).toBeGreaterThan(measured);
    expect(bench.streams.of('wsapi.test')).toHaveLength(2);
  });

  it('reports refused keys as unauthorised', async () => {
    const bench = createGatewayBench();
    bench.gateway.start(['BTCUSDT']);
    await bench.timers.settle();
    bench.userStream().open();
    bench
      .userStream()
      .say({ id: 'subscribe-1', status: 401, error: { code: -2015, msg: 'Invalid API-key' } });
    expect(bench.of('unauthorised')).toHaveLength(1);
  });

  it('keeps silent until the instant the exchange names [9]', async () => {
    const bench = createGatewayBench();
    bench.gateway.start(['BTCUSDT']);
    await bench.timers.settle();
    bench.userStream().open();
    const until = bench.timers.now() + 20_000;
    bench
      .userStream()
      .say({ id: 'subscribe-1', status: 429, error: { code: -1003, msg: '', data: { retryAfter: until } } });
    await bench.timers.advance(19_000);
    expect(bench.streams.of('wsapi.test')).toHaveLength(1);
    await bench.timers.advance(2_000);
    expect(bench.streams.of('wsapi.test')).toHaveLength(2);
  });

  it('is dead when an order answered over REST does not show up on it [10]', async () => {
    const bench = await startedBench();
    bench.gateway.submit(orderRequest());
    await talkFor(bench, 5_000, 200);
    bench.clear();
    await talkFor(bench, 1_000, 9_000);
    expect(bench.streams.of('wsapi.test')).toHaveLength(2);
    expect(bench.streams.of('wsapi.test')[0]?.isClosed()).toBe(true);
  });

  it('is well when the report overtook the answer, or follows it in time [18]', async () => {
    const bench = await startedBench();
    const answer = held();
    bench.http.on('POST /order', answer.route);
    bench.gateway.submit(orderRequest());
    bench.userStream().say(executionReport());
    answer.release(json(orderBody()));
    await bench.timers.settle();
    bench.gateway.submit(orderRequest({ clientOrderId: 'g-2' }));
    answer.release(json(orderBody({ clientOrderId: 'g-2' })));
    await bench.timers.settle();
    bench.userStream().say(executionReport({ c: 'g-2' }));
    await talkFor(bench, 20_000, 200);
    expect(bench.streams.of('wsapi.test')).toHaveLength(1);
  });

  it('is dead without any frame for 30 seconds, though pings are sent', async () => {
    const bench = await startedBench();
    bench.http.on('GET /depth', () => html(502));
    await bench.timers.advance(31_000);
    expect(bench.streams.of('wsapi.test')[0]?.pings()).toBeGreaterThan(1);
    expect(bench.streams.of('wsapi.test').length).toBeGreaterThan(1);
  });

  it('gives up on a connection that opens and never answers the subscription', async () => {
    const bench = createGatewayBench();
    bench.gateway.start(['BTCUSDT']);
    await bench.timers.settle();
    bench.userStream().open();
    for (let seconds = 0; seconds < 11; seconds += 1) {
      bench.userStream().alive();
      await bench.timers.advance(1_000);
    }
    expect(bench.streams.of('wsapi.test')[0]?.isClosed()).toBe(true);
  });
});

it('a stopped gateway closes its streams, leaves no timer behind and says nothing more', async () => {
  const bench = await startedBench();
  bench.clear();
  bench.gateway.stop();
  expect(bench.timers.waiting()).toBe(0);
  expect(bench.streams.all.every((stream) => stream.isClosed())).toBe(true);
  const asked = bench.http.asked.length;
  await bench.timers.advance(600_000);
  expect(bench.http.asked.length).toBe(asked);
  expect(bench.streams.all).toHaveLength(2);
  expect(bench.reports).toEqual([]);
});
