/**
 * The built-in exchange's own market: seeded, deterministic, believable. Fair value moves by
 * `price-process`, the quoted middle follows it with the stickiness of a real book, taker orders
 * arrive by `order-flow` and trade at the touch, and when the touch moves the orders that carried it
 * there are printed first. Everything it needs to go on is in its snapshot (invariant 16 is the
 * engine's; this keeps the same promise for the market).
 */
import { invariant } from '../../core/invariant.ts';
import type { Candle } from '../../core/ports/market-feed.ts';
import type { Random } from '../../core/ports/random.ts';
import { toNumber, type Price, type Quantity } from '../../core/money.ts';
import { MINUTE_MS } from '../../core/time.ts';
import type { SymbolSpec, Venue } from '../matching/venue-api.ts';
import type { MarketDriver } from '../server/market-driver.ts';
import {
  ARRIVAL_VOLATILITY_POWER,
  characterOf,
  DEPTH_POWER,
  NOISE_HALF_LIFE_S,
  NOISE_SHARE,
  QUOTE_STICKINESS,
  REFERENCE_MINUTE_BPS,
  regimeNames,
  regimes,
  SPREAD_AT_REFERENCE_BPS,
  type Character,
  type Regime,
  type RegimeName,
} from './calibration.ts';
import { CALM, drawEpisode, halt, isOver, pullOf, underPull, type Episode, type Pull } from './episodes.ts';
import { createNoise, noiseStateFrom, seedNoise, type Noise } from './noise.ts';
import { drawOrders, type FlowState } from './order-flow.ts';
import {
  continuePriceProcess,
  createPriceProcess,
  keptOver,
  type PriceProcess,
  type ProcessState,
} from './price-process.ts';
import { createQuotedBook, type QuotedBook, type QuotedBookState } from './quoted-book.ts';
import { defaultSymbols, listedSpec } from './symbols.ts';
import { syntheticHistory } from './synthetic-history.ts';

export type SyntheticOptions = {
  readonly random: Random;
  readonly symbols?: readonly SymbolSpec[];
  /** Prices to start from; symbols not named here start at their usual one. */
  readonly startPrices?: Readonly<Record<string, number>>;
  readonly regime?: RegimeName | Regime;
  /** Book moves per second; 10 as the exchange's depth streams have, 2 for light simulations. */
  readonly pace?: number;
  /** Levels a side. */
  readonly levels?: number;
  readonly historyMinutes?: number;
};

export interface SyntheticMarket extends MarketDriver {
  /** The market's character from the next step on. */
  setRegime(regime: RegimeName | Regime): void;
}

/** A gap longer than this (a sleeping machine, a restart) is caught up in steps of at least this length. */
const CATCH_UP_MS = 10_000;
const CATCH_UP_STEPS = 3_000;
const CATCH_UP_ORDERS = 6;
/** Orders of one usual step; more are drawn together into bigger ones. */
const STEP_ORDERS = 40;
const MAX_SWEEP_PRINTS = 5;
const HISTORY_MINUTES = 500;

type Mover = {
  readonly spec: SymbolSpec;
  readonly character: Character;
  readonly tick: number;
  readonly book: QuotedBook;
  readonly flow: FlowState;
  /** Mean-reverting noise of the middle, in log price. */
  wobble: number;
  /** Log of the two sides' depth over normal. */
  lean: number;
  quotedLog: number;
};

/** How far ahead orders are drawn, and how many at most. */
type Plan = { readonly seconds: number; readonly mostOrders: number };

type Pending = {
  readonly at: number;
  readonly mover: number;
  readonly buys: boolean;
  readonly notional: number;
};

type SyntheticSnapshot = {
  readonly kind: 'synthetic';
  readonly noise: readonly number[];
  readonly time: number;
  readonly regime: Regime;
  readonly process: ProcessState;
  readonly pending: readonly Pending[];
  readonly episode: Episode | null;
  readonly pull: Pull;
  readonly movers: readonly {
    readonly symbol: string;
    readonly flow: FlowState;
    readonly wobble: number;
    readonly lean: number;
    readonly quotedLog: number;
    readonly book: QuotedBookState;
  }[];
};

/** A market that moves until it is no longer asked; the same seed and calls give the same market. */
export function createSyntheticMarket(options: SyntheticOptions): SyntheticMarket {
  const specs = options.symbols ?? defaultSymbols.map((name) => requiredSpec(name));
  const stepMs = Math.round(1000 / (options.pace ?? 10));
  invariant(
    stepMs >= 1 && stepMs <= 60_000,
    'a synthetic market moves between a thousand times a second and once a minute',
  );
  const usualPlan: Plan = { seconds: stepMs / 1000, mostOrders: STEP_ORDERS };
  const levels = options.levels ?? 40;
  let noise: Noise = seedNoise(options.random);
  let regime: Regime = regimeOf(options.regime ?? 'normal');
  const characters = specs.map((spec) => characterOf(spec.symbol));
  const prices = specs.map(
    (spec, index) => options.startPrices?.[spec.symbol] ?? characters[index]?.startPrice ?? 1,
  );
  let process: PriceProcess = createPriceProcess(
    noise,
    characters,
    prices.map((price) => Math.log(price)),
  );
  let movers: readonly Mover[] = specs.map((spec, index) => moverOf(spec, index));
  let histories: ReadonlyMap<string, readonly Candle[]> = new Map();
  let pending: Pending[] = [];
  let episode: Episode | null = null;
  let pull: Pull = CALM;
  /** The regime with what the episode makes of it. */
  let inForce: Regime = regime;
  /** End of the last step taken; the next is due one step later. */
  let time: number | null = null;

  function moverOf(spec: SymbolSpec, index: number): Mover {
    const character = characters[index] ?? characterOf(spec.symbol);
    return {
      spec,
      character,
      tick: toNumber(spec.tickSize),
      book: createQuotedBook(spec, noise, character.depthPerBps, levels),
      flow: { excitement: 0, lastBuys: true },
      wobble: 0,
      lean: 0,
      quotedLog: 0,
    };
  }

  function print(venue: Venue, mover: Mover, at: number, ticks: number, steps: number, buys: boolean): void {
    const price = (BigInt(ticks) * mover.spec.tickSize) as Price;
    venue.printTrade(at, mover.spec.symbol, price, (BigInt(steps) * mover.spec.stepSize) as Quantity, !buys);
  }

  /** One taker order against the quoted book. */
  function trade(venue: Venue, mover: Mover, at: number, buys: boolean, notional: number): void {
    if (!isTrading(venue, mover)) return;
    for (const taken of mover.book.take(buys ? 'asks' : 'bids', notional, MAX_SWEEP_PRINTS)) {
      print(venue, mover, at, taken.ticks, taken.steps, buys);
    }
  }

  /** Moves the touch to the present fair value if that has left it, and prints the orders that moved it. */
  function requote(venue: Venue, mover: Mover, index: number, at: number): void {
    const state = process.state.symbols[index];
    if (state === undefined) return;
    const minuteBps = state.secondVolatility * Math.sqrt(60) * 10_000;
    const fairLog = state.logPrice + mover.wobble;
    const scale = minuteBps / REFERENCE_MINUTE_BPS;
    const stays = Math.abs(fairLog - mover.quotedLog) < QUOTE_STICKINESS * state.secondVolatility;
    if (stays && mover.book.bidTicks() > 0) {
      mover.book.stir(2);
    } else {
      mover.quotedLog = fairLog;
      const middle = Math.exp(fairLog) / mover.tick;
      const spreadBps = SPREAD_AT_REFERENCE_BPS * scale * scale * inForce.spread;
      const spread = Math.max(1, Math.round((spreadBps / 10_000) * middle));
      const bid = Math.max(1, Math.round(middle - spread / 2));
      const ask = bid + spread;
      carry(venue, mover, at, bid, ask);
      const depth = Math.min(1.5, scale ** -DEPTH_POWER) * inForce.depth;
      mover.book.quote(bid, ask, depth * Math.exp(mover.lean), depth * Math.exp(-mover.lean));
    }
    if (isTrading(venue, mover))
      venue.setLiquidity(at, mover.spec.symbol, mover.book.bids(), mover.book.asks());
  }

  /** Prints the orders that take the touch from where it was to where it goes, when the old side is in the way. */
  function carry(venue: Venue, mover: Mover, at: number, bid: number, ask: number): void {
    const oldBid = mover.book.bidTicks();
    const oldAsk = mover.book.askTicks();
    if (oldBid === 0 || !isTrading(venue, mover)) return;
    const buys = bid >= oldAsk;
    if (!buys && ask > oldBid) return;
    const from = buys ? oldAsk : oldBid;
    const to = buys ? ask : bid;
    const notional = mover.character.orderNotional * Math.exp(1.5 * noise.gaussian());
    const steps = Math.max(1, Math.round(notional / (to * mover.tick * toNumber(mover.spec.stepSize))));
    print(venue, mover, at, from, steps, buys);
    if (Math.abs(to - from) > 2) {
      const between = from + Math.round((to - from) * noise.uniform());
      print(venue, mover, at, between, Math.max(1, Math.round(steps * noise.uniform() * 2)), buys);
      print(venue, mover, at, to, Math.max(1, Math.round(steps * noise.uniform())), buys);
    }
  }

  /** Brings the episode to `at`: prices, the regime in force, the halt of every symbol and its end. */
  function suffer(venue: Venue, at: number): void {
    const kind = regime.episode ?? null;
    if (kind !== null && (episode === null || episode.kind !== kind || isOver(episode, at)))
      episode = drawEpisode(kind, at, episode?.kind !== kind, noise);
    if (kind === null) episode = null;
    const before = pull;
    pull = episode === null ? CALM : pullOf(episode, at);
    inForce = underPull(regime, pull);
    // An episode that is over, or was called off, leaves the price where it led it.
    const moved = pull === CALM ? 0 : pull.market - before.market;
    for (const [index, symbol] of process.state.symbols.entries()) {
      const character = characters[index];
      if (character?.peg === undefined) symbol.logPrice += moved * Math.min(2, character?.volatility ?? 1);
    }
    if (pull.halted !== before.halted) halt(venue, at, specs, pull.halted);
  }

  /** Pegged coins are drawn to their dollar, or to where the depeg has it. */
  function holdPegs(seconds: number): void {
    for (const [index, symbol] of process.state.symbols.entries()) {
      const peg = characters[index]?.peg;
      if (peg === undefined) continue;
      const target = Math.log(prices[index] ?? 1) + pull.stable;
      symbol.logPrice = target + (symbol.logPrice - target) * keptOver(peg.halfLifeS, seconds);
    }
  }

  /** One step ending at `at`: fair values, quotes, and the orders of the step that follows. */
  function step(venue: Venue, at: number, seconds: number, plan: Plan): void {
    suffer(venue, at);
    process.step(at, seconds, inForce, pull.stableVolatility);
    holdPegs(seconds);
    const wobbleKept = keptOver(NOISE_HALF_LIFE_S, seconds);
    const leanKept = keptOver(20, seconds);
    pending = [];
    for (let index = 0; index < movers.length; index += 1) {
      const mover = movers[index];
      const state = process.state.symbols[index];
      if (mover === undefined || state === undefined) continue;
      const spread = NOISE_SHARE * state.secondVolatility;
      mover.wobble =
        mover.wobble * wobbleKept + spread * Math.sqrt(1 - wobbleKept * wobbleKept) * noise.gaussian();
      mover.lean = mover.lean * leanKept + 0.4 * Math.sqrt(1 - leanKept * leanKept) * noise.gaussian();
      requote(venue, mover, index, at);
      const centre = (inForce.dailyVolatility * mover.character.volatility) / Math.sqrt(86_400);
      const orders = drawOrders(mover.flow, noise, {
        ...plan,
        rate:
          mover.character.ordersPerSecond *
          inForce.activity *
          Math.min(8, (state.secondVolatility / centre) ** ARRIVAL_VOLATILITY_POWER),
        // Fair value ahead of the quote pulls orders towards it before the quote follows.
        pressure:
          (state.logPrice + mover.wobble - mover.quotedLog + mover.lean * 0.3 * state.secondVolatility) /
          state.secondVolatility,
        size: mover.character.orderNotional,
      });
      for (const order of orders)
        pending.push({ at: at + order.offsetMs, mover: index, buys: order.buys, notional: order.notional });
    }
    if (movers.length > 1) pending.sort((left, right) => left.at - right.at);
    time = at;
  }

  function tradeUntil(venue: Venue, until: number): void {
    let done = 0;
    for (; done < pending.length; done += 1) {
      const order = pending[done];
      if (order === undefined || order.at > until) break;
      const mover = movers[order.mover];
      if (mover !== undefined) trade(venue, mover, order.at, order.buys, order.notional);
    }
    if (done > 0) pending = pending.slice(done);
  }

  return {
    symbols: () => specs,
    history: (symbol) => histories.get(symbol) ?? [],
    start(now: number, venue: Venue): void {
      if (time === null) {
        histories = syntheticHistory(process, noise, specs, characters, prices, {
          end: Math.floor(now / MINUTE_MS) * MINUTE_MS,
          minutes: options.historyMinutes ?? HISTORY_MINUTES,
          // What comes before is a usual market, so that a panic is seen as one.
          regime: regimes.normal,
        });
        step(venue, now, 0, usualPlan);
        // A first small trade, so that a last price exists from the first moment.
        for (const mover of movers) trade(venue, mover, now, true, mover.character.orderNotional);
      } else {
        this.advance(now, venue);
      }
    },
    advance(now: number, venue: Venue): void {
      invariant(time !== null, 'a market is started before it is advanced');
      if (now - time > CATCH_UP_MS) {
        pending = [];
        const stride = Math.max(CATCH_UP_MS, Math.ceil((now - time) / CATCH_UP_STEPS));
        while (now - time >= stride) {
          step(venue, time + stride, stride / 1000, { seconds: stride / 1000, mostOrders: CATCH_UP_ORDERS });
          // The orders of the whole stride trade at its end; the venue's clock never steps back.
          for (const order of pending) {
            const mover = movers[order.mover];
            if (mover !== undefined) trade(venue, mover, time, order.buys, order.notional);
          }
          pending = [];
        }
      }
      for (let due = time + stepMs; due <= now; due = time + stepMs) {
        tradeUntil(venue, due);
        step(venue, due, stepMs / 1000, usualPlan);
      }
      tradeUntil(venue, now);
    },
    nextAt: () => (time === null ? null : Math.min(pending[0]?.at ?? Infinity, time + stepMs)),
    setRegime(next: RegimeName | Regime): void {
      regime = regimeOf(next);
    },
    switchTo(name: string): readonly string[] | null {
      const known = regimeNames.find((each) => each === name);
      if (known === undefined) return regimeNames;
      regime = regimes[known];
      return null;
    },
    snapshot(): SyntheticSnapshot {
      return structuredClone({
        kind: 'synthetic' as const,
        noise: noise.state(),
        time: time ?? 0,
        regime,
        process: process.state,
        pending,
        episode,
        pull,
        movers: movers.map((mover) => ({
          symbol: mover.spec.symbol,
          flow: mover.flow,
          wobble: mover.wobble,
          lean: mover.lean,
          quotedLog: mover.quotedLog,
          book: mover.book.state(),
        })),
      });
    },
    restore(snapshot: unknown): void {
      const saved = structuredClone(snapshot) as SyntheticSnapshot;
      invariant(saved.kind === 'synthetic', 'a synthetic market is restored from its own snapshot');
      invariant(
        saved.movers.map((mover) => mover.symbol).join() === specs.map((spec) => spec.symbol).join(),
        'a market is restored with the symbols it was saved with',
      );
      noise = createNoise(noiseStateFrom(saved.noise));
      regime = saved.regime;
      // Saved by a version without episodes: there was none.
      episode = saved.episode ?? null;
      pull = saved.pull ?? CALM;
      process = continuePriceProcess(noise, characters, saved.process);
      movers = specs.map((spec, index) => {
        const kept = saved.movers[index];
        const mover = moverOf(spec, index);
        if (kept === undefined) return mover;
        mover.book.restore(kept.book);
        return { ...mover, flow: kept.flow, wobble: kept.wobble, lean: kept.lean, quotedLog: kept.quotedLog };
      });
      time = saved.time;
      pending = [...saved.pending];
    },
  };
}

function isTrading(venue: Venue, mover: Mover): boolean {
  return venue.symbol(mover.spec.symbol)?.status === 'TRADING';
}

function requiredSpec(symbol: string): SymbolSpec {
  const spec = listedSpec(symbol);
  invariant(spec !== null, `${symbol} has listed filters`);
  return spec;
}

function regimeOf(regime: RegimeName | Regime): Regime {
  return typeof regime === 'string' ? regimes[regime] : regime;
}
