/**
 * The other half of tilt: what is in force, as a fold over the log. Level, pause, lock, what a journal
 * entry has answered, the way back in size. Durable, because it is nothing but events; a restart or a
 * clock that steps back neither shortens a lock nor lengthens it by more than the step (invariant 28).
 * It keeps the last stop of each pair itself: the hard rule about re-entry asks no detector.
 */
import type { TiltLevel } from '../core/vocabulary.ts';
import { remember, type Observed } from './indicators/indicator.ts';

/** Entries rest. Lifted by `tilt.lockEnded` alone, whatever the clock says (invariant 28). */
export type TiltLock = {
  readonly lockedAt: number;
  readonly untilMs: number;
  /** From evidence; otherwise the trader asked for it. */
  readonly byEvidence: boolean;
  readonly journalAccepted: boolean;
};

export type InterventionsState = {
  /** As last announced. */
  readonly level: TiltLevel;
  /** Entries wait for a journal entry; outlives the points that caused it. */
  readonly paused: boolean;
  readonly score: number;
  /** Indicators of the last announced score. */
  readonly indicators: readonly string[];
  readonly lock: TiltLock | null;
  /** The last lock from evidence, for the graduated steps. */
  readonly lastLock: { readonly at: number; readonly repetition: number } | null;
  /** Evidence up to here has been answered by a journal entry and opens no new intervention. */
  readonly answeredAt: number | null;
  /** Entries were reopened by a journal entry then: smaller for a while. */
  readonly reopenedAt: number | null;
  /** On the way back from a lock: calm trades so far; null when not. */
  readonly calmTrades: number | null;
  /** Hashes of the last journal entries, so that one is not used twice. */
  readonly journalHashes: readonly string[];
  /** The last stop-loss close of each pair. */
  readonly stops: readonly { readonly symbol: string; readonly at: number }[];
  /** The greatest time kept anywhere above, to notice a clock that stepped back. */
  readonly newestAt: number;
};

export const initialInterventions: InterventionsState = {
  level: 'NORMAL',
  paused: false,
  score: 0,
  indicators: [],
  lock: null,
  lastLock: null,
  answeredAt: null,
  reopenedAt: null,
  calmTrades: null,
  journalHashes: [],
  stops: [],
  newestAt: 0,
};

const JOURNALS_KEPT = 32;
const STOPS_KEPT = 32;

/** Folds one event in. Events that change nothing here return the same state. */
export function evolveInterventions(state: InterventionsState, observed: Observed): InterventionsState {
  const { at } = observed;
  if (!Number.isFinite(at)) return state;
  const settled = at < state.newestAt ? rebase(state, at) : state;
  const next = fold(settled, observed);
  return next === settled ? settled : { ...next, newestAt: Math.max(at, next.newestAt) };
}

function fold(state: InterventionsState, observed: Observed): InterventionsState {
  const { event, at } = observed;
  switch (event.kind) {
    case 'position.closed': {
      const calm = state.level === 'NORMAL' || state.level === 'CAUTION';
      const counts = state.calmTrades !== null && calm;
      const stopped = event.reason === 'stop_loss';
      if (!counts && !stopped) return state;
      return {
        ...state,
        calmTrades: counts ? (state.calmTrades ?? 0) + 1 : state.calmTrades,
        stops: stopped
          ? remember(
              state.stops.filter((stop) => stop.symbol !== event.symbol),
              { symbol: event.symbol, at },
              STOPS_KEPT,
            )
          : state.stops,
      };
    }
    case 'tilt.scored':
      return { ...state, score: event.score, indicators: event.indicators };
    case 'tilt.levelChanged':
      return {
        ...state,
        level: event.to,
        paused: event.to === 'WARNING' || (event.to !== 'LOCKED' && state.paused),
      };
    case 'tilt.locked': {
      const byEvidence = event.repetition > 0;
      const lock: TiltLock = {
        lockedAt: at,
        untilMs: Math.max(event.untilMs, state.lock?.untilMs ?? 0),
        byEvidence: byEvidence || (state.lock?.byEvidence ?? false),
        journalAccepted: byEvidence ? false : (state.lock?.journalAccepted ?? false),
      };
      return { ...state, lock, lastLock: byEvidence ? { at, repetition: event.repetition } : state.lastLock };
    }
    case 'tilt.lockEnded':
      if (state.lock?.byEvidence !== true) return { ...state, lock: null };
      return { ...state, lock: null, calmTrades: 0, answeredAt: at };
    case 'journal.accepted': {
      const journalHashes = remember(state.journalHashes, event.textHash, JOURNALS_KEPT);
      const lock = state.lock === null ? null : { ...state.lock, journalAccepted: true };
      const reopenedAt = state.paused ? at : state.reopenedAt;
      return { ...state, journalHashes, lock, reopenedAt, paused: false, answeredAt: at };
    }
    default:
      return state;
  }
}

/** The clock stepped back to `at`: what it put into the future happened now; a lock keeps its full length. */
function rebase(state: InterventionsState, at: number): InterventionsState {
  const earlier = (time: number | null): number | null => (time === null ? null : Math.min(time, at));
  const { lock, lastLock } = state;
  const step = lock === null ? 0 : Math.max(0, lock.lockedAt - at);
  return {
    ...state,
    lock: lock === null || step === 0 ? lock : { ...lock, lockedAt: at, untilMs: lock.untilMs - step },
    lastLock: lastLock === null ? null : { ...lastLock, at: Math.min(lastLock.at, at) },
    answeredAt: earlier(state.answeredAt),
    reopenedAt: earlier(state.reopenedAt),
    stops: state.stops.map((stop) => (stop.at <= at ? stop : { ...stop, at })),
    newestAt: at,
  };
}
