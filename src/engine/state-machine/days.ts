/**
 * The last days of the account as the gates see them: result, drawdown, trades and how large positions became.
 * A window, never the history (core/tier-windows.ts). Results are the engine's own marks, in which money that
 * came or went is no profit.
 */
import type { EventRecord } from '../../core/events.ts';
import { notionalFloor, ratioBps, ZERO_NOTIONAL, type Notional } from '../../core/money.ts';
import { DAYS_KEPT } from '../../core/tier-windows.ts';

/** An entry's share of equity when it was filled. Of several, only those that no other exceeds in both figures. */
export type FilledShare = { readonly shareBps: number; readonly value: Notional; readonly eventId: string };

export type DayRecord = {
  readonly day: number;
  /** Of the last mark. */
  readonly pnl: Notional;
  readonly pnlBps: number;
  /** The lowest result of the day so far. */
  readonly worstBps: number;
  readonly drawdownBps: number;
  readonly trades: number;
  readonly shares: readonly FilledShare[];
  /** The mark or trade that made it what it is. */
  readonly eventId: string;
};

export type Days = {
  readonly recent: readonly DayRecord[];
  /** Days begun since the tier did: a clock set forward brings one, never many. */
  readonly lived: number;
  readonly equity: Notional;
  /** What the open positions have cost so far, by position. */
  readonly costs: ReadonlyMap<string, Notional>;
};

export const initialDays: Days = { recent: [], lived: 0, equity: ZERO_NOTIONAL, costs: new Map() };

export function evolveDays(state: Days, record: EventRecord): Days {
  const { event, eventId } = record;
  switch (event.kind) {
    case 'day.started': {
      const last = state.recent.at(-1);
      // A clock that steps back never begins an old day again (invariant 13).
      if (last !== undefined && event.day <= last.day) return state;
      const begun = newDay(event.day, eventId);
      return {
        ...state,
        equity: event.equity,
        lived: state.lived + 1,
        recent: [...state.recent, begun].slice(-DAYS_KEPT),
      };
    }
    case 'equity.marked': {
      const start = event.equity - event.dayPnl;
      const pnlBps = start <= 0n ? 0 : ratioBps(event.dayPnl, start);
      return {
        ...change(state, (day) => ({
          ...day,
          pnl: event.dayPnl,
          pnlBps,
          worstBps: Math.min(day.worstBps, pnlBps),
          drawdownBps: Math.max(day.drawdownBps, event.drawdownBps),
          eventId,
        })),
        equity: event.equity,
      };
    }
    case 'order.filled': {
      if (event.side !== 'BUY') return state;
      const cost = ((state.costs.get(event.positionId) ?? 0n) +
        notionalFloor(event.price, event.quantity)) as Notional;
      const filled = { ...state, costs: new Map(state.costs).set(event.positionId, cost) };
      if (state.equity <= 0n) return filled;
      const share = { shareBps: ratioBps(cost, state.equity), value: cost, eventId };
      return change(filled, (day) => ({ ...day, shares: withShare(day.shares, share) }));
    }
    case 'position.closed': {
      const costs = new Map(state.costs);
      costs.delete(event.positionId);
      return change({ ...state, costs }, (day) => ({ ...day, trades: day.trades + 1, eventId }));
    }
    default:
      return state;
  }
}

function newDay(day: number, eventId: string): DayRecord {
  return {
    day,
    pnl: ZERO_NOTIONAL,
    pnlBps: 0,
    worstBps: 0,
    drawdownBps: 0,
    trades: 0,
    shares: [],
    eventId,
  };
}

/** Changes the present day; before the first one there is none. */
function change(state: Days, how: (day: DayRecord) => DayRecord): Days {
  const last = state.recent.at(-1);
  return last === undefined ? state : { ...state, recent: [...state.recent.slice(0, -1), how(last)] };
}

/** Adds a share unless another is at least as large in both figures; drops those it exceeds in both. */
function withShare(shares: readonly FilledShare[], fresh: FilledShare): readonly FilledShare[] {
  const exceeds = (left: FilledShare, right: FilledShare): boolean =>
    left.shareBps >= right.shareBps && left.value >= right.value;
  if (shares.some((known) => exceeds(known, fresh))) return shares;
  return [...shares.filter((known) => !exceeds(fresh, known)), fresh];
}

/** What is left of the days when everything is measured anew: the present one, as if it began now. */
export function restarted(state: Days, eventId: string): Days {
  const last = state.recent.at(-1);
  return { ...state, lived: 0, recent: last === undefined ? [] : [newDay(last.day, eventId)] };
}

/** The newest days on which something was traded, oldest first. */
export function tradingDays(state: Days, count: number): readonly DayRecord[] {
  return state.recent.filter(({ trades }) => trades > 0).slice(-count);
}

/** The days of the last `count` calendar days, today included. */
export function daysSince(state: Days, today: number, count: number): readonly DayRecord[] {
  return state.recent.filter(({ day }) => day > today - count);
}
