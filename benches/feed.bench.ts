/**
 * The shipped feed handler, from the socket to book or trade state, against ws + JSON.parse + Number
 * and against ccxt.pro's watchTrades and watchOrderBook, interleaved in one process. Another process
 * floods loopback sockets with prepared frames of one shape; ids rise without end. Ours keeps
 * the newest exact update of each symbol in a map, the plain yardstick its floats, ccxt its own state
 * with somebody waiting for it. ccxt.pro knows diffs only: it is measured, as we are, on diffs of
 * twenty levels a side. Values are medians of
 * frames per second of processor time, ratios the median over the rounds.
 * Run alone: node benches/feed.bench.ts
 */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import ProBinance from '../node_modules/ccxt/js/src/pro/binance.js';
import { invariant } from '../src/core/invariant.ts';
import * as money from '../src/core/money.ts';
import type { MarketUpdate } from '../src/core/ports/market-feed.ts';
import type { Timers } from '../src/core/ports/timers.ts';
import { createMarketStream, type MarketStreamOptions } from '../src/exchange/stream/market-stream.ts';
import type { BookSnapshot } from '../src/exchange/stream/local-book.ts';
import { createWireConnector } from '../src/exchange/stream/wire-connector.ts';
import { defaultGatewaySettings } from '../src/exchange/settings.ts';
import type { BenchRow } from './bench-row.ts';

const ROUNDS = 9;
const FRAMES = 512;
const WARM_MS = 150;
const MEASURE_MS = 300;
/** As many digits as every later id: the sender writes them over the first ones. */
const FIRST_ID = 10_000_000_001;
const shapes = ['trade', 'depth20', 'diff'] as const;
type Shape = (typeof shapes)[number];
const topics: Readonly<Record<Shape, string>> = {
  trade: 'trade',
  depth20: 'depth20@100ms',
  diff: 'depth@100ms',
};

/** Seeded payloads in the documented shapes, each with its ids still to be written in. */
function makePayloads(shape: Shape): string[] {
  let state = 7;
  const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const size = (of: number): string => `${(0.00001 + random() * of).toFixed(5)}000`;
  const side = (sign: number): string =>
    Array.from({ length: 20 }, (_unused, depth) => {
      const price = (64_000 + sign * (depth + 1) * 0.02).toFixed(2);
      return `["${price}000000","${size(3)}"]`;
    }).join(',');
  return Array.from({ length: FRAMES }, (_unused, index) => {
    const time = 1_767_225_600_000 + index * 7;
    const head = `"E":${time},"s":"BTCUSDT"`;
    if (shape === 'depth20') return `{"lastUpdateId":${FIRST_ID},"bids":[${side(-1)}],"asks":[${side(1)}]}`;
    if (shape === 'diff') {
      return `{"e":"depthUpdate",${head},"U":${FIRST_ID},"u":${FIRST_ID},"b":[${side(-1)}],"a":[${side(1)}]}`;
    }
    const price = (64_000 + random() * 100).toFixed(2);
    return `{"e":"trade",${head},"t":${FIRST_ID},"p":"${price}000000","q":"${size(0.3)}","T":${time - 2},"m":${random() < 0.5},"M":true}`;
  });
}

function framed(text: string): Buffer {
  const body = Buffer.from(text);
  const { length } = body;
  const head = length < 126 ? [0x81, length] : [0x81, 126, length >> 8, length & 255];
  return Buffer.concat([Buffer.from(head), body]);
}

/** A set of frames with the places of its ids. */
function makeSet(
  shape: Shape,
  isCombined: boolean,
): { readonly bytes: Buffer; readonly ids: readonly number[][] } {
  const ids: number[][] = [];
  const frames: Buffer[] = [];
  let offset = 0;
  for (const payload of makePayloads(shape)) {
    const frame = framed(isCombined ? `{"stream":"btcusdt@${topics[shape]}","data":${payload}}` : payload);
    const places: number[] = [];
    for (let at = frame.indexOf(String(FIRST_ID)); at >= 0; at = frame.indexOf(String(FIRST_ID), at + 1)) {
      places.push(offset + at);
    }
    ids.push(places);
    frames.push(frame);
    offset += frame.length;
  }
  return { bytes: Buffer.concat(frames), ids };
}

/** Floods whoever connects: combined streams at once, others (ccxt) after their subscription. */
function serve(shape: Shape): void {
  const flood = (socket: Socket, isCombined: boolean): void => {
    const set = makeSet(shape, isCombined);
    let id = FIRST_ID;
    socket.on('error', () => socket.destroy());
    const next = (): Buffer => {
      const bytes = Buffer.from(set.bytes);
      for (const places of set.ids) {
        for (const place of places) bytes.write(String(id), place, 'latin1');
        id += 1;
      }
      return bytes;
    };
    const go = (): void => {
      while (!socket.destroyed && socket.write(next()));
      if (!socket.destroyed) socket.once('drain', go);
    };
    go();
  };
  const side = (sign: number): [string, string][] =>
    Array.from({ length: 100 }, (_unused, depth) => [
      (64_000 + sign * (depth + 1) * 0.02).toFixed(2),
      '1.00000000',
    ]);
  const http = createServer((_request, response) => {
    response.end(JSON.stringify({ lastUpdateId: FIRST_ID, bids: side(-1), asks: side(1) }));
  });
  const server = new WebSocketServer({ server: http, perMessageDeflate: false });
  server.on('connection', (connection, request) => {
    if (request.url?.includes('streams=btcusdt') === true) {
      setTimeout(() => flood(request.socket, true), 5);
      return;
    }
    connection.once('message', (data) => {
      const { id } = JSON.parse((data as Buffer).toString('utf8')) as { readonly id: unknown };
      connection.send(JSON.stringify({ result: null, id }), () =>
        setTimeout(() => flood(request.socket, false), 50),
      );
    });
  });
  http.listen(0, '127.0.0.1', () => {
    const address = http.address();
    if (address !== null && typeof address === 'object') process.stdout.write(`${address.port}\n`);
  });
}

/** Microseconds of processor time this process has used. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/**
 * Calls back once with frames per second of processor time, counted after the warm-up and without
 * asking a clock at each frame. Processor time, because the sender and whoever else runs here take
 * turns with the receiver, and the one that is faster waits more often.
 */
function meter(every: number, done: (perSecond: number) => void): (frames: number) => void {
  let frames = 0;
  let unread = 0;
  let since = 0;
  let isWarm = false;
  let isOver = false;
  const startedAt = processorTime();
  return (more) => {
    frames += more;
    unread += more;
    if (unread < every || isOver) return;
    unread = 0;
    const now = processorTime();
    if (!isWarm && now - startedAt >= 1_000 * WARM_MS) {
      isWarm = true;
      frames = 0;
      since = now;
    } else if (isWarm && now - since >= 1_000 * MEASURE_MS) {
      isOver = true;
      done((frames * 1e6) / (now - since));
    }
  };
}

const timers: Timers = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Where the diffs begin: far from the prices they change. */
const snapshot: BookSnapshot = {
  lastUpdateId: FIRST_ID,
  bids: [{ price: money.price('60000'), quantity: money.quantity('1') }],
  asks: [{ price: money.price('70000'), quantity: money.quantity('1') }],
};

type Measure = (port: number, shape: Shape) => Promise<number>;

const shipped: Measure = async (port, shape) =>
  new Promise((resolve) => {
    const state = new Map<string, MarketUpdate>();
    const count = meter(2_048, (perSecond) => {
      stream.stop();
      invariant(
        state.get('BTCUSDT')?.kind === (shape === 'trade' ? 'trade' : 'book'),
        'the frames became exact core updates',
      );
      resolve(perSecond);
    });
    const options: MarketStreamOptions = {
      connector: createWireConnector({ connectTimeoutMs: 5_000 }),
      timers,
      random: { next: () => 0.5, bytes: (length) => new Uint8Array(length) },
      settings: defaultGatewaySettings,
      origin: `ws://127.0.0.1:${port}`,
      symbols: ['BTCUSDT'],
      books: shape === 'diff' ? 'diff' : 'partial',
      update(update): void {
        state.set(update.symbol, update);
        count(1);
      },
      stateChanged: () => undefined,
      unreadable(reason): void {
        throw new Error(reason);
      },
      fetchBook: async () => null,
      fetchSnapshot: async () => snapshot,
      fetchTrades: async () => [],
    };
    const stream = createMarketStream(options);
    stream.start();
  });

type Floats = readonly (readonly [number, number])[];

const plain: Measure = async (port, shape) =>
  new Promise((resolve) => {
    const state = new Map<string, unknown>();
    const socket = new WebSocket(`ws://127.0.0.1:${port}/stream?streams=btcusdt@${topics[shape]}`, {
      perMessageDeflate: false,
    });
    const count = meter(2_048, (perSecond) => {
      socket.terminate();
      resolve(perSecond);
    });
    const floats = (rows: readonly (readonly [string, string])[]): Floats =>
      rows.map(([price, quantity]) => [Number(price), Number(quantity)]);
    socket.on('message', (bytes) => {
      const { data } = JSON.parse((bytes as Buffer).toString('utf8')) as {
        readonly data: {
          readonly p: string;
          readonly q: string;
          readonly bids: readonly (readonly [string, string])[];
          readonly asks: readonly (readonly [string, string])[];
        };
      };
      if (shape === 'trade') state.set('BTCUSDT', { price: Number(data.p), quantity: Number(data.q) });
      else state.set('BTCUSDT', { bids: floats(data.bids), asks: floats(data.asks) });
      count(1);
    });
  });

/** ccxt.pro as its documentation uses it: a loop that awaits the next state. Frames are counted by its own ids. */
const ccxtPro: Measure = async (port, shape) => {
  const exchange = new ProBinance({ enableRateLimit: false, newUpdates: true });
  await exchange.loadHttpProxyAgent();
  const urls = exchange.urls['api'] as Record<string, unknown>;
  for (const name of Object.keys(urls)) if (name !== 'ws') urls[name] = `http://127.0.0.1:${port}`;
  (urls['ws'] as Record<string, unknown>)['spot'] = `ws://127.0.0.1:${port}/ws`;
  exchange.setMarkets([
    {
      ...exchange.safeMarketStructure(),
      id: 'BTCUSDT',
      lowercaseId: 'btcusdt',
      symbol: 'BTC/USDT',
      base: 'BTC',
      quote: 'USDT',
      baseId: 'BTC',
      quoteId: 'USDT',
      type: 'spot',
      spot: true,
      active: true,
      precision: { amount: 0.00001, price: 0.01 },
    },
  ] as never);
  const figures: number[] = [];
  const count = meter(1_024, (figure) => void figures.push(figure));
  let last = 0;
  while (figures.length === 0) {
    if (shape === 'trade') {
      const trades = await exchange.watchTrades('BTC/USDT');
      const newest = Number(trades.at(-1)?.id ?? 0);
      count(last === 0 ? 1 : newest - last);
      last = newest;
    } else {
      const book = await exchange.watchOrderBook('BTC/USDT');
      const newest = book.nonce ?? 0;
      count(last === 0 ? 1 : newest - last);
      last = newest;
    }
  }
  await exchange.close();
  return figures[0] ?? Number.NaN;
};

type Wish = {
  readonly name: string;
  readonly shape: Shape;
  readonly yardstick: 'plain' | 'ccxt';
  /** How many times the yardstick's frames. */
  readonly atLeast: number;
};

const wishes: readonly Wish[] = [
  {
    name: 'trades, socket to state, against ws + JSON.parse + Number',
    shape: 'trade',
    yardstick: 'plain',
    atLeast: 2,
  },
  {
    name: 'depth20, socket to state, against ws + JSON.parse + Number',
    shape: 'depth20',
    yardstick: 'plain',
    atLeast: 2.5,
  },
  {
    name: 'trades, socket to state, against ccxt.pro watchTrades',
    shape: 'trade',
    yardstick: 'ccxt',
    atLeast: 10,
  },
  {
    name: 'diffs of 40 levels, socket to book, against ccxt.pro watchOrderBook',
    shape: 'diff',
    yardstick: 'ccxt',
    atLeast: 10,
  },
];
const measures: Readonly<Record<string, Measure>> = { shipped, plain, ccxt: ccxtPro };

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const shape of shapes) {
    const child = spawn(process.execPath, [import.meta.filename, 'serve', shape], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const port = await new Promise<number>((resolve) =>
        child.stdout.once('data', (text) => resolve(Number(String(text)))),
      );
      const wanted = wishes.filter((wish) => wish.shape === shape);
      const names = ['shipped', ...wanted.map(({ yardstick }) => yardstick)];
      const figures = new Map<string, number[]>(names.map((name) => [name, []]));
      for (let round = -1; round < ROUNDS; round += 1) {
        for (const name of names) {
          const perSecond = (await measures[name]?.(port, shape)) ?? Number.NaN;
          // The first round warms up.
          if (round >= 0) figures.get(name)?.push(perSecond);
        }
      }
      const ours = figures.get('shipped') ?? [];
      for (const { name, yardstick, atLeast } of wanted) {
        const theirs = figures.get(yardstick) ?? [];
        const times = median(ours.map((value, round) => value / (theirs[round] ?? Number.NaN)));
        rows.push({
          name,
          value: Math.round(median(ours)),
          unit: 'frames per CPU second',
          yardstick: Math.round(median(theirs)),
          ratio: Math.round(times * 100) / 100,
          budget: `at least ${atLeast} times the yardstick`,
          within: times >= atLeast,
        });
      }
    } finally {
      child.kill();
    }
  }
  return rows;
}

if (import.meta.main) {
  const shape = shapes.find((each) => each === process.argv[3]);
  if (process.argv[2] === 'serve' && shape !== undefined) serve(shape);
  else for (const row of await run()) process.stdout.write(`${JSON.stringify(row)}\n`);
}
