/**
 * The way back from a lock: the checklist that must be done besides waiting, and which trades count as
 * calm. Each step is shown by the event behind it. A trade counts once, was opened after the lock,
 * was not rushed, and lies apart from the one before it: many small or hasty trades, or one trade in
 * parts, buy nothing back.
 */
import type { DomainEvent } from '../core/events.ts';
import type { InterventionRules } from '../core/rules.ts';
import type { ClosedTrade, InterventionsState, TiltLock } from './interventions-state.ts';
import { checklistWords, type RecoveryStep } from './messages.ts';

/** Steps that end a lock together with its time; `breathing` is offered and never required. */
const required: readonly RecoveryStep[] = ['rest', 'journal', 'review', 'account'];
const offered: readonly RecoveryStep[] = [...required, 'breathing'];

/** What a person reports as done; the others are seen by the engine itself. */
export const reportedSteps = ['review', 'breathing'] as const;

export type ChecklistItem = {
  readonly item: RecoveryStep;
  readonly words: string;
  readonly done: boolean;
  readonly required: boolean;
  /** Events behind it: what is to be looked at, or what shows that it was done. */
  readonly events: readonly string[];
};

/** Whether the lock's time is over and everything required was done. A time that is not a number ends nothing. */
export function isRecovered(lock: TiltLock, at: number): boolean {
  return required.every((step) => isDone(lock, step, at));
}

function isDone(lock: TiltLock, step: RecoveryStep, at: number): boolean {
  return step === 'rest' ? at >= lock.untilMs : lock.done.some((done) => done.step === step);
}

/** A lock waits for books that agree: a quiet reading, which otherwise writes nothing, is then written. */
export function awaitsAccount({ lock }: InterventionsState): boolean {
  return lock !== null && !lock.done.some(({ step }) => step === 'account');
}

/** The checklist of the lock that is on; empty without one. */
export function recoveryChecklist(state: InterventionsState, at: number): readonly ChecklistItem[] {
  const { lock } = state;
  if (lock === null) return [];
  return offered.map((item) => {
    const shown = lock.done.find((done) => done.step === item);
    const events =
      item === 'rest'
        ? [lock.eventId]
        : shown === undefined
          ? item === 'review'
            ? lock.evidence
            : []
          : [shown.eventId];
    return {
      item,
      words: checklistWords[item],
      done: isDone(lock, item, at),
      required: required.includes(item),
      events,
    };
  });
}

/** Judges every trade that was closed since, and pays debt down by those that count. */
export function judgeTrades(state: InterventionsState, rules: InterventionRules): readonly DomainEvent[] {
  const events: DomainEvent[] = [];
  let { debt, lastCalmOpenedAt } = state;
  for (const trade of state.unjudged) {
    const against = whyNotCalm(trade, state.recoveringSince, lastCalmOpenedAt, rules);
    events.push({
      kind: 'tilt.tradeJudged',
      positionId: trade.positionId,
      disciplined: against === null,
      reason: against ?? 'calm',
    });
    if (against !== null) continue;
    lastCalmOpenedAt = trade.at;
    if (debt === 0) continue;
    const paid = Math.min(debt, rules.debtPaidPerTrade);
    debt -= paid;
    events.push({
      kind: 'tilt.debtChanged',
      debt,
      delta: -paid,
      reason: 'paid by a calm trade',
      evidence: [trade.eventId],
    });
  }
  return events;
}

function whyNotCalm(
  trade: ClosedTrade,
  recoveringSince: number | null,
  lastCalmOpenedAt: number | null,
  rules: InterventionRules,
): string | null {
  if (recoveringSince !== null && trade.at < recoveringSince) return 'opened before the way back began';
  if (trade.level === 'WARNING' || trade.level === 'LOCKED') return 'opened while the score was high';
  if (trade.byHand && trade.closedAt - trade.at < rules.calmTradeHeldMsMin)
    return 'closed by hand soon after';
  if (lastCalmOpenedAt !== null && trade.at - lastCalmOpenedAt < rules.calmTradeEveryMs)
    return 'opened close to the one before';
  return null;
}
