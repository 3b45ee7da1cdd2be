/**
 * Interventions without the detector: points a test can count on. Each try to go back in within a minute of
 * a stop gives 35, each decision under 3 s gives 8, and they fade by one a minute.
 */
import type { DomainEvent } from '../../src/core/events.ts';
import type { TiltRules } from '../../src/core/rules.ts';
import { MINUTE_MS } from '../../src/core/time.ts';
import type { DetectorScore } from '../../src/tilt/detector.ts';
import type { Contribution, Observed } from '../../src/tilt/indicators/indicator.ts';
import { decideInterventions, levelOf } from '../../src/tilt/interventions.ts';
import { evolveInterventions, initialInterventions } from '../../src/tilt/interventions-state.ts';
import type { TiltLoop } from './tilt.ts';

type Point = {
  readonly kind: 'reentryAfterStop' | 'decisionSpeed';
  readonly at: number;
  readonly id: string;
};

export function scriptedLoop(rules: TiltRules): Omit<TiltLoop, 'tilt'> {
  let state = initialInterventions;
  let points: readonly Point[] = [];
  const stops = new Map<string, number>();
  const log: Observed[] = [];
  const told: TiltLoop['scores'][number][] = [];

  const note = ({ event, at, eventId }: Observed): void => {
    points = points.map((point) => ({ ...point, at: Math.min(point.at, at) }));
    if (event.kind === 'position.closed' && event.reason === 'stop_loss') stops.set(event.symbol, at);
    if (event.kind === 'entry.refused' && at - (stops.get(event.symbol) ?? -Infinity) < MINUTE_MS)
      points = [...points, { kind: 'reentryAfterStop', at, id: eventId }];
    if (event.kind === 'action.recorded' && Number(event.figures['decisionMs']) < 3_000)
      points = [...points, { kind: 'decisionSpeed', at, id: eventId }];
  };

  const scoreAt = (at: number): DetectorScore => {
    const contributions: Contribution[] = [];
    for (const [kind, each, most] of [
      ['reentryAfterStop', 35, 60],
      ['decisionSpeed', 8, 30],
    ] as const) {
      const alive = points.filter((point) => point.kind === kind && each > (at - point.at) / MINUTE_MS);
      const sum = alive.reduce((total, point) => total + each - Math.max(0, at - point.at) / MINUTE_MS, 0);
      const newest = alive.at(-1);
      if (newest === undefined) continue;
      contributions.push({
        indicator: kind,
        points: Math.round(Math.min(most, sum) * 10) / 10,
        severity: 2,
        words: `${kind} seen`,
        evidence: alive.map(({ id }) => id),
        newestAt: newest.at,
      });
    }
    contributions.sort((left, right) => right.points - left.points);
    const total = contributions.reduce((sum, each) => sum + each.points, 0);
    return { score: Math.min(100, Math.round(total)), contributions };
  };

  const fold = (event: DomainEvent, at: number): void => {
    const observed: Observed = { eventId: `e${log.length + 1}`, at, event };
    log.push(observed);
    note(observed);
    state = evolveInterventions(state, observed);
  };
  const wait = (at: number): readonly DomainEvent[] => {
    const scored = scoreAt(at);
    const full = { ...scored, level: levelOf(state, scored, rules) };
    told.push(full);
    const events = decideInterventions(state, full, at, rules);
    for (const event of events) fold(event, at);
    return events;
  };
  return {
    state: () => state,
    log,
    scores: told,
    give: (event, at) => {
      fold(event, at);
      return wait(at);
    },
    wait,
  };
}
