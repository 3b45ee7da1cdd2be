// Every streaming indicator against the same figure recomputed from scratch.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAtr } from './atr.ts';
import { createRollingRank } from './rolling-rank.ts';
import { createRollingStd } from './rolling-std.ts';
import { createSma } from './sma.ts';

const value = fc.double({ min: 1e-4, max: 1e5, noNaN: true });
const values = fc.array(value, { minLength: 1, maxLength: 120 });
const period = fc.integer({ min: 2, max: 20 });
const mean = (list: readonly number[]): number => list.reduce((sum, each) => sum + each, 0) / list.length;

function near(actual: number | null, expected: number | null): boolean {
  if (expected === null || actual === null) return actual === expected;
  return Math.abs(actual - expected) <= 1e-6 * Math.max(1, Math.abs(expected));
}

describe('streaming indicators', () => {
  it('the simple average equals the mean of the last values', () => {
    fc.assert(
      fc.property(values, period, (list, length) => {
        const sma = createSma(length);
        for (const [index, each] of list.entries()) {
          const window = list.slice(Math.max(0, index + 1 - length), index + 1);
          expect(near(sma.push(each), window.length < length ? null : mean(window))).toBe(true);
        }
      }),
    );
  });

  it("the average true range equals Wilder's recursion", () => {
    const candle = fc.tuple(value, value, fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(fc.array(candle, { minLength: 1, maxLength: 80 }), period, (list, length) => {
        const atr = createAtr(length);
        const ranges: number[] = [];
        let naive: number | null = null;
        let before: number | null = null;
        for (const [left, right, share] of list) {
          const high = Math.max(left, right);
          const low = Math.min(left, right);
          const close = low + (high - low) * share;
          ranges.push(
            before === null
              ? high - low
              : Math.max(high - low, Math.abs(high - before), Math.abs(low - before)),
          );
          before = close;
          if (ranges.length === length) naive = mean(ranges);
          else if (naive !== null) naive = (naive * (length - 1) + (ranges.at(-1) ?? 0)) / length;
          expect(near(atr.push(high, low, close), naive)).toBe(true);
        }
      }),
    );
  });

  it('the rolling deviation equals the deviation of the last values', () => {
    fc.assert(
      fc.property(values, period, (list, length) => {
        const std = createRollingStd(length);
        for (const [index, each] of list.entries()) {
          const window = list.slice(Math.max(0, index + 1 - length), index + 1);
          const centre = mean(window);
          const naive = Math.sqrt(mean(window.map((one) => (one - centre) ** 2)));
          const actual = std.push(each);
          expect(actual === null).toBe(window.length < length);
          expect(actual === null || Math.abs(actual - naive) <= 1e-3 * Math.max(1, naive)).toBe(true);
        }
      }),
    );
  });

  it('ranks and quantiles equal those of the sorted last values', () => {
    const coarse = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(coarse, period, fc.integer({ min: -1, max: 13 }), (list, length, probe) => {
        const ranks = createRollingRank(length);
        for (const [index, each] of list.entries()) {
          ranks.push(each);
          const window = list.slice(Math.max(0, index + 1 - length), index + 1).sort((a, b) => a - b);
          const below = window.filter((one) => one < probe).length;
          const equal = window.filter((one) => one === probe).length;
          expect(ranks.rank(probe)).toBeCloseTo((below + equal / 2) / window.length, 12);
          expect(ranks.quantile(0.5)).toBe(
            window[Math.min(window.length - 1, Math.floor(window.length / 2))],
          );
          expect(ranks.count()).toBe(window.length);
        }
      }),
    );
  });

  it('a figure that is not finite is a bug, never an average', () => {
    for (const indicator of [createSma(3), createRollingStd(3)]) {
      expect(() => indicator.push(Number.NaN)).toThrow('finite');
      expect(() => indicator.push(Number.POSITIVE_INFINITY)).toThrow('finite');
    }
    expect(() => createAtr(3).push(1, Number.NaN, 1)).toThrow('finite');
  });
});
