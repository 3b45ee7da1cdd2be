/**
 * Interventions without a detector: the test says what the score is and when its newest evidence came;
 * the loop folds, decides and folds the answer, as the engine does.
 */
import type { DomainEvent, EventKind, EventOf } from '../../src/core/events.ts';
import type { DetectorScore } from '../../src/tilt/detector.ts';
import { indicatorNames, severityOf, type Observed } from '../../src/tilt/indicators/indicator.ts';
import { decideInterventions, levelOf, type TiltRuleSet } from '../../src/tilt/interventions.ts';
import {
  evolveInterventions,
  initialInterventions,
  type InterventionsState,
} from '../../src/tilt/interventions-state.ts';
import { closed, entry, journal, reconciled, reviewed } from './tilt.ts';

export type InterventionsLoop = {
  readonly state: () => InterventionsState;
  readonly log: readonly Observed[];
  readonly give: (event: DomainEvent, at: number) => readonly DomainEvent[];
  readonly wait: (at: number) => readonly DomainEvent[];
  /** The score is now this, by evidence of so many kinds that came at `at`. */
  readonly score: (score: number, at: number, kinds?: number) => readonly DomainEvent[];
  /** The score has faded to this, without new evidence. */
  readonly fade: (score: number, at: number) => readonly DomainEvent[];
  readonly said: <K extends EventKind>(kind: K) => readonly EventOf<K>[];
  /** Evidence that locks, then everything the checklist asks for once its time is over; returns when it ended. */
  readonly lockAndRecover: (at: number, hash?: string) => number;
  /** A trade of the trader's: opened, held, closed. */
  readonly trade: (
    id: string,
    openedAt: number,
    heldMs: number,
    reason?: 'stop_loss' | 'manual',
  ) => readonly DomainEvent[];
};

export function interventionsLoop(
  rules: TiltRuleSet,
  start: InterventionsState = initialInterventions,
): InterventionsLoop {
  let state = start;
  let current: DetectorScore = { score: 0, contributions: [], orders: 0 };
  const log: Observed[] = [];
  const fold = (event: DomainEvent, at: number): void => {
    const observed: Observed = { eventId: `i${log.length + 1}`, at, event };
    log.push(observed);
    state = evolveInterventions(state, observed);
  };
  const wait = (at: number): readonly DomainEvent[] => {
    const level = levelOf(state, current, at, rules);
    const events = decideInterventions(state, { ...current, level }, at, rules);
    for (const event of events) fold(event, at);
    return events;
  };
  const give = (event: DomainEvent, at: number): readonly DomainEvent[] => {
    fold(event, at);
    return wait(at);
  };
  const scoreOf = (score: number, newestAt: number, kinds: number): DetectorScore => ({
    score,
    orders: 1,
    contributions:
      score === 0
        ? []
        : indicatorNames.slice(0, kinds).map((indicator) => ({
            indicator,
            points: score / kinds,
            severity: severityOf(1),
            words: 'two entries within a minute',
            evidence: [`evidence at ${newestAt}`],
            newestAt,
          })),
  });
  const score: InterventionsLoop['score'] = (value, at, kinds = 2) => {
    current = scoreOf(value, at, kinds);
    return wait(at);
  };
  return {
    state: () => state,
    log,
    give,
    wait,
    score,
    fade(value, at) {
      const [newest] = current.contributions;
      current = scoreOf(value, newest?.newestAt ?? at, Math.max(1, current.contributions.length));
      return wait(at);
    },
    said: (kind) => log.map(({ event }) => event).filter((event) => event.kind === kind) as never,
    lockAndRecover(at, hash = `h${at}`) {
      score(90, at);
      const until = state.lock?.untilMs ?? at;
      give(journal(hash), at + 1);
      give(reviewed(), at + 2);
      give(reconciled(), at + 3);
      current = scoreOf(0, at, 1);
      wait(until);
      return until;
    },
    trade(id, openedAt, heldMs, reason = 'manual') {
      const intended = entry('BTCUSDT', id);
      if (intended.kind !== 'order.intended') throw new Error('an entry is an intent');
      give({ ...intended, positionId: id }, openedAt);
      const ended = closed(reason);
      if (ended.kind !== 'position.closed') throw new Error('a close is a close');
      return give({ ...ended, positionId: id, heldMs }, openedAt + heldMs);
    },
  };
}
