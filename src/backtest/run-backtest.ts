/**
 * One backtest: the live engine on virtual time, before an exchange made of the matching core and
 * recorded candles. The engine decides on a closed candle and trades in the next one. Runs in slices,
 * so that the process stays answerable. Assumptions: docs/backtest.md.
 */
import { createIds } from '../core/ids.ts';
import { assetAmount, formatFixed, notional, type Notional } from '../core/money.ts';
import type { EventRecord } from '../core/events.ts';
import { createMemoryJournalStore } from '../core/ports/journal-store.ts';
import { createMemoryLockLedger } from '../core/ports/lock-ledger.ts';
import type { Candle } from '../core/ports/market-feed.ts';
import type { Rules } from '../core/rules.ts';
import { createSeededRandom } from '../core/seeded-random.ts';
import { MINUTE_MS, SECOND_MS } from '../core/time.ts';
import { createVirtualTimers } from '../core/virtual-timers.ts';
import { createEngine } from '../engine/engine.ts';
import type { StrategyRunner } from '../engine/pipeline.ts';
import { toolboxFrom, type TierTools } from '../engine/unlock.ts';
import type { SymbolSpec } from '../simulator/matching/venue-api.ts';
import { createVenue } from '../simulator/matching/venue.ts';
import { createBacktestGateway, type BacktestGateway } from './backtest-gateway.ts';
import { drawnOut } from './clock.ts';
import { createKlineMarket, MOMENT_MS, MOMENTS_PER_CANDLE } from './kline-market.ts';
import { createThinLog } from './thin-log.ts';

export type BacktestOptions = {
  readonly strategy: string;
  readonly spec: SymbolSpec;
  /** One-minute candles, oldest first, strictly rising. */
  readonly candles: Iterator<Candle>;
  readonly balance: Notional;
  readonly rules: Rules;
  readonly tools: TierTools;
  readonly strategies: StrategyRunner;
  readonly hash: (text: string) => string;
  readonly version: string;
  readonly codeHash: string;
  /** One way to the exchange, in ms. */
  readonly latencyMs: number;
  readonly spreadBps: number;
  /** Fee rate in hundredths of a basis point: 0.1 % = 1,000. */
  readonly feeRate: number;
  readonly onEvent: (record: EventRecord) => void;
};

export type BacktestProblem = {
  readonly code: 'noCandles' | 'notReady' | 'refused';
  readonly detail: string;
};

export type BacktestState = {
  readonly candles: number;
  readonly from: number | null;
  /** End of the last candle played. */
  readonly to: number | null;
  readonly equity: string;
  readonly openPositions: number;
};

export interface BacktestRun {
  /** Plays up to so many candles; true while there are more. Throws when the engine met a bug. */
  advance(candles: number): boolean;
  progress(): { readonly candles: number; readonly to: number | null };
  /** Ends the engine; positions stay open and are marked at the last price. */
  finish(): BacktestState;
}

const TRADER = 1;
const WARM_UP_MS = 5 * SECOND_MS;
const LEVEL_WORTH_MIN = '1000';

/** Builds everything and starts the engine before the first candle, or says why it cannot run. */
export function startBacktest(options: BacktestOptions): BacktestRun | BacktestProblem {
  const { spec, candles } = options;
  const first = candles.next();
  if (first.done === true) return { code: 'noCandles', detail: spec.symbol };
  let upcoming: Candle | null = first.value;

  const timers = createVirtualTimers(first.value.openTime - WARM_UP_MS);
  const random = createSeededRandom('backtest');
  const venue = createVenue();
  venue.setSymbol(timers.now(), { ...spec, status: 'TRADING' });
  venue.openAccount({
    accountId: TRADER,
    balances: [{ asset: spec.quoteAsset, free: assetAmount(formatFixed(options.balance)) }],
    makerRate: options.feeRate,
    takerRate: options.feeRate,
    feesInBnb: false,
    unlimited: false,
  });
  const market = createKlineMarket({
    venue,
    spec,
    spreadBps: options.spreadBps,
    levelWorthMin: notional(LEVEL_WORTH_MIN),
  });

  let gateway: BacktestGateway | null = null;
  let fault: unknown = null;
  const engine = createEngine({
    log: createThinLog(),
    timers: drawnOut(timers, MOMENT_MS),
    ids: createIds(() => timers.now(), random),
    hash: options.hash,
    gateway: (listener) => {
      gateway = createBacktestGateway({
        venue,
        accountId: TRADER,
        timers,
        latencyMs: options.latencyMs,
        listener,
      });
      return gateway;
    },
    rules: options.rules,
    mode: 'backtest',
    quoteAsset: spec.quoteAsset,
    symbols: [spec.symbol],
    // No tier is earned in a backtest: the confirmation is typed by a person.
    tools: toolboxFrom(new Map([[options.tools.tier, options.tools]]), options.tools.tier),
    strategies: options.strategies,
    version: options.version,
    codeHash: options.codeHash,
    provesHistory: false,
    lostHistory: null,
    requestedHalt: null,
    onFatal: (error) => {
      fault = error;
    },
    journals: createMemoryJournalStore(),
    locks: createMemoryLockLedger(),
  });
  engine.listen((message) => {
    if (message.kind === 'event') options.onEvent(message.record);
  });
  engine.start();
  timers.advance(WARM_UP_MS);
  const { tradingState } = engine.dashboard();
  if (tradingState !== 'READY') return { code: 'notReady', detail: tradingState };
  const asked = engine.command(
    { kind: 'strategy', strategy: options.strategy, symbol: spec.symbol, on: true },
    { actor: 'system', text: 'backtest', behaviour: null },
  );
  if (asked.outcome === 'refused') {
    return { code: 'refused', detail: asked.refusal?.explanation.what ?? asked.lines.join(' ') };
  }

  const exchange = gateway as BacktestGateway | null;
  if (exchange === null) return { code: 'notReady', detail: 'no exchange' };
  let played = 0;
  let closed: Candle | null = null;
  let to: number | null = null;
  let books = 0;

  const moveTo = (wallMs: number): void => {
    timers.advance(Math.max(0, wallMs - timers.now()));
  };

  /** One moment of a candle: the market moves, the account's orders with it, and the engine sees the book. */
  const moment = (candle: Candle, index: number): void => {
    moveTo(candle.openTime + index * MOMENT_MS);
    const picture = market.play(timers.now(), candle, index, exchange.stopPrices(spec.symbol));
    exchange.pump();
    books += 1;
    exchange.market({
      kind: 'book',
      symbol: spec.symbol,
      bids: picture.bids,
      asks: picture.asks,
      updateId: books,
      receivedAt: timers.monotonic(),
    });
  };

  /** The engine hears of a closed candle once the next one has opened, on a fresh book. */
  const tellClosed = (): void => {
    if (closed === null) return;
    exchange.market({
      kind: 'candle',
      symbol: spec.symbol,
      interval: '1m',
      candle: closed,
      closed: true,
      receivedAt: timers.monotonic(),
    });
    closed = null;
  };

  /** Plays one candle; false when there was none. */
  const playNext = (): boolean => {
    const candle = upcoming;
    if (candle === null) return false;
    if (closed !== null && candle.openTime > closed.openTime + MINUTE_MS) {
      // A hole in the recording: the minute ends in silence and the book grows old.
      moveTo(closed.openTime + MINUTE_MS);
      tellClosed();
    }
    moveTo(candle.openTime);
    if (market.refine(timers.now(), candle)) exchange.symbolsChanged();
    moment(candle, 0);
    tellClosed();
    for (let index = 1; index < MOMENTS_PER_CANDLE; index += 1) moment(candle, index);
    closed = candle;
    to = candle.openTime + MINUTE_MS;
    played += 1;
    const next = candles.next();
    upcoming = next.done === true ? null : next.value;
    if (upcoming === null) {
      moveTo(to);
      tellClosed();
      timers.advance(WARM_UP_MS);
    }
    return true;
  };

  return {
    advance(count): boolean {
      for (let step = 0; step < count; step += 1) {
        if (!playNext()) return false;
        if (fault !== null) throw fault instanceof Error ? fault : new Error('the engine stopped itself');
      }
      return upcoming !== null;
    },
    progress: () => ({ candles: played, to }),
    finish(): BacktestState {
      const { account, positions } = engine.dashboard();
      engine.stop('backtest ended');
      return {
        candles: played,
        from: first.value.openTime,
        to,
        equity: account.equity,
        openPositions: positions.length,
      };
    },
  };
}
