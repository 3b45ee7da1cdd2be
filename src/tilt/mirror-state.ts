/**
 * What the mirror remembers, as a fold over the log in bounded size: how the score went, what trades
 * entered at which score brought, how often an intervention was said to be fine, which way back helped,
 * and at which hours drift came. It only looks: nothing here is asked by admission.
 */
import { subtract, ZERO_NOTIONAL, type Notional } from '../core/money.ts';
import { DAY_MS, HOUR_MS } from '../core/time.ts';
import { remember, type Observed } from './indicators/indicator.ts';
import type { InterventionsState } from './interventions-state.ts';

/** Trades entered while the score was in one step of ten: 0 to 9, 10 to 19, … 90 to 100. */
export type ScoreStep = { readonly trades: number; readonly pnl: Notional };
export type HourOfDay = { readonly active: number; readonly tilted: number };
/** A way back: how often it was taken, and how often no intervention came for a day. */
export type WayBack = { readonly step: string; readonly taken: number; readonly calmAfter: number };

export type MirrorState = {
  readonly history: readonly { readonly at: number; readonly score: number }[];
  readonly steps: readonly ScoreStep[];
  readonly interventions: number;
  readonly fine: number;
  readonly waysBack: readonly WayBack[];
  /** The last return to trading, until a day has passed or another intervention came. */
  readonly pending: { readonly at: number; readonly steps: readonly string[] } | null;
  /** By hour of the UTC day: hours in which the trader acted, and in which the score was above NORMAL. */
  readonly hours: readonly HourOfDay[];
  readonly lastActiveHour: number;
  readonly lastTiltedHour: number;
};

export const initialMirror: MirrorState = {
  history: [],
  steps: Array.from({ length: 10 }, () => ({ trades: 0, pnl: ZERO_NOTIONAL })),
  interventions: 0,
  fine: 0,
  waysBack: [],
  pending: null,
  hours: Array.from({ length: 24 }, () => ({ active: 0, tilted: 0 })),
  lastActiveHour: -1,
  lastTiltedHour: -1,
};

const HISTORY_KEPT = 240;
const WAYS_KEPT = 8;
/** A way back helped when no intervention came for this long. */
const CALM_AFTER_MS: number = DAY_MS;

/** `before` is what was in force before this event. */
export function evolveMirror(
  state: MirrorState,
  { event, at }: Observed,
  before: InterventionsState,
): MirrorState {
  if (!Number.isFinite(at)) return state;
  switch (event.kind) {
    case 'action.recorded':
    case 'command.received':
      return calmSince(withHour(state, at, 'active'), at);
    case 'tilt.scored': {
      const history = remember(state.history, { at, score: event.score }, HISTORY_KEPT);
      const seen = { ...state, history };
      return event.level === 'NORMAL' ? seen : withHour(withHour(seen, at, 'active'), at, 'tilted');
    }
    case 'position.closed': {
      const entry = before.entries.find(({ positionId }) => positionId === event.positionId);
      if (entry?.byTrader !== true) return state;
      const index = Math.min(9, Math.max(0, Math.floor(entry.score / 10)));
      return {
        ...state,
        steps: state.steps.map((step, place) =>
          place === index
            ? {
                trades: step.trades + 1,
                pnl: subtract(step.pnl, subtract(ZERO_NOTIONAL, event.realisedPnl)),
              }
            : step,
        ),
      };
    }
    case 'tilt.levelChanged': {
      const binds = (event.to === 'WARNING' && event.enforced !== false) || event.to === 'LOCKED';
      if (!binds) return state;
      return { ...settled(state, false), interventions: state.interventions + 1 };
    }
    case 'tilt.markedFine':
      return { ...state, fine: state.fine + 1 };
    case 'tilt.lockEnded':
      return withReturn(state, at, ['rest', ...(before.lock?.done.map(({ step }) => step) ?? [])]);
    case 'tilt.overrideEnded':
      return event.outcome === 'tookEffect' ? withReturn(state, at, ['override']) : state;
    case 'journal.accepted':
      return before.paused && event.reason !== 'own wish' ? withReturn(state, at, ['journal']) : state;
    default:
      return state;
  }
}

function withHour(state: MirrorState, at: number, what: 'active' | 'tilted'): MirrorState {
  const hour = Math.floor(at / HOUR_MS);
  const last = what === 'active' ? state.lastActiveHour : state.lastTiltedHour;
  if (hour === last) return state;
  const place = ((hour % 24) + 24) % 24;
  const hours = state.hours.map((known, index) =>
    index === place ? { ...known, [what]: known[what] + 1 } : known,
  );
  return what === 'active'
    ? { ...state, hours, lastActiveHour: hour }
    : { ...state, hours, lastTiltedHour: hour };
}

function withReturn(state: MirrorState, at: number, steps: readonly string[]): MirrorState {
  return { ...settled(state, false), pending: { at, steps: steps.filter((step) => step !== 'account') } };
}

function calmSince(state: MirrorState, at: number): MirrorState {
  return state.pending !== null && at - state.pending.at >= CALM_AFTER_MS ? settled(state, true) : state;
}

/** The last way back is judged: calm for a day, or not. */
function settled(state: MirrorState, calm: boolean): MirrorState {
  if (state.pending === null) return state;
  let { waysBack } = state;
  for (const step of state.pending.steps) {
    const known = waysBack.find((way) => way.step === step) ?? { step, taken: 0, calmAfter: 0 };
    const next = { step, taken: known.taken + 1, calmAfter: known.calmAfter + (calm ? 1 : 0) };
    waysBack = remember(
      waysBack.filter((way) => way.step !== step),
      next,
      WAYS_KEPT,
    );
  }
  return { ...state, waysBack, pending: null };
}
