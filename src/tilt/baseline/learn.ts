/**
 * What a finished calm session teaches. A session is one observation of the trader however many trades
 * it held: its mean counts by how much sessions differ. Innovations are clipped and the week's drift is
 * capped, so that a few tilted sessions among the calm ones, or a slow ramp, cannot become the usual.
 */
import { DAY_MS } from '../../core/time.ts';
import {
  HOUR_CELLS,
  MAXIMA_KEPT,
  OUTCOME_MEASURES,
  profiles,
  rateOf,
  rateSpread,
  type Baseline,
} from './baseline.ts';
import { learnTired } from './learn-tired.ts';
import { exposureIndex, MEASURES, measures, rates } from './channels.ts';

/** Sums of one session; per observation they grow by a few additions. */
export type Lesson = {
  readonly count: readonly number[];
  /** Of standardised, clipped surprises, and of their squares. */
  readonly sum: readonly number[];
  readonly squares: readonly number[];
  /** Of the logarithm of volatility at each observation. */
  readonly volatility: readonly number[];
  readonly outcomeCount: readonly number[];
  readonly outcomeSum: readonly number[];
  /** Of the part that was tired, by place in TIRED_MEASURES. */
  readonly tiredCount: readonly number[];
  readonly tiredSum: readonly number[];
  readonly rateCount: readonly number[];
  readonly exposure: readonly number[];
  readonly hours: readonly number[];
  readonly hourCell: number;
  readonly profile: number;
};

const WEEK_MS = 7 * DAY_MS;
/** Of the own scale: the most a week may move what is usual. */
const DRIFT_PER_WEEK = 0.4;
/** Before this many sessions the location is still being found, and its drift is no drift. */
const SETTLED_SESSIONS = 10;
const INNOVATION_MAX = 2.2;
/** Doubt that comes back with each session: people change. */
const FORGETTING = 0.003;
const VARIANCE_COUNT_MAX = 300;
const BETWEEN_COUNT_MAX = 40;
const BETWEEN_SEEN_MAX = 4;
const RATE_KEPT = 0.985;
const HOURS_KEPT = 0.99;
/** What clipping takes from the variance of a normal sample. */
const CLIP_LOSS = 0.95;

export function learnSession(baseline: Baseline, lesson: Lesson, at: number): Baseline {
  const next = {
    ...baseline,
    location: baseline.location.slice(),
    doubt: baseline.doubt.slice(),
    variance: baseline.variance.slice(),
    varianceCount: baseline.varianceCount.slice(),
    between: baseline.between.slice(),
    betweenCount: baseline.betweenCount.slice(),
    slope: baseline.slope.slice(),
    slopeDoubt: baseline.slopeDoubt.slice(),
    hour: baseline.hour.slice(),
    hourDoubt: baseline.hourDoubt.slice(),
    profile: baseline.profile.slice(),
    profileDoubt: baseline.profileDoubt.slice(),
    outcome: baseline.outcome.slice(),
    outcomeDoubt: baseline.outcomeDoubt.slice(),
    rateCount: baseline.rateCount.slice(),
    rateExposure: baseline.rateExposure.slice(),
    spreadOver: baseline.spreadOver.slice(),
    spreadUnder: baseline.spreadUnder.slice(),
    hours: baseline.hours.map((known, hour) => known * HOURS_KEPT + lesson.hours[hour]!),
    sessions: baseline.sessions + 1,
    firstAt: baseline.firstAt ?? at,
  };
  for (let index = 0; index < MEASURES; index += 1) learnMeasure(next, lesson, index);
  learnOutcomes(next, baseline, lesson);
  learnTired(next, lesson);
  learnRates(next, baseline, lesson);
  const week = at - baseline.anchoredAt;
  const settled = next.sessions > SETTLED_SESSIONS;
  if (settled) {
    for (let index = 0; index < MEASURES; index += 1) {
      const room = DRIFT_PER_WEEK * Math.sqrt(next.variance[index]!);
      const from = baseline.anchor[index]!;
      next.location[index] = Math.min(from + room, Math.max(from - room, next.location[index]!));
    }
  }
  // A clock that stepped back waits for its own week again.
  const anew = !settled || !(week < WEEK_MS) || week < 0;
  return anew ? { ...next, anchor: next.location, anchoredAt: at } : next;
}

type Draft = {
  -readonly [K in keyof Baseline]: Baseline[K] extends readonly number[] ? number[] : Baseline[K];
};
type Arrays = Pick<
  Draft,
  | 'location'
  | 'doubt'
  | 'variance'
  | 'varianceCount'
  | 'between'
  | 'betweenCount'
  | 'slope'
  | 'slopeDoubt'
  | 'hour'
  | 'hourDoubt'
  | 'profile'
  | 'profileDoubt'
>;

function learnMeasure(next: Arrays, lesson: Lesson, index: number): void {
  const count = lesson.count[index]!;
  if (count === 0) return;
  const mean = lesson.sum[index]! / count;
  const volatility = lesson.volatility[index]! / count;
  const hour = index * HOUR_CELLS + lesson.hourCell;
  const profile = index * profiles.length + lesson.profile;
  const doubt = next.doubt[index]! + FORGETTING;
  const slopeDoubt = next.slopeDoubt[index]! * volatility;
  const noise = next.between[index]! + 1 / count;
  const total = doubt + slopeDoubt * volatility + next.hourDoubt[hour]! + next.profileDoubt[profile]! + noise;
  const limit = INNOVATION_MAX * Math.sqrt(total);
  const step = Math.min(limit, Math.max(-limit, mean)) / total;
  const scale = Math.sqrt(next.variance[index]!);
  next.location[index]! += scale * doubt * step;
  next.slope[index]! += scale * slopeDoubt * step;
  next.hour[hour]! += scale * next.hourDoubt[hour]! * step;
  next.profile[profile]! += scale * next.profileDoubt[profile]! * step;
  next.doubt[index] = doubt * (1 - doubt / total);
  next.slopeDoubt[index]! *= 1 - (slopeDoubt * volatility) / total;
  next.hourDoubt[hour]! *= 1 - next.hourDoubt[hour]! / total;
  next.profileDoubt[profile]! *= 1 - next.profileDoubt[profile]! / total;
  // What this session says of how much sessions differ, weighed by how little else could explain it.
  const between = next.between[index]!;
  const seen = Math.min(BETWEEN_SEEN_MAX, Math.max(-0.5, (step * total) ** 2 - (total - between)));
  const weight = noise / total;
  const own = next.betweenCount[index]!;
  next.between[index] = Math.max(0.02, (between * own + seen * weight) / (own + weight));
  next.betweenCount[index] = Math.min(BETWEEN_COUNT_MAX, own + weight);
  if (count >= 2) learnVariance(next, lesson, index, mean, count);
}

function learnVariance(next: Arrays, lesson: Lesson, index: number, mean: number, count: number): void {
  const free = count - 1;
  const within = Math.max(0, lesson.squares[index]! - count * mean * mean) / free / CLIP_LOSS;
  const known = next.varianceCount[index]!;
  const floor = measures[index]!.scaleMin ** 2 / next.variance[index]!;
  const ratio = Math.max(floor, (known + free * Math.min(6, Math.max(0.02, within))) / (known + free));
  next.variance[index]! *= ratio;
  next.varianceCount[index] = Math.min(VARIANCE_COUNT_MAX, known + free);
  // What is kept in units of the variance keeps its meaning when the unit changes.
  next.doubt[index]! /= ratio;
  next.slopeDoubt[index]! /= ratio;
}

function learnOutcomes(
  next: Pick<Draft, 'outcome' | 'outcomeDoubt'>,
  before: Baseline,
  lesson: Lesson,
): void {
  for (const [place, index] of OUTCOME_MEASURES.entries()) {
    const all = lesson.count[index]!;
    if (all === 0) continue;
    const mean = lesson.sum[index]! / all;
    for (let cell = place * 2; cell < place * 2 + 2; cell += 1) {
      const count = lesson.outcomeCount[cell]!;
      if (count === 0) continue;
      const doubt = next.outcomeDoubt[cell]!;
      const total = doubt + 1 / count + 0.05;
      const limit = INNOVATION_MAX * Math.sqrt(total);
      const apart = lesson.outcomeSum[cell]! / count - mean;
      const step = Math.min(limit, Math.max(-limit, apart)) / total;
      next.outcome[cell]! += Math.sqrt(before.variance[index]!) * doubt * step;
      next.outcomeDoubt[cell] = Math.max(0.002, doubt * (1 - doubt / total));
    }
  }
}

function learnRates(
  next: Pick<Draft, 'rateCount' | 'rateExposure' | 'spreadOver' | 'spreadUnder'>,
  before: Baseline,
  lesson: Lesson,
): void {
  for (const [index, { per, shape, rate }] of rates.entries()) {
    const exposure = lesson.exposure[exposureIndex[per]]!;
    if (!(exposure > 0)) continue;
    const mean = rateOf(before, index) * exposure;
    const spread = Math.sqrt(mean + mean * mean * rateSpread(before, index));
    const count = Math.min(lesson.rateCount[index]!, mean + 3 * spread + 1);
    // The population stays in it with a small share; the oldest sessions fade.
    const keep = before.rateCount[index]! > 4 * shape ? RATE_KEPT : 1;
    next.rateCount[index] = Math.max(shape / 2, before.rateCount[index]! * keep) + count;
    next.rateExposure[index] = Math.max(shape / rate / 2, before.rateExposure[index]! * keep) + exposure;
    next.spreadOver[index] = before.spreadOver[index]! * RATE_KEPT + (count - mean) ** 2 - mean;
    next.spreadUnder[index] = before.spreadUnder[index]! * RATE_KEPT + mean * mean;
  }
}

/** Any session, calm or not, shows how high evidence goes with this trader; a high one counts as `cap`. */
export function learnMaximum(baseline: Baseline, highest: number, cap: number): Baseline {
  const kept = baseline.maxima.length < MAXIMA_KEPT ? baseline.maxima : baseline.maxima.slice(1);
  return { ...baseline, maxima: [...kept, Math.min(highest, cap)] };
}
