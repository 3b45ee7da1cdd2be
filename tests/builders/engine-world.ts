/**
 * The whole engine with its gateway on the built-in exchange, over a virtual network on manual time: what
 * the engine's part of the twenty-five failures stands on.
 */
import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { Command } from '../../src/core/commands.ts';
import type { CommandReply, PositionPanel } from '../../src/core/dashboard.ts';
import type { Actor } from '../../src/core/vocabulary.ts';
import type { EventKind, EventOf } from '../../src/core/events.ts';
import { createIds } from '../../src/core/ids.ts';
import { createMemoryLockLedger } from '../../src/core/ports/lock-ledger.ts';
import { createMemoryJournalStore } from '../../src/core/ports/journal-store.ts';
import { assetAmount, notional, price, quantity, type AssetAmount } from '../../src/core/money.ts';
import { createMemoryDisk, createMemoryEventLog } from '../../src/data/event-log/memory-event-log.ts';
import type { CandleUpdate } from '../../src/core/ports/market-feed.ts';
import type { Timers } from '../../src/core/ports/timers.ts';
import { createEngine, type Engine } from '../../src/engine/engine.ts';
import { foldLog } from '../../src/engine/kernel.ts';
import type { StrategySignal } from '../../src/engine/pipeline.ts';
import { toolboxFrom, unlockShelf } from '../../src/engine/unlock.ts';
import { createGateway } from '../../src/exchange/gateway.ts';
import { createSettlingTimers, type SettlingTimers } from '../../src/exchange/testing/settling-timers.ts';
import type { SymbolSpec, Venue, VenueOrder } from '../../src/simulator/matching/venue-api.ts';
import { createVenue } from '../../src/simulator/matching/venue.ts';
import { createExchange, type Exchange } from '../../src/simulator/server/exchange.ts';
import { countingRandom, stillMarket, symbolSpec } from './exchange-harness.ts';
import { keyOf, virtualNetwork, type VirtualNetwork } from './gateway-world.ts';
import { testRules, type RulesChange } from './rules.ts';

export type EngineWorldOptions = {
  readonly balances?: Readonly<Record<string, string>>;
  readonly feesInBnb?: boolean;
  readonly spec?: Partial<SymbolSpec>;
  /** Base assets traded against USDT; BTC when not said. */
  readonly coins?: readonly string[];
  readonly rules?: RulesChange;
  /** How often the still book is told again while time passes. */
  readonly refreshMs?: number;
};

export interface EngineWorld {
  /** The engine that runs now: another one after each restart. */
  readonly engine: Engine;
  readonly exchange: Exchange;
  readonly timers: SettlingTimers;
  readonly fatal: readonly unknown[];
  advance(ms: number): Promise<void>;
  /** Every book moves to this middle, or that of one pair: one unit a level, and somebody trades there. */
  move(middle: number, pair?: string): Promise<void>;
  say(command: Command, actor?: Actor): CommandReply;
  /** A strategy wishes to enter with the next candle that closes, and it has closed. */
  strategyEnters(strategy: string, symbol: string): Promise<void>;
  /** The process dies here, is gone for so long, and starts again on what is durable; the exchange lives on. */
  restart(awayMs?: number): Promise<void>;
  /** Buys for so many dollars and waits until the stop rests. */
  buy(dollars: string, pair?: string): Promise<void>;
  position(): PositionPanel | undefined;
  resting(pair?: string): readonly VenueOrder[];
  holding(asset: string): bigint;
  eventsOf<K extends EventKind>(kind: K): readonly EventOf<K>[];
  /** Our ledger is the exchange's, to the last hundred-millionth (invariant 18). */
  expectAgreement(): void;
}

const shelf = await unlockShelf();
const worlds: { readonly stop: () => void }[] = [];
const PAIR = 'BTCUSDT';

/** For `afterEach`. */
export function closeEngineWorlds(): void {
  for (const world of worlds.splice(0)) world.stop();
}

/** Ten levels a side, a unit each, a hair more every other time: a book in which nothing moves is not told. */
function layLiveBook(venue: Venue, now: number, symbol: string, middle: number, breath: boolean): void {
  const size = quantity(breath ? '1.00001' : '1');
  const level = (offset: number) => ({ price: price((middle + offset).toFixed(2)), quantity: size });
  const steps = Array.from({ length: 10 }, (_, index) => 0.01 + index * 0.1);
  venue.setLiquidity(
    now,
    symbol,
    steps.map((step) => level(-step)),
    steps.map((step) => level(step)),
  );
  venue.printTrade(now, symbol, price(middle.toFixed(2)), quantity('0.001'), false);
}

/** What one process holds of the world: gone with it, while the exchange and the disk go on. */
type Life = { readonly timers: Timers; readonly network: VirtualNetwork; die(): void };

function lifeOn(base: Timers, network: VirtualNetwork): Life {
  let alive = true;
  const open: { readonly close: () => void }[] = [];
  const mortal =
    <A extends readonly unknown[]>(work: (...given: A) => void): ((...given: A) => void) =>
    (...given) =>
      alive ? work(...given) : undefined;
  return {
    timers: { ...base, after: (delayMs, task) => base.after(delayMs, mortal(task)) },
    network: {
      ...network,
      http: {
        ...network.http,
        request: async (request) => {
          const answer = await network.http.request(request);
          // Nobody is there to hear it: what waited for it never goes on.
          return alive ? answer : new Promise(() => undefined);
        },
      },
      streams: {
        connect(address, handlers) {
          const connection = network.streams.connect(address, {
            opened: mortal(handlers.opened),
            message: mortal(handlers.message),
            alive: mortal(handlers.alive),
            closed: mortal(handlers.closed),
          });
          open.push(connection);
          return connection;
        },
      },
    },
    die(): void {
      alive = false;
      for (const connection of open) connection.close();
    },
  };
}

/** An engine that is READY on a market at 100.00. */
export async function engineWorld(options: EngineWorldOptions = {}): Promise<EngineWorld> {
  const timers = createSettlingTimers();
  const key = keyOf('HMAC');
  const balances = Object.entries(options.balances ?? { USDT: '500' }).map(([asset, free]) => ({
    asset,
    free: assetAmount(free),
  }));
  const coins = options.coins ?? ['BTC'];
  const pairs = coins.map((coin) => `${coin}USDT`);
  const specs = [
    ...coins.map((coin) => ({ ...symbolSpec(`${coin}USDT`, coin, 'USDT'), ...options.spec })),
    symbolSpec('BNBUSDT', 'BNB', 'USDT'),
  ];
  const exchange = createExchange({
    venue: createVenue(),
    market: stillMarket(specs),
    timers,
    random: countingRandom(),
    accounts: [
      {
        accountId: 1,
        balances,
        makerRate: 1_000,
        takerRate: 1_000,
        feesInBnb: options.feesInBnb ?? false,
        unlimited: false,
      },
    ],
    keys: [key.spec],
  });
  exchange.start();
  const network = virtualNetwork(exchange, timers);
  const disk = createMemoryDisk();
  let log = createMemoryEventLog({ disk });
  const fatal: unknown[] = [];
  const wishes: StrategySignal[] = [];
  /** Its own pair's candle brings a wish, and one that has just closed. */
  const wishesOn = ({ symbol, candle }: CandleUpdate): readonly StrategySignal[] =>
    timers.now() - candle.closeTime <= 60_000 && wishes[0]?.symbol === symbol ? wishes.splice(0, 1) : [];
  const random = countingRandom();
  const rules = testRules(options.rules);
  const journals = createMemoryJournalStore();
  const locks = createMemoryLockLedger();
  const incarnate = (life: Life): Engine =>
    createEngine({
      log,
      timers: life.timers,
      ids: createIds(() => timers.now(), random),
      hash: (text) => createHash('sha256').update(text).digest('hex'),
      gateway: (listener) =>
        createGateway({
          http: life.network.http,
          streams: life.network.streams,
          timers: life.timers,
          random,
          endpoints: { rest: 'http://exchange', stream: 'ws://exchange', wsApi: 'ws://exchange/ws-api/v3' },
          credentials: key.credentials,
          listener,
        }),
      rules,
      mode: 'paper',
      quoteAsset: 'USDT',
      symbols: pairs,
      tools: toolboxFrom(shelf, foldLog(log).tier.tier),
      strategies: { names: ['sma_cross', 'multi_pair'], onCandle: (_enabled, update) => wishesOn(update) },
      version: 'test',
      codeHash: '',
      provesHistory: false,
      lostHistory: null,
      requestedHalt: null,
      journals,
      locks,
      onFatal: (error) => fatal.push(error),
    });
  let life = lifeOn(timers, network);
  let engine = incarnate(life);
  const middles = new Map(pairs.map((pair) => [pair, 100]));
  let breath = false;
  const refresh = (): void => {
    breath = !breath;
    for (const pair of pairs)
      layLiveBook(exchange.venue, timers.now(), pair, middles.get(pair) ?? 100, breath);
    exchange.settle();
  };
  const refreshMs = options.refreshMs ?? 500;
  const holding = (asset: string): bigint => {
    const balance = exchange.venue.balances(1).find((each) => each.asset === asset);
    return balance === undefined ? 0n : balance.free + balance.locked;
  };
  const begin = async (): Promise<void> => {
    engine.start();
    await world.advance(2_000);
  };
  const world: EngineWorld = {
    get engine() {
      return engine;
    },
    exchange,
    timers,
    fatal,
    async advance(ms): Promise<void> {
      // A market that stands still is alive: its book is told again.
      for (let left = ms; left > 0; left -= refreshMs) {
        refresh();
        await timers.advance(Math.min(refreshMs, left));
      }
    },
    async move(to, pair): Promise<void> {
      for (const each of pair === undefined ? pairs : [pair]) middles.set(each, to);
      await world.advance(500);
    },
    say: (command, actor = 'trader') =>
      engine.command(command, { actor, text: command.kind, behaviour: null }),
    async strategyEnters(strategy, symbol): Promise<void> {
      wishes.push({ strategy, symbol, kind: 'enter', reason: 'crossed' });
      for (let waited = 0; wishes.length > 0 && waited < 90_000; waited += 1_000) await world.advance(1_000);
      expect(wishes).toEqual([]);
    },
    async restart(awayMs = 0): Promise<void> {
      life.die();
      log.crash();
      // What was on its way still arrives.
      await timers.advance(100);
      timers.stepWall(awayMs);
      log = createMemoryEventLog({ disk });
      life = lifeOn(timers, network);
      engine = incarnate(life);
      await begin();
    },
    async buy(dollars, pair = PAIR): Promise<void> {
      const reply = world.say({
        kind: 'buy',
        symbol: pair,
        amount: { unit: 'quote', amount: notional(dollars) },
      });
      expect(reply.refusal?.code ?? reply.outcome).toBe('accepted');
      await world.advance(1_000);
      expect(world.position()?.protected).toBe(true);
    },
    position: () => engine.dashboard().positions[0],
    resting: (pair = PAIR) => exchange.venue.openOrders(1, pair),
    holding,
    eventsOf: (kind) =>
      [...log.read(1)].map(({ event }) => event).filter((event) => event.kind === kind) as never,
    expectAgreement(): void {
      expect(fatal).toEqual([]);
      for (const [asset, line] of engine.state().ledger) {
        const ours = (line.external + line.traded - line.fees) as AssetAmount;
        expect([asset, ours]).toEqual([asset, holding(asset)]);
      }
    },
  };
  worlds.push({
    stop(): void {
      engine.stop('over');
      exchange.stop();
    },
  });
  await begin();
  expect(engine.dashboard().tradingState).toBe('READY');
  return world;
}
