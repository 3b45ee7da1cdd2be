/**
 * Tilt as a fold over the log and a score computed from it. Pure: time comes with each event, there
 * is no clock and no chance, so that replaying the log gives every score again (invariants 16, 17).
 * `at` is the engine's time in ms UTC; it may step back, which never lengthens nor shortens anything
 * by more than the step. Rules: domain rules, "Tilt". State is bounded: cost does not grow with history.
 */
import type { TiltRules } from '../core/rules.ts';
import type { TiltLevel } from '../core/vocabulary.ts';
import {
  evolveDecisionSpeed,
  initialDecisionSpeed,
  rebaseDecisionSpeed,
  scoreDecisionSpeed,
  type DecisionSpeed,
} from './indicators/decision-speed.ts';
import { remember, type Contribution, type Observed } from './indicators/indicator.ts';
import {
  evolveReentryAfterStop,
  initialReentryAfterStop,
  rebaseReentryAfterStop,
  scoreReentryAfterStop,
  type ReentryAfterStop,
} from './indicators/reentry-after-stop.ts';
import {
  evolveTradeFrequency,
  initialTradeFrequency,
  rebaseTradeFrequency,
  scoreTradeFrequency,
  type TradeFrequency,
} from './indicators/trade-frequency.ts';

/** Entries rest. Lifted by `tilt.lockEnded` alone, whatever the clock says (invariant 28). */
export type TiltLock = {
  readonly lockedAt: number;
  readonly untilMs: number;
  /** From evidence; otherwise the trader asked for it. */
  readonly byEvidence: boolean;
  readonly journalAccepted: boolean;
};

export type TiltState = {
  readonly tradeFrequency: TradeFrequency;
  readonly reentryAfterStop: ReentryAfterStop;
  readonly decisionSpeed: DecisionSpeed;
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
  /** The greatest time kept anywhere above, to notice a clock that stepped back. */
  readonly newestAt: number;
};

export const initialTilt: TiltState = {
  tradeFrequency: initialTradeFrequency,
  reentryAfterStop: initialReentryAfterStop,
  decisionSpeed: initialDecisionSpeed,
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
  newestAt: 0,
};

const JOURNALS_KEPT = 32;

/** Folds one event in. Events that say nothing about behaviour return the same state. */
export function evolveTilt(state: TiltState, observed: Observed): TiltState {
  const { at } = observed;
  if (!Number.isFinite(at)) return state;
  const settled = at < state.newestAt ? rebase(state, at) : state;
  const next = fold(settled, observed);
  return next === settled ? settled : { ...next, newestAt: Math.max(at, next.newestAt) };
}

function fold(state: TiltState, observed: Observed): TiltState {
  const { event, at } = observed;
  switch (event.kind) {
    case 'order.intended':
    case 'entry.refused':
      return withIndicators(state, observed);
    case 'action.recorded': {
      const decisionSpeed = evolveDecisionSpeed(state.decisionSpeed, observed, state.level);
      return decisionSpeed === state.decisionSpeed ? state : { ...state, decisionSpeed };
    }
    case 'position.closed': {
      const next = withIndicators(state, observed);
      const calm = state.level === 'NORMAL' || state.level === 'CAUTION';
      return next.calmTrades !== null && calm ? { ...next, calmTrades: next.calmTrades + 1 } : next;
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

function withIndicators(state: TiltState, observed: Observed): TiltState {
  const tradeFrequency = evolveTradeFrequency(state.tradeFrequency, observed);
  const reentryAfterStop = evolveReentryAfterStop(state.reentryAfterStop, observed);
  if (tradeFrequency === state.tradeFrequency && reentryAfterStop === state.reentryAfterStop) return state;
  return { ...state, tradeFrequency, reentryAfterStop };
}

/** The clock stepped back to `at`: what it put into the future happened now; a lock keeps its full length. */
function rebase(state: TiltState, at: number): TiltState {
  const earlier = (time: number | null): number | null => (time === null ? null : Math.min(time, at));
  const { lock, lastLock } = state;
  const step = lock === null ? 0 : Math.max(0, lock.lockedAt - at);
  return {
    ...state,
    tradeFrequency: rebaseTradeFrequency(state.tradeFrequency, at),
    reentryAfterStop: rebaseReentryAfterStop(state.reentryAfterStop, at),
    decisionSpeed: rebaseDecisionSpeed(state.decisionSpeed, at),
    lock: lock === null || step === 0 ? lock : { ...lock, lockedAt: at, untilMs: lock.untilMs - step },
    lastLock: lastLock === null ? null : { ...lastLock, at: Math.min(lastLock.at, at) },
    answeredAt: earlier(state.answeredAt),
    reopenedAt: earlier(state.reopenedAt),
    newestAt: at,
  };
}

export type ScoredTilt = {
  /** 0 to 100, whole. */
  readonly score: number;
  /** What the score and what is in force add up to now; announced by interventions.ts. */
  readonly level: TiltLevel;
  /** Greatest first; empty means a score of 0. */
  readonly contributions: readonly Contribution[];
};

const calmScore: ScoredTilt = { score: 0, level: 'NORMAL', contributions: [] };

/** The score at `at`: every point comes with the events behind it; no event, no points. */
export function scoreTilt(state: TiltState, at: number, rules: TiltRules): ScoredTilt {
  const time = Number.isFinite(at) ? at : state.newestAt;
  const contributions: Contribution[] = [];
  for (const contribution of [
    scoreTradeFrequency(state.tradeFrequency, time, rules),
    scoreReentryAfterStop(state.reentryAfterStop, time, rules),
    scoreDecisionSpeed(state.decisionSpeed, time, rules),
  ]) {
    if (contribution !== null) contributions.push(contribution);
  }
  if (contributions.length === 0 && state.level === 'NORMAL' && state.lock === null) return calmScore;
  contributions.sort((left, right) => right.points - left.points);
  let sum = 0;
  for (const { points } of contributions) sum += points;
  const score = Math.min(100, Math.round(sum));
  return { score, level: levelOf(state, score, contributions, rules), contributions };
}

function levelOf(
  state: TiltState,
  score: number,
  contributions: readonly Contribution[],
  rules: TiltRules,
): TiltLevel {
  if (state.lock?.byEvidence === true) return 'LOCKED';
  const { answeredAt } = state;
  const unanswered = contributions.some(({ newestAt }) => answeredAt === null || newestAt > answeredAt);
  if (unanswered && score >= rules.lockedFrom && contributions.length >= rules.lockKindsMin) return 'LOCKED';
  if (unanswered && score >= rules.warningFrom) return 'WARNING';
  if (state.paused) return 'WARNING';
  return score >= rules.cautionFrom ? 'CAUTION' : 'NORMAL';
}
