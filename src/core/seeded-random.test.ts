import { describe, expect, it } from 'vitest';
import { createSeededRandom } from './seeded-random.ts';

const draws = (seed: number | string, count = 8): readonly number[] => {
  const random = createSeededRandom(seed);
  return Array.from({ length: count }, () => random.word());
};

describe('seeded random', () => {
  it('gives the same numbers for the same seed and others for another', () => {
    expect(draws(7)).toEqual(draws(7));
    expect(draws(7)).not.toEqual(draws(8));
    expect(draws('genesis')).toEqual(draws('genesis'));
    expect(draws(0)).not.toEqual(draws(4_294_967_296));
  });

  it('never changes its numbers: replay lines of old seeds depend on them', () => {
    expect(draws(1, 4)).toMatchInlineSnapshot(`
      [
        3732592816,
        885883743,
        2797885247,
        3447861022,
      ]
    `);
  });

  it('forks the same stream for a label whatever was drawn before, and another one for another label', () => {
    const fresh = createSeededRandom(5);
    const used = createSeededRandom(5);
    used.bytes(100);
    expect(fresh.fork('market').word()).toBe(used.fork('market').word());
    expect(fresh.fork('market').word()).not.toBe(fresh.fork('trader').word());
    expect(fresh.fork('a').fork('b').word()).not.toBe(fresh.fork('b').fork('a').word());
  });

  it('is uniform enough: mean and every tenth of the range', () => {
    const random = createSeededRandom(3);
    const counts = Array.from({ length: 10 }, () => 0);
    let sum = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const value = random.next();
      sum += value;
      counts[Math.floor(value * 10)]! += 1;
    }
    expect(sum / 20_000).toBeCloseTo(0.5, 1);
    for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(200);
  });

  it('keeps between its bounds, both reachable, and picks every item', () => {
    const random = createSeededRandom(9);
    const seen = new Set(Array.from({ length: 200 }, () => random.between(-2, 2)));
    expect([...seen].toSorted((left, right) => left - right)).toEqual([-2, -1, 0, 1, 2]);
    expect(new Set(Array.from({ length: 100 }, () => random.pick(['a', 'b', 'c'])))).toEqual(
      new Set(['a', 'b', 'c']),
    );
    expect(() => random.pick([])).toThrow('something to pick from');
    expect(() => createSeededRandom(-1)).toThrow('a seed is a whole number');
  });

  it('fills byte arrays of any length', () => {
    const bytes = createSeededRandom(2).bytes(7);
    expect(bytes).toHaveLength(7);
    expect(createSeededRandom(2).bytes(7)).toEqual(bytes);
    expect(createSeededRandom(2).bytes(0)).toHaveLength(0);
  });
});
