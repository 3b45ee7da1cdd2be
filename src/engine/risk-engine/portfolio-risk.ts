/**
 * The portfolio as one thing (domain rules, "Correlation"): mean pairwise correlation with and without an entry,
 * and what history says can be lost: value at risk and the mean beyond it. Statistics, never amounts to trade with.
 */
import { present } from '../../core/invariant.ts';
import type { CorrelationBook } from './correlation.ts';

/** Open positions as the correlation sees them; made anew when positions or samples change. */
export type HeldTogether = {
  readonly symbols: readonly string[];
  readonly indices: readonly number[];
  readonly sum: number;
  readonly pairs: number;
};

export function heldTogether(book: CorrelationBook, symbols: readonly string[]): HeldTogether {
  const indices = symbols.map((symbol) => book.indexOf(symbol));
  let sum = 0;
  let pairs = 0;
  for (const [position, left] of indices.entries()) {
    for (const right of indices.slice(position + 1)) {
      const value = book.at(left, right);
      if (Number.isNaN(value)) continue;
      sum += value;
      pairs += 1;
    }
  }
  return { symbols, indices, sum, pairs };
}

/** Mean pairwise correlation of what is held; null without a pair that is known. */
export function meanOf(held: HeldTogether): number | null {
  return held.pairs === 0 ? null : held.sum / held.pairs;
}

/** The mean if this symbol were held as well; null without a pair that is known. */
export function meanWith(book: CorrelationBook, held: HeldTogether, symbol: string): number | null {
  if (held.symbols.includes(symbol)) return meanOf(held);
  const place = book.indexOf(symbol);
  let { sum, pairs } = held;
  for (const index of held.indices) {
    const value = book.at(place, index);
    if (Number.isNaN(value)) continue;
    sum += value;
    pairs += 1;
  }
  return pairs === 0 ? null : sum / pairs;
}

/** The two positions that move together at `limit` or above, the strongest pair first; null without one. */
export function tightestPair(
  book: CorrelationBook,
  symbols: readonly string[],
  limit: number,
): { readonly left: string; readonly right: string; readonly correlation: number } | null {
  let best: { readonly left: string; readonly right: string; readonly correlation: number } | null = null;
  for (const [position, left] of symbols.entries()) {
    for (const right of symbols.slice(position + 1)) {
      const correlation = book.between(left, right);
      if (correlation === null || correlation < limit) continue;
      if (best === null || correlation > best.correlation) best = { left, right, correlation };
    }
  }
  return best;
}

export type HistoricalLoss = {
  readonly valueAtRisk: number;
  readonly expectedShortfall: number;
  readonly observations: number;
};

/** Losses of these holdings had each past sample come again; null with too few observations. */
export function historicalLoss(
  book: CorrelationBook,
  holdings: readonly { readonly symbol: string; readonly value: number }[],
  confidenceBps: number,
  samplesMin: number,
): HistoricalLoss | null {
  if (holdings.length === 0) return null;
  const losses: number[] = [];
  book.forEachSlot(
    holdings.map(({ symbol }) => symbol),
    (returns) => {
      let result = 0;
      for (const [column, { value }] of holdings.entries())
        result += value * Math.expm1(present(returns[column], 'each holding has its column'));
      losses.push(-result);
    },
  );
  if (losses.length < samplesMin) return null;
  losses.sort((left, right) => right - left);
  const beyond = Math.max(1, Math.floor((losses.length * (10_000 - confidenceBps)) / 10_000));
  const tail = losses.slice(0, beyond);
  return {
    valueAtRisk: Math.max(0, present(tail.at(-1), 'one loss is the worst')),
    expectedShortfall: Math.max(0, tail.reduce((sum, loss) => sum + loss, 0) / tail.length),
    observations: losses.length,
  };
}
