/**
 * From evidence to a score, by how often calm sessions get there. The highest evidence of a calm session
 * follows a Gumbel law about a bar; the bar and its step are the population's at first and the trader's own
 * as their sessions accumulate (median and lower fifth, which tilted sessions among them hardly move).
 * `height` is the exceedance in nats: a calm session reaches it with a chance near exp(-height).
 */
import type { Baseline } from '../baseline/baseline.ts';

export type Calibration = { readonly bar: number; readonly step: number };

/** Of the population, from synthetic calm traders with wide priors. */
const BAR = 2;
const STEP = 1;
const BAR_WEIGHT = 6;
const STEP_WEIGHT = 14;
const STEP_MIN = 0.8;
const STEP_MAX = 2.5;
/** A session this long has the bar of the calibration; longer ones have more chances. */
const ORDERS_USUAL = 10;

/** Score at each height; straight in between. Heights of 30, 60 and 80 are the false alarms we allow. */
const HEIGHTS = [-2.5, 2.6, 5.1, 8.5, 12] as const;
const SCORES = [0, 30, 60, 80, 100] as const;
/** A session that reached CAUTION teaches nothing. */
export const TEACHING_BELOW: number = HEIGHTS[1];
/** Just under a lock: as far as one kind of evidence reaches. */
const ONE_KIND_MAX = 8;
/** How much less is asked of evidence in which what two channels see together counts once. */
const COUNTED_ONCE_LESS = 2.5;

export function calibrate(baseline: Baseline): Calibration {
  const sorted = baseline.maxima.toSorted((left, right) => left - right);
  const count = sorted.length;
  if (count === 0) return { bar: BAR, step: STEP };
  const half = quantile(sorted, 0.5);
  const ownStep = Math.max(0, half - quantile(sorted, 0.2)) / 0.8425;
  const step = Math.min(
    STEP_MAX,
    Math.max(STEP_MIN, (STEP * STEP_WEIGHT + ownStep * count) / (STEP_WEIGHT + count)),
  );
  const ownBar = half - 0.3665 * step;
  return { bar: (BAR * BAR_WEIGHT + ownBar * count) / (BAR_WEIGHT + count), step };
}

function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  const from = sorted[low]!;
  const to = sorted[Math.min(sorted.length - 1, low + 1)]!;
  return from + (to - from) * (place - low);
}

export type Height = {
  /** 0 to 100. */
  readonly score: number;
  /** Evidence, for the length of the session: what the calibration learns from. */
  readonly value: number;
  /** Nats above the bar. */
  readonly height: number;
};

/**
 * `countedOnce` is asked only where the evidence would lock: null when a single kind of it speaks, else the
 * evidence without what two channels see together.
 */
export function heightOf(
  raw: number,
  orders: number,
  { bar, step }: Calibration,
  countedOnce: () => number | null,
): Height {
  // The chance of a peak grows with every look, so the bar grows with the logarithm of the session's length.
  const length = Math.log((orders + ORDERS_USUAL) / (2 * ORDERS_USUAL));
  const value = raw - length;
  let height = (value - bar) / step;
  if (height > ONE_KIND_MAX) {
    const once = countedOnce();
    const lockable = once === null ? 0 : (once - length - bar) / step + COUNTED_ONCE_LESS;
    height = Math.max(ONE_KIND_MAX, Math.min(height, lockable));
  }
  return { score: raw <= 0 ? 0 : scoreAt(height), value, height };
}

function scoreAt(height: number): number {
  if (!(height > HEIGHTS[0])) return 0;
  for (let index = 1; index < HEIGHTS.length; index += 1) {
    const to = HEIGHTS[index]!;
    if (height > to) continue;
    const from = HEIGHTS[index - 1]!;
    const low = SCORES[index - 1]!;
    return low + ((SCORES[index]! - low) * (height - from)) / (to - from);
  }
  return 100;
}
