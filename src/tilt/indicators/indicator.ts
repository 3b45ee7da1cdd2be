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
  /** For the trader, without blame: `… : unusual for you`. */
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
export function fading(points: number, since: number, at: number, decayPerMinute: number): number {
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

/** The sum of the occurrences' points, at most `pointsMax`, as a contribution; null when nothing is left. */
export function contribution(
  indicator: IndicatorName,
  occurrences: readonly { readonly points: number; readonly trace: Trace }[],
  pointsMax: number,
  words: (fired: number) => string,
): Contribution | null {
  let sum = 0;
  let newestAt = -Infinity;
  const evidence: string[] = [];
  for (const { points, trace } of occurrences) {
    if (!(points > 0)) continue;
    sum += points;
    evidence.push(trace.eventId);
    newestAt = Math.max(newestAt, trace.at);
  }
  const points = Math.round(Math.min(sum, pointsMax) * 10) / 10;
  if (points <= 0) return null;
  return { indicator, points, words: words(evidence.length), evidence, newestAt };
}
