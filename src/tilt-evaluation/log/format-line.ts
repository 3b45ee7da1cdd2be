/**
 * A fact as a line of the behaviour log, in the form `parseLogLine` reads back; figures that are not known
 * are left out.
 */
import type { BehaviourLine } from '../../core/behaviour.ts';

/** Without the line's end. */
export function formatLogLine(
  { trader, session, t, fact, label }: BehaviourLine,
  onsetMs: number | null,
): string {
  const known = Object.entries(fact).filter(([key, value]) => value !== null || key === 'closedBy');
  return JSON.stringify({
    trader,
    session,
    t,
    ...Object.fromEntries(known),
    ...(label === null ? {} : { label }),
    ...(onsetMs === null ? {} : { onset: onsetMs }),
  });
}
