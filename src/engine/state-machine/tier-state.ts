/**
 * The tier as a fold. Only the tier machine's own events move it; nothing is set from outside (invariant 13).
 * A rise that was not earned step by step is a broken invariant here, whoever wrote the event.
 */
import type { EventOf, EventRecord } from '../../core/events.ts';
import { invariant } from '../../core/invariant.ts';
import { HOUR_MS } from '../../core/time.ts';
import { tierRank, type Tier } from '../../core/vocabulary.ts';
import { evolveEvidence, initialEvidence, restartedEvidence, type Evidence } from './evidence.ts';
import { evolveSignals, initialSignals, type Signal, type Signals } from './signals.ts';
import { evolveTrial, type Trial } from './trial-state.ts';

export type Emergency = Signal & {
  readonly trigger: string;
  /** Items of the recovery checklist that are done. */
  readonly done: readonly string[];
  /** Words of the longest journal entry since it began. */
  readonly journalWords: number;
};

export type TierState = {
  readonly tier: Tier;
  readonly startedAt: number;
  readonly evidence: Evidence;
  readonly signals: Signals;
  readonly evaluated: (Signal & { readonly passed: boolean; readonly to: Tier | null }) | null;
  readonly trial: Trial | null;
  readonly trialPassed: (Signal & { readonly to: Tier }) | null;
  readonly confirmed: (Signal & { readonly to: Tier }) | null;
  readonly reflected: (Signal & { readonly to: Tier }) | null;
  /** When it rose last: half limits for a while. */
  readonly risenAt: number | null;
  readonly emergency: Emergency | null;
  /** The last emergency, whether it is over or not: no promotion for a while. */
  readonly fellAt: number | null;
  readonly history: readonly (EventOf<'tier.changed'> & { readonly at: number })[];
};

export const initialTier: TierState = {
  tier: 'SNIPER',
  startedAt: 0,
  evidence: initialEvidence,
  signals: initialSignals,
  evaluated: null,
  trial: null,
  trialPassed: null,
  confirmed: null,
  reflected: null,
  risenAt: null,
  emergency: null,
  fellAt: null,
  history: [],
};

/** Invariant 13's own number; the configuration can only make it shorter. */
const CONFIRMED_FOR_MS = 24 * HOUR_MS;
const HISTORY_KEPT = 16;
const unasked = { trial: null, trialPassed: null, confirmed: null, reflected: null } as const;

export function evolveTier(state: TierState, record: EventRecord): TierState {
  const today = state.evidence.days.recent.at(-1)?.day ?? -1;
  const evidence = evolveEvidence(state.evidence, record);
  const signals = evolveSignals(state.signals, record, today);
  const trial = evolveTrial(state.trial, record);
  const unmoved = evidence === state.evidence && signals === state.signals && trial === state.trial;
  return moved(unmoved ? state : { ...state, evidence, signals, trial }, record);
}

function moved(state: TierState, record: EventRecord): TierState {
  const { event, at, eventId } = record;
  switch (event.kind) {
    case 'account.opened':
      return { ...state, tier: event.tier, startedAt: at };
    case 'tier.evaluated':
      return { ...state, evaluated: { at, eventId, passed: event.passed, to: event.to } };
    case 'tier.trialStarted':
      invariant(state.emergency === null, 'no trial runs in an emergency');
      return { ...state, trialPassed: null, confirmed: null, reflected: null };
    case 'tier.trialEnded':
      return event.passed ? { ...state, trialPassed: { at, eventId, to: event.to } } : state;
    case 'tier.confirmed':
      return { ...state, confirmed: { at, eventId, to: event.to } };
    case 'tier.reflected':
      return { ...state, reflected: { at, eventId, to: event.to } };
    case 'tier.emergencyStarted':
      return {
        ...state,
        ...unasked,
        emergency: { at, eventId, trigger: event.trigger, done: [], journalWords: 0 },
        fellAt: at,
        risenAt: null,
        evidence: restartedEvidence(state.evidence, eventId),
      };
    case 'journal.accepted':
      return journaled(state, event.words);
    case 'tier.checkDone':
      return checked(state, event.item);
    case 'tier.emergencyEnded':
      return { ...state, emergency: null };
    case 'tier.changed':
      return changed(state, event, record);
    default:
      return state;
  }
}

function journaled(state: TierState, words: number): TierState {
  const { emergency } = state;
  if (emergency === null || words <= emergency.journalWords) return state;
  return { ...state, emergency: { ...emergency, journalWords: words } };
}

function checked(state: TierState, item: string): TierState {
  const { emergency } = state;
  if (emergency === null || emergency.done.includes(item)) return state;
  return { ...state, emergency: { ...emergency, done: [...emergency.done, item] } };
}

function changed(state: TierState, event: EventOf<'tier.changed'>, { at, eventId }: EventRecord): TierState {
  invariant(event.from === state.tier, 'a tier changes from the tier it is');
  const rises = tierRank(event.to) > tierRank(event.from);
  if (rises) earned(state, event, at);
  else invariant(state.emergency !== null, 'a tier falls in an emergency alone');
  return {
    ...state,
    ...unasked,
    tier: event.to,
    startedAt: at,
    risenAt: rises ? at : null,
    evaluated: null,
    evidence: restartedEvidence(state.evidence, eventId),
    signals: { ...state.signals, under: null },
    history: [...state.history, { ...event, at }].slice(-HISTORY_KEPT),
  };
}

/** Gates, trial, sentence, reflection: each for this very step, and the sentence of the last day (invariant 13). */
function earned(state: TierState, event: EventOf<'tier.changed'>, at: number): void {
  const { to } = event;
  invariant(tierRank(to) === tierRank(event.from) + 1, 'a tier rises one step at a time');
  invariant(state.emergency === null, 'no tier rises in an emergency');
  invariant(
    state.evaluated?.passed === true && state.evaluated.to === to,
    'a tier rises when all gates pass',
  );
  invariant(state.trialPassed?.to === to, 'a tier rises after its trial');
  invariant(state.reflected?.to === to, 'a tier rises after a reflection');
  const { confirmed } = state;
  invariant(confirmed?.to === to, 'a tier rises when the sentence was typed');
  const age = at - confirmed.at;
  invariant(age >= 0 && age <= CONFIRMED_FOR_MS, 'the sentence is not older than a day');
  invariant(event.evidence.length > 0, 'a tier rises with its evidence');
}
