/**
 * Confidence intervals by resampling traders, not sessions: sessions of one person resemble each other, and an
 * interval that took them for independent would be too narrow (cluster bootstrap, percentile method).
 */
import type { SeededRandom } from '../../core/seeded-random.ts';

export type Interval = { readonly low: number; readonly high: number };
/** A figure when trader i counts `weights[i]` times; null when it is not defined for this draw. */
export type Statistic = (weights: Float64Array) => number | null;

const COVERED = 0.95;
/** Fewer defined draws than this say nothing about the tails. */
const DRAWS_MIN = 40;

/** Null when there are fewer than two traders or too few draws where the figure exists. */
export function clusterBootstrap(
  traders: number,
  rounds: number,
  random: SeededRandom,
  statistic: Statistic,
): Interval | null {
  if (traders < 2) return null;
  const weights = new Float64Array(traders);
  const drawn: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    weights.fill(0);
    for (let count = 0; count < traders; count += 1) {
      const chosen = random.between(0, traders - 1);
      weights[chosen] = (weights[chosen] ?? 0) + 1;
    }
    const value = statistic(weights);
    if (value !== null && Number.isFinite(value)) drawn.push(value);
  }
  if (drawn.length < DRAWS_MIN) return null;
  drawn.sort((a, b) => a - b);
  const tail = (1 - COVERED) / 2;
  return { low: quantileOfSorted(drawn, tail) ?? 0, high: quantileOfSorted(drawn, 1 - tail) ?? 0 };
}

/** Nearest rank; null for an empty list. The list is in rising order. */
export function quantileOfSorted(sorted: readonly number[], share: number): number | null {
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? null;
}

export function medianOf(values: readonly number[]): number | null {
  return quantileOfSorted(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}
