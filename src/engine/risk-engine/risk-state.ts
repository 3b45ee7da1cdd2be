/**
 * What the risk rules remember, as a fold: the day and its starting equity, the peak, entries of the
 * day. Deposits, withdrawals and other people's trades move the references with them, so that none looks like
 * a result.
 */
import type { EventRecord } from '../../core/events.ts';
import { larger, ZERO_NOTIONAL, type Notional } from '../../core/money.ts';
import { MINUTE_MS } from '../../core/time.ts';

type RecentEntry = {
  readonly at: number;
  readonly symbol: string;
  readonly side: string;
  readonly actor: string;
};

export type RiskState = {
  readonly day: number;
  readonly dayStartEquity: Notional;
  readonly peakEquity: Notional;
  readonly lastEquity: Notional;
  readonly entriesToday: number;
  /** Times of the entries of the last minute. */
  readonly recentEntries: readonly RecentEntry[];
  readonly realisedToday: Notional;
  readonly feesToday: Notional;
  readonly lossesInARow: number;
  /** The highest drawdown warning given since the last peak, in basis points. */
  readonly drawdownWarnedBps: number;
};

export const initialRisk: RiskState = {
  day: -1,
  dayStartEquity: ZERO_NOTIONAL,
  peakEquity: ZERO_NOTIONAL,
  lastEquity: ZERO_NOTIONAL,
  entriesToday: 0,
  recentEntries: [],
  realisedToday: ZERO_NOTIONAL,
  feesToday: ZERO_NOTIONAL,
  lossesInARow: 0,
  drawdownWarnedBps: 0,
};

/** `outsideFlow` is what the event moved in or out of the quote balance without being a result of ours. */
export function evolveRisk(state: RiskState, record: EventRecord, outsideFlow: Notional): RiskState {
  const { event, at } = record;
  switch (event.kind) {
    case 'day.started':
      // A clock that steps back never brings an old day's limits back (invariant 13).
      if (event.day <= state.day) return state;
      return {
        ...state,
        day: event.day,
        dayStartEquity: event.equity,
        peakEquity: larger(state.peakEquity, event.equity),
        lastEquity: event.equity,
        entriesToday: 0,
        realisedToday: ZERO_NOTIONAL,
        feesToday: ZERO_NOTIONAL,
      };
    case 'equity.marked':
      return {
        ...state,
        lastEquity: event.equity,
        peakEquity: larger(state.peakEquity, event.equity),
        drawdownWarnedBps: event.equity > state.peakEquity ? 0 : state.drawdownWarnedBps,
      };
    case 'history.rebuilt':
      return {
        ...state,
        dayStartEquity: larger(state.dayStartEquity, (event.equity - event.dayPnl) as Notional),
        peakEquity: larger(state.peakEquity, event.peakEquity),
        entriesToday: Math.max(state.entriesToday, event.entriesToday),
        lossesInARow: Math.max(state.lossesInARow, event.losingTradesInRow),
      };
    case 'account.drawdownWarned':
      return { ...state, drawdownWarnedBps: Math.max(state.drawdownWarnedBps, event.limitBps) };
    case 'balance.adopted':
    case 'trade.adopted':
      return flowed(state, outsideFlow);
    case 'order.intended':
      if (event.purpose !== 'entry') return state;
      return {
        ...state,
        entriesToday: state.entriesToday + 1,
        recentEntries: withEntry(state.recentEntries, {
          at,
          symbol: event.symbol,
          side: event.side,
          actor: event.actor,
        }),
      };
    case 'order.filled':
      return { ...state, feesToday: (state.feesToday + event.feeQuote) as Notional };
    case 'position.closed':
      return {
        ...state,
        realisedToday: (state.realisedToday + event.realisedPnl) as Notional,
        lossesInARow: event.realisedPnl < 0n ? state.lossesInARow + 1 : 0,
      };
    default:
      return state;
  }
}

/** Between a decision and the wire: the old ones go from the front, and the rest is copied whole, not looked at one by one. */
function withEntry(entries: RiskState['recentEntries'], fresh: RecentEntry): RiskState['recentEntries'] {
  let from = 0;
  for (const entry of entries) {
    if (fresh.at - entry.at < MINUTE_MS) break;
    from += 1;
  }
  return entries.slice(from).concat(fresh);
}

/**
 * Money came or went that is no result. Dollars of the day move with it; the peak moves in proportion, so that
 * the drawdown in percent stays what it was: a deposit dilutes no loss, a withdrawal makes none.
 */
function flowed(state: RiskState, delta: Notional): RiskState {
  if (state.day < 0 || delta === 0n) return state;
  const { lastEquity, peakEquity } = state;
  const after = lastEquity + delta;
  const peak =
    lastEquity > 0n && after > 0n
      ? (peakEquity * after + lastEquity - 1n) / lastEquity
      : peakEquity + (delta as bigint);
  return {
    ...state,
    dayStartEquity: (state.dayStartEquity + delta) as Notional,
    peakEquity: larger(peak as Notional, ZERO_NOTIONAL),
    lastEquity: after as Notional,
  };
}
