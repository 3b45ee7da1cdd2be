/**
 * The other half of tilt: what is in force, as a fold over the log. Level, pause, lock with its recovery
 * checklist, debt, rations, the way back in size. Durable, because it is nothing but events; a restart or
 * a clock that steps back neither shortens a lock nor lengthens it by more than the step (invariant 28).
 * Rules are never read here: what a rule decided comes as an event. It keeps the last stop of each pair
 * itself: the hard rule about re-entry asks no detector.
 */
import type { EventOf } from '../core/events.ts';
import type { TiltLevel } from '../core/vocabulary.ts';
import { remember, type Observed } from './indicators/indicator.ts';

/** Entries rest. Lifted by `tilt.lockEnded` or an override that took effect, whatever the clock says (invariant 28). */
export type TiltLock = {
  readonly lockedAt: number;
  readonly untilMs: number;
  readonly eventId: string;
  /** The events behind the score that locked. */
  readonly evidence: readonly string[];
  /** What was done since, by the event that shows it: `journal`, `account`, and steps a person reports. */
  readonly done: readonly { readonly step: string; readonly eventId: string }[];
};

/** An entry whose position is not closed yet, as it was made. */
export type OpenEntry = {
  readonly positionId: string;
  readonly at: number;
  readonly byTrader: boolean;
  readonly score: number;
  readonly level: TiltLevel;
};

/** A closed trade of the trader's that may count on the way back. */
export type ClosedTrade = OpenEntry & {
  readonly eventId: string;
  readonly closedAt: number;
  readonly byHand: boolean;
};

export type InterventionsState = {
  /** When the account was opened, and the greatest age it was ever seen at: learning never comes back. */
  readonly openedAt: number | null;
  readonly greatestAgeMs: number;
  /** As last announced. */
  readonly level: TiltLevel;
  /** Entries wait for a journal entry; outlives the points that caused it. */
  readonly paused: boolean;
  /** Since when a journal entry is required: it cannot have been begun before. */
  readonly requiredSince: number | null;
  readonly score: number;
  /** Indicators and evidence of the last announced score. */
  readonly indicators: readonly string[];
  readonly evidence: readonly string[];
  readonly lock: TiltLock | null;
  /** The last lock, for the graduated steps. */
  readonly lastLock: { readonly at: number; readonly repetition: number } | null;
  /** Evidence up to here has been answered by a journal entry and opens no new intervention. */
  readonly answeredAt: number | null;
  /** Entries were reopened by a journal entry then: smaller for a while. */
  readonly reopenedAt: number | null;
  /** On the way back from a lock: calm trades so far, since when; null when not. */
  readonly calmTrades: number | null;
  readonly recoveringSince: number | null;
  readonly lastCalmOpenedAt: number | null;
  readonly entries: readonly OpenEntry[];
  readonly unjudged: readonly ClosedTrade[];
  readonly debt: number;
  /** Highest score announced since the level was last NORMAL, and when it came close to WARNING before. */
  readonly peak: number;
  readonly approaches: readonly number[];
  /** The last thing the trader did to reopen trading. */
  readonly manualAt: number | null;
  readonly override: { readonly grantedAt: number; readonly effectiveAtMs: number } | null;
  readonly overrides: readonly number[];
  readonly overrideAttempts: readonly number[];
  /** The last intervention that bound, and whether the trader said it was not needed. */
  readonly lastIntervention: {
    readonly eventId: string;
    readonly level: TiltLevel;
    readonly fine: boolean;
  } | null;
  /** Hashes and sketches of the last journal entries, so that one is not used twice. */
  readonly journals: readonly {
    readonly hash: string;
    readonly sketch: readonly string[];
    readonly at: number;
    readonly words: number;
  }[];
  readonly keepsJournal: boolean;
  /** The last stop-loss close of each pair. */
  readonly stops: readonly { readonly symbol: string; readonly at: number }[];
  /** The greatest time kept anywhere above, to notice a clock that stepped back. */
  readonly newestAt: number;
};

export const initialInterventions: InterventionsState = {
  openedAt: null,
  greatestAgeMs: 0,
  level: 'NORMAL',
  paused: false,
  requiredSince: null,
  score: 0,
  indicators: [],
  evidence: [],
  lock: null,
  lastLock: null,
  answeredAt: null,
  reopenedAt: null,
  calmTrades: null,
  recoveringSince: null,
  lastCalmOpenedAt: null,
  entries: [],
  unjudged: [],
  debt: 0,
  peak: 0,
  approaches: [],
  manualAt: null,
  override: null,
  overrides: [],
  overrideAttempts: [],
  lastIntervention: null,
  journals: [],
  keepsJournal: false,
  stops: [],
  newestAt: 0,
};

const JOURNALS_KEPT = 32;
const STOPS_KEPT = 32;
const ENTRIES_KEPT = 64;
const TIMES_KEPT = 16;

/** Folds one event in. Events that change nothing here return the same state. */
export function evolveInterventions(state: InterventionsState, observed: Observed): InterventionsState {
  const { at } = observed;
  if (!Number.isFinite(at)) return state;
  const settled = at < state.newestAt ? rebase(state, at) : state;
  const next = fold(settled, observed);
  if (next === settled) return settled;
  const ageMs = next.openedAt === null ? 0 : at - next.openedAt;
  return {
    ...next,
    greatestAgeMs: Math.max(ageMs, next.greatestAgeMs),
    newestAt: Math.max(at, next.newestAt),
  };
}

function fold(state: InterventionsState, observed: Observed): InterventionsState {
  const { event, at, eventId } = observed;
  switch (event.kind) {
    case 'account.opened':
      return { ...state, openedAt: at };
    case 'history.lost':
      // Losing the store is no way to the days in which a warning is only shown.
      return { ...state, greatestAgeMs: Number.MAX_SAFE_INTEGER };
    case 'order.intended':
      return withEntry(state, event, at);
    case 'position.closed':
      return withClosed(state, event, at, eventId);
    case 'reconciliation.completed':
      return withStep(state, 'account', eventId);
    case 'tilt.scored':
      return {
        ...state,
        score: event.score,
        indicators: event.indicators,
        evidence: event.evidence,
        peak: event.level === 'NORMAL' ? 0 : Math.max(state.peak, event.score),
      };
    case 'tilt.levelChanged':
      return withLevel(state, event, at, eventId);
    case 'tilt.locked':
      return withLock(state, event, at, eventId);
    case 'tilt.lockEnded':
      return state.lock === null ? state : onTheWayBack(state, at);
    case 'tilt.recoveryStepDone':
      return withStep(state, event.step, eventId);
    case 'tilt.debtChanged':
      return { ...state, debt: Math.max(0, event.debt) };
    case 'tilt.approached':
      return { ...state, peak: 0, approaches: remember(state.approaches, at, TIMES_KEPT) };
    case 'tilt.tradeJudged':
      return withJudgement(state, event);
    case 'tilt.overrideAttempted':
      return withAttempt(state, event, at);
    case 'tilt.overrideEnded':
      return event.outcome === 'tookEffect' && state.override !== null
        ? { ...onTheWayBack(state, at), override: null }
        : { ...state, override: null };
    case 'tilt.markedFine': {
      const { lastIntervention } = state;
      if (lastIntervention?.eventId !== event.interventionId) return state;
      return { ...state, lastIntervention: { ...lastIntervention, fine: true } };
    }
    case 'journal.accepted':
      return withJournal(state, event, at, eventId);
    case 'journal.keepingChanged':
      return { ...state, keepsJournal: event.keep };
    default:
      return state;
  }
}

function withEntry(
  state: InterventionsState,
  event: EventOf<'order.intended'>,
  at: number,
): InterventionsState {
  const { positionId } = event;
  if (event.purpose !== 'entry' || state.entries.some((entry) => entry.positionId === positionId))
    return state;
  const byTrader = event.actor === 'trader' || event.actor === 'api';
  const entry: OpenEntry = { positionId, at, byTrader, score: state.score, level: state.level };
  return { ...state, entries: remember(state.entries, entry, ENTRIES_KEPT) };
}

function withClosed(
  state: InterventionsState,
  event: EventOf<'position.closed'>,
  at: number,
  eventId: string,
): InterventionsState {
  const entry = state.entries.find((candidate) => candidate.positionId === event.positionId);
  const own = event.reason === 'stop_loss' || event.reason === 'take_profit' || event.reason === 'manual';
  const judged = entry?.byTrader === true && own && (state.calmTrades !== null || state.debt > 0);
  const trade = judged ? { ...entry, eventId, closedAt: at, byHand: event.reason === 'manual' } : null;
  const others = state.stops.filter((stop) => stop.symbol !== event.symbol);
  if (entry === undefined && event.reason !== 'stop_loss') return state;
  return {
    ...state,
    entries: state.entries.filter((candidate) => candidate !== entry),
    unjudged: trade === null ? state.unjudged : remember(state.unjudged, trade, ENTRIES_KEPT),
    stops:
      event.reason === 'stop_loss' ? remember(others, { symbol: event.symbol, at }, STOPS_KEPT) : state.stops,
  };
}

function withLevel(
  state: InterventionsState,
  event: EventOf<'tilt.levelChanged'>,
  at: number,
  eventId: string,
): InterventionsState {
  const { to } = event;
  const pauses = to === 'WARNING' && event.enforced !== false;
  return {
    ...state,
    level: to,
    paused: pauses || (to !== 'LOCKED' && state.paused),
    requiredSince: pauses || to === 'LOCKED' ? (state.requiredSince ?? at) : state.requiredSince,
    peak: to === 'WARNING' || to === 'LOCKED' ? 0 : state.peak,
    lastIntervention:
      pauses || to === 'LOCKED' ? { eventId, level: to, fine: false } : state.lastIntervention,
  };
}

function withLock(
  state: InterventionsState,
  event: EventOf<'tilt.locked'>,
  at: number,
  eventId: string,
): InterventionsState {
  const lock: TiltLock = {
    lockedAt: at,
    untilMs: Math.max(event.untilMs, state.lock?.untilMs ?? 0),
    eventId,
    evidence: state.evidence,
    done: [],
  };
  const requiredSince = state.requiredSince ?? at;
  const lastLock = { at, repetition: event.repetition };
  return { ...state, lock, paused: false, requiredSince, override: null, lastLock };
}

function withStep(state: InterventionsState, step: string, eventId: string): InterventionsState {
  const { lock } = state;
  if (lock === null || lock.done.some((done) => done.step === step)) return state;
  return { ...state, lock: { ...lock, done: [...lock.done, { step, eventId }] } };
}

/** The lock or pause is over: smallest size first, and what led there has been answered. */
function onTheWayBack(state: InterventionsState, at: number): InterventionsState {
  return {
    ...state,
    lock: null,
    paused: false,
    requiredSince: null,
    answeredAt: at,
    calmTrades: 0,
    recoveringSince: at,
    lastCalmOpenedAt: null,
    unjudged: [],
  };
}

function withJudgement(state: InterventionsState, event: EventOf<'tilt.tradeJudged'>): InterventionsState {
  const trade = state.unjudged.find(({ positionId }) => positionId === event.positionId);
  const unjudged = state.unjudged.filter((other) => other !== trade);
  if (!event.disciplined) return { ...state, unjudged };
  return {
    ...state,
    unjudged,
    calmTrades: state.calmTrades === null ? null : state.calmTrades + 1,
    lastCalmOpenedAt: trade?.at ?? state.lastCalmOpenedAt,
  };
}

function withAttempt(
  state: InterventionsState,
  event: EventOf<'tilt.overrideAttempted'>,
  at: number,
): InterventionsState {
  if (event.outcome === 'incomplete') return state;
  const overrideAttempts = remember(state.overrideAttempts, at, TIMES_KEPT);
  if (event.outcome !== 'granted' || event.effectiveAtMs === null) return { ...state, overrideAttempts };
  return {
    ...state,
    overrideAttempts,
    manualAt: at,
    overrides: remember(state.overrides, at, TIMES_KEPT),
    override: { grantedAt: at, effectiveAtMs: event.effectiveAtMs },
  };
}

function withJournal(
  state: InterventionsState,
  event: EventOf<'journal.accepted'>,
  at: number,
  eventId: string,
): InterventionsState {
  const known = { hash: event.textHash, sketch: event.sketch ?? [], at, words: event.words };
  const kept = { ...state, journals: remember(state.journals, known, JOURNALS_KEPT) };
  // An entry of one's own wish answers nothing: it was held to no length.
  if (event.reason === 'own wish') return kept;
  const answered = {
    ...withStep(kept, 'journal', eventId),
    answeredAt: at,
    manualAt: at,
    requiredSince: null,
  };
  return state.paused ? { ...answered, paused: false, reopenedAt: at } : answered;
}

/** The clock stepped back to `at`: what it put into the future happened now; what is still to come keeps its length. */
function rebase(state: InterventionsState, at: number): InterventionsState {
  const earlier = (time: number | null): number | null => (time === null ? null : Math.min(time, at));
  const { lock, lastLock, override } = state;
  const step = lock === null ? 0 : Math.max(0, lock.lockedAt - at);
  const overrideStep = override === null ? 0 : Math.max(0, override.grantedAt - at);
  return {
    ...state,
    openedAt: earlier(state.openedAt),
    lock: lock === null || step === 0 ? lock : { ...lock, lockedAt: at, untilMs: lock.untilMs - step },
    lastLock: lastLock === null ? null : { ...lastLock, at: Math.min(lastLock.at, at) },
    requiredSince: earlier(state.requiredSince),
    answeredAt: earlier(state.answeredAt),
    reopenedAt: earlier(state.reopenedAt),
    recoveringSince: earlier(state.recoveringSince),
    lastCalmOpenedAt: earlier(state.lastCalmOpenedAt),
    entries: state.entries.map((entry) => (entry.at <= at ? entry : { ...entry, at })),
    approaches: state.approaches.map((time) => Math.min(time, at)),
    manualAt: earlier(state.manualAt),
    override:
      override === null || overrideStep === 0
        ? override
        : { grantedAt: at, effectiveAtMs: override.effectiveAtMs - overrideStep },
    overrides: state.overrides.map((time) => Math.min(time, at)),
    overrideAttempts: state.overrideAttempts.map((time) => Math.min(time, at)),
    journals: state.journals.map((entry) => (entry.at <= at ? entry : { ...entry, at })),
    stops: state.stops.map((stop) => (stop.at <= at ? stop : { ...stop, at })),
    newestAt: at,
  };
}

/** The account's first days, in which only LOCKED-class evidence intervenes. A clock that steps back does not bring them back. */
export function isLearning(state: InterventionsState, at: number, learningMs: number): boolean {
  if (state.openedAt === null) return false;
  return !(Math.max(at - state.openedAt, state.greatestAgeMs) >= learningMs);
}
