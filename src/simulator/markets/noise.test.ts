import { describe, expect, it } from 'vitest';
import { createNoise, seedNoise } from './noise.ts';

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const draw = (count: number, one: () => number): readonly number[] => Array.from({ length: count }, one);

describe('noise', () => {
  it('goes on from its state exactly', () => {
    const noise = createNoise([1, 2, 3, 4]);
    draw(100, () => noise.gaussian());
    const copy = createNoise(noise.state());
    expect(draw(50, () => copy.uniform())).toEqual(draw(50, () => noise.uniform()));
  });

  it('differs with the seed, from the first number on', () => {
    const of = (first: number): readonly number[] => {
      const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(first, 0, 1);
      const noise = seedNoise({ next: () => 0, bytes });
      return draw(5, () => noise.uniform());
    };
    expect(of(1)).not.toEqual(of(2));
  });

  it('is uniform, normal and Poisson as named', () => {
    const noise = createNoise([5, 6, 7, 8]);
    const uniform = draw(50_000, () => noise.uniform());
    expect(mean(uniform)).toBeCloseTo(0.5, 2);
    expect(uniform.every((value) => value >= 0 && value < 1)).toBe(true);
    const normal = draw(50_000, () => noise.gaussian());
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(mean(normal.map((value) => value ** 2))).toBeCloseTo(1, 1);
    expect(mean(normal.map((value) => value ** 4))).toBeGreaterThan(2.7);
    for (const expected of [0, 0.3, 5, 100]) {
      const counts = draw(20_000, () => noise.poisson(expected));
      expect(Math.abs(mean(counts) - expected)).toBeLessThan(0.02 + expected * 0.02);
      expect(counts.every((count) => Number.isInteger(count) && count >= 0)).toBe(true);
    }
  });
});
