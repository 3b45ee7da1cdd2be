/**
 * Locks that outlive a data folder (invariant 28, decision 0023): what the log is about to say of a lock is first
 * written to the ledger outside, whichever path it came by, and what the ledger knows and this log does
 * not is carried over into it. A ledger that cannot be written does not keep a lock from binding here.
 */
import type { DomainEvent, NewEvent } from '../core/events.ts';
import type { EventLog } from '../core/ports/event-log.ts';
import type { LockLedger } from '../core/ports/lock-ledger.ts';
import { carriedPauseWords } from '../tilt/messages.ts';
import type { EngineState } from './state.ts';

/** The same log; locks reach the ledger before they are appended, and leave it after their end is. */
export function withLockLedger(log: EventLog, ledger: LockLedger): EventLog {
  return {
    ...log,
    append(drafts) {
      for (const draft of drafts) recordLock(draft, ledger);
      const records = log.append(drafts);
      for (const draft of drafts) endLock(draft, ledger);
      return records;
    },
  };
}

function recordLock({ event, at }: NewEvent, ledger: LockLedger): void {
  if (event.kind === 'tilt.locked')
    ledger.record({ kind: 'evidence', untilMs: event.untilMs, repetition: event.repetition }, at);
  else if (event.kind === 'tilt.levelChanged' && event.to === 'WARNING' && event.enforced !== false)
    ledger.record({ kind: 'pause', untilMs: at, repetition: 0 }, at);
  else if (event.kind === 'trading.stateChanged' && event.to === 'PAUSED' && event.untilMs !== null)
    ledger.record({ kind: 'asked', untilMs: event.untilMs, repetition: 0 }, at);
}

function endLock({ event, at }: NewEvent, ledger: LockLedger): void {
  const overridden = event.kind === 'tilt.overrideEnded' && event.outcome === 'tookEffect';
  if (event.kind === 'tilt.lockEnded') ledger.ended('evidence', at, at);
  // Before its time: whatever stands from evidence is the lock that was overridden.
  if (overridden) ledger.ended('evidence', Number.MAX_SAFE_INTEGER, at);
  const written = event.kind === 'journal.accepted' && event.reason !== 'own wish';
  if (written || overridden || event.kind === 'tilt.lockEnded') ledger.ended('pause', at, at);
}

/** What to write so that this log knows every lock that stands; empty when it does. */
export function carriedLocks(state: EngineState, ledger: LockLedger, now: number): readonly DomainEvent[] {
  const events: DomainEvent[] = [];
  const { interventions } = state.tilt;
  const standing = ledger.standing(now);
  // A lock holds more than a pause, and ends it with its own checklist.
  const locked = interventions.lock !== null || standing.some(({ kind }) => kind === 'evidence');
  for (const { kind, untilMs, repetition } of standing) {
    if (kind === 'evidence') {
      if (untilMs > (interventions.lock?.untilMs ?? 0))
        events.push({ kind: 'tilt.locked', untilMs, reason: 'carried over', repetition });
    } else if (kind === 'pause') {
      // One that began before the last answer here was answered with it.
      const answered = interventions.answeredAt !== null && untilMs <= interventions.answeredAt;
      if (!answered && !interventions.paused && !locked) events.push(carriedPause(state));
    } else if (untilMs > (state.trading.pause?.untilMs ?? 0)) {
      events.push({
        kind: 'trading.stateChanged',
        from: state.trading.phase,
        to: 'PAUSED',
        reason: 'a rest from another account goes on here',
        untilMs,
      });
    }
  }
  return events;
}

function carriedPause({ tilt: { interventions } }: EngineState): DomainEvent {
  return {
    kind: 'tilt.levelChanged',
    from: interventions.level,
    to: 'WARNING',
    score: interventions.score,
    message: carriedPauseWords,
    enforced: true,
  };
}
