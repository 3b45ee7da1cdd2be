/**
 * The matching core against a bare loop, in one process and interleaved: the same stream of commands
 * (55 % limit near the touch, 35 % cancel, 10 % market) through the order book with both sides' fees,
 * accounts and queue places, and through the least code that matches at all. The two must agree on
 * every fill. Also: one refresh of 40 levels by `setLiquidity`, and a whole order through the venue.
 * Run alone: node benches/matching.bench.ts
 */
import {
  assetAmount,
  price,
  quantity,
  ZERO_NOTIONAL,
  ZERO_QUANTITY,
  type Quantity,
} from '../src/core/money.ts';
import { FeeSchedule } from '../src/simulator/matching/commission.ts';
import { NOBODY, OrderBook, type BookSide } from '../src/simulator/matching/order-book.ts';
import { makeScale } from '../src/simulator/matching/scale.ts';
import type { BookLevel, PlaceOrder, SymbolSpec } from '../src/simulator/matching/venue-api.ts';
import { createVenue } from '../src/simulator/matching/venue.ts';
import { symbolSpec } from '../tests/builders/venue.ts';
import type { BenchRow } from './bench-row.ts';

const COMMANDS = 200_000;
const ROUNDS = 9;
const ACCOUNTS = 16;
const MIDDLE = 5_000;
const TOP = 10_000;
const LIMIT = 0;
const CANCEL = 1;
const MARKET = 2;

type Stream = {
  readonly kind: Uint8Array;
  readonly side: Uint8Array;
  readonly tick: Int32Array;
  readonly lots: Int32Array;
  readonly target: Int32Array;
};

function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function makeStream(seed: number): Stream {
  const random = randomFrom(seed);
  const stream: Stream = {
    kind: new Uint8Array(COMMANDS),
    side: new Uint8Array(COMMANDS),
    tick: new Int32Array(COMMANDS),
    lots: new Int32Array(COMMANDS),
    target: new Int32Array(COMMANDS),
  };
  for (let at = 0; at < COMMANDS; at += 1) {
    const chance = random();
    stream.kind[at] = chance < 0.55 || at < 500 ? LIMIT : chance < 0.9 ? CANCEL : MARKET;
    const side = random() < 0.5 ? 0 : 1;
    stream.side[at] = side;
    const away = Math.floor(random() * 50);
    stream.tick[at] = MIDDLE + (side === 0 ? -away : away) + Math.floor((random() - 0.5) * 6);
    stream.lots[at] = 1 + Math.floor(random() * 20);
    stream.target[at] = Math.floor(random() * at);
  }
  return stream;
}

type Outcome = { readonly fills: number; readonly volume: number };

/** The yardstick: a fixed grid of prices, first in first out, nothing else. */
function bare({ kind, side, tick, lots, target }: Stream): Outcome {
  const heads = [new Int32Array(TOP).fill(-1), new Int32Array(TOP).fill(-1)] as const;
  const tails = [new Int32Array(TOP).fill(-1), new Int32Array(TOP).fill(-1)] as const;
  const after = new Int32Array(COMMANDS);
  const before = new Int32Array(COMMANDS);
  const left = new Int32Array(COMMANDS);
  let bid = -1;
  let ask = TOP;
  let fills = 0;
  let volume = 0;
  const take = (takerSide: number, limit: number, wanted: number): number => {
    const buys = takerSide === 0;
    const head = buys ? heads[1] : heads[0];
    const tail = buys ? tails[1] : tails[0];
    let open = wanted;
    while (open > 0 && (buys ? ask <= limit && ask < TOP : bid >= limit && bid >= 0)) {
      const level = buys ? ask : bid;
      let order = head[level]!;
      while (order >= 0 && open > 0) {
        const size = Math.min(open, left[order]!);
        open -= size;
        left[order]! -= size;
        fills += 1;
        volume += size;
        if (left[order] === 0) order = after[order]!;
      }
      head[level] = order;
      if (order >= 0) before[order] = -1;
      else {
        tail[level] = -1;
        if (buys) while (ask < TOP && head[ask]! < 0) ask += 1;
        else while (bid >= 0 && head[bid]! < 0) bid -= 1;
      }
    }
    return open;
  };
  for (let at = 0; at < COMMANDS; at += 1) {
    const ours = side[at]!;
    if (kind[at] === MARKET) {
      take(ours, ours === 0 ? TOP : -1, lots[at]!);
    } else if (kind[at] === LIMIT) {
      const level = tick[at]!;
      const open = take(ours, level, lots[at]!);
      if (open === 0) continue;
      left[at] = open;
      const tail = tails[ours === 0 ? 0 : 1];
      const last = tail[level]!;
      before[at] = last;
      after[at] = -1;
      if (last >= 0) after[last] = at;
      else heads[ours === 0 ? 0 : 1][level] = at;
      tail[level] = at;
      if (ours === 0) bid = Math.max(bid, level);
      else ask = Math.min(ask, level);
    } else {
      const order = target[at]!;
      if (left[order] === 0) continue;
      left[order] = 0;
      const mine = side[order] === 0 ? 0 : 1;
      const level = tick[order]!;
      const [previous, next] = [before[order]!, after[order]!];
      if (previous >= 0) after[previous] = next;
      else heads[mine][level] = next;
      if (next >= 0) before[next] = previous;
      else tails[mine][level] = previous;
      if (heads[mine][level]! >= 0) continue;
      if (mine === 0) while (bid >= 0 && heads[0][bid]! < 0) bid -= 1;
      else while (ask < TOP && heads[1][ask]! < 0) ask += 1;
    }
  }
  return { fills, volume };
}

/** Ours, as the venue drives it: fees of both sides per account, places in queues, slots to orders. */
function core({ kind, side, tick, lots, target }: Stream): Outcome & { readonly fees: number } {
  const fees = new FeeSchedule();
  for (let owner = 1; owner <= ACCOUNTS; owner += 1) fees.set(owner, 1_000 - owner * 10, 1_000);
  const book = new OrderBook(makeScale(1_000_000n, 1_000n), fees);
  const { tape } = book;
  const slotOf = new Int32Array(COMMANDS).fill(-1);
  const orderAt = new Int32Array(COMMANDS);
  const paid = new Float64Array(ACCOUNTS + 1);
  const ahead = new Float64Array(COMMANDS);
  let fills = 0;
  let volume = 0;
  const settle = (taker: number): void => {
    for (let row = 0; row < tape.count; row += 1) {
      fills += 1;
      volume += tape.lots[row]!;
      paid[taker]! += tape.takerFee[row]!;
      paid[tape.maker[row]!]! += tape.makerFee[row]!;
      if (tape.emptied[row] === 1) slotOf[orderAt[tape.slot[row]!]!] = -1;
    }
    tape.count = 0;
  };
  for (let at = 0; at < COMMANDS; at += 1) {
    const owner = 1 + (at & (ACCOUNTS - 1));
    if (kind[at] === CANCEL) {
      const slot = slotOf[target[at]!]!;
      if (slot < 0) continue;
      book.remove(slot);
      slotOf[target[at]!] = -1;
      continue;
    }
    const ours: BookSide = side[at] === 0 ? 0 : 1;
    const market = kind[at] === MARKET;
    const limit = market ? (ours === 0 ? Infinity : -Infinity) : tick[at]!;
    const open = book.match(ours, limit, lots[at]!, owner, NOBODY);
    settle(owner);
    if (market || open === 0) continue;
    const slot = book.add(ours, tick[at]!, open, 0, owner);
    slotOf[at] = slot;
    orderAt[slot] = at;
    ahead[at] = book.volume[book.level[slot]!]! - open;
  }
  return { fills, volume, fees: paid.reduce((sum, one) => sum + one, 0) };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

function seconds(work: () => void): number {
  const startedAt = performance.now();
  work();
  return (performance.now() - startedAt) / 1_000;
}

function coreRow(): BenchRow {
  const stream = makeStream(9);
  const [expected, got] = [bare(stream), core(stream)];
  if (expected.fills !== got.fills || expected.volume !== got.volume) {
    throw new Error(
      `the two books disagree: ${expected.fills}/${expected.volume} against ${got.fills}/${got.volume}`,
    );
  }
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS + 2; round += 1) {
    const bareSeconds = seconds(() => bare(stream));
    const coreSeconds = seconds(() => core(stream));
    // Two rounds to warm up.
    if (round < 2) continue;
    theirs.push(bareSeconds);
    ours.push(coreSeconds);
  }
  const ratio = median(ours.map((time, at) => time / theirs[at]!));
  const value = COMMANDS / median(ours);
  return {
    name: 'matching core, orders',
    value,
    unit: 'orders/s',
    yardstick: COMMANDS / median(theirs),
    ratio,
    budget: 'at least 2,000,000 orders/s and at most 4 times the bare loop',
    within: value >= 2_000_000 && ratio <= 4,
  };
}

/** No bound that a bench would meet. */
const spec: SymbolSpec = symbolSpec({
  stepSize: quantity('0.00001'),
  minQuantity: quantity('0.00001'),
  marketMaxQuantity: ZERO_QUANTITY,
  minNotional: ZERO_NOTIONAL,
  maxNotional: ZERO_NOTIONAL,
  maxOrders: 0,
  maxAlgoOrders: 0,
  maxOrderLists: 0,
  maxOrderAmends: 0,
});

function levels(middle: number, side: 1 | -1, random: () => number): BookLevel[] {
  return Array.from({ length: 40 }, (_none, at) => ({
    price: price(((middle + side * (at + 1)) / 100).toFixed(2)),
    quantity: (BigInt(1 + Math.floor(random() * 100_000)) * 1_000n) as Quantity,
  }));
}

function refreshRow(): BenchRow {
  const random = randomFrom(3);
  const venue = createVenue();
  venue.setSymbol(0, spec);
  const pictures = Array.from({ length: 200 }, () => {
    const middle = 6_000_000 + Math.floor((random() - 0.5) * 10);
    return { bids: levels(middle, -1, random), asks: levels(middle, 1, random) };
  });
  const count = 20_000;
  const work = (): number =>
    seconds(() => {
      for (let at = 0; at < count; at += 1) {
        const { bids, asks } = pictures[at % pictures.length]!;
        venue.setLiquidity(at, 'BTCUSDT', bids, asks);
      }
    });
  const sorting = (): number =>
    seconds(() => {
      for (let at = 0; at < count; at += 1) {
        const { bids, asks } = pictures[at % pictures.length]!;
        const book = new Map<bigint, bigint>();
        for (const level of bids) book.set(level.price, level.quantity);
        for (const level of asks) book.set(level.price, level.quantity);
      }
    });
  return timed('setLiquidity, 40 levels a side', 'us', count, work, sorting, 50);
}

function orderRow(): BenchRow {
  const venue = createVenue();
  venue.setSymbol(0, spec);
  venue.openAccount({
    accountId: 1,
    balances: [{ asset: 'USDT', free: assetAmount('1000000') }],
    makerRate: 1_000,
    takerRate: 1_000,
    feesInBnb: false,
    unlimited: false,
  });
  const order: PlaceOrder = {
    accountId: 1,
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    quantity: quantity('0.001'),
    quoteOrderQuantity: null,
    price: price('60000'),
    stopPrice: null,
    trailingDeltaBps: null,
    icebergQuantity: null,
    clientOrderId: '',
    selfTradeMode: null,
    strategyId: null,
    strategyType: null,
  };
  const count = 20_000;
  let next = 0;
  const work = (): number =>
    seconds(() => {
      for (let at = 0; at < count; at += 1) {
        next += 1;
        const placed = venue.place(next, { ...order, clientOrderId: `c${next}` });
        if (!placed.ok) throw new Error(placed.error.message);
        venue.cancel(next, {
          accountId: 1,
          symbol: 'BTCUSDT',
          order: { orderId: placed.value.order.orderId },
          requestClientOrderId: 'x',
          restriction: null,
        });
        venue.drain();
      }
    });
  const map = new Map<number, PlaceOrder>();
  const keeping = (): number =>
    seconds(() => {
      for (let at = 0; at < count; at += 1) {
        map.set(at, { ...order, clientOrderId: `c${at}` });
        map.delete(at);
      }
    });
  return timed('venue, place and cancel with events', 'us', count, work, keeping, 50);
}

function timed(
  name: string,
  unit: string,
  count: number,
  work: () => number,
  yard: () => number,
  most: number,
): BenchRow {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS + 1; round += 1) {
    const yardSeconds = yard();
    const runSeconds = work();
    if (round === 0) continue;
    theirs.push(yardSeconds);
    ours.push(runSeconds);
  }
  const value = (median(ours) / count) * 1e6;
  return {
    name,
    value,
    unit,
    yardstick: (median(theirs) / count) * 1e6,
    ratio: median(ours.map((time, at) => time / theirs[at]!)),
    budget: `at most ${most} us`,
    within: value <= most,
  };
}

export async function run(): Promise<BenchRow[]> {
  return [coreRow(), refreshRow(), orderRow()];
}

if (import.meta.main) {
  for (const row of await run()) process.stdout.write(`${JSON.stringify(row)}\n`);
}
