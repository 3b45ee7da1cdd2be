/**
 * What the gates are computed from, as a fold over events: only windows and sums since the tier began, each
 * with the id of the event it rests on. Nothing here is ever set; a gate that waits for a later feature waits
 * for its event (`execution.completed`, `drill.passed` with `crash:NAME`).
 */
import type { EventOf, EventRecord } from '../../core/events.ts';
import { ratioBps, type Notional, type Price } from '../../core/money.ts';
import { ORDERS_KEPT } from '../../core/tier-windows.ts';
import { evolveDays, initialDays, restarted, type Days } from './days.ts';

export type Earned = { readonly pnl: Notional; readonly eventId: string };
export type SlicedOrder = {
  readonly value: Notional;
  readonly slices: number;
  readonly eventId: string;
};

export type Evidence = {
  readonly days: Days;
  /** From decision to wire, newest last. */
  readonly latencies: readonly { readonly ms: number; readonly eventId: string }[];
  readonly pairs: ReadonlyMap<string, Earned>;
  readonly strategies: ReadonlyMap<string, Earned>;
  /** Which strategy opened the positions that are open. */
  readonly openedBy: ReadonlyMap<string, string>;
  readonly sliced: readonly SlicedOrder[];
  /** The order that moved the price most; slices together are one order. */
  readonly impact: { readonly bps: number; readonly eventId: string } | null;
  /** What the entries under way were decided at. */
  readonly references: ReadonlyMap<string, Price>;
  readonly uncorrelated: { readonly pairs: number; readonly eventId: string } | null;
  /** The drawdown since the last peak, and the deepest that was earned back. */
  readonly falling: { readonly bps: number; readonly eventId: string } | null;
  readonly recovered: { readonly bps: number; readonly eventIds: readonly string[] }[];
  readonly drills: ReadonlyMap<string, string>;
  /** Everything is being sold on a person's word, with so many positions open: the way back is a drill. */
  readonly killed: { readonly positions: number; readonly at: number; readonly eventId: string } | null;
  /** By what they were, so that one brought back twice is one. */
  readonly backups: ReadonlyMap<string, string>;
  readonly override: { readonly at: number; readonly eventId: string } | null;
};

export const initialEvidence: Evidence = {
  days: initialDays,
  latencies: [],
  pairs: new Map(),
  strategies: new Map(),
  openedBy: new Map(),
  sliced: [],
  impact: null,
  references: new Map(),
  uncorrelated: null,
  falling: null,
  recovered: [],
  drills: new Map(),
  killed: null,
  backups: new Map(),
  override: null,
};

const KEPT = 64;
const RECOVERIES_KEPT = 8;
/** A dip of less than this is no drawdown that anybody recovered from. */
const DIP_BPS = 100;

export function evolveEvidence(state: Evidence, record: EventRecord): Evidence {
  const days = evolveDays(state.days, record);
  const next = days === state.days ? state : { ...state, days };
  return gathered(next, record);
}

function gathered(state: Evidence, record: EventRecord): Evidence {
  const { event, eventId, at } = record;
  switch (event.kind) {
    case 'order.accepted': {
      const ms = event.sentLatencyMs;
      return ms === null
        ? state
        : { ...state, latencies: [...state.latencies, { ms, eventId }].slice(-ORDERS_KEPT) };
    }
    case 'order.intended':
      return event.purpose === 'entry' ? entering(state, event) : state;
    case 'order.filled':
      return filled(state, event, eventId);
    case 'order.ended':
    case 'order.rejected':
    case 'order.failed':
      return { ...state, references: without(state.references, event.orderId) };
    case 'position.closed': {
      const strategy = state.openedBy.get(event.positionId);
      return {
        ...state,
        pairs: added(state.pairs, event.symbol, event.realisedPnl, eventId),
        strategies:
          strategy === undefined
            ? state.strategies
            : added(state.strategies, strategy, event.realisedPnl, eventId),
        openedBy: without(state.openedBy, event.positionId),
      };
    }
    case 'execution.completed': {
      const order = { value: event.notional, slices: event.slices, eventId };
      return {
        ...state,
        sliced: [...state.sliced, order].slice(-ORDERS_KEPT),
        impact: event.impactBps === null ? state.impact : greater(state.impact, event.impactBps, eventId),
      };
    }
    case 'correlation.measured':
      return { ...state, uncorrelated: { pairs: event.uncorrelated.length, eventId } };
    case 'equity.marked':
      return fallen(state, event.drawdownBps, eventId);
    case 'trading.halted':
      return event.level === 3 && event.actor === 'trader' && state.days.costs.size > 0
        ? { ...state, killed: { positions: state.days.costs.size, at, eventId } }
        : state;
    case 'trading.rearmed':
      return { ...state, killed: null };
    case 'drill.passed':
      return { ...state, drills: capped(state.drills, event.drill, eventId) };
    case 'backup.verified':
      return { ...state, backups: capped(state.backups, event.backupId, eventId) };
    case 'tilt.overrideAttempted':
      return { ...state, override: { at, eventId } };
    default:
      return state;
  }
}

function entering(state: Evidence, event: EventOf<'order.intended'>): Evidence {
  return {
    ...state,
    references: capped(state.references, event.orderId, event.referencePrice),
    openedBy:
      event.strategy === null ? state.openedBy : capped(state.openedBy, event.positionId, event.strategy),
  };
}

/** An entry that was filled away from where it was decided has moved the market, or met one that moved. */
function filled(state: Evidence, event: EventOf<'order.filled'>, eventId: string): Evidence {
  const reference = state.references.get(event.orderId);
  if (reference === undefined || reference <= 0n) return state;
  const bps = ratioBps(event.price - reference, reference);
  return bps <= 0 ? state : { ...state, impact: greater(state.impact, bps, eventId) };
}

function greater(known: Evidence['impact'], bps: number, eventId: string): Evidence['impact'] {
  return known !== null && known.bps >= bps ? known : { bps, eventId };
}

function fallen(state: Evidence, bps: number, eventId: string): Evidence {
  const { falling } = state;
  if (bps > 0)
    return falling !== null && falling.bps >= bps ? state : { ...state, falling: { bps, eventId } };
  if (falling === null) return state;
  if (falling.bps < DIP_BPS) return { ...state, falling: null };
  const recovered = [...state.recovered, { bps: falling.bps, eventIds: [falling.eventId, eventId] }]
    .toSorted((left, right) => right.bps - left.bps)
    .slice(0, RECOVERIES_KEPT);
  return { ...state, falling: null, recovered };
}

function added(
  sums: ReadonlyMap<string, Earned>,
  name: string,
  pnl: Notional,
  eventId: string,
): ReadonlyMap<string, Earned> {
  const sum = ((sums.get(name)?.pnl ?? 0n) + pnl) as Notional;
  return capped(sums, name, { pnl: sum, eventId });
}

/** Sets a key; past the cap the one that was set longest ago goes. */
function capped<V>(map: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> {
  const next = new Map(map);
  next.delete(key);
  next.set(key, value);
  for (const oldest of next.keys()) {
    if (next.size <= KEPT) break;
    next.delete(oldest);
  }
  return next;
}

function without<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  if (!map.has(key)) return map;
  const next = new Map(map);
  next.delete(key);
  return next;
}

/** A tier begins, or falls: what was measured before says nothing about it. What is open stays known. */
export function restartedEvidence(state: Evidence, eventId: string): Evidence {
  return {
    ...initialEvidence,
    days: restarted(state.days, eventId),
    openedBy: state.openedBy,
    references: state.references,
  };
}
