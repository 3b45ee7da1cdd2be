import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCorrelationBook, type CorrelationBook } from './correlation.ts';
import { heldTogether, historicalLoss, meanOf, meanWith, tightestPair } from './portfolio-risk.ts';

const SAMPLE = 1_800_000;
const options = { sampleMs: SAMPLE, samplesMax: 40, samplesMin: 20 };

/** Feeds prices slot by slot; null leaves a hole. */
function fed(prices: Readonly<Record<string, readonly (number | null)[]>>): CorrelationBook {
  const book = createCorrelationBook(options);
  const length = Math.max(...Object.values(prices).map((series) => series.length));
  for (let slot = 0; slot < length; slot += 1)
    for (const [symbol, series] of Object.entries(prices)) {
      const price = series[slot];
      if (price !== null && price !== undefined) book.sample(symbol, (slot + 1) * SAMPLE, price);
    }
  return book;
}

/** From the definition, over the last 40 slots. */
function byHand(left: readonly (number | null)[], right: readonly (number | null)[]): number | null {
  const pairs: [number, number][] = [];
  const newest = Math.max(left.length, right.length);
  for (let slot = 1; slot < newest; slot += 1) {
    const prices = [left[slot - 1], left[slot], right[slot - 1], right[slot]];
    if (newest - slot > 40 || prices.some((price) => price === null || price === undefined)) continue;
    const [a = 1, b = 1, c = 1, d = 1] = prices as number[];
    pairs.push([Math.log(b / a), Math.log(d / c)]);
  }
  if (pairs.length < 20) return null;
  const mean = (side: 0 | 1): number => pairs.reduce((sum, pair) => sum + pair[side], 0) / pairs.length;
  const [x, y] = [mean(0), mean(1)];
  const over = (f: (pair: [number, number]) => number): number =>
    pairs.reduce((sum, pair) => sum + f(pair), 0);
  const spread = over(([a]) => (a - x) ** 2) * over(([, b]) => (b - y) ** 2);
  return spread === 0 ? null : over(([a, b]) => (a - x) * (b - y)) / Math.sqrt(spread);
}

const series = fc.array(fc.option(fc.double({ min: 50, max: 200, noNaN: true }), { freq: 12 }), {
  minLength: 30,
  maxLength: 110,
});
/** A walk of its own, repeatable. */
const walk = (seed: number, length = 60): number[] => {
  let state = seed;
  let price = 100;
  return Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647;
    price *= 1 + (state / 2_147_483_647 - 0.5) / 50;
    return price;
  });
};

describe('correlation', () => {
  it('equals the correlation added up anew, over any samples, holes and rings that have turned', () => {
    fc.assert(
      fc.property(series, series, (left, right) => {
        // Both end in the same slot, so that the rings hold the same span.
        const length = Math.min(left.length, right.length);
        const [a, b] = [left.slice(0, length), right.slice(0, length)];
        a[length - 1] = 100;
        b[length - 1] = 101;
        const expected = byHand(a, b);
        const actual = fed({ A: a, B: b }).between('A', 'B');
        expect(actual === null).toBe(expected === null);
        expect(Math.abs((actual ?? 0) - (expected ?? 0))).toBeLessThan(1e-6);
      }),
      { numRuns: 100 },
    );
  });

  it('needs 20 observations in common, and prices that move', () => {
    const steady = Array.from({ length: 30 }, () => 100);
    expect(fed({ A: walk(1, 20), B: walk(1, 20) }).between('A', 'B')).toBeNull();
    expect(fed({ A: walk(1, 21), B: walk(1, 21) }).between('A', 'B')).toBeCloseTo(1, 9);
    expect(fed({ A: walk(1), B: steady }).between('A', 'B')).toBeNull();
    expect(fed({ A: walk(1) }).between('A', 'B')).toBeNull();
    expect(fed({ A: walk(1), B: walk(1).map((price) => 10_000 / price) }).between('A', 'B')).toBeCloseTo(
      -1,
      9,
    );
  });

  it('asked for another number of observations, says at once what it knows by that, and no more', () => {
    const wave = (shift: number): number[] =>
      Array.from({ length: 26 }, (_, slot) => 100 + Math.sin(slot + shift));
    const book = fed({ BTCUSDT: wave(0), ETHUSDT: wave(0.3), SOLUSDT: wave(1) });
    const known = book.between('BTCUSDT', 'ETHUSDT');
    expect(known).toBeGreaterThan(0.8);
    const version = book.version();
    book.require(20);
    expect(book.version()).toBe(version);
    book.require(26);
    expect(book.version()).toBeGreaterThan(version);
    for (const [left, right] of [
      ['BTCUSDT', 'ETHUSDT'],
      ['BTCUSDT', 'SOLUSDT'],
      ['ETHUSDT', 'SOLUSDT'],
    ] as const)
      expect(book.between(left, right)).toBeNull();
    book.require(25);
    expect(book.between('BTCUSDT', 'ETHUSDT')).toBe(known);
  });

  it('takes only whole samples, in order, of prices', () => {
    const book = createCorrelationBook(options);
    book.sample('A', SAMPLE, 100);
    book.sample('A', SAMPLE + 1, 110);
    book.sample('A', 2 * SAMPLE, Number.NaN);
    book.sample('A', SAMPLE, 110);
    expect(book.version()).toBe(1);
    book.sample('A', 2 * SAMPLE, 101);
    expect(book.version()).toBe(2);
  });

  it('follows 64 symbols and no more', () => {
    const book = createCorrelationBook(options);
    for (let index = 0; index < 70; index += 1) book.sample(`S${index}`, SAMPLE, 1);
    expect([book.indexOf('S63'), book.indexOf('S64')]).toEqual([63, -1]);
    expect(book.at(-1, 0)).toBeNaN();
  });

  it('stays exact after thousands of samples with holes, in which one of the two is missing', () => {
    const [a, b] = [walk(3, 4_000), walk(9, 4_000)];
    const holed = b.map((price, slot) => (slot % 9 === 4 ? null : price));
    expect(fed({ A: a, B: holed }).between('A', 'B')).toBeCloseTo(byHand(a, holed) ?? 9, 6);
  });

  it('stays exact after thousands of samples', () => {
    const [a, b] = [walk(3, 4_000), walk(9, 4_000)];
    expect(fed({ A: a, B: b }).between('A', 'B')).toBeCloseTo(byHand(a, b) ?? 9, 6);
  });
});

describe('the portfolio', () => {
  const book = fed({ A: walk(1), B: walk(1), C: walk(7), D: walk(11) });

  it('has a mean over the pairs that are known, now and with one more', () => {
    const pair = heldTogether(book, ['A', 'B']);
    expect(meanOf(pair)).toBeCloseTo(1, 9);
    expect(meanOf(heldTogether(book, ['A']))).toBeNull();
    expect(meanOf(heldTogether(book, ['A', 'B', 'UNKNOWN']))).toBeCloseTo(1, 9);
    expect(meanWith(book, heldTogether(book, []), 'A')).toBeNull();
    const three = meanWith(book, pair, 'C') ?? 9;
    const expected = (1 + (book.between('A', 'C') ?? 0) + (book.between('B', 'C') ?? 0)) / 3;
    expect(three).toBeCloseTo(expected, 9);
    expect(meanWith(book, pair, 'A')).toBe(meanOf(pair));
    expect(meanWith(book, pair, 'UNKNOWN')).toBeCloseTo(1, 9);
  });

  it('finds the two that move together most', () => {
    expect(tightestPair(book, ['C', 'A', 'D', 'B'], 0.95)).toMatchObject({ left: 'A', right: 'B' });
    expect(tightestPair(book, ['C', 'D', 'UNKNOWN'], 0.95)).toBeNull();
    // Every two are above so low a limit: the strongest is kept, whichever comes first.
    expect(tightestPair(book, ['A', 'B', 'C', 'D'], -1)).toMatchObject({ left: 'A', right: 'B' });
    expect(tightestPair(book, ['D', 'C', 'B', 'A'], -1)).toMatchObject({ left: 'B', right: 'A' });
  });

  it('says what history would have cost: the loss that 5 % of the samples passed, and their mean', () => {
    const loss = historicalLoss(book, [{ symbol: 'A', value: 1_000 }], 9_500, 20);
    const returns = walk(1)
      .slice(-41)
      .flatMap((price, index, all) => (index === 0 ? [] : [1_000 * (1 - price / (all[index - 1] ?? price))]))
      .toSorted((left, right) => right - left);
    expect(loss?.observations).toBe(40);
    expect(loss?.valueAtRisk).toBeCloseTo(returns[1] ?? 0, 6);
    expect(loss?.expectedShortfall).toBeCloseTo(((returns[0] ?? 0) + (returns[1] ?? 0)) / 2, 6);
    expect(historicalLoss(book, [], 9_500, 20)).toBeNull();
    expect(historicalLoss(book, [{ symbol: 'UNKNOWN', value: 1 }], 9_500, 20)).toBeNull();
    expect(historicalLoss(book, [{ symbol: 'A', value: 1 }], 9_500, 41)).toBeNull();
    const half = [
      { symbol: 'A', value: 500 },
      { symbol: 'B', value: 500 },
    ];
    // Twins in halves lose what one loses whole; with one that is not known there is no history of all.
    expect(historicalLoss(book, half, 9_500, 20)?.valueAtRisk).toBeCloseTo(returns[1] ?? 0, 6);
    expect(historicalLoss(book, [...half, { symbol: 'UNKNOWN', value: 1 }], 9_500, 20)).toBeNull();
    // A pair that began later has fewer samples in common.
    const young = fed({ A: walk(1), E: [...Array.from({ length: 30 }, () => null), ...walk(5, 30)] });
    const both = [
      { symbol: 'A', value: 500 },
      { symbol: 'E', value: 500 },
    ];
    expect(historicalLoss(young, both, 9_500, 20)?.observations).toBe(29);
  });
});
