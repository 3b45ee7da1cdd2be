/**
 * The distributions behaviour is drawn from, over a seeded stream: normal, lognormal, ex-Gaussian (a
 * reaction time: normal plus an exponential tail), Poisson. Same stream, same draws, on every machine.
 */
import type { SeededRandom } from '../../core/seeded-random.ts';

export interface Draws {
  readonly random: SeededRandom;
  uniform(low: number, high: number): number;
  /** Standard normal. */
  normal(): number;
  /** `median` times e to the power of a normal with this deviation. */
  lognormal(median: number, spread: number): number;
  /** Normal around `center` plus an exponential tail of mean `tail`; never below a tenth of `center`. */
  exGaussian(center: number, deviation: number, tail: number): number;
  exponential(mean: number): number;
  /** A whole number; the mean is capped at 200 so that a wild prior cannot fill memory. */
  poisson(mean: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
}

const POISSON_MEAN_MAX = 200;

export function createDraws(random: SeededRandom): Draws {
  const uniform = (low: number, high: number): number => low + (high - low) * random.next();
  // Box and Muller; 1 − u is never 0, so that the logarithm is finite.
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  const exponential = (mean: number): number => -mean * Math.log(1 - random.next());
  return {
    random,
    uniform,
    normal,
    lognormal: (median, spread) => median * Math.exp(spread * normal()),
    exGaussian: (center, deviation, tail) =>
      Math.max(center / 10, center + deviation * normal() + exponential(tail)),
    exponential,
    poisson(mean): number {
      const limit = Math.exp(-Math.min(Math.max(mean, 0), POISSON_MEAN_MAX));
      let count = 0;
      for (let product = random.next(); product > limit; product *= random.next()) count += 1;
      return count;
    },
    chance: (probability) => random.next() < probability,
    pick: (items) => random.pick(items),
  };
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
