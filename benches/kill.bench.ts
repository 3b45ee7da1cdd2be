/**
 * The kill switch under load (reliability.md: effective within 100 ms, 99 of 100 times): from the instant at
 * which `halt` reaches the process to its return, durable in the encrypted store, after which no entry leaves.
 * Meanwhile 5,000 market updates a second come in, as messages of a socket would. Every halt is followed by an
 * entry that must be refused. Yardstick: a raw append with fdatasync, asked for at the same instants.
 * Run alone: node scripts/bench.ts kill
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandOrigin } from '../src/core/commands.ts';
import { createIds } from '../src/core/ids.ts';
import { notional, type AssetAmount, type Price, type Quantity } from '../src/core/money.ts';
import type { Gateway, GatewayListener } from '../src/core/ports/gateway.ts';
import { createMemoryJournalStore } from '../src/core/ports/journal-store.ts';
import { createMemoryLockLedger } from '../src/core/ports/lock-ledger.ts';
import { rulesOfSpec } from '../src/backtest/symbol-rules.ts';
import { createEngine, type Engine } from '../src/engine/engine.ts';
import { toolboxFrom, unlockShelf } from '../src/engine/unlock.ts';
import { listedSpec } from '../src/simulator/markets/symbols.ts';
import { createSystemRandom, createSystemTimers, sha256Hex } from '../src/wiring/system-ports.ts';
import type { BenchRow } from './bench-row.ts';
import { openBenchStore, shippedRules } from './bench-store.ts';

const HALTS = 200;
const UPDATES_PER_MS = 5;
const SYMBOL = 'BTCUSDT';
const BUDGET_MS = 100;
const trader: CommandOrigin = { actor: 'trader', text: 'halt', behaviour: null };

type Load = { readonly stop: () => void };

function startLoad(listener: GatewayListener): Load {
  let updates = 0;
  const price = (): Price => BigInt(50_000_00000000 + (updates % 100) * 1_000_000) as Price;
  const timer = setInterval(() => {
    for (let each = 0; each < UPDATES_PER_MS; each += 1) {
      updates += 1;
      const quantity = 100_000_000n as Quantity;
      const receivedAt = performance.now();
      const bids = [{ price: price(), quantity }];
      const asks = [{ price: (price() + 1_000_000n) as Price, quantity }];
      listener({
        kind: 'market',
        update: { kind: 'book', symbol: SYMBOL, bids, asks, updateId: updates, receivedAt },
      });
    }
  }, 1);
  return { stop: () => clearInterval(timer) };
}

/** An exchange that has the account as it is and takes no orders. */
function stillGateway(listener: GatewayListener, submitted: { count: number }): Gateway {
  const spec = listedSpec(SYMBOL);
  if (spec === null) throw new Error('the pair is listed');
  return {
    start(): void {
      listener({ kind: 'symbols', symbols: [rulesOfSpec(spec)] });
      listener({ kind: 'clock', offsetMs: 0, roundTripMs: 1 });
      listener({ kind: 'streams', health: { market: 'connected', user: 'connected' } });
    },
    submit: () => void (submitted.count += 1),
    submitList: () => undefined,
    cancel: () => undefined,
    lookUp: () => undefined,
    readAccount: (requestId) =>
      queueMicrotask(() =>
        listener({
          kind: 'account',
          requestId,
          balances: [{ asset: 'USDT', free: 50_000_000_000n as AssetAmount, locked: 0n as AssetAmount }],
          openOrders: [],
          trades: [],
          tradeCursor: {},
          exchangeTime: Date.now(),
        }),
      ),
    stop: () => undefined,
  };
}

const pause = async (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'genesis-kill-'));
  const store = openBenchStore(folder);
  const rules = shippedRules();
  const timers = createSystemTimers();
  const random = createSystemRandom();
  const submitted = { count: 0 };
  let hear: GatewayListener = () => undefined;
  const engine: Engine = createEngine({
    log: store,
    timers,
    ids: createIds(() => timers.now(), random),
    hash: sha256Hex,
    gateway: (listener) => {
      hear = listener;
      return stillGateway(listener, submitted);
    },
    rules: rules,
    mode: 'paper',
    quoteAsset: 'USDT',
    symbols: [SYMBOL],
    tools: toolboxFrom(await unlockShelf(), 'SNIPER'),
    strategies: { names: [], onCandle: () => [] },
    version: 'bench',
    codeHash: '',
    provesHistory: false,
    lostHistory: null,
    requestedHalt: null,
    journals: createMemoryJournalStore(),
    locks: createMemoryLockLedger(),
    onFatal: (error) => {
      throw error;
    },
  });
  engine.start();
  const load = startLoad(hear);
  const raw = openSync(join(folder, 'raw'), 'a');
  const times: number[] = [];
  const yardstick: number[] = [];
  for (let count = 0; count < HALTS; count += 1) {
    // Asked for between two turns of the loop, whatever those are busy with.
    const wait = 5 + Math.floor(random.next() * 20);
    const due = performance.now() + wait;
    await pause(wait);
    engine.command({ kind: 'halt', reason: 'bench' }, trader);
    times.push(performance.now() - due);
    const before = submitted.count;
    engine.command(
      { kind: 'buy', symbol: SYMBOL, amount: { unit: 'quote', amount: notional('25') } },
      trader,
    );
    if (submitted.count !== before) throw new Error('an entry left after the kill was accepted');
    const rawDue = performance.now() + wait;
    await pause(wait);
    writeSync(raw, `${'x'.repeat(600)}\n`);
    fdatasyncSync(raw);
    yardstick.push(performance.now() - rawDue);
    engine.command({ kind: 'resume', phrase: 'I have checked the account' }, trader);
  }
  load.stop();
  engine.stop('over');
  closeSync(raw);
  store.close();
  rmSync(folder, { recursive: true });
  const at = (sorted: readonly number[], share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const ours = times.toSorted((left, right) => left - right);
  const bare = yardstick.toSorted((left, right) => left - right);
  return [0.5, 0.99].map((share) => ({
    name: `kill: halt asked → durable, 5,000 updates/s, p${share * 100}`,
    value: at(ours, share),
    unit: 'ms',
    yardstick: at(bare, share),
    ratio: at(ours, share) / at(bare, share),
    budget: `at most ${BUDGET_MS} ms`,
    within: at(ours, share) <= BUDGET_MS,
  }));
}
