/**
 * An engine on the memory log with virtual time and a gateway that is played by hand: valid from the
 * start, one thing changed per test.
 */
import { createHash } from 'node:crypto';
import type { Command, CommandOrigin } from '../../src/core/commands.ts';
import type { CommandReply } from '../../src/core/dashboard.ts';
import type { DomainEvent, EventKind, EventOf } from '../../src/core/events.ts';
import { createIds } from '../../src/core/ids.ts';
import { notional, price, quantity, type Notional, type Price } from '../../src/core/money.ts';
import { createSeededRandom, type SeededRandom } from '../../src/core/seeded-random.ts';
import { createMemoryLockLedger, type LockLedger } from '../../src/core/ports/lock-ledger.ts';
import { createMemoryJournalStore, type JournalStore } from '../../src/core/ports/journal-store.ts';
import type { Rules } from '../../src/core/rules.ts';
import type { SymbolRules } from '../../src/core/symbols.ts';
import type { Tier } from '../../src/core/vocabulary.ts';
import { createVirtualTimers, type VirtualTimers } from '../../src/core/virtual-timers.ts';
import {
  createMemoryDisk,
  createMemoryEventLog,
  type MemoryDisk,
  type MemoryEventLog,
} from '../../src/data/event-log/memory-event-log.ts';
import { createEngine, type Engine } from '../../src/engine/engine.ts';
import { foldLog } from '../../src/engine/kernel.ts';
import type { StrategySignal } from '../../src/engine/pipeline.ts';
import { toolboxFrom, unlockShelf } from '../../src/engine/unlock.ts';
import {
  createScriptedGateway,
  SYMBOL,
  symbolRules,
  type ScriptedExchange,
  type ScriptedGateway,
} from './engine-gateway.ts';
import { earnTier } from '../../src/dst/earned-history.ts';
import { testRules } from './rules.ts';

/** 2026-11-23 14:00 UTC. */
const START_MS: number = Date.UTC(2026, 10, 23, 14, 0, 0);

export type RigOptions = {
  readonly rules?: Rules;
  readonly symbols?: readonly SymbolRules[];
  /** Pairs that are only looked at; their rules are among `symbols`. */
  readonly watched?: readonly string[];
  readonly balance?: Notional;
  /** Shared by engines of one user. */
  readonly locks?: LockLedger;
  readonly provesHistory?: boolean;
  readonly codeHash?: string;
  readonly requestedHalt?: { readonly reason: string };
  /** On a restart: the store is gone, the exchange is not. */
  readonly emptyLog?: boolean;
  readonly verifiedBackup?: Omit<EventOf<'backup.verified'>, 'kind'>;
  readonly lostHistory?: Omit<EventOf<'history.lost'>, 'kind'>;
  /** The tier the account has earned before the engine starts; SNIPER when not given. */
  readonly tier?: Tier;
};

export type Rig = {
  readonly engine: Engine;
  readonly gateway: ScriptedGateway;
  readonly timers: VirtualTimers;
  readonly log: MemoryEventLog;
  readonly fatal: unknown[];
  /** A new best bid and ask (one tick apart) and a trade there. */
  market(bid: string, change?: { readonly ask?: string; readonly symbol?: string }): void;
  /** Moves time in ticks, the market standing still but alive. */
  wait(ms: number): void;
  say(command: Command, origin?: Partial<CommandOrigin>): CommandReply;
  buy(dollars: string): CommandReply;
  /** The strategy wants to enter: its wish comes with a closed candle, as in life. */
  strategyEnters(symbol: string): void;
  events(): readonly DomainEvent[];
  eventsOf<K extends EventKind>(kind: K): readonly EventOf<K>[];
  kinds(): readonly EventKind[];
  /** The process dies here and starts again on the same log and account. */
  restart(change?: Omit<RigOptions, 'balance'>): Rig;
  /** Another engine on a copy of log and account, from this moment on; this one is none the wiser. */
  fork(change?: Omit<RigOptions, 'balance'>): Rig;
};

type World = ScriptedExchange & {
  readonly random: SeededRandom;
  readonly disk: MemoryDisk;
  readonly options: RigOptions;
  readonly journals: JournalStore;
  readonly locks: LockLedger;
};

const shelf = await unlockShelf();
const trader: CommandOrigin = { actor: 'trader', text: 'typed', behaviour: null };

/** An engine with $500 on it that has read its account and sees a live market at 50,000: READY. */
export function readyRig(options: RigOptions = {}): Rig {
  const rig = startedRig(options);
  rig.gateway.connect();
  rig.market('50000');
  rig.wait(500);
  return rig;
}

/** Started, not connected. */
export function startedRig(options: RigOptions = {}): Rig {
  const disk = createMemoryDisk();
  earnTier(createMemoryEventLog({ disk }), options.tier ?? 'SNIPER', START_MS);
  return open({
    timers: createVirtualTimers(START_MS),
    random: createSeededRandom(11),
    disk,
    options,
    balances: new Map([['USDT', options.balance ?? notional('500')]]),
    orders: new Map(),
    trades: [],
    numbers: { order: 1, trade: 1 },
    touch: new Map(),
    journals: createMemoryJournalStore(),
    locks: options.locks ?? createMemoryLockLedger(),
  });
}

function open(world: World): Rig {
  const { timers, options, disk } = world;
  const rules = options.rules ?? testRules();
  const symbols = options.symbols ?? [symbolRules()];
  const watched = options.watched ?? [];
  const log = createMemoryEventLog({ disk });
  const fatal: unknown[] = [];
  const wishes: StrategySignal[] = [];
  let dead = false;
  let gateway: ScriptedGateway | null = null;
  const engine = createEngine({
    log,
    timers: { ...timers, after: (ms, task) => timers.after(ms, () => (dead ? undefined : task())) },
    ids: createIds(() => timers.now(), world.random),
    hash: (text) => createHash('sha256').update(text).digest('hex'),
    gateway: (listener) =>
      (gateway = createScriptedGateway(world, symbols, (report) => (dead ? undefined : listener(report)))),
    rules,
    mode: 'paper',
    quoteAsset: 'USDT',
    symbols: symbols.map(({ symbol }) => symbol).filter((symbol) => !watched.includes(symbol)),
    watched,
    tools: toolboxFrom(shelf, foldLog(log).tier.tier),
    strategies: { names: ['sma_cross'], onCandle: () => wishes.splice(0) },
    version: 'test',
    codeHash: options.codeHash ?? 'code',
    provesHistory: options.provesHistory ?? false,
    lostHistory: options.lostHistory ?? null,
    verifiedBackup: options.verifiedBackup ?? null,
    requestedHalt: options.requestedHalt ?? null,
    onFatal: (error) => fatal.push(error),
    journals: world.journals,
    locks: world.locks,
  });
  const live = gateway as unknown as ScriptedGateway;
  const market: Rig['market'] = (bid, change = {}) => {
    const symbol = change.symbol ?? SYMBOL;
    world.touch.set(symbol, {
      bid: price(bid),
      ask: change.ask === undefined ? ((price(bid) + price('0.01')) as Price) : price(change.ask),
    });
    show(symbol);
  };
  const show = (symbol: string): void => {
    const touch = world.touch.get(symbol);
    if (touch === undefined) return;
    const size = quantity('10');
    live.report({
      kind: 'market',
      update: {
        kind: 'book',
        symbol,
        bids: [{ price: touch.bid, quantity: size }],
        asks: [{ price: touch.ask, quantity: size }],
        updateId: 1,
        receivedAt: timers.monotonic(),
      },
    });
    live.report({
      kind: 'market',
      update: {
        kind: 'trade',
        symbol,
        tradeId: 1,
        price: touch.bid,
        quantity: quantity('0.1'),
        buyerIsMaker: false,
        exchangeTime: timers.now(),
        receivedAt: timers.monotonic(),
      },
    });
  };
  const say: Rig['say'] = (command, origin = {}) => engine.command(command, { ...trader, ...origin });
  engine.start();
  return {
    engine,
    gateway: live,
    timers,
    log,
    fatal,
    market,
    wait(ms): void {
      for (let left = ms; left > 0; left -= 250) {
        timers.advance(Math.min(250, left));
        for (const symbol of world.touch.keys()) show(symbol);
      }
    },
    say,
    buy: (dollars) =>
      say({ kind: 'buy', symbol: SYMBOL, amount: { unit: 'quote', amount: notional(dollars) } }),
    strategyEnters(symbol): void {
      const touch = world.touch.get(symbol)?.bid ?? price('1');
      const closeTime = timers.now();
      wishes.push({ strategy: 'sma_cross', symbol, kind: 'enter', reason: 'crossed' });
      live.report({
        kind: 'market',
        update: {
          kind: 'candle',
          symbol,
          interval: '1m',
          closed: true,
          receivedAt: timers.monotonic(),
          candle: {
            openTime: closeTime - 59_999,
            closeTime,
            open: touch,
            high: touch,
            low: touch,
            close: touch,
            volume: quantity('1'),
            quoteVolume: notional('1'),
            trades: 1,
          },
        },
      });
    },
    events: () => [...log.read(1)].map(({ event }) => event),
    eventsOf: (kind) =>
      [...log.read(1)].map(({ event }) => event).filter((event) => event.kind === kind) as never,
    kinds: () => [...log.read(1)].map(({ event }) => event.kind),
    restart(change = {}): Rig {
      dead = true;
      log.crash();
      const next = change.emptyLog === true ? createMemoryDisk() : disk;
      return open({ ...world, disk: next, options: { ...options, ...change, emptyLog: false } });
    },
    fork: (change = {}) =>
      open({
        ...world,
        timers: createVirtualTimers(timers.now()),
        random: createSeededRandom(12),
        disk: {
          ...disk,
          events: [...disk.events],
          snapshots: [...disk.snapshots],
          eventIds: new Set(disk.eventIds),
        },
        balances: new Map(world.balances),
        orders: new Map(world.orders),
        trades: [...world.trades],
        numbers: { ...world.numbers },
        touch: new Map(world.touch),
        locks: change.locks ?? createMemoryLockLedger(),
        options: { ...options, ...change },
      }),
  };
}

/** Buys $25 worth, filled in one piece, with its stop resting. */
export function openPosition(rig: Rig, dollars: string = '25'): void {
  const reply = rig.buy(dollars);
  if (reply.outcome !== 'accepted')
    throw new Error(`refused: ${reply.refusal?.code ?? reply.lines.join(' ')}`);
  const request = rig.gateway.last();
  rig.gateway.accept(request);
  rig.gateway.fill(request.clientOrderId);
  rig.gateway.accept(rig.gateway.last());
}
