/**
 * How trading went, folded from events: counts and sums stay exact money until the last step, where
 * ratios become plain numbers. Win rate and profit factor count closed positions after all fees; the
 * Sharpe ratio is of daily equity changes, over 365 days a year, without a riskless rate; drawdown is
 * from the highest marked equity. Ratios that mean nothing yet are null, never NaN.
 */
import type { EventRecord } from '../core/events.ts';
import { formatFixed, ratioBps, toNumber, ZERO_NOTIONAL, type Notional } from '../core/money.ts';
import { DAY_MS } from '../core/time.ts';

export type MetricsState = {
  readonly startedAt: number | null;
  readonly startEquity: Notional;
  readonly trades: number;
  readonly wins: number;
  readonly losses: number;
  readonly grossProfit: Notional;
  readonly grossLoss: Notional;
  readonly largestWin: Notional;
  readonly largestLoss: Notional;
  readonly fees: Notional;
  readonly heldMs: number;
  readonly stops: number;
  readonly entriesRefused: number;
  readonly equity: Notional;
  readonly peak: Notional;
  readonly drawdown: Notional;
  readonly drawdownBps: number;
  /** For the Sharpe ratio: days compared, and the sum and sum of squares of their returns. */
  readonly dayEquity: Notional;
  readonly dayAt: number | null;
  readonly days: number;
  readonly returns: number;
  readonly returnsSquared: number;
};

export const initialMetrics: MetricsState = {
  startedAt: null,
  startEquity: ZERO_NOTIONAL,
  trades: 0,
  wins: 0,
  losses: 0,
  grossProfit: ZERO_NOTIONAL,
  grossLoss: ZERO_NOTIONAL,
  largestWin: ZERO_NOTIONAL,
  largestLoss: ZERO_NOTIONAL,
  fees: ZERO_NOTIONAL,
  heldMs: 0,
  stops: 0,
  entriesRefused: 0,
  equity: ZERO_NOTIONAL,
  peak: ZERO_NOTIONAL,
  drawdown: ZERO_NOTIONAL,
  drawdownBps: 0,
  dayEquity: ZERO_NOTIONAL,
  dayAt: null,
  days: 0,
  returns: 0,
  returnsSquared: 0,
};

export function evolveMetrics(
  state: MetricsState,
  { event, at }: Pick<EventRecord, 'event' | 'at'>,
): MetricsState {
  switch (event.kind) {
    case 'day.started':
      return withDay(withEquity(state, event.equity, at), event.equity, at);
    case 'equity.marked':
      return withEquity(state, event.equity, at);
    case 'entry.refused':
      return { ...state, entriesRefused: state.entriesRefused + 1 };
    case 'position.closed': {
      const pnl = event.realisedPnl;
      return {
        ...state,
        trades: state.trades + 1,
        wins: state.wins + (pnl > 0n ? 1 : 0),
        losses: state.losses + (pnl < 0n ? 1 : 0),
        grossProfit: (pnl > 0n ? state.grossProfit + pnl : state.grossProfit) as Notional,
        grossLoss: (pnl < 0n ? state.grossLoss - pnl : state.grossLoss) as Notional,
        largestWin: pnl > state.largestWin ? pnl : state.largestWin,
        largestLoss: pnl < state.largestLoss ? pnl : state.largestLoss,
        fees: (state.fees + event.fees) as Notional,
        heldMs: state.heldMs + event.heldMs,
        stops: state.stops + (event.reason === 'stop_loss' ? 1 : 0),
      };
    }
    default:
      return state;
  }
}

/** Equity as it stands at `at`, also when no event marked it (the end of a run). */
export function withEquity(state: MetricsState, equity: Notional, at: number): MetricsState {
  if (state.startedAt === null) {
    return { ...state, startedAt: at, startEquity: equity, equity, peak: equity };
  }
  if (equity > state.peak) return { ...state, equity, peak: equity };
  const drawdown = (state.peak - equity) as Notional;
  const drawdownBps = ratioBps(drawdown, state.peak);
  return {
    ...state,
    equity,
    drawdown: drawdown > state.drawdown ? drawdown : state.drawdown,
    drawdownBps: Math.max(drawdownBps, state.drawdownBps),
  };
}

/** A day that began less than half a day after the last one was a short first day and tells nothing. */
function withDay(state: MetricsState, equity: Notional, at: number): MetricsState {
  const next = { ...state, dayEquity: equity, dayAt: at };
  if (state.dayAt === null || state.dayEquity <= 0n || at - state.dayAt < DAY_MS / 2) return next;
  const change = toNumber(equity) / toNumber(state.dayEquity) - 1;
  return {
    ...next,
    days: state.days + 1,
    returns: state.returns + change,
    returnsSquared: state.returnsSquared + change * change,
  };
}

/** Amounts as decimal text, ratios as numbers; null where there is nothing to divide by. */
export type Metrics = {
  readonly totalPnl: string;
  readonly totalReturn: number | null;
  readonly trades: number;
  readonly wins: number;
  readonly losses: number;
  readonly winRate: number | null;
  readonly profitFactor: number | null;
  readonly averagePnl: string | null;
  readonly largestWin: string;
  readonly largestLoss: string;
  readonly sharpe: number | null;
  readonly maxDrawdown: string;
  readonly maxDrawdownBps: number;
  /** Share of the time a position was open. */
  readonly exposure: number | null;
  readonly fees: string;
  readonly stops: number;
  readonly entriesRefused: number;
  readonly startEquity: string;
  readonly finalEquity: string;
};

/** The figures up to `endAt` (ms). */
export function metricsOf(state: MetricsState, endAt: number): Metrics {
  const { trades, wins } = state;
  const span = state.startedAt === null ? 0 : endAt - state.startedAt;
  return {
    totalPnl: formatFixed(state.equity - state.startEquity),
    totalReturn: ratio(toNumber(state.equity - state.startEquity), toNumber(state.startEquity)),
    trades,
    wins,
    losses: state.losses,
    winRate: ratio(wins, trades),
    profitFactor: ratio(toNumber(state.grossProfit), toNumber(state.grossLoss)),
    averagePnl: trades === 0 ? null : formatFixed((state.grossProfit - state.grossLoss) / BigInt(trades)),
    largestWin: formatFixed(state.largestWin),
    largestLoss: formatFixed(state.largestLoss),
    sharpe: sharpeOf(state),
    maxDrawdown: formatFixed(state.drawdown),
    maxDrawdownBps: state.drawdownBps,
    exposure: span <= 0 ? null : round(Math.min(1, state.heldMs / span)),
    fees: formatFixed(state.fees),
    stops: state.stops,
    entriesRefused: state.entriesRefused,
    startEquity: formatFixed(state.startEquity),
    finalEquity: formatFixed(state.equity),
  };
}

const DAYS_PER_YEAR = 365;
/** Fewer days say nothing about their spread. */
const SHARPE_DAYS_MIN = 5;

function sharpeOf({ days, returns, returnsSquared }: MetricsState): number | null {
  if (days < SHARPE_DAYS_MIN) return null;
  const mean = returns / days;
  const variance = (returnsSquared - days * mean * mean) / (days - 1);
  if (!(variance > 1e-18)) return null;
  return round((mean / Math.sqrt(variance)) * Math.sqrt(DAYS_PER_YEAR));
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : round(part / whole);
}

/** Six digits: enough to read, too few to show the noise of floating point. */
function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
