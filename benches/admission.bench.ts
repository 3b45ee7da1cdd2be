/**
 * Admission with 20 open positions and every rule on, and the whole way from a trade's bytes to a decision
 * against a lean form of the same chain, interleaved in one process with ticks a millisecond apart. The lean
 * yardstick scans the same payload for its price, moves five pairs of averages and asks plain number checks;
 * ours runs the shipped frame reader, market view and admission.
 * Run alone: node benches/admission.bench.ts
 */
import { createHash } from 'node:crypto';
import { clientOrderIdOf, createIds } from '../src/core/ids.ts';
import { notional, price, quantity, toNumber, type Price } from '../src/core/money.ts';
import type { Gateway } from '../src/core/ports/gateway.ts';
import type { Rules } from '../src/core/rules.ts';
import { createSeededRandom } from '../src/core/seeded-random.ts';
import type { EntryRequest } from '../src/core/stages.ts';
import type { SymbolRules } from '../src/core/symbols.ts';
import { createMemoryDisk, createMemoryEventLog } from '../src/data/event-log/memory-event-log.ts';
import { createEntries, type Entries } from '../src/engine/entries.ts';
import { createEventBus } from '../src/engine/event-bus/event-bus.ts';
import { createExecutor } from '../src/engine/executor/service.ts';
import { createKernel, type Kernel } from '../src/engine/kernel.ts';
import { createAccountKeeper, type AccountKeeper } from '../src/engine/portfolio/service.ts';
import { createRiskWatch, type RiskWatch } from '../src/engine/risk-watch.ts';
import { createGrantHolder } from '../src/engine/state-machine/grants.ts';
import { createTrustedTimers, type TrustedTimers } from '../src/engine/trusted-timers.ts';
import { unlockTier } from '../src/engine/unlock.ts';
import { createFrameScanner } from '../src/exchange/parse/frame-scanner.ts';
import { createMarketView } from '../src/market/market-view.ts';
import { createSystemTimers } from '../src/wiring/system-ports.ts';
import { symbolRules } from '../tests/builders/engine-gateway.ts';
import type { BenchRow } from './bench-row.ts';
import { shippedRules } from './bench-store.ts';

const POSITIONS = 20;
const BETWEEN_ENTRIES_MS = 10 * 60_000;
const TICKS = 3_000;
const WARM_TICKS = 600;
const ADMISSIONS = 40_000;
const STRATEGIES = 5;
const FRAMES = 512;

const nowNs = (): number => Number(process.hrtime.bigint());
const symbolAt = (index: number): string => `C${String(index).padStart(2, '0')}USDT`;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The shipped rules; room for one more position, and no rate that a bench would meet. */
function benchRules(): Rules {
  const shipped = shippedRules();
  const { tierGates, trading } = shipped;
  const ARCHITECT = { ...tierGates.tiers.ARCHITECT, openPositionsMax: POSITIONS + 1 };
  return {
    ...shipped,
    tierGates: { ...tierGates, tiers: { ...tierGates.tiers, ARCHITECT } },
    trading: { ...trading, risk: { ...trading.risk, entriesPerMinuteMax: 60 } },
  };
}

const silent: Gateway = {
  start: () => undefined,
  submit: () => undefined,
  submitList: () => undefined,
  cancel: () => undefined,
  lookUp: () => undefined,
  readAccount: () => undefined,
  stop: () => undefined,
};

type Bench = {
  readonly kernel: Kernel;
  readonly keeper: AccountKeeper;
  readonly watch: RiskWatch;
  readonly entries: Entries;
  readonly request: EntryRequest;
  readonly touch: (index: number, bid: Price) => void;
};

async function assemble(): Promise<Bench> {
  const timers = createTrustedTimers(createSystemTimers());
  timers.measured(0);
  const random = createSeededRandom(5);
  const kernel = createKernel({
    log: createMemoryEventLog({ disk: createMemoryDisk() }),
    bus: createEventBus(),
    timers,
    ids: createIds(() => timers.now(), random),
    hash: (text) => createHash('sha256').update(text).digest('hex'),
    gateway: silent,
    view: createMarketView(),
    rules: benchRules(),
  });
  const symbols = Array.from({ length: POSITIONS + 1 }, (_, index) =>
    symbolRules({ symbol: symbolAt(index), baseAsset: `C${String(index).padStart(2, '0')}` }),
  );
  kernel.setSymbols(symbols);
  kernel.view.setRules(symbols);
  const executor = createExecutor(kernel);
  const live = createAccountKeeper({ kernel, executor, watchedSymbols: [], isListening: () => true });
  const keeper: AccountKeeper = { ...live, reconciledAgoMs: () => 1_000 };
  const watch = createRiskWatch(kernel, keeper);
  const touch = (index: number, bid: Price): void => {
    const symbol = symbolAt(index);
    const size = quantity('10');
    const receivedAt = timers.monotonic();
    kernel.view.apply({
      kind: 'book',
      symbol,
      bids: [{ price: bid, quantity: size }],
      asks: [{ price: (bid + 1_000_000n) as Price, quantity: size }],
      updateId: 1,
      receivedAt,
    });
    keeper.onMarket();
    watch.onBook(symbol);
  };
  openAccount(kernel, timers, symbols);
  for (let index = 0; index <= POSITIONS; index += 1) {
    touch(index, price('1000'));
    kernel.view.apply({
      kind: 'trade',
      symbol: symbolAt(index),
      tradeId: 1,
      price: price('1000'),
      quantity: quantity('1'),
      buyerIsMaker: false,
      exchangeTime: timers.now(),
      receivedAt: timers.monotonic(),
    });
    let close = 1_000;
    for (let slot = 1; slot <= 100; slot += 1) {
      close *= 1 + (random.next() - 0.5) / 100;
      watch.book.sample(symbolAt(index), slot * 1_800_000, close);
    }
  }
  const entries = createEntries({
    kernel,
    executor,
    keeper,
    watch,
    grants: createGrantHolder('ARCHITECT'),
    tools: await toolsOf(),
    clockOffsetMs: () => 3,
    settleTier: () => undefined,
    isTraded: () => true,
  });
  const request: EntryRequest = {
    commandId: kernel.ids.next(),
    actor: 'strategy',
    strategy: 'sma_cross',
    symbol: symbolAt(POSITIONS),
    side: 'BUY',
    type: 'MARKET',
    timeInForce: null,
    price: null,
    triggerPrice: null,
    method: 'whole',
    amount: { unit: 'quote', amount: notional('500') },
  };
  return { kernel, keeper, watch, entries, request, touch };
}

async function toolsOf(): Promise<() => Awaited<ReturnType<typeof unlockTier>>> {
  const tools = await unlockTier('ARCHITECT');
  return () => tools;
}

/** $100,000, 20 positions of $2,000 bought at 1,000 over the last hours, each with its stop resting. */
function openAccount(kernel: Kernel, timers: TrustedTimers, symbols: readonly SymbolRules[]): void {
  kernel.commit([
    { kind: 'account.opened', accountId: 'a', mode: 'backtest', quoteAsset: 'USDT', tier: 'ARCHITECT' },
    {
      kind: 'balance.adopted',
      asset: 'USDT',
      delta: 10_000_000_000_000n as never,
      total: 10_000_000_000_000n as never,
      reason: 'first look at the account',
    },
    { kind: 'trading.stateChanged', from: 'STARTING', to: 'READY', reason: '', untilMs: null },
    { kind: 'day.started', day: 1, equity: notional('100000') },
  ]);
  for (const [index, { symbol, baseAsset }] of symbols.slice(0, POSITIONS).entries()) {
    timers.measured((index - POSITIONS) * BETWEEN_ENTRIES_MS);
    const positionId = kernel.ids.next();
    const entry = kernel.ids.next();
    const stop = kernel.ids.next();
    const shared = {
      positionId,
      commandId: '',
      actor: 'trader',
      strategy: null,
      symbol,
      timeInForce: null,
      quoteQuantity: null,
      price: null,
      referencePrice: price('1000'),
      intentHash: '',
      figures: {},
      quantity: quantity('2'),
      listClientOrderId: null,
    } as const;
    kernel.commit([
      { kind: 'symbol.noticed', symbol, baseAsset, quoteAsset: 'USDT' },
      {
        ...shared,
        kind: 'order.intended',
        orderId: entry,
        clientOrderId: clientOrderIdOf(entry),
        purpose: 'entry',
        side: 'BUY',
        type: 'MARKET',
        stopPrice: null,
        reserved: notional('2000'),
      },
      {
        kind: 'position.opened',
        positionId,
        symbol,
        baseAsset,
        quoteAsset: 'USDT',
        entryPrice: price('1000'),
        stopPrice: price('980'),
        marketState: 'NORMAL',
      },
      {
        kind: 'order.filled',
        orderId: entry,
        positionId,
        symbol,
        side: 'BUY',
        tradeId: 1,
        price: price('1000'),
        quantity: quantity('2'),
        fee: notional('2') as bigint as never,
        feeAsset: 'USDT',
        feeQuote: notional('2'),
        isMaker: false,
        exchangeTime: 0,
      },
      { kind: 'order.ended', orderId: entry, status: 'FILLED', executedQuantity: quantity('2'), reason: '' },
      {
        ...shared,
        kind: 'order.intended',
        orderId: stop,
        clientOrderId: clientOrderIdOf(stop),
        purpose: 'stop',
        side: 'SELL',
        type: 'STOP_LOSS',
        stopPrice: price('980'),
        reserved: notional('0'),
      },
      {
        kind: 'order.accepted',
        orderId: stop,
        exchangeOrderId: index + 1,
        exchangeTime: 0,
        sentLatencyMs: null,
      },
    ]);
  }
  timers.measured(0);
}

/** One admission after each book change, as a strategy would ask: nanoseconds each. */
function admissions({ entries, request, touch }: Bench): readonly number[] {
  const samples: number[] = [];
  for (let count = 0; count < ADMISSIONS; count += 1) {
    touch(count % (POSITIONS + 1), (price('1000') + BigInt(count % 7) * 1_000_000n) as Price);
    const began = nowNs();
    const answer = entries.admit(request);
    samples.push(nowNs() - began);
    if (!answer.ok) throw new Error(`refused: ${answer.error.refusal.code}`);
  }
  return samples.slice(ADMISSIONS / 10);
}

type Averages = { readonly fast: Float64Array; readonly slow: Float64Array; readonly above: Uint8Array };

const freshAverages = (): Averages => ({
  fast: new Float64Array(STRATEGIES),
  slow: new Float64Array(STRATEGIES),
  above: new Uint8Array(STRATEGIES),
});

/** Moves every pair of averages; calls back for each that has crossed. */
function cross(averages: Averages, at: number, crossed: (index: number, up: boolean) => void): void {
  const { fast, slow, above } = averages;
  for (let index = 0; index < STRATEGIES; index += 1) {
    const quick = (fast[index] ?? 0) || at;
    const steady = (slow[index] ?? 0) || at;
    fast[index] = quick + (at - quick) * (0.2 + 0.05 * index);
    slow[index] = steady + (at - steady) * (0.05 + 0.01 * index);
    const up = (fast[index] ?? 0) > (slow[index] ?? 0) ? 1 : 0;
    if (up === above[index]) continue;
    above[index] = up;
    crossed(index, up === 1);
  }
}

interface Chain {
  onFrame(frame: Frame): boolean;
}

/** One frame inside what a connection has read: the program reads into one buffer, again and again. */
type Frame = { readonly bytes: Uint8Array; readonly start: number; readonly end: number };

/** What the bare reader makes of a trade: numbers only, overwritten by the next. */
const bare = { at: 0, eventTime: 0, id: 0, price: 0, quantity: 0, tradeTime: 0, isMaker: false };

/** The least that does the same work (yardstick 14 of performance.md): six fields, averages, plain number checks. */
function leanChain(): Chain {
  const averages = freshAverages();
  const decision = { strategy: 0, isBuy: false, price: 0, quantity: 0, tilt: 0, isAllowed: false };
  const rules = { tier: 2, lossToday: 0 };
  let exposure = 0;
  let tilt = 0.1;
  const decide = (index: number, up: boolean): void => {
    tilt += 0.02 * ((up ? 0.1 : 0.3) - tilt);
    const value = bare.price * 1e-8 * 0.015;
    const after = exposure + (up ? value : -value);
    decision.strategy = index;
    decision.isBuy = up;
    decision.price = bare.price;
    decision.quantity = 1_500_000;
    decision.tilt = tilt;
    decision.isAllowed =
      value > 5 &&
      value < 25_000 &&
      Math.abs(after) < 1e6 &&
      rules.lossToday < 200_000 &&
      tilt < 0.7 &&
      rules.tier >= 1 &&
      decision.quantity >= 1_000 &&
      decision.price > 1e6;
    if (decision.isAllowed) exposure = after;
  };
  return {
    onFrame({ bytes, start }): boolean {
      if (!readsBare(bytes, start)) throw new Error('a trade frame is read');
      let decided = false;
      cross(averages, bare.price, (index, up) => {
        decide(index, up);
        decided = true;
      });
      return decided;
    },
  };
}

const QUOTE = 34;
const POINT = 46;
const ZERO = 48;
const NINE = 57;
const codeOf = (letter: string): number => letter.charCodeAt(0);

/** Reads `E`, `t`, `p`, `q`, `T` and `m` of a trade's payload, trusting its shape. */
function readsBare(bytes: Uint8Array, start: number): boolean {
  bare.at = start;
  if (!seeks(bytes, codeOf('E'), start + 60)) return false;
  bare.eventTime = bareInteger(bytes);
  if (!seeks(bytes, codeOf('t'), start + 110)) return false;
  bare.id = bareInteger(bytes);
  if (bytes[bare.at + 2] !== codeOf('p')) return false;
  bare.at += 5;
  bare.price = bareAmount(bytes);
  if (bytes[bare.at + 2] !== codeOf('q')) return false;
  bare.at += 5;
  bare.quantity = bareAmount(bytes);
  if (bytes[bare.at + 2] !== codeOf('T')) return false;
  bare.at += 5;
  bare.tradeTime = bareInteger(bytes);
  if (bytes[bare.at + 2] !== codeOf('m')) return false;
  bare.isMaker = bytes[bare.at + 5] === codeOf('t');
  return true;
}

/** Goes behind the next `"k":`. */
function seeks(bytes: Uint8Array, key: number, limit: number): boolean {
  let at = bare.at;
  while (bytes[at] !== key || bytes[at + 1] !== QUOTE || bytes[at - 1] !== QUOTE) {
    at += 1;
    if (at > limit) return false;
  }
  bare.at = at + 3;
  return true;
}

function bareInteger(bytes: Uint8Array): number {
  let value = 0;
  let code = bytes[bare.at] ?? 0;
  while (code >= ZERO && code <= NINE) {
    value = value * 10 + (code - ZERO);
    bare.at += 1;
    code = bytes[bare.at] ?? 0;
  }
  return value;
}

/** In 10⁻⁸. */
function bareAmount(bytes: Uint8Array): number {
  let at = bare.at + 1;
  let whole = 0;
  let rest = 0;
  let places = 0;
  let code = bytes[at] ?? 0;
  while (code >= ZERO && code <= NINE) {
    whole = (whole * 10 + (code - ZERO)) | 0;
    at += 1;
    code = bytes[at] ?? 0;
  }
  if (code === POINT) {
    at += 1;
    code = bytes[at] ?? 0;
    while (code >= ZERO && code <= NINE) {
      rest = (rest * 10 + (code - ZERO)) | 0;
      places += 1;
      at += 1;
      code = bytes[at] ?? 0;
    }
  }
  bare.at = at + 1;
  for (; places < 8; places += 1) rest *= 10;
  return whole * 1e8 + rest;
}

/** The shipped chain as the pipeline runs it for a trade: reader, view, and admission for each average that has crossed. */
function ourChain({ kernel, entries, request }: Bench): Chain {
  const averages = freshAverages();
  const stream = `${request.symbol.toLowerCase()}@trade`;
  const scanner = createFrameScanner(new Map([[request.symbol.toLowerCase(), request.symbol]]), [stream]);
  return {
    onFrame({ bytes, start, end }): boolean {
      const update = scanner.scan(bytes, start, end, kernel.timers.monotonic());
      if (update === null || !('kind' in update) || update.kind !== 'trade')
        throw new Error('a trade frame is read');
      kernel.view.apply(update);
      let decided = false;
      cross(averages, toNumber(update.price), () => {
        decided = true;
        entries.admit(request);
      });
      return decided;
    },
  };
}

/** Trades of a market that walks by at most half a hundredth of a percent each, as yardstick 14 draws them. */
function frames(head: string): readonly Frame[] {
  const random = createSeededRandom(7);
  let walked = 1_000;
  const texts = Array.from({ length: FRAMES }, (_, index) => {
    walked *= 1 + (random.next() - 0.5) * 1e-4;
    const time = 1_767_225_600_000 + index * 7;
    const size = (random.next() * 0.3).toFixed(5);
    const payload = `{"e":"trade","E":${time},"s":"${symbolAt(POSITIONS)}","t":${10_000_000_001 + index},"p":"${walked.toFixed(2)}000000","q":"${size}000","T":${time - 2},"m":${random.next() < 0.5},"M":true}`;
    return head === '' ? payload : `${head}${payload}}`;
  });
  const bytes = bytesOf(texts.join(''));
  let end = 0;
  return texts.map((text) => {
    const start = end;
    end += text.length;
    return { bytes, start, end };
  });
}

function at(list: readonly Frame[], count: number): Frame {
  const frame = list[count % FRAMES];
  if (frame === undefined) throw new Error('there are as many frames as were made');
  return frame;
}

type Latencies = { readonly decided: number[]; readonly all: number[] };

/** Both chains on the same ticks, a millisecond apart, one after the other in turn. */
async function ticks(bench: Bench): Promise<{ readonly lean: Latencies; readonly ours: Latencies }> {
  const symbol = symbolAt(POSITIONS).toLowerCase();
  const plain = frames('');
  const enveloped = frames(`{"stream":"${symbol}@trade","data":`);
  const chains = { lean: leanChain(), ours: ourChain(bench) };
  const samples = { lean: { decided: [], all: [] }, ours: { decided: [], all: [] } } as {
    readonly lean: Latencies;
    readonly ours: Latencies;
  };
  // Hot first, so that both are compiled before they are asked coldly.
  for (let count = 0; count < 20_000; count += 1) {
    bench.touch(POSITIONS, price('1000'));
    chains.lean.onFrame(at(plain, count));
    chains.ours.onFrame(at(enveloped, count));
  }
  for (let count = 0; count < TICKS; count += 1) {
    bench.touch(POSITIONS, price('1000'));
    for (const name of count % 2 === 0 ? (['lean', 'ours'] as const) : (['ours', 'lean'] as const)) {
      const frame = at(name === 'lean' ? plain : enveloped, count);
      await new Promise((resolve) => setTimeout(resolve, 1));
      const began = nowNs();
      const decided = chains[name].onFrame(frame);
      const took = nowNs() - began;
      if (count < WARM_TICKS) continue;
      samples[name].all.push(took);
      if (decided) samples[name].decided.push(took);
    }
  }
  return samples;
}

function within(name: string, ns: number, budgetUs: number): BenchRow {
  const value = ns / 1_000;
  return {
    name,
    value: Math.round(value * 100) / 100,
    unit: 'µs',
    yardstick: budgetUs,
    ratio: value / budgetUs,
    budget: `under ${budgetUs} µs`,
    within: value < budgetUs,
  };
}

function against(name: string, ours: readonly number[], lean: readonly number[], share: number): BenchRow {
  const value = percentile(ours, share) / 1_000;
  const yardstick = percentile(lean, share) / 1_000;
  return {
    name,
    value: Math.round(value * 100) / 100,
    unit: 'µs',
    yardstick: Math.round(yardstick * 100) / 100,
    ratio: value / yardstick,
    budget: 'at most 3 times the lean form',
    within: value <= 3 * yardstick,
  };
}

export async function run(): Promise<BenchRow[]> {
  const bench = await assemble();
  const samples = admissions(bench);
  const { lean, ours } = await ticks(bench);
  return [
    within('admission, 20 positions, all rules: median', percentile(samples, 0.5), 5),
    within('admission, 20 positions, all rules: p99', percentile(samples, 0.99), 25),
    against('trade frame to decision, ticks 1 ms apart: median', ours.all, lean.all, 0.5),
    against('trade frame to decision, ticks 1 ms apart: p99', ours.all, lean.all, 0.99),
    against('trade frame to decision, ticks that decide: median', ours.decided, lean.decided, 0.5),
  ];
}

if (import.meta.main) for (const row of await run()) process.stdout.write(`${JSON.stringify(row)}\n`);
