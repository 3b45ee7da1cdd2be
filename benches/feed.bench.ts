/**
 * The shipped feed handler, from the socket to book or trade state, against ws + JSON.parse + Number
 * and against ccxt.pro's watchTrades and watchOrderBook, interleaved in one process. Another process
 * floods loopback sockets with prepared frames (64 symbols' worth of one shape, combined streams).
 * Ours ends in the engine's market view; the plain yardstick keeps its floats in a map. A figure is
 * the median of frames per second, a ratio the median of the ratios of each round.
 * Run alone: node benches/feed.bench.ts
 */
import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { invariant } from '../src/core/invariant.ts';
import { createMarketStream } from '../src/exchange/stream/market-stream.ts';
import { createWsConnector } from '../src/exchange/stream/ws-connector.ts';
import { defaultGatewaySettings } from '../src/exchange/settings.ts';
import { createMarketView } from '../src/market/market-view.ts';
import type { BenchRow } from './matching.bench.ts';

const ROUNDS = 9;
const FRAMES = 512;
const WARM_MS = 150;
const MEASURE_MS = 350;
const CCXT_MEASURE_MS = 500;
type Shape = 'trade' | 'depth20';
const topics: Readonly<Record<Shape, string>> = { trade: 'trade', depth20: 'depth20@100ms' };

/** Seeded frames in the documented shapes; ids rise by one over the whole set. */
function makeFrames(shape: Shape, round: number): string[] {
  let state = 7;
  const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  let middle = 64_000;
  return Array.from({ length: FRAMES }, (_unused, index) => {
    const id = 4_000_000_000 + round * FRAMES + index;
    middle *= 1 + (random() - 0.5) * 1e-4;
    const size = (of: number): string => `${(0.00001 + random() * of).toFixed(5)}000`;
    const level = (offset: number): string => `["${(middle + offset).toFixed(2)}000000","${size(3)}"]`;
    const side = (sign: number): string =>
      Array.from({ length: 20 }, (_each, depth) => level(sign * (depth + 1) * 0.02)).join(',');
    const time = 1_767_225_600_000 + index * 7;
    const data =
      shape === 'trade'
        ? `{"e":"trade","E":${time},"s":"BTCUSDT","t":${id},"p":"${middle.toFixed(2)}000000","q":"${size(0.3)}","T":${time - 2},"m":${random() < 0.5},"M":true}`
        : `{"lastUpdateId":${id},"bids":[${side(-1)}],"asks":[${side(1)}]}`;
    return `{"stream":"btcusdt@${topics[shape]}","data":${data}}`;
  });
}

function framed(text: string): Buffer {
  const body = Buffer.from(text);
  const head =
    body.length < 126
      ? Buffer.from([0x81, body.length])
      : Buffer.from([0x81, 126, body.length >> 8, body.length & 255]);
  return Buffer.concat([head, body]);
}

/** Floods whoever connects; ccxt subscribes first and gets its answer. */
function serve(shape: Shape): void {
  const sets = Array.from({ length: 8 }, (_unused, round) =>
    Buffer.concat(makeFrames(shape, round).map((frame) => framed(frame))),
  );
  const flood = (socket: Socket): void => {
    let open = true;
    let next = 0;
    socket.on('close', () => (open = false));
    socket.on('error', () => (open = false));
    const go = (): void => {
      while (open && socket.write(sets[(next += 1) % sets.length] ?? Buffer.alloc(0)));
      if (open) socket.once('drain', go);
    };
    go();
  };
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  server.on('connection', (connection, request) => {
    const socket = request.socket;
    if (request.url?.includes('streams=btcusdt') === true) {
      setTimeout(() => flood(socket), 5);
      return;
    }
    connection.once('message', (data) => {
      const { id } = JSON.parse(String(data as Buffer)) as { readonly id: unknown };
      connection.send(JSON.stringify({ result: null, id }), () => flood(socket));
    });
  });
  server.once('listening', () => {
    const address = server.address();
    if (address !== null && typeof address === 'object') process.stdout.write(`${address.port}\n`);
  });
}

type Meter = () => void;

/** Calls back once with frames per second, counted after the warm-up, without asking the clock at each frame. */
function meter(measureMs: number, done: (perSecond: number) => void): Meter {
  let frames = 0;
  let since = 0;
  let warm = false;
  let over = false;
  const startedAt = performance.now();
  return () => {
    frames += 1;
    if ((frames & 127) !== 0 || over) return;
    const now = performance.now();
    if (!warm) {
      if (now - startedAt < WARM_MS) return;
      warm = true;
      frames = 0;
      since = now;
    } else if (now - since >= measureMs) {
      over = true;
      done((frames * 1_000) / (now - since));
    }
  };
}

type Measure = (port: number, shape: Shape) => Promise<number>;

const shipped: Measure = async (port, shape) =>
  new Promise((resolve) => {
    const view = createMarketView();
    const count = meter(MEASURE_MS, (perSecond) => {
      stream.stop();
      invariant(view.symbols().length === 1, 'the frames have reached the market view');
      resolve(perSecond);
    });
    const stream = createMarketStream({
      connector: createWsConnector({ connectTimeoutMs: 5_000 }),
      timers: {
        now: () => Date.now(),
        monotonic: () => performance.now(),
        after(delayMs, task) {
          const timer = setTimeout(task, delayMs);
          return () => clearTimeout(timer);
        },
      },
      random: { next: () => 0.5, bytes: (length) => new Uint8Array(length) },
      settings: defaultGatewaySettings,
      origin: `ws://127.0.0.1:${port}`,
      symbols: ['BTCUSDT'],
      update(update): void {
        invariant(update.kind === shape || update.kind === 'book', `a ${shape} frame has been read`);
        view.apply(update);
        count();
      },
      stateChanged: () => undefined,
      unreadable(reason): void {
        throw new Error(reason);
      },
      fetchBook: async () => null,
    });
    stream.start();
  });

const plain: Measure = async (port, shape) =>
  new Promise((resolve) => {
    const state = new Map<string, unknown>();
    const socket = new WebSocket(`ws://127.0.0.1:${port}/stream?streams=btcusdt@${topics[shape]}`, {
      perMessageDeflate: false,
    });
    const count = meter(MEASURE_MS, (perSecond) => {
      socket.terminate();
      resolve(perSecond);
    });
    const side = (rows: readonly (readonly [string, string])[]): [number, number][] =>
      rows.map(([price, quantity]) => [Number(price), Number(quantity)]);
    socket.on('message', (bytes) => {
      const { data } = JSON.parse(String(bytes as Buffer)) as {
        readonly data: {
          readonly s: string;
          readonly p: string;
          readonly q: string;
          readonly bids: readonly (readonly [string, string])[];
          readonly asks: readonly (readonly [string, string])[];
        };
      };
      if (shape === 'trade') state.set(data.s, { price: Number(data.p), quantity: Number(data.q) });
      else state.set('BTCUSDT', { bids: side(data.bids), asks: side(data.asks) });
      count();
    });
  });
