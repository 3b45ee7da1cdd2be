/**
 * What the risk rules remember, as a fold: the day and its starting equity, the peak, entries of the
 * day, streaks, recovery, what was done once already. Deposits, withdrawals and other people's trades move
 * the references with them, so that none looks like a result.
 */
import type { EventOf, EventRecord } from '../../core/events.ts';
import { larger, ZERO_NOTIONAL, type Notional } from '../../core/money.ts';
import { MINUTE_MS } from '../../core/time.ts';
import { withMessage, type MessageCount } from './message-count.ts';
import { evolveRecovery, recoveryFlowed, type Recovery } from './recovery.ts';
import { afterDay, evolveStreaks, initialStreaks, type Streaks } from './streaks.ts';
import { initialResults, withResult, type TradeResults } from './trade-results.ts';

type RecentEntry = {
  readonly at: number;
  readonly symbol: string;
  readonly side: string;
  readonly actor: string;
  readonly strategy: string | null;
};

export type FlashCrash = { readonly symbol: string; readonly fallBps: number; readonly untilMs: number };

export type RiskState = {
  readonly day: number;
  readonly dayStartEquity: Notional;
  readonly peakEquity: Notional;
  readonly lastEquity: Notional;
  readonly entriesToday: number;
  /** Times of the entries of the last minute. */
  readonly recentEntries: readonly RecentEntry[];
  readonly messages: MessageCount;
  readonly realisedToday: Notional;
  readonly feesToday: Notional;
  readonly streaks: Streaks;
  readonly recovery: Recovery | null;
  readonly results: TradeResults;
  /** The highest drawdown warning given since the last peak, in basis points. */
  readonly drawdownWarnedBps: number;
  /** The deepest stage of deleveraging that has acted today; 0 for none. */
  readonly deleveragedAtBps: number;
  readonly flashCrash: FlashCrash | null;
  /** Positions cut for their correlation, so that each is cut once. */
  readonly correlationCuts: ReadonlySet<string>;
  /** The mean correlation was announced above its warning. */
  readonly correlationWarned: boolean;
  /** Strategies that the throttle switched off, until a person arms them again. */
  readonly suspended: ReadonlySet<string>;
};

export const initialRisk: RiskState = {
  day: -1,
  dayStartEquity: ZERO_NOTIONAL,
  peakEquity: ZERO_NOTIONAL,
  lastEquity: ZERO_NOTIONAL,
  entriesToday: 0,
  recentEntries: [],
  messages: [],
  realisedToday: ZERO_NOTIONAL,
  feesToday: ZERO_NOTIONAL,
  streaks: initialStreaks,
  recovery: null,
  results: initialResults,
  drawdownWarnedBps: 0,
  deleveragedAtBps: 0,
  flashCrash: null,
  correlationCuts: new Set(),
  correlationWarned: false,
  suspended: new Set(),
};

/** `outsideFlow` is what the event moved in or out of the quote balance without being a result of ours. */
export function evolveRisk(state: RiskState, record: EventRecord, outsideFlow: Notional): RiskState {
  const { event, at } = record;
  switch (event.kind) {
    case 'day.started':
      return dayStarted(state, event);
    case 'equity.marked':
      return {
        ...state,
        lastEquity: event.equity,
        peakEquity: larger(state.peakEquity, event.equity),
        drawdownWarnedBps: event.equity > state.peakEquity ? 0 : state.drawdownWarnedBps,
        recovery: evolveRecovery(state.recovery, event),
      };
    case 'history.rebuilt':
      return {
        ...state,
        dayStartEquity: larger(state.dayStartEquity, (event.equity - event.dayPnl) as Notional),
        peakEquity: larger(state.peakEquity, event.peakEquity),
        entriesToday: Math.max(state.entriesToday, event.entriesToday),
        streaks: {
          ...state.streaks,
          lossesInARow: Math.max(state.streaks.lossesInARow, event.losingTradesInRow),
        },
      };
    case 'account.recoveryEntered':
    case 'account.recoveryLeft':
      return { ...state, recovery: evolveRecovery(state.recovery, event) };
    case 'account.peakRebased':
      return { ...state, peakEquity: event.to };
    case 'account.drawdownWarned':
      return { ...state, drawdownWarnedBps: Math.max(state.drawdownWarnedBps, event.limitBps) };
    case 'balance.adopted':
    case 'trade.adopted':
      return flowed(state, outsideFlow);
    case 'order.intended':
      return intended(state, event, at);
    case 'order.cancelRequested':
      return { ...state, messages: withMessage(state.messages, at) };
    case 'order.filled':
      return { ...state, feesToday: (state.feesToday + event.feeQuote) as Notional };
    case 'position.closed':
      return {
        ...state,
        realisedToday: (state.realisedToday + event.realisedPnl) as Notional,
        streaks: evolveStreaks(state.streaks, event),
        results: withResult(state.results, event),
        correlationCuts: without(state.correlationCuts, event.positionId),
      };
    case 'journal.accepted':
    case 'risk.breakStarted':
    case 'risk.breakEnded':
      return { ...state, streaks: evolveStreaks(state.streaks, event) };
    case 'risk.deleveraged':
      return { ...state, deleveragedAtBps: Math.max(state.deleveragedAtBps, event.atBps) };
    case 'risk.flashCrash':
      return { ...state, flashCrash: crashed(state.flashCrash, event) };
    case 'risk.correlationWarned':
      return { ...state, correlationWarned: event.mean > event.limit };
    case 'risk.correlationCut':
      return { ...state, correlationCuts: new Set(state.correlationCuts).add(event.positionId) };
    case 'strategy.suspended':
      return { ...state, suspended: new Set(state.suspended).add(event.strategy) };
    case 'strategy.rearmed':
      return { ...state, suspended: without(state.suspended, event.strategy) };
    default:
      return state;
  }
}

function dayStarted(state: RiskState, event: EventOf<'day.started'>): RiskState {
  // A clock that steps back never brings an old day's limits back (invariant 13).
  if (event.day <= state.day) return state;
  const ended = state.day < 0 ? 0n : event.equity - state.dayStartEquity;
  return {
    ...state,
    day: event.day,
    dayStartEquity: event.equity,
    peakEquity: larger(state.peakEquity, event.equity),
    lastEquity: event.equity,
    entriesToday: 0,
    realisedToday: ZERO_NOTIONAL,
    feesToday: ZERO_NOTIONAL,
    streaks: afterDay(state.streaks, ended),
    deleveragedAtBps: 0,
  };
}

function intended(state: RiskState, event: EventOf<'order.intended'>, at: number): RiskState {
  const messages = withMessage(state.messages, at);
  if (event.purpose !== 'entry') return { ...state, messages };
  const { symbol, side, actor, strategy } = event;
  return {
    ...state,
    messages,
    entriesToday: state.entriesToday + 1,
    recentEntries: withEntry(state.recentEntries, { at, symbol, side, actor, strategy }),
  };
}

/** A second crash never shortens the block of the first. */
function crashed(before: FlashCrash | null, event: EventOf<'risk.flashCrash'>): FlashCrash {
  return {
    symbol: event.symbol,
    fallBps: event.fallBps,
    untilMs: Math.max(event.untilMs, before?.untilMs ?? 0),
  };
}

function without(items: ReadonlySet<string>, item: string): ReadonlySet<string> {
  if (!items.has(item)) return items;
  const next = new Set(items);
  next.delete(item);
  return next;
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
    recovery: recoveryFlowed(state.recovery, lastEquity, after),
  };
}
