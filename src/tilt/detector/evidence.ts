/**
 * Accumulated evidence: per test the surprises since its pattern last started over, as a one-sided
 * generalised likelihood ratio that knows how much whole sessions differ, and what this session showed of itself
 * before: a day that is fast from its first trade is a fast day. A pattern's sum is a CUSUM: it starts over when it
 * falls below zero. All patterns together are a mixture of likelihood ratios, so
 * that looking for seven shapes costs what it should. Natural logarithms (nats) throughout.
 */
import { rateOf, rateSpread, sessionVariance, type Baseline, type Context } from '../baseline/baseline.ts';
import { CHANNELS, exposureIndex, MEASURES, measures, rates, zeros } from '../baseline/channels.ts';
import { PATTERNS, tests, TESTS, testsOfChannel, testsOfPattern, type Way } from './patterns.ts';

export type Evidence = {
  /** Per test: observations (measures) or the exposure when it started over (rates). */
  readonly count: readonly number[];
  /** Per test: sum of surprises, or events counted. */
  readonly sum: readonly number[];
  /** Per `steady` test: sum of squares. */
  readonly squares: readonly number[];
  /** Per test: what it adds to its pattern now. */
  readonly gain: readonly number[];
  /** Per pattern: the sum of its gains. */
  readonly pattern: readonly number[];
  /** Per channel: ids of its newest observations, oldest first. */
  readonly ids: readonly (readonly string[])[];
};

export type EvidenceDraft = {
  count: number[];
  sum: number[];
  squares: number[];
  gain: number[];
  pattern: number[];
  ids: (readonly string[])[];
};

export const initialEvidence: Evidence = {
  count: zeros(TESTS),
  sum: zeros(TESTS),
  squares: zeros(TESTS),
  gain: zeros(TESTS),
  pattern: zeros(PATTERNS),
  ids: Array.from({ length: CHANNELS }, () => []),
};

export function draftEvidence(evidence: Evidence): EvidenceDraft {
  return {
    count: evidence.count.slice(),
    sum: evidence.sum.slice(),
    // Copied where a measure comes in; rates have none.
    squares: evidence.squares as number[],
    gain: evidence.gain.slice(),
    pattern: evidence.pattern.slice(),
    ids: evidence.ids.slice(),
  };
}

export const IDS_KEPT = 8;
/** The two changes looked for, in the trader's own spread. */
const SLIGHT = 0.8;
const STRONG = 1.5;
/** The smallest factor of a rate worth looking for. */
const FACTOR_MIN = 1.6;
/** A pattern's evidence rests on about this many of the newest observations of each channel. */
const MEMORY = 20;
const RATE_MEMORY = 4;
/** The share of signs a tilted trader is expected to show. */
const SHOWN = 0.8;
/** No single channel says more than this. */
const GAIN_MAX = 9;
const STEADY_MAX = 5;
/** Moods that come and go within a session: whatever is known of it, behaviour wanders by this. */
const WANDER_VARIANCE = 0.025;
/** The same for rates: what a session showed before counts for at most so many events. */
const WANDER_SHAPE = 10;
/** Nobody can be more regular than one who is at the least spread believed of anyone. */
const STEADY_ABOVE = 1.5;

/** What the session showed of each measure, this observation included. */
export type SoFar = { readonly count: readonly number[]; readonly sum: readonly number[] };

const fresh: readonly number[] = measures.map((measure) => measure.fresh ?? 1);
const byChannel = testsOfChannel(CHANNELS);

export function observeMeasure(
  draft: EvidenceDraft,
  baseline: Baseline,
  context: Context,
  index: number,
  surprise: number,
  session: SoFar,
): void {
  const common = sessionVariance(baseline, index, context);
  const share = fresh[index]!;
  const inSession = session.count[index]!;
  const sumInSession = session.sum[index]!;
  for (const test of byChannel[index]!) {
    const { way, weight, pattern } = tests[test]!;
    let count = draft.count[test]! + 1;
    let sum = draft.sum[test]! + (way === 'low' ? -surprise : surprise);
    const keep = count > MEMORY ? MEMORY / count : 1;
    count *= keep;
    sum *= keep;
    draft.count[test] = count;
    draft.sum[test] = sum;
    let ratio = 0;
    if (way === 'steady') {
      const squares = (draft.squares[test]! + surprise * surprise) * keep;
      draft.squares[test] = squares;
      if (baseline.variance[index]! > STEADY_ABOVE * measures[index]!.scaleMin ** 2)
        ratio = steadyRatio(count, sum, squares);
    } else {
      const before = Math.max(0, inSession - count) * share;
      const beforeSum = ((way === 'low' ? -sumInSession : sumInSession) - sum) * share;
      // The session's own level: of sessions in general at first, then of what this one showed.
      const doubt = common / (1 + common * before);
      const away = sum / count - (before > 0 ? doubt * beforeSum : 0);
      ratio = shiftRatio(
        way === 'both' ? Math.abs(away) : away,
        WANDER_VARIANCE + doubt + 1 / (count * share),
      );
    }
    setGain(draft, test, pattern, weight * shown(ratio));
  }
}

function shiftRatio(mean: number, variance: number): number {
  const slight = (SLIGHT * (mean - SLIGHT / 2)) / variance;
  const strong = (STRONG * (mean - STRONG / 2)) / variance;
  // ln((e^slight + e^strong) / 2), from the greater one so that it cannot overflow.
  return Math.max(slight, strong) + Math.log1p(Math.exp(-Math.abs(slight - strong))) - Math.LN2;
}

function steadyRatio(count: number, sum: number, squares: number): number {
  if (count < 4) return 0;
  const within = Math.max(0.02, (squares - (sum * sum) / count) / (count - 1));
  return within >= 1 ? -0.5 : Math.min(STEADY_MAX, ((count - 1) / 2) * (within - 1 - Math.log(within)) * 0.6);
}

/** A test that finds something adds it; one that finds nothing costs no more than it was expected to show. */
function shown(ratio: number): number {
  return ratio > 30 ? GAIN_MAX : Math.min(GAIN_MAX, Math.log(1 - SHOWN + SHOWN * Math.exp(ratio)));
}

function setGain(draft: EvidenceDraft, test: number, pattern: number, gain: number): void {
  draft.pattern[pattern]! += gain - draft.gain[test]!;
  draft.gain[test] = gain;
}

/** Counts `events` (0 when only exposure grew) of the rate and weighs it again. */
export function observeRate(
  draft: EvidenceDraft,
  baseline: Baseline,
  exposure: readonly number[],
  index: number,
  events: number,
  inSession: number,
): void {
  const rule = rates[index]!;
  const total = exposure[exposureIndex[rule.per]]!;
  const rate = rateOf(baseline, index);
  const shape = 1 / rateSpread(baseline, index);
  for (const test of byChannel[MEASURES + index]!) {
    const { way, weight, pattern } = tests[test]!;
    let since = draft.count[test]!;
    let seen = draft.sum[test]! + events;
    const long = RATE_MEMORY * rule.exposureMin;
    if (total - since > long) {
      seen *= long / (total - since);
      since = total - long;
      draft.count[test] = since;
    }
    draft.sum[test] = seen;
    const before = Math.max(0, inSession - seen);
    const now = (rate * (shape + before)) / (shape + rate * since);
    const mean = now * Math.max(rule.exposureMin, total - since);
    const known = Math.max(shape, Math.min(WANDER_SHAPE, shape + before));
    setGain(draft, test, pattern, weight * shown(rateRatio(seen, mean, known, way)));
  }
}

function rateRatio(seen: number, mean: number, shape: number, way: Way): number {
  const more = Math.max(FACTOR_MIN, seen / mean);
  const less = Math.min(1 / FACTOR_MIN, Math.max(0.05, seen / mean));
  const factor = way === 'high' ? more : way === 'low' ? less : seen >= mean ? more : less;
  return seen * Math.log(factor) - (seen + shape) * Math.log((factor * mean + shape) / (mean + shape));
}

/** A CUSUM that fell below zero starts over: what went before says nothing about what comes. */
export function settlePatterns(draft: EvidenceDraft, evidence: Evidence, exposure: readonly number[]): void {
  for (let pattern = 0; pattern < PATTERNS; pattern += 1)
    if (draft.pattern[pattern]! < 0) restart(draft, evidence, pattern, exposure);
}

/** By test: the exposure its rate is counted against, or -1 for a measure. */
const exposureOf: readonly number[] = tests.map(({ channel }) =>
  channel < MEASURES ? -1 : exposureIndex[rates[channel - MEASURES]!.per],
);

function restart(
  draft: EvidenceDraft,
  evidence: Evidence,
  pattern: number,
  exposure: readonly number[],
): void {
  const { count, sum, gain } = draft;
  draft.pattern[pattern] = 0;
  for (const test of testsOfPattern[pattern]!) {
    const per = exposureOf[test]!;
    count[test] = per < 0 ? 0 : exposure[per]!;
    sum[test] = 0;
    gain[test] = 0;
    if (draft.squares[test] === 0) continue;
    if (draft.squares === evidence.squares) draft.squares = draft.squares.slice();
    draft.squares[test] = 0;
  }
}

/** All patterns at once: nothing before now counts any more. */
export function startOver(evidence: Evidence, exposure: readonly number[]): Evidence {
  const draft = draftEvidence(evidence);
  for (let pattern = 0; pattern < PATTERNS; pattern += 1) restart(draft, evidence, pattern, exposure);
  return { ...draft, ids: initialEvidence.ids };
}

/** Logarithm of the mixture of all patterns, 0 when none says anything. */
export function mixture(pattern: readonly number[], weights: readonly number[]): number {
  let sum = 0;
  for (let index = 0; index < PATTERNS; index += 1) {
    const evidence = pattern[index]!;
    sum += evidence === 0 ? weights[index]! : weights[index]! * Math.exp(evidence);
  }
  return Math.log(sum);
}
