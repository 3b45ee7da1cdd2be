/**
 * A backtest put together: the rules of the config folder, the tier's tools and strategies, recorded
 * candles, and what is collected from the events on the way. The engine is the live one; only its
 * exchange, clock and log differ (docs/backtest.md).
 */
import { join } from 'node:path';
import { createEquityCurve, type CurvePoint } from '../analytics/equity-curve.ts';
import { evolveMetrics, initialMetrics, metricsOf, withEquity, type Metrics } from '../analytics/metrics.ts';
import { createOrderList, tradeRow, type OrderRow, type TradeRow } from '../analytics/trade-list.ts';
import { startBacktest } from '../backtest/run-backtest.ts';
import type { ConfigProblem } from '../config/config-problem.ts';
import { loadRules } from '../config/load-config.ts';
import type { EventRecord } from '../core/events.ts';
import { fixed, toNumber, type Notional } from '../core/money.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Rules } from '../core/rules.ts';
import { unlockTier } from '../engine/unlock.ts';
import { codeHash, versionText } from './code-hash.ts';
import { openKlineFiles, type KlineProblem } from './kline-files.ts';
import { packageRoot } from './package-root.ts';
import { loadStrategies } from './strategies.ts';
import { sha256Hex } from './system-ports.ts';

export type BacktestRequest = {
  readonly strategy: string;
  readonly data: readonly string[];
  readonly symbol: string | null;
  readonly from: number | null;
  readonly to: number | null;
  readonly balance: Notional;
  readonly configDir: string | null;
  readonly latencyMs: number;
  readonly spreadBps: number;
  /** Null takes the rate of the rules. */
  readonly feeBps: number | null;
  readonly keepOrders: boolean;
};

export type BacktestFailure =
  | { readonly code: 'config'; readonly problems: readonly ConfigProblem[] }
  | { readonly code: 'strategy.unknown'; readonly detail: string }
  | { readonly code: 'engine.refused'; readonly detail: string }
  | KlineProblem;

export type BacktestResult = {
  readonly strategy: string;
  readonly symbol: string;
  readonly files: readonly string[];
  readonly candles: number;
  readonly from: number | null;
  readonly to: number | null;
  /** Rows that were no candle, and holes in time. */
  readonly passedOver: number;
  readonly holes: number;
  readonly openPositions: number;
  readonly metrics: Metrics;
  readonly curve: readonly CurvePoint[];
  /** The newest closed positions. */
  readonly trades: readonly TradeRow[];
  readonly orders: readonly OrderRow[];
};

export interface Backtest {
  /** Plays up to so many candles; true while there are more. */
  advance(candles: number): boolean;
  /** Candles played and the end of the last one. */
  progress(): { readonly candles: number; readonly to: number | null };
  /** Stops where it stands and gives what there is. */
  finish(): BacktestResult;
}

const TRADES_KEPT = 2_000;
/** Marks are for the curve; the limits look at every book. */
const MARK_EVERY_MS = 60_000;

/** Reads, checks and starts everything, or says what stands in the way. */
export async function openBacktest(request: BacktestRequest): Promise<Result<Backtest, BacktestFailure>> {
  const rules = loadRules(request.configDir ?? join(packageRoot(), 'config'));
  if (!rules.ok) return err({ code: 'config', problems: rules.error });
  const strategies = await loadStrategies('SNIPER');
  if (!strategies.names.includes(request.strategy)) {
    return err({ code: 'strategy.unknown', detail: strategies.names.join(', ') });
  }
  const klines = await openKlineFiles({
    paths: request.data,
    symbol: request.symbol,
    from: request.from,
    to: request.to,
  });
  if (!klines.ok) return klines;
  const { spec, symbol, files, counts } = klines.value;

  let metrics = initialMetrics;
  const curve = createEquityCurve();
  const orders = createOrderList();
  const trades: TradeRow[] = [];
  const onEvent = (record: EventRecord): void => {
    metrics = evolveMetrics(metrics, record);
    const { event } = record;
    if (event.kind === 'equity.marked' || event.kind === 'day.started')
      curve.add(record.at, toNumber(event.equity));
    if (request.keepOrders) orders.see(record);
    const trade = tradeRow(record);
    if (trade === null) return;
    trades.push(trade);
    if (trades.length > 2 * TRADES_KEPT) trades.splice(0, TRADES_KEPT);
  };
  const feeBps = request.feeBps ?? rules.value.trading.risk.feeBps;
  const run = startBacktest({
    strategy: request.strategy,
    spec,
    candles: klines.value.candles(),
    balance: request.balance,
    rules: forHistory(rules.value),
    tools: await unlockTier('SNIPER'),
    strategies,
    hash: sha256Hex,
    version: versionText(),
    codeHash: codeHash(),
    latencyMs: request.latencyMs,
    spreadBps: request.spreadBps,
    feeRate: Math.round(feeBps * 100),
    onEvent,
  });
  if ('code' in run) {
    return run.code === 'noCandles'
      ? err({ code: 'data.noCandles', detail: symbol })
      : err({ code: 'engine.refused', detail: run.detail });
  }
  return ok({
    advance: (candles) => run.advance(candles),
    progress: () => run.progress(),
    finish(): BacktestResult {
      const state = run.finish();
      const equity = fixed<Notional>(state.equity);
      const endAt = state.to ?? 0;
      metrics = withEquity(metrics, equity, endAt);
      curve.add(endAt, toNumber(equity));
      return {
        strategy: request.strategy,
        symbol,
        files,
        candles: state.candles,
        from: state.from,
        to: state.to,
        passedOver: counts.passedOver,
        holes: counts.holes,
        openPositions: state.openPositions,
        metrics: metricsOf(metrics, endAt),
        curve: curve.points(),
        trades: trades.slice(-TRADES_KEPT),
        orders: orders.rows(),
      };
    },
  });
}

/** The same rules; only what costs time on disk and changes no decision is done less often. */
function forHistory(rules: Rules): Rules {
  const execution = {
    ...rules.trading.execution,
    equityMarkEveryMs: Math.max(MARK_EVERY_MS, rules.trading.execution.equityMarkEveryMs),
    snapshotEveryEvents: Number.MAX_SAFE_INTEGER,
  };
  return { ...rules, trading: { ...rules.trading, execution } };
}
