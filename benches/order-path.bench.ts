/**
 * `submit` called -> signed order bytes handed to the kernel, against a bare signed POST written by
 * hand on a warm socket, in one process and interleaved; and both behind a raw append with fdatasync,
 * which stands for the durable intent. Also the same order signed and sent by ccxt, and the whole way
 * to the acknowledgement. The exchange is a child process that only acknowledges. The budgets leave
 * room below the 1.5 times of the whole way, encrypted intent included, for what lies before `submit`.
 * Run alone: node benches/order-path.bench.ts
 */
import { spawn } from 'node:child_process';
import { createHmac, createSecretKey, hash as digest } from 'node:crypto';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { createServer, connect, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIds } from '../src/core/ids.ts';
import { notional, price, quantity } from '../src/core/money.ts';
import type { TierAuthorised } from '../src/core/stages.ts';
import { createEventBus } from '../src/engine/event-bus/event-bus.ts';
import { entryIntent } from '../src/engine/executor/intent.ts';
import { createExecutor, type Executor } from '../src/engine/executor/service.ts';
import { createKernel } from '../src/engine/kernel.ts';
import { createTrustedTimers } from '../src/engine/trusted-timers.ts';
import { createMarketView } from '../src/market/market-view.ts';
import type { GatewayReport, OrderRequest } from '../src/core/ports/gateway.ts';
import type { StreamConnector } from '../src/core/ports/network.ts';
import type { Timers } from '../src/core/ports/timers.ts';
import { createGateway } from '../src/exchange/gateway.ts';
import { createCcxtBinance } from '../src/exchange/http/ccxt-binance.ts';
import { createWireClient } from '../src/exchange/http/wire-client.ts';
import { createSigner } from '../src/exchange/signer.ts';
import { createSystemRandom } from '../src/wiring/system-ports.ts';
import type { BenchRow } from './bench-row.ts';
import { openBenchStore, shippedRules } from './bench-store.ts';

const ROUNDS = 9;
const WARM_UP = 1_000;
const PER_ROUND = 120;
const ORDERS_PER_TICK = 10;
const API_KEY = 'A'.repeat(64);
const SECRET = 'B'.repeat(64);

/** Plays the exchange: acknowledges orders, tells the time, publishes limits nobody reaches. */
function serve(): void {
  const limits = ['REQUEST_WEIGHT', 'ORDERS'].map((rateLimitType) => ({
    rateLimitType,
    interval: 'MINUTE',
    intervalNum: 1,
    limit: 1_000_000_000,
  }));
  const bodyFor = (request: string): unknown => {
    if (request.startsWith('GET /api/v3/time')) return { serverTime: Date.now() };
    if (request.startsWith('GET /api/v3/exchangeInfo')) return { rateLimits: limits, symbols: [] };
    const id = /newClientOrderId=([\w-]+)/.exec(request)?.[1] ?? '';
    return {
      symbol: 'BTCUSDT',
      orderId: 28,
      clientOrderId: id,
      transactTime: 1_767_225_600_000,
      price: '64000.12',
      origQty: '0.015',
      executedQty: '0',
      cummulativeQuoteQty: '0',
      status: 'NEW',
      timeInForce: 'GTC',
      type: 'LIMIT',
      side: 'BUY',
      fills: [],
    };
  };
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      const body = JSON.stringify(bodyFor(bytes.toString('latin1')));
      socket.write(
        `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
    });
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address !== null && typeof address === 'object') process.stdout.write(`${address.port}\n`);
  });
}

const nowNs = (): number => Number(process.hrtime.bigint());

/** The instant the last watched write to a socket returned from the kernel; 0 to watch for the next. */
let wireAt = 0;

function watchWrites(): () => void {
  type Write = (...given: readonly unknown[]) => unknown;
  const prototype = Socket.prototype as unknown as Record<'_write' | '_writev', Write>;
  const original = { write: prototype._write, writev: prototype._writev };
  const watched = (inner: Write): Write =>
    function (this: unknown, ...given) {
      const result = inner.apply(this, [...given]);
      if (wireAt === 0) wireAt = nowNs();
      return result;
    };
  prototype._write = watched(original.write);
  prototype._writev = watched(original.writev);
  return () => {
    prototype._write = original.write;
    prototype._writev = original.writev;
  };
}

const timers: Timers = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs).unref();
    return () => clearTimeout(timer);
  },
};

const noStreams: StreamConnector = {
  connect: () => ({ send: () => undefined, ping: () => undefined, close: () => undefined }),
};

type Variant = { readonly name: string; readonly send: () => Promise<void> };
type Figures = { readonly wire: number[]; readonly acknowledged: number[] };

let sequence = 0;

function nextOrder(): OrderRequest {
  sequence += 1;
  return {
    clientOrderId: `g-${sequence}`,
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    quantity: quantity('0.015'),
    quoteQuantity: null,
    price: price('64000.12'),
    stopPrice: null,
    lane: 'enter',
  };
}

/** The least that sends a signed order: text, HMAC, one write on an open socket. */
async function byHand(port: number): Promise<{ send: () => Promise<void>; close: () => void }> {
  const key = createSecretKey(Buffer.from(SECRET));
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  let done = (): void => undefined;
  socket.on('data', () => done());
  const head =
    `POST /api/v3/order HTTP/1.1\r\nhost: 127.0.0.1\r\nX-MBX-APIKEY: ${API_KEY}\r\n` +
    `content-type: application/x-www-form-urlencoded\r\ncontent-length: `;
  return {
    async send(): Promise<void> {
      sequence += 1;
      const query =
        `symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01500000&price=64000.12` +
        `&newClientOrderId=g-${sequence}&recvWindow=5000&timestamp=${Date.now()}`;
      const body = `${query}&signature=${createHmac('sha256', key).update(query).digest('hex')}`;
      return new Promise<void>((resolve) => {
        done = resolve;
        socket.write(`${head}${body.length}\r\n\r\n${body}`, 'latin1');
      });
    },
    close: () => socket.destroy(),
  };
}

async function byGateway(port: number): Promise<{ send: () => Promise<void>; close: () => void }> {
  let wanted: GatewayReport['kind'] = 'symbols';
  let done = (): void => undefined;
  const gateway = createGateway({
    http: createWireClient(),
    streams: noStreams,
    timers,
    random: { next: () => 0.5, bytes: (length) => new Uint8Array(length) },
    endpoints: { rest: `http://127.0.0.1:${port}`, stream: 'ws://127.0.0.1:9', wsApi: 'ws://127.0.0.1:9' },
    credentials: { apiKey: API_KEY, secret: SECRET },
    listener(report): void {
      if (report.kind === wanted) done();
      if (report.kind === 'notSent' || report.kind === 'unknown') throw new Error(JSON.stringify(report));
    },
  });
  const next = async (kind: GatewayReport['kind'], act: () => void): Promise<void> =>
    new Promise<void>((resolve) => {
      wanted = kind;
      done = resolve;
      act();
    });
  await next('symbols', () => gateway.start(['BTCUSDT']));
  await new Promise((resolve) => setTimeout(resolve, 200));
  return {
    send: async () => next('order', () => gateway.submit(nextOrder())),
    close: () => gateway.stop(),
  };
}

/**
 * The product's own way: the intent is committed to the encrypted log (SQLCipher, synchronous=FULL, with
 * its chained hash), folded, and handed to the gateway. The clock starts at the decision.
 */
async function byEngine(
  port: number,
  folder: string,
): Promise<{ send: () => Promise<void>; close: () => void }> {
  const store = openBenchStore(folder);
  const rules = shippedRules();
  const random = createSystemRandom();
  let wanted: GatewayReport['kind'] = 'symbols';
  let done = (): void => undefined;
  let executor: Executor | null = null;
  const gateway = createGateway({
    http: createWireClient(),
    streams: noStreams,
    timers,
    random,
    endpoints: { rest: `http://127.0.0.1:${port}`, stream: 'ws://127.0.0.1:9', wsApi: 'ws://127.0.0.1:9' },
    credentials: { apiKey: API_KEY, secret: SECRET },
    listener(report): void {
      if (report.kind === 'notSent' || report.kind === 'unknown') throw new Error(JSON.stringify(report));
      if (report.kind === wanted) done();
    },
  });
  const kernel = createKernel({
    log: store,
    bus: createEventBus(),
    // A person does not send thousands of entries a minute: each order is a minute after the last.
    timers: createTrustedTimers({ ...timers, now: () => Date.now() + sequence * 60_000 }),
    ids: createIds(() => Date.now(), random),
    hash: (text) => digest('sha256', text),
    gateway,
    view: createMarketView(),
    rules: rules,
  });
  executor = createExecutor(kernel);
  const sender = executor;
  await new Promise<void>((resolve) => {
    done = resolve;
    gateway.start(['BTCUSDT']);
  });
  kernel.commit([
    {
      kind: 'account.opened',
      accountId: kernel.ids.next(),
      mode: 'paper',
      quoteAsset: 'USDT',
      tier: 'SNIPER',
    },
    { kind: 'symbol.noticed', symbol: 'BTCUSDT', baseAsset: 'BTC', quoteAsset: 'USDT' },
  ]);
  await new Promise((resolve) => setTimeout(resolve, 200));
  wanted = 'order';
  let sent = 0;
  return {
    async send(): Promise<void> {
      sequence += 1;
      const orderId = kernel.ids.next();
      const entry = {
        commandId: orderId,
        actor: 'trader',
        strategy: null,
        symbol: 'BTCUSDT',
        side: 'BUY',
        type: 'LIMIT',
        timeInForce: 'GTC',
        price: price('64000.12'),
        triggerPrice: null,
        method: 'whole',
        amount: { unit: 'quote', amount: notional('25') },
        quantity: quantity('0.015'),
        reserved: notional('960'),
        referencePrice: price('64000.12'),
        stopPrice: price('62720'),
        figures: { cap: '25.00', equity: '500.00' },
      } as unknown as TierAuthorised;
      const intent = entryIntent(entry, {
        orderId,
        positionId: orderId,
        hash: (text) => digest('sha256', text),
      });
      await new Promise<void>((resolve) => {
        done = resolve;
        sender.send(
          [
            {
              kind: 'command.received',
              commandId: orderId,
              actor: 'trader',
              command: 'buy',
              text: 'buy 25 usdt btc',
            },
          ],
          intent,
        );
      });
      // Its end is told by hand, so that the next order meets the same small state.
      kernel.commit([{ kind: 'order.rejected', orderId, code: -2010, message: 'measured' }]);
      kernel.bus.drain();
      // The engine's tick, four times a second there: projections follow between two decisions.
      sent += 1;
      if (sent % ORDERS_PER_TICK === 0) kernel.maintain();
    },
    close(): void {
      gateway.stop();
      store.close();
    },
  };
}

function byCcxt(port: number): { send: () => Promise<void>; close: () => void } {
  const http = createWireClient();
  const rest = createCcxtBinance({
    http,
    restOrigin: `http://127.0.0.1:${port}`,
    credentials: { apiKey: API_KEY, secret: SECRET },
    signer: createSigner(SECRET),
    recvWindowMs: 5_000,
    timeoutMs: 10_000,
    exchangeNow: () => Date.now(),
  });
  return {
    // A signed request of ccxt's of about the same length: its cost lies in building and signing.
    send: async () =>
      void (await rest.call({ name: 'order', symbol: 'BTCUSDT', clientOrderId: `g-${(sequence += 1)}` })),
    close: () => http.close(),
  };
}

const percentile = (values: readonly number[], share: number): number => {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};

async function measure(variants: readonly Variant[]): Promise<ReadonlyMap<string, Figures[]>> {
  const rounds = new Map<string, Figures[]>(variants.map(({ name }) => [name, []]));
  for (const { send } of variants) for (let count = 0; count < WARM_UP; count += 1) await send();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { name, send } of variants) {
      const figures: Figures = { wire: [], acknowledged: [] };
      for (let count = 0; count < PER_ROUND; count += 1) {
        wireAt = 0;
        const startedAt = nowNs();
        await send();
        figures.wire.push(wireAt - startedAt);
        figures.acknowledged.push(nowNs() - startedAt);
      }
      rounds.get(name)?.push(figures);
    }
  }
  return rounds;
}

type RowWish = {
  readonly name: string;
  readonly ours: string;
  readonly yardstick: string;
  readonly of: 'wire' | 'acknowledged';
  readonly share: number;
  readonly ratioMax?: number;
  readonly valueMaxUs?: number;
};

function rowOf(rounds: ReadonlyMap<string, Figures[]>, wish: RowWish): BenchRow {
  const perRound = (name: string): number[] =>
    (rounds.get(name) ?? []).map((figures) => percentile(figures[wish.of], wish.share) / 1_000);
  const ours = perRound(wish.ours);
  const theirs = perRound(wish.yardstick);
  const value = percentile(ours, 0.5);
  const ratio = percentile(
    ours.map((each, index) => each / (theirs[index] ?? Number.NaN)),
    0.5,
  );
  const withinRatio = wish.ratioMax === undefined || ratio <= wish.ratioMax;
  const yardstick = percentile(theirs, 0.5);
  // A disk slower than the budget is not the order path's doing.
  const withinValue = wish.valueMaxUs === undefined || value <= Math.max(wish.valueMaxUs, 2 * yardstick);
  const budgets = [
    ...(wish.ratioMax === undefined ? [] : [`at most ${wish.ratioMax} times the yardstick`]),
    ...(wish.valueMaxUs === undefined ? [] : [`at most ${wish.valueMaxUs} µs, or twice the yardstick`]),
  ];
  return {
    name: wish.name,
    value: Math.round(value * 10) / 10,
    unit: 'µs',
    yardstick: Math.round(yardstick * 10) / 10,
    ratio: Math.round(ratio * 100) / 100,
    budget: budgets.length === 0 ? 'none, for comparison' : budgets.join(', '),
    within: withinRatio && withinValue,
  };
}

export async function run(): Promise<BenchRow[]> {
  const child = spawn(process.execPath, [import.meta.filename, 'serve'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<number>((resolve) =>
    child.stdout.once('data', (text) => resolve(Number(String(text)))),
  );
  const folder = mkdtempSync(join(tmpdir(), 'genesis-order-path-'));
  const file = openSync(join(folder, 'intents'), 'a');
  const unwatch = watchWrites();
  const hand = await byHand(port);
  const gateway = await byGateway(port);
  const ccxt = byCcxt(port);
  const engine = await byEngine(port, folder);
  const intent = `${JSON.stringify({ type: 'OrderIntent', text: 'x'.repeat(260) })}\n`;
  const after = (record: () => void, send: () => Promise<void>) => async (): Promise<void> => {
    record();
    return send();
  };
  const append = (): void => void writeSync(file, intent);
  const appendAndSync = (): void => {
    writeSync(file, intent);
    fdatasyncSync(file);
  };
  try {
    const rounds = await measure([
      { name: 'hand', send: hand.send },
      { name: 'gateway', send: gateway.send },
      { name: 'ccxt', send: ccxt.send },
      { name: 'appended, hand', send: after(append, hand.send) },
      { name: 'appended, gateway', send: after(append, gateway.send) },
      { name: 'synced, hand', send: after(appendAndSync, hand.send) },
      { name: 'synced, gateway', send: after(appendAndSync, gateway.send) },
      { name: 'engine', send: engine.send },
    ]);
    const bare = { ours: 'gateway', yardstick: 'hand' } as const;
    const appended = { ours: 'appended, gateway', yardstick: 'appended, hand' } as const;
    const synced = { ours: 'synced, gateway', yardstick: 'synced, hand' } as const;
    const whole = { ours: 'engine', yardstick: 'synced, hand' } as const;
    const wishes: readonly RowWish[] = [
      {
        name: 'decision to wire with the encrypted durable intent, median',
        ...whole,
        of: 'wire',
        share: 0.5,
        ratioMax: 1.5,
      },
      {
        name: 'decision to wire with the encrypted durable intent, p99',
        ...whole,
        of: 'wire',
        share: 0.99,
        valueMaxUs: 5_000,
      },
      { name: 'submit to wire, nothing recorded, median', ...bare, of: 'wire', share: 0.5 },
      {
        name: 'submit to acknowledgement, nothing recorded, median',
        ...bare,
        of: 'acknowledged',
        share: 0.5,
      },
      {
        name: 'append (kill-safe), submit to wire, median',
        ...appended,
        of: 'wire',
        share: 0.5,
        ratioMax: 2,
      },
      {
        name: 'append and sync (power-safe), submit to wire, median',
        ...synced,
        of: 'wire',
        share: 0.5,
        ratioMax: 1.3,
      },
      {
        name: 'append and sync (power-safe), submit to wire, p99',
        ...synced,
        of: 'wire',
        share: 0.99,
        valueMaxUs: 5_000,
      },
      {
        name: 'append and sync, submit to acknowledgement, median',
        ...synced,
        of: 'acknowledged',
        share: 0.5,
        ratioMax: 1.3,
      },
      {
        name: 'a signed request through ccxt to wire, median',
        ours: 'ccxt',
        yardstick: 'hand',
        of: 'wire',
        share: 0.5,
      },
    ];
    return wishes.map((wish) => rowOf(rounds, wish));
  } finally {
    unwatch();
    hand.close();
    gateway.close();
    ccxt.close();
    engine.close();
    child.kill();
    closeSync(file);
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.main) {
  if (process.argv[2] === 'serve') serve();
  else for (const row of await run()) process.stdout.write(`${JSON.stringify(row)}\n`);
}
