/**
 * What every tilt indicator is: which channels it speaks for, its own test of what it sees against the
 * trader's usual, a severity, and words. Indicators explain the score and never trip a level by number:
 * points are shares of the accumulated evidence (detector/), each with the events behind it. One file
 * each; the list is all-indicators.ts. Rules: domain rules, "Tilt".
 */
import type { EventRecord } from '../../core/events.ts';
import type { IndicatorRules } from '../../core/rules.ts';
import type { Sight } from './sight.ts';

export const indicatorNames = [
  'decisionSpeed',
  'quickCancels',
  'tradeFrequency',
  'staring',
  'reentryAfterStop',
  'quickTradesAfterLoss',
  'sizeSwings',
  'sizeAfterLoss',
  'amendments',
  'unusualHours',
  'typing',
  'reflexes',
  'priceChecks',
  'disconnects',
  'settingsLoosened',
  'appearance',
  'abandonedPreviews',
  'afterWins',
  'addingToPositions',
  'losersHeld',
] as const;
export type IndicatorName = (typeof indicatorNames)[number];

/** What the engine's folds may look at of an event in the log. */
export type Observed = Pick<EventRecord, 'eventId' | 'at' | 'event'>;

/** What an indicator makes of the moment. */
export type Look = {
  /** What is seen in units of the indicator's threshold: 1 is at it. */
  readonly reach: number;
  /** For the trader, without blame. */
  readonly words: string;
};

export type Indicator = {
  readonly name: IndicatorName;
  /** Channels whose evidence it speaks for (baseline/channels.ts). */
  readonly channels: readonly number[];
  readonly look: (sight: Sight, rules: IndicatorRules) => Look;
};

/** 0 within the usual, 1 half way to the threshold, 2 beyond it, 3 beyond twice of it. */
export type Severity = 0 | 1 | 2 | 3;

export function severityOf(reach: number): Severity {
  if (!(reach >= 0.5)) return 0;
  return reach >= 2 ? 3 : reach >= 1 ? 2 : 1;
}

/** What one indicator adds to the score, and why. */
export type Contribution = {
  readonly indicator: IndicatorName;
  /** Above 0, with one decimal. */
  readonly points: number;
  readonly severity: Severity;
  readonly words: string;
  /** Ids of the events behind the points, oldest first. */
  readonly evidence: readonly string[];
  /** When the newest behaviour happened. */
  readonly newestAt: number;
};

/** A list with one more item, keeping the newest `limit`. */
export function remember<T>(items: readonly T[], item: T, limit: number): readonly T[] {
  return items.length < limit ? [...items, item] : [...items.slice(items.length - limit + 1), item];
}
