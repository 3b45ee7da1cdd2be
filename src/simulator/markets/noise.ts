/**
 * The synthetic market's own generator (sfc32): seeded once through the Random port and then
 * independent of it, so that the market's path does not depend on who else draws numbers, and
 * its state fits into a snapshot. Not for secrets.
 */
import type { Random } from '../../core/ports/random.ts';
import { invariant } from '../../core/invariant.ts';

export type NoiseState = readonly [number, number, number, number];

export interface Noise {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Standard normal. */
  gaussian(): number;
  /** A count with this mean; exact below 30, the rounded normal above. */
  poisson(mean: number): number;
  state(): NoiseState;
}

/** Four words drawn from the port; the first numbers after seeding are thrown away. */
export function seedNoise(random: Random): Noise {
  const bytes = random.bytes(16);
  const word = (at: number): number =>
    ((bytes[at] ?? 0) |
      ((bytes[at + 1] ?? 0) << 8) |
      ((bytes[at + 2] ?? 0) << 16) |
      ((bytes[at + 3] ?? 0) << 24)) >>>
    0;
  const noise = createNoise([word(0), word(4), word(8), word(12)]);
  for (let round = 0; round < 12; round += 1) noise.uniform();
  return noise;
}

/** Goes on exactly where `state` was taken. */
export function createNoise(from: NoiseState): Noise {
  let [a, b, c, d] = from;
  function uniform(): number {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  }
  function gaussian(): number {
    // 1 - u keeps the logarithm away from zero.
    return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  }
  return {
    uniform,
    gaussian,
    poisson(mean: number): number {
      if (mean <= 0) return 0;
      if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * gaussian()));
      const limit = Math.exp(-mean);
      let count = 0;
      for (let product = uniform(); product > limit; product *= uniform()) count += 1;
      return count;
    },
    state: () => [a, b, c, d],
  };
}

/** Reads a state back from plain JSON; a malformed one is a bug of the snapshot's owner. */
export function noiseStateFrom(value: unknown): NoiseState {
  invariant(
    Array.isArray(value) && value.length === 4 && value.every((word) => typeof word === 'number'),
    'a noise state is four numbers',
  );
  return value as unknown as NoiseState;
}
