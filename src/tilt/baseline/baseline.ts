/**
 * A trader's own usual: per measure where it lies, how it spreads within and between sessions, what
 * volatility, hour, profile and the last outcome do to it; per rate a gamma posterior. Every figure starts at
 * the population's and gives way to the trader's as sessions are learned (a Kalman filter over sessions with
 * clipped innovations). It changes at the end of a session only, never while that session is judged.
 */
import { filled, measureIndex, MEASURES, measures, rates, RATES, zeros } from './channels.ts';

export const HOUR_CELLS = 6;
export const profiles = ['alert', 'tired', 'stressed'] as const;
/** Measures that also depend on the last outcome (after a loss, after a win): decision, interval, size. */
export const OUTCOME_MEASURES: readonly number[] = [0, 1, 4];
/** Measures with a usual of their own when tired: decision, typing. Stakes and pace have none. */
export const TIRED_MEASURES: readonly number[] = [measureIndex.decision, measureIndex.typing];
export const ALERT = 0;
export const TIRED = 1;
export const STRESSED = 2;
export const MAXIMA_KEPT = 32;

/** Variances are in units of the measure's own scale squared, locations in log units. */
export type Baseline = {
  /** Sessions that taught it. */
  readonly sessions: number;
  readonly firstAt: number | null;
  readonly location: readonly number[];
  /** How unsure the location still is. */
  readonly doubt: readonly number[];
  /** Variance within a session, in log units squared, and how many observations it rests on. */
  readonly variance: readonly number[];
  readonly varianceCount: readonly number[];
  /** Variance of whole sessions, and how many it rests on. */
  readonly between: readonly number[];
  readonly betweenCount: readonly number[];
  readonly slope: readonly number[];
  readonly slopeDoubt: readonly number[];
  readonly hour: readonly number[];
  readonly hourDoubt: readonly number[];
  readonly profile: readonly number[];
  readonly profileDoubt: readonly number[];
  readonly outcome: readonly number[];
  readonly outcomeDoubt: readonly number[];
  readonly rateCount: readonly number[];
  readonly rateExposure: readonly number[];
  /** Sums behind the spread of each rate between sessions. */
  readonly spreadOver: readonly number[];
  readonly spreadUnder: readonly number[];
  /** Orders by hour of day, UTC. */
  readonly hours: readonly number[];
  /** Where the locations stood a week ago, and when that was. */
  readonly anchor: readonly number[];
  readonly anchoredAt: number;
  /** The highest evidence of each of the last sessions, for the trader's own false alarms. */
  readonly maxima: readonly number[];
  /** How far from the usual stakes the last session began, in log units, when that was far: learn-opening.ts. */
  readonly opening: { readonly away: number; readonly at: number } | null;
  /** Times it was begun anew. */
  readonly resets: number;
};

const HOUR_DOUBT = 0.04;
const PROFILE_DOUBT = 0.04;
const OUTCOME_DOUBT = 0.15;
const SLOPE_SPREAD = 0.3;
const VARIANCE_PRIOR_COUNT = 12;
const BETWEEN_PRIOR_COUNT = 8;
const SPREAD_PRIOR_WEIGHT = 20;

const ofMeasures = (value: (index: number) => number): readonly number[] =>
  Array.from({ length: MEASURES }, (_, index) => value(index));
const measure = (index: number): (typeof measures)[number] => {
  const found = measures[index];
  if (found === undefined) throw new RangeError(`there is no measure ${index}`);
  return found;
};

export const initialBaseline: Baseline = {
  sessions: 0,
  firstAt: null,
  location: ofMeasures((at) => measure(at).location),
  doubt: ofMeasures((at) => (measure(at).between / measure(at).scale) ** 2),
  variance: ofMeasures((at) => measure(at).scale ** 2),
  varianceCount: ofMeasures(() => VARIANCE_PRIOR_COUNT),
  between: ofMeasures((at) => measure(at).sessions),
  betweenCount: ofMeasures(() => BETWEEN_PRIOR_COUNT),
  slope: ofMeasures((at) => measure(at).volatility),
  slopeDoubt: ofMeasures((at) => (SLOPE_SPREAD / measure(at).scale) ** 2),
  hour: zeros(MEASURES * HOUR_CELLS),
  hourDoubt: filled(MEASURES * HOUR_CELLS, HOUR_DOUBT),
  profile: zeros(MEASURES * profiles.length),
  profileDoubt: filled(MEASURES * profiles.length, PROFILE_DOUBT),
  outcome: zeros(OUTCOME_MEASURES.length * 2),
  outcomeDoubt: filled(OUTCOME_MEASURES.length * 2, OUTCOME_DOUBT),
  rateCount: rates.map(({ shape }) => shape),
  rateExposure: rates.map(({ shape, rate }) => shape / rate),
  spreadOver: rates.map(({ spread }) => spread * SPREAD_PRIOR_WEIGHT),
  spreadUnder: filled(RATES, SPREAD_PRIOR_WEIGHT),
  hours: zeros(24),
  anchor: ofMeasures((at) => measure(at).location),
  anchoredAt: 0,
  maxima: [],
  opening: null,
  resets: 0,
};

/** What an observation is compared within. */
export type Context = {
  /** Logarithm of volatility; 0 is normal. */
  readonly volatility: number;
  readonly hourCell: number;
  readonly profile: number;
  /** 0 neutral, 1 after a loss, 2 after a win. */
  readonly outcome: number;
};

export const hourCellOf = (at: number): number =>
  Number.isFinite(at) ? Math.floor(((((at / 3_600_000) % 24) + 24) % 24) / (24 / HOUR_CELLS)) : 0;

/** The index into `outcome` of a measure that depends on it, or -1. */
export function outcomeCell(index: number, outcome: number): number {
  if (outcome === 0) return -1;
  const place = OUTCOME_MEASURES.indexOf(index);
  return place < 0 ? -1 : place * 2 + outcome - 1;
}

export function expected(baseline: Baseline, index: number, context: Context): number {
  const cell = outcomeCell(index, context.outcome);
  return (
    baseline.location[index]! +
    baseline.slope[index]! * context.volatility +
    baseline.hour[index * HOUR_CELLS + context.hourCell]! +
    baseline.profile[index * profiles.length + context.profile]! +
    (cell < 0 ? 0 : baseline.outcome[cell]!)
  );
}

/** Variance that a whole session has in common: moods, and what is not yet known of the trader. */
export function sessionVariance(baseline: Baseline, index: number, context: Context): number {
  return (
    baseline.between[index]! +
    baseline.doubt[index]! +
    baseline.slopeDoubt[index]! * context.volatility * context.volatility +
    baseline.hourDoubt[index * HOUR_CELLS + context.hourCell]! +
    baseline.profileDoubt[index * profiles.length + context.profile]!
  );
}

export const hourOf = (at: number): number =>
  Number.isFinite(at) ? Math.floor((((at / 3_600_000) % 24) + 24) % 24) : 0;

/** Whether hardly any of the trader's orders ever came near this hour; nobody is odd before there is enough. */
export function isOddHour({ hours, sessions }: Baseline, at: number): boolean {
  if (sessions < 10) return false;
  const hour = hourOf(at);
  let all = 0;
  for (const count of hours) all += count;
  const near = hours[(hour + 23) % 24]! + hours[hour]! + hours[(hour + 1) % 24]!;
  return all > 0 && near / all < 0.02;
}

export function rateOf(baseline: Baseline, index: number): number {
  return baseline.rateCount[index]! / baseline.rateExposure[index]!;
}

/** Over-dispersion of a rate in a session still to come: between sessions, and not yet known. */
export function rateSpread(baseline: Baseline, index: number): number {
  const own = baseline.spreadOver[index]! / baseline.spreadUnder[index]!;
  return Math.min(4, Math.max(0.05, own)) + 1 / baseline.rateCount[index]!;
}
