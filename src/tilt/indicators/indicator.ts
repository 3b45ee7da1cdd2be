/**
 * What every tilt indicator is made of: occurrences, each pointing at the event behind it, whose
 * points fade with calm time. An indicator keeps raw facts only; points are computed from them and
 * the rules when a score is asked for, so that no event means no points and a replay gives the same
 * score. Rules: domain rules, "Tilt".
 */
import type { EventRecord } from '../../core/events.ts';
import { MINUTE_MS } from '../../core/time.ts';

export const indicatorNames = ['tradeFrequency', 'reentryAfterStop', 'decisionSpeed'] as const;
export type IndicatorName = (typeof indicatorNames)[number];

/** What an indicator may look at of an event in the log. */
export type Observed = Pick<EventRecord, 'eventId' | 'at' | 'event'>;

/** A moment worth remembering, and the event that shows it. */
export type Trace = { readonly at: number; readonly eventId: string };

/** What one indicator adds to the score, and why. */
export type Contribution = {
  readonly indicator: IndicatorName;
  /** Above 0, with one decimal. */
  readonly points: number;
  /** For the trader, without blame; put together when read. */
  readonly words: string;
  /** Ids of the events behind the points, oldest first. */
  readonly evidence: readonly string[];
  /** When the newest of them happened. */
  readonly newestAt: number;
};

/**
 * What is left at `at` of `points` given at `since`, fading evenly by `decayPerMinute`. A moment
 * that lies in the future (the clock stepped back) counts as now.
 */
function fading(points: number, since: number, at: number, decayPerMinute: number): number {
  const minutes = Math.max(0, at - since) / MINUTE_MS;
  return Math.max(0, points - minutes * decayPerMinute);
}

/** A list with one more item, keeping the newest `limit`. */
export function remember<T>(items: readonly T[], item: T, limit: number): readonly T[] {
  return items.length < limit ? [...items, item] : [...items.slice(items.length - limit + 1), item];
}

/** Nothing lies after `at`: what the clock put into the future, before it stepped back, is now. */
export function notAfter<T extends Trace>(traces: readonly T[], at: number): readonly T[] {
  return traces.every((trace) => trace.at <= at)
    ? traces
    : traces.map((trace) => (trace.at <= at ? trace : { ...trace, at }));
}

export type Weighing<T extends Trace> = {
  readonly indicator: IndicatorName;
  /** Oldest first. */
  readonly traces: readonly T[];
  /** Whether the trace at `index` is an occurrence. */
  readonly fires: (trace: T, index: number) => boolean;
  readonly points: number;
  readonly pointsMax: number;
  readonly decayPerMinute: number;
  readonly words: (newest: T, count: number) => string;
};

/**
 * The faded points of the newest occurrences until `pointsMax` is reached, with exactly those as
 * evidence; null when nothing is left. Stops at the first trace that has faded.
 */
export function weigh<T extends Trace>(weighing: Weighing<T>, at: number): Contribution | null {
  const { traces, pointsMax } = weighing;
  let sum = 0;
  let newest: T | null = null;
  const evidence: string[] = [];
  for (let index = traces.length - 1; index >= 0 && sum < pointsMax; index -= 1) {
    const trace = traces[index];
    if (trace === undefined) break;
    const left = fading(weighing.points, trace.at, at, weighing.decayPerMinute);
    if (left <= 0) break;
    if (!weighing.fires(trace, index)) continue;
    sum += left;
    evidence.push(trace.eventId);
    newest ??= trace;
  }
  const points = Math.round(Math.min(sum, pointsMax) * 10) / 10;
  if (newest === null || points <= 0) return null;
  return new Weighed(weighing, points, evidence.reverse(), newest);
}

/** A contribution whose words are made only when somebody reads them: most scores are never shown. */
class Weighed<T extends Trace> implements Contribution {
  readonly indicator: IndicatorName;
  readonly points: number;
  readonly evidence: readonly string[];
  readonly newestAt: number;
  readonly #weighing: Weighing<T>;
  readonly #newest: T;

  constructor(weighing: Weighing<T>, points: number, evidence: readonly string[], newest: T) {
    this.indicator = weighing.indicator;
    this.points = points;
    this.evidence = evidence;
    this.newestAt = newest.at;
    this.#weighing = weighing;
    this.#newest = newest;
  }

  get words(): string {
    return this.#weighing.words(this.#newest, this.evidence.length);
  }
}
