/**
 * One's own behaviour as the behaviour log (core/behaviour.ts): the facts the detector saw, from the event
 * log, in sessions, under a name that says nothing of the account. No text, no key, no balance: what
 * `genesis tilt evaluate --log` reads.
 */
import { createHash } from 'node:crypto';
import type { BehaviourFact, BehaviourLine } from '../core/behaviour.ts';
import type { EventRecord } from '../core/events.ts';
import { behaviourOf, initialBehaviourContext } from '../tilt/behaviour-of.ts';
import { SESSION_GAP_MS } from '../tilt/detector/observe.ts';

/** The lines of a log, oldest first; a session ends where half an hour passes without a fact. */
export function* behaviourLines(records: Iterable<EventRecord>): Generator<BehaviourLine> {
  let trader = 'trader';
  let context = initialBehaviourContext;
  let session = 0;
  let lastAt: number | null = null;
  const line = (t: number, id: string, fact: BehaviourFact): BehaviourLine => ({
    trader,
    session: `${trader}-${session}`,
    t,
    id,
    fact,
    label: null,
  });
  for (const record of records) {
    if (record.event.kind === 'account.opened') trader = pseudonym(record.event.accountId);
    const behaved = behaviourOf(context, record);
    ({ context } = behaved);
    for (const { t, id, fact } of behaved.facts) {
      if (lastAt === null || t - lastAt >= SESSION_GAP_MS) {
        if (lastAt !== null) yield line(lastAt, id, { type: 'session.end' });
        session += 1;
        yield line(t, id, { type: 'session.start' });
      }
      // A clock that stepped back does not put a line before the one above it.
      lastAt = Math.max(t, lastAt ?? t);
      yield line(lastAt, id, fact);
    }
  }
  if (lastAt !== null) yield line(lastAt, '', { type: 'session.end' });
}

function pseudonym(accountId: string): string {
  return `t${createHash('sha256').update(`genesis behaviour ${accountId}`).digest('hex').slice(0, 12)}`;
}
