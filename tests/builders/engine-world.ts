/**
 * The whole engine with its gateway on the built-in exchange, over a virtual network on manual time: what
 * the engine's part of the twenty-five failures stands on.
 */
import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { Command } from '../../src/core/commands.ts';
import type { CommandReply, PositionPanel } from '../../src/core/dashboard.ts';
import type { EventKind, EventOf } from '../../src/core/events.ts';
import { createIds } from '../../src/core/ids.ts';
import { createMemoryJournalStore } from '../../src/core/ports/journal-store.ts';
import { assetAmount, notional, price, quantity, type AssetAmount } from '../../src/core/money.ts';
import { createMemoryDisk, createMemoryEventLog } from '../../src/data/event-log/memory-event-log.ts';
import { createEngine, type Engine } from '../../src/engine/engine.ts';
import { foldLog } from '../../src/engine/kernel.ts';
import { toolboxFrom, unlockShelf } from '../../src/engine/unlock.ts';
import { createGateway } from '../../src/exchange/gateway.ts';
import { createSettlingTimers, type SettlingTimers } from '../../src/exchange/testing/settling-timers.ts';
import type { SymbolSpec, Venue, VenueOrder } from '../../src/simulator/matching/venue-api.ts';
import { createVenue } from '../../src/simulator/matching/venue.ts';
import { createExchange, type Exchange } from '../../src/simulator/server/exchange.ts';
import { countingRandom, stillMarket, symbolSpec } from '../../src/simulator/server/exchange-harness.ts';
import { keyOf, virtualNetwork } from './gateway-world.ts';
import { testRules, type RulesChange } from './rules.ts';

export type EngineWorldOptions = {
  readonly balances?: Readonly<Record<string, string>>;
  readonly feesInBnb?: boolean;
  readonly spec?: Partial<SymbolSpec>;
  /** Base assets traded against USDT; BTC when not said. */
  readonly coins?: readonly string[];
  readonly rules?: RulesChange;
};

export interface EngineWorld {
  readonly engine: Engine;
  readonly exchange: Exchange;
  readonly timers: SettlingTimers;
  readonly fatal: readonly unknown[];
  advance(ms: number): Promise<void>;
  /** The whole book moves to this middle, one unit a level, and somebody trades there. */
  move(middle: number): Promise<void>;
  say(command: Command): CommandReply;
  /** Buys for so many dollars and waits until the stop rests. */
  buy(dollars: string): Promise<void>;
  position(): PositionPanel | undefined;
  resting(): readonly VenueOrder[];
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
  const log = createMemoryEventLog({ disk });
  const fatal: unknown[] = [];
  const random = countingRandom();
  const engine = createEngine({
    log,
    timers,
    ids: createIds(() => timers.now(), random),
    hash: (text) => createHash('sha256').update(text).digest('hex'),
    gateway: (listener) =>
      createGateway({
        http: network.http,
        streams: network.streams,
        timers,
        random,
        endpoints: { rest: 'http://exchange', stream: 'ws://exchange', wsApi: 'ws://exchange/ws-api/v3' },
        credentials: key.credentials,
        listener,
      }),
    rules: testRules(options.rules),
    mode: 'paper',
    quoteAsset: 'USDT',
    symbols: pairs,
    tools: toolboxFrom(shelf, foldLog(log).tier.tier),
    strategies: { names: [], onCandle: () => [] },
    version: 'test',
    codeHash: '',
    provesHistory: false,
    lostHistory: null,
    requestedHalt: null,
    journals: createMemoryJournalStore(),
    onFatal: (error) => fatal.push(error),
  });
  let middle = 100;
  let breath = false;
  const refresh = (): void => {
    breath = !breath;
    for (const pair of pairs) layLiveBook(exchange.venue, timers.now(), pair, middle, breath);
    exchange.settle();
  };
  const holding = (asset: string): bigint => {
    const balance = exchange.venue.balances(1).find((each) => each.asset === asset);
    return balance === undefined ? 0n : balance.free + balance.locked;
  };
  const world: EngineWorld = {
    engine,
    exchange,
    timers,
    fatal,
    async advance(ms): Promise<void> {
      // A market that stands still is alive: its book is told again.
      for (let left = ms; left > 0; left -= 500) {
        refresh();
        await timers.advance(Math.min(500, left));
      }
    },
    async move(to): Promise<void> {
      middle = to;
      await world.advance(500);
    },
    say: (command) => engine.command(command, { actor: 'trader', text: command.kind, behaviour: null }),
    async buy(dollars): Promise<void> {
      const reply = world.say({
        kind: 'buy',
        symbol: PAIR,
        amount: { unit: 'quote', amount: notional(dollars) },
      });
      expect(reply.refusal?.code ?? reply.outcome).toBe('accepted');
      await world.advance(1_000);
      expect(world.position()?.protected).toBe(true);
    },
    position: () => engine.dashboard().positions[0],
    resting: () => exchange.venue.openOrders(1, PAIR),
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
  engine.start();
  await world.advance(2_000);
  expect(engine.dashboard().tradingState).toBe('READY');
  return world;
}
