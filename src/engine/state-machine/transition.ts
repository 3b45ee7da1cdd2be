/**
 * What a person can do on the way up: begin the trial, type the sentence, write the reflection, tick off the
 * recovery checklist. Each answers with events or says which step is missing, with its numbers; the rise itself
 * follows from the last step and from nothing else (invariant 13).
 */
import type { DomainEvent, EventOf } from '../../core/events.ts';
import { invariant } from '../../core/invariant.ts';
import { refusal, type Refusal } from '../../core/refusals.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { TierGates } from '../../core/rules.ts';
import { DAY_MS, HOUR_MS } from '../../core/time.ts';
import type { Actor, Tier } from '../../core/vocabulary.ts';
import type { Evaluation } from './evaluate.ts';
import type { TierState } from './tier-state.ts';

/** Typed by the trader, letter by letter (domain rules, "Gates"). */
export const RESPONSIBILITY_PHRASE = 'I understand the responsibilities';

/** The recovery checklist of emergency mode; `journal` is done by a journal entry, the others by typing them. */
export const recoveryItems = ['cause', 'orders', 'limits', 'journal'] as const;
export const recoveryWords: Readonly<Record<(typeof recoveryItems)[number], string>> = {
  cause: 'I know what happened and what it cost',
  orders: 'I have looked at every order and position at the exchange',
  limits: 'I have read the limits that hold now',
  journal: 'A journal entry about it is written',
};

type Answer = Result<readonly DomainEvent[], Refusal>;

/** Until when no promotion may begin, or null. */
export function promotionNotBefore(state: TierState, gates: TierGates): number | null {
  return state.fellAt === null ? null : state.fellAt + gates.demotion.promotionPauseDays * DAY_MS;
}

/** Why nothing upward may happen now, or null. */
function resting(state: TierState, now: number, gates: TierGates): Refusal | null {
  if (state.emergency !== null)
    return refusal('tier.emergency', {
      trigger: state.emergency.trigger,
      left: missingItems(state, gates).join(', '),
      limit: String(gates.demotion.positionValueMax / 100_000_000n),
    });
  const until = promotionNotBefore(state, gates);
  return until !== null && now < until
    ? refusal('tier.tooSoon', { untilMs: until, days: gates.demotion.promotionPauseDays })
    : null;
}

export function missingItems(state: TierState, gates: TierGates): readonly string[] {
  const { emergency } = state;
  if (emergency === null) return [];
  const isDone = (item: string): boolean =>
    item === 'journal'
      ? emergency.journalWords >= gates.transition.reflectionWords
      : emergency.done.includes(item);
  return recoveryItems.filter((item) => !isDone(item));
}

function gatesRefusal(evaluation: Evaluation): Refusal {
  const open = evaluation.readings.filter(({ passed }) => !passed);
  const [first] = open;
  invariant(first !== undefined, 'gates that are refused have a closed one among them');
  return refusal('tier.gates', {
    to: evaluation.to,
    open: open.length,
    of: evaluation.readings.length,
    gate: first.words,
    current: first.current,
    required: first.required,
  });
}

export type Moment = { readonly now: number; readonly gates: TierGates; readonly evaluation: Evaluation };

/** Begins the trial of the next tier: all gates have to pass. */
export function startTrial(state: TierState, moment: Moment, trialId: string): Answer {
  const { now, gates, evaluation } = moment;
  const { to } = evaluation;
  if (to === null) return err(refusal('tier.top', { tier: state.tier }));
  const rests = resting(state, now, gates);
  if (rests !== null) return err(rests);
  if (!evaluation.passed) return err(gatesRefusal(evaluation));
  if (state.trial !== null) return err(refusal('tier.trialRuns', { startedAtMs: state.trial.startedAt }));
  const evidence = evaluation.readings.flatMap((reading) => reading.evidence);
  return ok([evaluatedEvent(evaluation, 'trial'), { kind: 'tier.trialStarted', trialId, to, evidence }]);
}

/** The sentence: after the trial, letter by letter. */
export function confirm(state: TierState, moment: Moment, phrase: string, actor: Actor): Answer {
  const passed = trialStands(state, moment);
  if (!passed.ok) return passed;
  if (phrase.trim() !== RESPONSIBILITY_PHRASE)
    return err(refusal('command.phraseWrong', { phrase: RESPONSIBILITY_PHRASE }));
  return ok([{ kind: 'tier.confirmed', to: passed.value.to, actor }]);
}

/** The reflection: the last step. With the sentence of the last day and every gate still passed the tier rises. */
export function reflect(
  state: TierState,
  moment: Moment,
  entry: { readonly words: number; readonly textHash: string },
): Answer {
  const passed = trialStands(state, moment);
  if (!passed.ok) return passed;
  const { to, eventId } = passed.value;
  const { now, gates, evaluation } = moment;
  const { confirmed } = state;
  const hours = gates.transition.confirmWithinHours;
  if (confirmed === null || now < confirmed.at || now - confirmed.at > hours * HOUR_MS)
    return err(refusal('tier.notConfirmed', { phrase: RESPONSIBILITY_PHRASE, hours }));
  if (!evaluation.passed) return err(gatesRefusal(evaluation));
  const evidence = [
    ...new Set([...evaluation.readings.flatMap((reading) => reading.evidence), eventId, confirmed.eventId]),
  ];
  return ok([
    evaluatedEvent(evaluation, 'rise'),
    { kind: 'tier.reflected', to, words: entry.words, textHash: entry.textHash },
    {
      kind: 'tier.changed',
      from: state.tier,
      to,
      reason: 'every gate, the trial and the sentence',
      evidence,
    },
  ]);
}

function trialStands(
  state: TierState,
  { now, gates, evaluation }: Moment,
): Result<{ readonly to: Tier; readonly eventId: string }, Refusal> {
  const rests = resting(state, now, gates);
  if (rests !== null) return err(rests);
  const { to } = evaluation;
  if (to === null) return err(refusal('tier.top', { tier: state.tier }));
  const { trialPassed } = state;
  const hours = gates.transition.trialValidHours;
  if (trialPassed === null || trialPassed.to !== to || now - trialPassed.at > hours * HOUR_MS)
    return err(refusal('tier.noTrial', { to, hours: gates.transition.trialHours }));
  return ok({ to, eventId: trialPassed.eventId });
}

/** One line of the recovery checklist; the last one ends the emergency. */
export function check(state: TierState, gates: TierGates, item: string, actor: Actor): Answer {
  if (state.emergency === null)
    return err(refusal('command.notHere', { command: 'tier check', reason: 'there is no emergency' }));
  const missing = missingItems(state, gates);
  if (item === 'journal' && missing.includes(item))
    return err(refusal('tier.journalFirst', { words: gates.transition.reflectionWords }));
  if (!recoveryItems.some((known) => known === item))
    return err(refusal('tier.noSuchItem', { item, left: missing.join(', ') }));
  const events: DomainEvent[] = missing.includes(item) ? [{ kind: 'tier.checkDone', item, actor }] : [];
  return ok([...events, ...endOfEmergency(missing.filter((one) => one !== item))]);
}

/** A journal entry may have been the last line that was missing. */
export function decideEmergencyEnd(state: TierState, gates: TierGates): readonly DomainEvent[] {
  return state.emergency === null ? [] : endOfEmergency(missingItems(state, gates));
}

function endOfEmergency(missing: readonly string[]): readonly DomainEvent[] {
  return missing.length > 0
    ? []
    : [{ kind: 'tier.emergencyEnded', reason: 'the recovery checklist is done' }];
}

/** The reading of all gates as an event. */
export function evaluatedEvent(evaluation: Evaluation, trigger: string): EventOf<'tier.evaluated'> {
  return {
    kind: 'tier.evaluated',
    tier: evaluation.from,
    to: evaluation.to,
    passed: evaluation.passed,
    trigger,
    figures: Object.fromEntries(
      evaluation.readings.map(({ gate, current, required, passed }) => [
        gate,
        `${current} / ${required}${passed ? ' ok' : ''}`,
      ]),
    ),
    evidence: [...new Set(evaluation.readings.flatMap((reading) => reading.evidence))],
  };
}
