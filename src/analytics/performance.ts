/**
 * What was earned, from closed positions and marked equity: the panel of the Performance view and the
 * seed's metrics. Sums are exact money; ratios become numbers at the last step and are null where they
 * mean nothing yet. Bounded: the oldest trades leave after twenty thousand, the curve is thinned.
 */
import type { PerformancePanel, PerformanceRow } from '../core/dashboard.ts';
import type { EventRecord } from '../core/events.ts';
import { formatFixed, toNumber, ZERO_NOTIONAL, type Notional } from '../core/money.ts';
import { DAY_MS, dayNumber, HOUR_MS } from '../core/time.ts';
import { createEquityCurve } from './equity-curve.ts';

export type ClosedTrade = {
  readonly positionId: string;
  readonly symbol: string;
  /** Null for an entry made by hand. */
  readonly strategy: string | null;
  /** After fees. */
  readonly pnl: Notional;
  readonly openedAt: number;
  readonly closedAt: number;
};

/** Field by field as the seed's API names them. */
export type PerformanceMetrics = {
  readonly total_trades: number;
  readonly winning_trades: number;
  readonly losing_trades: number;
  readonly win_rate: number | null;
  readonly profit_factor: number | null;
  readonly sharpe_ratio: number | null;
  readonly max_drawdown: string;
  readonly total_pnl: string;
};

export interface Performance {
  /** A trade of the past; one that is known already is not counted again. */
  add(trade: ClosedTrade): void;
  event(record: EventRecord): void;
  /** The same object until something was earned, lost or marked. */
  panel(): PerformancePanel;
  /** Of trades closed from this moment on. */
  metrics(fromMs: number): PerformanceMetrics;
}

const TRADES_MAX = 20_000;
const CURVE_POINTS = 96;
const DAYS_SHOWN = 42;
const ROWS_SHOWN = 12;
const BY_HAND = 'by hand';
const DAYS_PER_YEAR = 365;

export function createPerformance(): Performance {
  let trades: ClosedTrade[] = [];
  const known = new Set<string>();
  /** Strategies of open positions, by the order that began them. */
  const strategies = new Map<string, string | null>();
  const curve = createEquityCurve(CURVE_POINTS);
  let cached: PerformancePanel | null = null;

  const add = (trade: ClosedTrade): void => {
    if (known.has(trade.positionId)) return;
    known.add(trade.positionId);
    trades.push(trade);
    if (trades.length > TRADES_MAX) {
      for (const old of trades.slice(0, TRADES_MAX / 2)) known.delete(old.positionId);
      trades = trades.slice(TRADES_MAX / 2);
    }
    cached = null;
  };

  return {
    add,
    event({ at, event }): void {
      switch (event.kind) {
        case 'order.intended':
          if (event.purpose === 'entry') strategies.set(event.positionId, event.strategy);
          break;
        case 'position.closed':
          add({
            positionId: event.positionId,
            symbol: event.symbol,
            strategy: strategies.get(event.positionId) ?? null,
            pnl: event.realisedPnl,
            openedAt: at - event.heldMs,
            closedAt: at,
          });
          strategies.delete(event.positionId);
          break;
        case 'equity.marked':
          curve.add(at, toNumber(event.equity));
          cached = null;
          break;
        default:
          break;
      }
    },
    panel(): PerformancePanel {
      cached ??= {
        equityCurve: curve.points().map(({ at, equity }) => ({ at, equity: equity.toFixed(2) })),
        days: days(trades).slice(-DAYS_SHOWN),
        byStrategy: grouped(trades, ({ strategy }) => strategy ?? BY_HAND).slice(0, ROWS_SHOWN),
        bySymbol: grouped(trades, ({ symbol }) => symbol).slice(0, ROWS_SHOWN),
        byHour: grouped(trades, ({ openedAt }) => String(Math.floor((openedAt % DAY_MS) / HOUR_MS))),
      };
      return cached;
    },
    metrics: (fromMs) => metricsOf(trades.filter(({ closedAt }) => closedAt >= fromMs)),
  };
}

function sum(amounts: readonly Notional[]): Notional {
  return amounts.reduce((total: bigint, amount) => total + amount, 0n) as Notional;
}

/** Oldest first; days without a trade are left out. */
function days(trades: readonly ClosedTrade[]): PerformancePanel['days'] {
  return [...groupedBy(trades, ({ closedAt }) => String(dayNumber(closedAt)))]
    .map(([day, of]) => ({
      day: Number(day),
      pnl: formatFixed(sum(of.map(({ pnl }) => pnl))),
      trades: of.length,
    }))
    .toSorted((left, right) => left.day - right.day);
}

/** Best first. */
function grouped(
  trades: readonly ClosedTrade[],
  name: (trade: ClosedTrade) => string,
): readonly PerformanceRow[] {
  return [...groupedBy(trades, name)]
    .map(([key, of]) => ({ key, of, total: sum(of.map(({ pnl }) => pnl)) }))
    .toSorted((left, right) => (left.total < right.total ? 1 : left.total > right.total ? -1 : 0))
    .map(({ key, of, total }) => ({
      name: key,
      trades: of.length,
      wins: of.filter(({ pnl }) => pnl > 0n).length,
      pnl: formatFixed(total),
    }));
}

function groupedBy(
  trades: readonly ClosedTrade[],
  name: (trade: ClosedTrade) => string,
): ReadonlyMap<string, readonly ClosedTrade[]> {
  const groups = new Map<string, ClosedTrade[]>();
  for (const trade of trades) {
    const key = name(trade);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [trade]);
    else group.push(trade);
  }
  return groups;
}

function metricsOf(trades: readonly ClosedTrade[]): PerformanceMetrics {
  const wins = trades.filter(({ pnl }) => pnl > 0n);
  const losses = trades.filter(({ pnl }) => pnl < 0n);
  const won = sum(wins.map(({ pnl }) => pnl));
  const lost = sum(losses.map(({ pnl }) => pnl));
  let running: bigint = 0n;
  let peak: bigint = 0n;
  let drawdown: bigint = 0n;
  for (const { pnl } of trades.toSorted((left, right) => left.closedAt - right.closedAt)) {
    running += pnl;
    if (running > peak) peak = running;
    if (peak - running > drawdown) drawdown = peak - running;
  }
  return {
    total_trades: trades.length,
    winning_trades: wins.length,
    losing_trades: losses.length,
    win_rate: trades.length === 0 ? null : rounded(wins.length / trades.length),
    profit_factor: lost === 0n ? null : rounded(toNumber(won) / -toNumber(lost)),
    sharpe_ratio: sharpe(days(trades).map(({ pnl }) => Number(pnl))),
    max_drawdown: formatFixed(drawdown),
    total_pnl: formatFixed(trades.length === 0 ? ZERO_NOTIONAL : sum(trades.map(({ pnl }) => pnl))),
  };
}

/** Of the results of trading days in dollars, over a year; null with fewer than two days or no spread. */
function sharpe(results: readonly number[]): number | null {
  if (results.length < 2) return null;
  const mean = results.reduce((total, result) => total + result, 0) / results.length;
  const variance = results.reduce((total, result) => total + (result - mean) ** 2, 0) / (results.length - 1);
  return variance > 0 ? rounded((mean / Math.sqrt(variance)) * Math.sqrt(DAYS_PER_YEAR)) : null;
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
