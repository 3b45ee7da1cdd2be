/**
 * What follows from what the trader said about themselves (decision 0021). Caution is asymmetric: a time in life
 * makes the program speak up sooner at once and ends only on a calm account; learning one's usual anew could
 * loosen, so it is asked for on a calm account, waits, is withdrawn by anything that is not calm, comes at
 * most once a month, and lowers thresholds until enough is learned again. Pure; the engine says what is calm.
 */
import type { DomainEvent, EventOf } from '../core/events.ts';
import { refusal, type Refusal } from '../core/refusals.ts';
import type { InterventionRules } from '../core/rules.ts';
import type { Actor, LifeEvent } from '../core/vocabulary.ts';
import { DAY_MS } from '../core/time.ts';
import type { Baseline } from './baseline/baseline.ts';
import type { DeclaredState } from './declared-state.ts';
import type { InterventionsState } from './interventions-state.ts';
import { manualNotBefore } from './override.ts';

/** What keeps the account from being calm, as a figure of the refusal; null when nothing does. */
export type Unrest = string | null;

export type AskedBy = { readonly actor: Actor; readonly at: number };

/** What of tilt itself is not calm now; the account's own state is the engine's to say. */
export function tiltUnrest(state: InterventionsState, at: number, rules: InterventionRules): Unrest {
  const { level, lock, paused, reopenedAt, calmTrades, debt, override } = state;
  if (lock !== null) return 'entries rest';
  if (paused) return 'entries wait for a journal entry';
  if (level !== 'NORMAL') return 'something is unusual for you now';
  if (override !== null) return 'an override is under way';
  if (reopenedAt !== null && !(at - reopenedAt >= rules.reopenedForMs))
    return 'entries were reopened just now';
  if (manualNotBefore(state, at, rules) !== null) return 'the last step lies minutes back';
  if (calmTrades !== null && calmTrades < rules.sizeAfterLockBps.length * rules.calmTradesPerSizeStep)
    return 'size is still coming back';
  return debt > 0 ? 'debt is still being paid down' : null;
}

/** Whether the usual may be asked to be learned anew, and what to record. */
export function askRelearn(
  state: DeclaredState,
  { sessions }: Pick<Baseline, 'sessions'>,
  unrest: Unrest,
  { actor, at }: AskedBy,
  rules: InterventionRules,
): { readonly event: EventOf<'tilt.relearnAsked'> | null; readonly refusal: Refusal | null } {
  const refuse = (reason: string, untilMs: number | null): ReturnType<typeof askRelearn> => ({
    event: null,
    refusal: refusal('tilt.relearnNotNow', { reason, ...(untilMs === null ? {} : { untilMs }) }),
  });
  if (unrest !== null) return refuse(unrest, null);
  if (state.relearn !== null) return refuse('it is under way already', state.relearn.maturesAt);
  if (state.life.length > 0)
    return refuse('a time in life stands, and what is learned in it is not usual', null);
  const { relearnedAt } = state;
  if (relearnedAt !== null && !(at - relearnedAt >= rules.relearnEveryMs))
    return refuse('it was learned anew less than a month ago', relearnedAt + rules.relearnEveryMs);
  const event: EventOf<'tilt.relearnAsked'> = {
    kind: 'tilt.relearnAsked',
    maturesAtMs: at + rules.relearnWaitMs,
    sessions,
    actor,
  };
  return { event, refusal: null };
}

/** Declares a time in life until then; it is never shortened. */
export function declareLife(
  state: DeclaredState,
  { event, days }: { readonly event: LifeEvent; readonly days: number | null },
  { actor, at }: AskedBy,
  rules: InterventionRules,
): { readonly event: EventOf<'tilt.lifeEventDeclared'> | null; readonly refusal: Refusal | null } {
  const lasts = days === null ? rules.lifeEventUsualMs : days * DAY_MS;
  if (!(lasts <= rules.lifeEventMaxMs))
    return {
      event: null,
      refusal: refusal('command.durationOutOfRange', { minMs: DAY_MS, maxMs: rules.lifeEventMaxMs }),
    };
  const untilMs = at + lasts;
  const known = state.life.find((declared) => declared.event === event);
  if (known !== undefined && known.untilMs >= untilMs)
    return { event: null, refusal: refusal('tilt.lifeEventStands', { untilMs: known.untilMs }) };
  return { event: { kind: 'tilt.lifeEventDeclared', lifeEvent: event, untilMs, actor }, refusal: null };
}

/**
 * What to record now: a relearning whose calm hour has passed or was broken, and times in life that are over. While
 * the account is not calm, or the day in the red, none of them ends: that would loosen.
 */
export function decideDeclared(
  { relearn, life }: DeclaredState,
  { unrest, red, at }: { readonly unrest: Unrest; readonly red: boolean; readonly at: number },
): readonly DomainEvent[] {
  const against = unrest ?? (life.length > 0 ? 'a time in life was declared' : null);
  if (relearn !== null && against !== null) return [{ kind: 'tilt.relearnWithdrawn', reason: against }];
  if (unrest !== null || red) return [];
  const events: DomainEvent[] = [];
  if (relearn !== null && at >= relearn.maturesAt)
    events.push({ kind: 'tilt.baselineReset', reason: 'asked for by the trader' });
  for (const { event, untilMs } of life)
    if (at >= untilMs)
      events.push({ kind: 'tilt.lifeEventEnded', lifeEvent: event, reason: 'its time is over' });
  return events;
}

/** Whether the usual was begun anew and is still being learned: nothing about the account's first days. */
export function isRelearning(
  state: DeclaredState,
  { sessions }: Pick<Baseline, 'sessions'>,
  rules: InterventionRules,
): boolean {
  return state.relearnedAt !== null && sessions < rules.relearnSessions;
}

/** By how much CAUTION and WARNING begin sooner, and LOCKED: 1 is as written. */
export function declaredSensitivity(
  state: DeclaredState,
  baseline: Pick<Baseline, 'sessions'>,
  rules: InterventionRules,
): { readonly early: number; readonly locked: number } {
  const life = state.life.length > 0 ? rules.lifeEventSensitivityBps / 10_000 : 1;
  const anew = isRelearning(state, baseline, rules) ? rules.relearnSensitivityBps / 10_000 : 1;
  return { early: Math.max(life, anew), locked: life };
}
