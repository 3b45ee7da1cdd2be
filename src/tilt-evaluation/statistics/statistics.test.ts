// The statistics against their definitions: pairs counted one by one, intervals against a known truth.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../core/seeded-random.ts';
import { clusterBootstrap, medianOf, quantileOfSorted } from './bootstrap.ts';
import { areaUnderRoc, rankScores, rocCurve, type Scored } from './ranked-scores.ts';

const scored = fc.record({
  score: fc.oneof(fc.integer({ min: 0, max: 6 }), fc.double({ min: 0, max: 100, noNaN: true })),
  tilted: fc.boolean(),
  trader: fc.integer({ min: 0, max: 4 }),
});

function pairs(sessions: readonly Scored[], weights: readonly number[]): number | null {
  let won = 0;
  let all = 0;
  for (const tilted of sessions.filter((one) => one.tilted)) {
    for (const calm of sessions.filter((one) => !one.tilted)) {
      const weight = (weights[tilted.trader] ?? 0) * (weights[calm.trader] ?? 0);
      all += weight;
      if (tilted.score > calm.score) won += weight;
      else if (tilted.score === calm.score) won += weight / 2;
    }
  }
  return all === 0 ? null : won / all;
}

const rounded = (value: number | null): string => (value === null ? 'none' : value.toFixed(10));

describe('the area under the ROC curve', () => {
  it('equals the share of pairs in which the tilted session scores higher, ties counted half', () => {
    const weight = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(scored, { maxLength: 40 }), weight, (sessions, weights) => {
        const ranked = rankScores(sessions);
        const plain = pairs(sessions, [1, 1, 1, 1, 1]);
        const weighed = pairs(sessions, weights);
        const actual = areaUnderRoc(ranked, null);
        const actualWeighed = areaUnderRoc(ranked, Float64Array.from(weights));
        expect(rounded(actual)).toBe(rounded(plain));
        expect(rounded(actualWeighed)).toBe(rounded(weighed));
      }),
    );
  });

  it('is the area under the curve that is drawn', () => {
    fc.assert(
      fc.property(fc.array(scored, { maxLength: 40 }), (sessions) => {
        const ranked = rankScores(sessions);
        const curve = rocCurve(ranked);
        const area = areaUnderRoc(ranked, null);
        expect(curve.length === 0).toBe(area === null);
        if (area === null) return;
        expect(curve[0]).toEqual({ falseShare: 0, trueShare: 0 });
        expect(curve.at(-1)).toEqual({ falseShare: 1, trueShare: 1 });
        let drawn = 0;
        for (const [index, point] of curve.entries()) {
          const before = curve[index - 1];
          if (before === undefined) continue;
          drawn += ((point.falseShare - before.falseShare) * (point.trueShare + before.trueShare)) / 2;
        }
        expect(drawn).toBeCloseTo(area, 10);
      }),
    );
  });
});

describe('the bootstrap', () => {
  it('covers the truth about as often as it says when sessions of a trader resemble each other', () => {
    const random = createSeededRandom('coverage');
    const experiments = 150;
    let covered = 0;
    for (let experiment = 0; experiment < experiments; experiment += 1) {
      // Each of 40 traders has an own level around 0.5; ten sessions share it.
      const levels = Array.from({ length: 40 }, () => 0.2 + 0.6 * random.next());
      const means = levels.map((level) => {
        let hits = 0;
        for (let session = 0; session < 10; session += 1) if (random.chance(level)) hits += 1;
        return hits / 10;
      });
      const interval = clusterBootstrap(40, 200, random, (weights) => {
        let sum = 0;
        for (const [index, mean] of means.entries()) sum += mean * (weights[index] ?? 0);
        return sum / 40;
      });
      if (interval !== null && interval.low <= 0.5 && interval.high >= 0.5) covered += 1;
    }
    expect(covered / experiments).toBeGreaterThan(0.88);
    expect(covered / experiments).toBeLessThan(0.995);
  });

  it('says nothing about one trader or about a figure that is never defined', () => {
    const random = createSeededRandom(1);
    expect(clusterBootstrap(1, 200, random, () => 1)).toBeNull();
    expect(clusterBootstrap(9, 200, random, () => null)).toBeNull();
    expect(clusterBootstrap(9, 200, random, () => Number.NaN)).toBeNull();
  });
});

describe('quantiles', () => {
  it.each([
    [[], null],
    [[7], 7],
    [[1, 2], 1],
    [[3, 1, 2], 2],
    [[1, 2, 3, Infinity, Infinity], 3],
    [[1, 2, Infinity, Infinity, Infinity], Infinity],
  ])('the median of %j is %s', (values, expected) => {
    expect(medianOf(values)).toBe(expected);
  });

  it('the ends are the first and the last', () => {
    expect(quantileOfSorted([1, 2, 3], 0)).toBe(1);
    expect(quantileOfSorted([1, 2, 3], 1)).toBe(3);
  });
});
