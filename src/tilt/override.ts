/**
 * The rationed override of a pause or a lock from evidence: three in a month, a day apart, after an entry
 * and a typed sentence, with effect only after a delay in which new evidence takes it back. Every attempt
 * is recorded and counts toward demotion (state-machine). It never touches a risk limit, a halt, or a rest
 * the trader asked for: those are not in this state at all.
 */
import { OVERRIDE_PHRASE } from '../core/commands.ts';
import type { EventOf } from '../core/events.ts';
import { refusal, type Refusal } from '../core/refusals.ts';
import type { InterventionRules } from '../core/rules.ts';
import type { Actor } from '../core/vocabulary.ts';
import { holdsEntries } from './interventions.ts';
import type { InterventionsState } from './interventions-state.ts';
import type { JournalProblem } from './journal.ts';
import { journalMessage } from './messages.ts';

export type OverrideAsk = {
  readonly actor: Actor;
  readonly confirmation: string;
  readonly words: number;
  readonly textHash: string;
  /** What is wrong with the entry, or null. */
  readonly journalProblem: JournalProblem | null;
};

export type OverrideAnswer = {
  /** Null only when there is nothing to override: then nothing was attempted. */
  readonly event: EventOf<'tilt.overrideAttempted'> | null;
  readonly refusal: Refusal | null;
};

/** Weighs an attempt at `at`; the event is to be written whatever the answer. */
export function askOverride(
  state: InterventionsState,
  ask: OverrideAsk,
  at: number,
  rules: InterventionRules,
): OverrideAnswer {
  if (!holdsEntries(state)) return { event: null, refusal: refusal('tilt.overrideNotNeeded', {}) };
  const attempt = (
    outcome: string,
    reason: string,
    effectiveAtMs: number | null,
  ): OverrideAnswer['event'] => ({
    kind: 'tilt.overrideAttempted',
    outcome,
    reason,
    actor: ask.actor,
    words: ask.words,
    textHash: ask.textHash,
    effectiveAtMs,
  });
  const attempts = state.overrideAttempts.filter((time) => !(at - time >= rules.overrideAttemptsWithinMs));
  if (attempts.length >= rules.overrideAttemptsMax)
    return {
      event: attempt('refused', 'tooManyAttempts', null),
      refusal: refusal('tilt.overrideLocked', {
        reason: 'tooManyAttempts',
        untilMs: Math.min(...attempts) + rules.overrideAttemptsWithinMs,
      }),
    };
  if (ask.confirmation !== OVERRIDE_PHRASE)
    return {
      event: attempt('incomplete', 'phrase', null),
      refusal: refusal('command.phraseWrong', { phrase: OVERRIDE_PHRASE }),
    };
  if (ask.journalProblem !== null)
    return {
      event: attempt('incomplete', ask.journalProblem.code, null),
      refusal: refusal('journal.notAccepted', {
        message: journalMessage(ask.journalProblem),
        problem: ask.journalProblem.code,
      }),
    };
  const rationed = rationOf(state, at, rules);
  if (rationed !== null)
    return {
      event: attempt('refused', rationed.reason, null),
      refusal: refusal('tilt.overrideLocked', { reason: rationed.reason, untilMs: rationed.notBefore }),
    };
  return { event: attempt('granted', 'within the ration', at + rules.overrideDelayMs), refusal: null };
}

type Ration = {
  readonly reason: 'underWay' | 'usedUp' | 'coolDown' | 'manualCoolDown';
  readonly notBefore: number;
};

/** What stands in the way of an override now, or null. */
export function rationOf(state: InterventionsState, at: number, rules: InterventionRules): Ration | null {
  const { override } = state;
  if (override !== null) return { reason: 'underWay', notBefore: override.effectiveAtMs };
  const granted = state.overrides.filter((time) => !(at - time >= rules.overridePeriodMs));
  if (granted.length >= rules.overridesMax) {
    const oldest = granted[granted.length - rules.overridesMax];
    return { reason: 'usedUp', notBefore: (oldest ?? at) + rules.overridePeriodMs };
  }
  const last = granted.at(-1);
  if (last !== undefined && !(at - last >= rules.overrideCoolDownMs))
    return { reason: 'coolDown', notBefore: last + rules.overrideCoolDownMs };
  const notBefore = manualNotBefore(state, at, rules);
  return notBefore === null ? null : { reason: 'manualCoolDown', notBefore };
}

/** Overrides granted in the running period. */
export function overridesUsed(state: InterventionsState, at: number, rules: InterventionRules): number {
  return state.overrides.filter((time) => !(at - time >= rules.overridePeriodMs)).length;
}

/** When the trader may do the next thing that reopens trading; null when now. */
export function manualNotBefore(
  state: InterventionsState,
  at: number,
  rules: InterventionRules,
): number | null {
  const { manualAt } = state;
  return manualAt === null || at - manualAt >= rules.manualCoolDownMs
    ? null
    : manualAt + rules.manualCoolDownMs;
}
