/** What survives a restart: a snapshot and the inputs since give back exactly the same exchange. */
import { createSeededRandom } from '../../core/seeded-random.ts';
import { createVirtualTimers } from '../../core/virtual-timers.ts';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { assetAmount } from '../../core/money.ts';
import { createSyntheticMarket } from '../markets/synthetic.ts';
import { createVenue } from '../matching/venue.ts';
import {
  countingRandom,
  harness,
  layBook,
  START,
  symbolSpec,
} from '../../../tests/builders/exchange-harness.ts';
import { createExchange, type Exchange } from './exchange.ts';
import { openExchangeStore } from './exchange-store.ts';
import { lockFolder } from './folder-lock.ts';
import type { JournalEntry } from './journal.ts';
import { runExchange, type RunOptions } from './run-exchange.ts';

const specs = [symbolSpec('BTCUSDT', 'BTC', 'USDT'), symbolSpec('ETHUSDT', 'ETH', 'USDT')];

function lively(journal: (entry: JournalEntry) => void, startAt = START) {
  const timers = createVirtualTimers(startAt);
  const exchange = createExchange({
    venue: createVenue(),
    timers,
    random: countingRandom(),
    journal,
    market: createSyntheticMarket({ random: createSeededRandom(3), symbols: specs, historyMinutes: 30 }),
    accounts: [
      {
        accountId: 1,
        balances: [{ asset: 'USDT', free: assetAmount('100000') }],
        makerRate: 1_000,
        takerRate: 1_000,
        feesInBnb: false,
        unlimited: false,
      },
    ],
    keys: [],
  });
  return { exchange, timers };
}

function trade(exchange: Exchange, now: number, step: number): void {
  const price = exchange.venue.bestBid('BTCUSDT')?.price ?? null;
  const common = {
    accountId: 1,
    symbol: 'BTCUSDT',
    quoteOrderQuantity: null,
    stopPrice: null,
    trailingDeltaBps: null,
    icebergQuantity: null,
    selfTradeMode: null,
    strategyId: null,
    strategyType: null,
    clientOrderId: `${step}n`,
  };
  if (step % 2 === 0) {
    exchange.venue.place(now, {
      ...common,
      side: 'BUY',
      type: 'MARKET',
      timeInForce: null,
      price: null,
      quantity: 100_000n as never,
    });
  } else {
    exchange.venue.place(now, {
      ...common,
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      price,
      quantity: 100_000n as never,
    });
  }
  exchange.settle();
}

test('a snapshot and the inputs since it give the same state, to the last digit', () => {
  const entries: JournalEntry[] = [];
  const { exchange, timers } = lively((entry) => entries.push(entry));
  exchange.start();
  timers.advance(5_000);
  trade(exchange, timers.now(), 1);
  const snapshot = JSON.parse(JSON.stringify(exchange.state().snapshot())) as unknown;
  entries.length = 0;
  for (let step = 2; step < 12; step += 1) {
    timers.advance(1_700);
    trade(exchange, timers.now(), step);
  }
  const again = lively(() => undefined);
  again.exchange.state().restore(snapshot);
  for (const entry of entries)
    again.exchange.state().replay(JSON.parse(JSON.stringify(entry)) as JournalEntry);
  expect(again.exchange.state().snapshot()).toEqual(exchange.state().snapshot());
  expect(entries.length).toBeGreaterThan(100);
});

test('an exchange that comes back goes on: its clock does not step back and its market moves', () => {
  const { exchange, timers } = lively(() => undefined);
  exchange.start();
  timers.advance(5_000);
  trade(exchange, timers.now(), 1);
  const again = lively(() => undefined, START + 4_000);
  again.exchange.state().restore(exchange.state().snapshot());
  again.exchange.start();
  const before = again.exchange.venue.lastPrice('BTCUSDT');
  again.timers.advance(20_000);
  expect(again.exchange.venue.lastPrice('BTCUSDT')).not.toBe(before);
  expect(
    again.exchange.venue.openOrders(1, 'BTCUSDT').concat(again.exchange.venue.allOrders(1, 'BTCUSDT', 0, 9))
      .length,
  ).toBeGreaterThan(0);
});

test('the tapes come back too: candles, trades and aggregate trades', () => {
  const first = harness();
  for (let step = 0; step < 5; step += 1) {
    layBook(first.exchange.venue, first.timers.now(), 'BTCUSDT', 100 + step);
    first.exchange.settle();
    first.timers.advance(40_000);
  }
  const second = harness();
  const ask = (at: typeof first) =>
    [
      '/api/v3/klines?symbol=BTCUSDT&interval=1m',
      '/api/v3/trades?symbol=BTCUSDT',
      '/api/v3/aggTrades?symbol=BTCUSDT',
    ].map((url) => {
      const [path = '', query = ''] = url.split('?');
      return at.raw('GET', path, query).json;
    });
  const third = harness({}, first.timers.now());
  const fresh = createExchange({
    venue: createVenue(),
    market: {
      symbols: () => specs,
      history: () => [],
      start: () => undefined,
      advance: () => undefined,
      nextAt: () => null,
      snapshot: () => ({}),
      restore: () => undefined,
    },
    timers: third.timers,
    random: countingRandom(),
    accounts: [],
    keys: [],
  });
  fresh.state().restore(JSON.parse(JSON.stringify(first.exchange.state().snapshot())));
  fresh.start();
  expect(
    ask({
      ...third,
      raw: (method, path, query) => {
        const answer = fresh.request({ method, path, query, headers: {}, body: '', remote: 'x' })!;
        return { ...answer, json: JSON.parse(answer.body) as unknown };
      },
    }),
  ).toEqual(ask(first));
  expect(second.exchange.venue.lastPrice('BTCUSDT')).not.toBeNull();
});

describe('on disk', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'genesis-exchange-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const advance = (now: number): JournalEntry => ({ kind: 'advance', now });

  test('what was appended after the last snapshot is read back; a torn line is dropped', () => {
    const store = openExchangeStore(folder);
    expect(store.load()).toBeNull();
    store.compact({ feed: 'a', symbols: null, seed: 1 }, 5, { some: 'state' });
    store.append(advance(6));
    store.append(advance(7));
    store.close();
    appendFileSync(join(folder, 'journal-1.jsonl'), '{"kind":"adv');
    expect(openExchangeStore(folder).load()).toEqual({
      label: { feed: 'a', symbols: null, seed: 1 },
      at: 5,
      state: { some: 'state' },
      entries: [advance(6), advance(7)],
    });
  });

  test('a snapshot starts a new journal and takes the old one away', () => {
    const store = openExchangeStore(folder);
    store.compact({ feed: 'a', symbols: null, seed: null }, 1, 1);
    store.append(advance(2));
    expect(store.journalBytes).toBeGreaterThan(0);
    store.compact({ feed: 'a', symbols: null, seed: null }, 3, 2);
    expect(store.journalBytes).toBe(0);
    expect(openExchangeStore(folder).load()).toMatchObject({ state: 2, entries: [] });
    expect(existsSync(join(folder, 'journal-1.jsonl'))).toBe(false);
  });

  test('a state of another format is refused, not guessed', () => {
    writeFileSync(join(folder, 'state.json'), '{"format":99}');
    expect(() => openExchangeStore(folder).load()).toThrow('format 99');
  });

  test('a folder belongs to one exchange at a time', async () => {
    const first = await lockFolder(folder);
    expect(first).not.toBeNull();
    expect(await lockFolder(folder)).toBeNull();
    first?.release();
    await expect
      .poll(async () => {
        const next = await lockFolder(folder);
        next?.release();
        return next !== null;
      })
      .toBe(true);
  });

  const options = (over: Partial<RunOptions> = {}): RunOptions => ({
    folder,
    port: 0,
    adminPort: null,
    faults: null,
    speed: 1,
    keyTypes: ['HMAC', 'ED25519'],
    balance: assetAmount('500'),
    market: { feed: 'synthetic', symbols: null, seed: 3 },
    openMarket: async () =>
      createSyntheticMarket({ random: createSeededRandom(3), symbols: specs, historyMinutes: 5 }),
    random: countingRandom(),
    wallNow: () => Date.now(),
    timers: () => realTimers(),
    ...over,
  });

  test('it tells its address in a file for its owner only, refuses a second on the folder, and takes the file away', async () => {
    const first = await runExchange(options());
    if (!first.ok) throw new Error(first.error.code);
    const file = join(folder, 'exchange.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(first.value.address);
    expect(Object.keys(first.value.address)).toEqual([
      'rest',
      'stream',
      'wsApi',
      'tls',
      'accounts',
      'pid',
      'clock',
    ]);
    expect(await runExchange(options())).toEqual({ ok: false, error: { code: 'exchange.running', folder } });
    const reply = await fetch(`${first.value.address.rest}/api/v3/ping`);
    expect(await reply.text()).toBe('{}');
    await first.value.close();
    expect(existsSync(file)).toBe(false);
  });

  test('orders and balances are there after a restart, also on another market', async () => {
    const first = await runExchange(options());
    if (!first.ok) throw new Error(first.error.code);
    trade(first.value.exchange, Date.now(), 1);
    const orders = first.value.exchange.venue
      .allOrders(1, 'BTCUSDT', 0, 10)
      .map((order) => order.clientOrderId);
    expect(orders).toEqual(['1n']);
    await first.value.close();
    const second = await runExchange(options());
    if (!second.ok) throw new Error(second.error.code);
    expect(
      second.value.exchange.venue.allOrders(1, 'BTCUSDT', 0, 10).map((order) => order.clientOrderId),
    ).toEqual(orders);
    expect(second.value.address.accounts).toEqual(first.value.address.accounts);
    await second.value.close();
    const other = await runExchange(
      options({
        market: { feed: 'another', symbols: null, seed: null },
        openMarket: async () =>
          createSyntheticMarket({ random: createSeededRandom(9), symbols: [specs[1]!], historyMinutes: 5 }),
      }),
    );
    if (!other.ok) throw new Error(other.error.code);
    const { venue } = other.value.exchange;
    expect(venue.allOrders(1, 'BTCUSDT', 0, 10)).toHaveLength(1);
    expect(venue.symbols().map(({ symbol, status }) => [symbol, status])).toEqual([
      ['BTCUSDT', 'CANCEL_ONLY'],
      ['ETHUSDT', 'TRADING'],
    ]);
    await other.value.close();
  });

  /** Leaves the folder as a killed process does: its last snapshot, and a journal. */
  async function killedAfter(act: (exchange: Exchange) => void): Promise<void> {
    const running = await runExchange(options());
    if (!running.ok) throw new Error(running.error.code);
    act(running.value.exchange);
    const asKilled = ['state.json', 'journal-1.jsonl'].map(
      (name) => [name, readFileSync(join(folder, name))] as const,
    );
    await running.value.close();
    for (const [name, contents] of asKilled) writeFileSync(join(folder, name), contents);
    rmSync(join(folder, 'journal-2.jsonl'), { force: true });
  }
  const ordersOf = async (over: Partial<RunOptions> = {}): Promise<readonly string[]> => {
    const running = await runExchange(options(over));
    if (!running.ok) throw new Error(running.error.code);
    const orders = running.value.exchange.venue.allOrders(1, 'BTCUSDT', 0, 10);
    await running.value.close();
    return orders.map((order) => order.clientOrderId);
  };

  test('killed and started on another market, it still knows every order it answered', async () => {
    await killedAfter((exchange) => trade(exchange, Date.now(), 1));
    const labels: string[] = [];
    const other = { feed: 'another', symbols: null, seed: null };
    const orders = await ordersOf({
      market: other,
      openMarket: async ({ feed }) => {
        labels.push(feed);
        return createSyntheticMarket({ random: createSeededRandom(3), symbols: specs, historyMinutes: 5 });
      },
    });
    expect(orders).toEqual(['1n']);
    expect(labels).toEqual(['another', 'synthetic']);
  });

  test('an input that brought the process down is left out at the next start', async () => {
    await killedAfter((exchange) => trade(exchange, Date.now(), 1));
    const poison: JournalEntry = {
      kind: 'place',
      arguments: [Date.now(), { accountId: 1, symbol: 'BTCUSDT' }],
    };
    appendFileSync(join(folder, 'journal-1.jsonl'), `${JSON.stringify(poison)}\n`);
    expect(await ordersOf()).toEqual(['1n']);
  });

  test('a state that cannot be read stops the start and is left alone', async () => {
    writeFileSync(join(folder, 'state.json'), '{"format":1,');
    expect(await runExchange(options())).toMatchObject({
      ok: false,
      error: { code: 'exchange.stateUnreadable' },
    });
    expect(readFileSync(join(folder, 'state.json'), 'utf8')).toBe('{"format":1,');
  });

  test('a folder whose exchange is ahead of the clock is refused', async () => {
    const fast = await runExchange(options({ timers: () => realTimers(3_600_000) }));
    if (!fast.ok) throw new Error(fast.error.code);
    await fast.value.close();
    expect(await runExchange(options())).toMatchObject({ ok: false, error: { code: 'exchange.clockAhead' } });
  });
});

/** The machine's clock, ahead by `aheadMs`. */
function realTimers(aheadMs = 0) {
  return {
    now: () => Date.now() + aheadMs,
    monotonic: () => performance.now(),
    after(delayMs: number, task: () => void) {
      const timer = setTimeout(task, delayMs);
      return () => clearTimeout(timer);
    },
  };
}
