import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BookLevel } from '../matching/venue-api.ts';
import { createNoise } from './noise.ts';
import { createQuotedBook } from './quoted-book.ts';
import { recordedSpec } from './symbols.ts';

const spec = recordedSpec('BTCUSDT', 2, 5);
const touch = fc.record({
  bid: fc.integer({ min: 1, max: 20_000_000 }),
  spread: fc.integer({ min: 1, max: 5_000 }),
  depth: fc.double({ min: 0.01, max: 3, noNaN: true }),
});

function isSorted(levels: readonly BookLevel[], direction: 1 | -1): boolean {
  return levels.every((level, index) => {
    const before = levels[index - 1];
    return before === undefined || (direction > 0 ? level.price > before.price : level.price < before.price);
  });
}

describe('the quoted book', () => {
  it('is sorted, positive and uncrossed after any sequence of quotes, stirs and takes', () => {
    const action = fc.oneof(
      touch.map((given) => ({ kind: 'quote' as const, ...given })),
      fc.constant({ kind: 'stir' as const }),
      fc.record({
        kind: fc.constant('take' as const),
        side: fc.constantFrom('bids' as const, 'asks' as const),
        amount: fc.double({ min: 0.01, max: 1e9, noNaN: true }),
      }),
    );
    fc.assert(
      fc.property(touch, fc.array(action, { maxLength: 30 }), fc.integer(), (first, actions, seed) => {
        const book = createQuotedBook(spec, createNoise([seed, 1, 2, 3]), 100_000, 40);
        book.quote(first.bid, first.bid + first.spread, first.depth, first.depth);
        for (const each of actions) {
          if (each.kind === 'quote') book.quote(each.bid, each.bid + each.spread, each.depth, each.depth);
          else if (each.kind === 'stir') book.stir(3);
          else book.take(each.side, each.amount, 5);
        }
        const bids = book.bids();
        const asks = book.asks();
        expect(bids.length).toBeGreaterThan(0);
        expect(asks.length).toBeGreaterThan(0);
        expect(isSorted(bids, -1) && isSorted(asks, 1)).toBe(true);
        expect((bids[0]?.price ?? 0n) < (asks[0]?.price ?? 0n)).toBe(true);
        expect([...bids, ...asks].every((level) => level.price > 0n && level.quantity > 0n)).toBe(true);
      }),
    );
  });

  it('levels that did not change keep their object', () => {
    const book = createQuotedBook(spec, createNoise([1, 2, 3, 4]), 100_000, 40);
    book.quote(10_000_000, 10_000_002, 1, 1);
    const before = book.bids();
    book.stir(1);
    const after = book.bids();
    expect(after.filter((level, index) => level === before[index]).length).toBeGreaterThanOrEqual(
      before.length - 1,
    );
  });

  it('what is taken is what the book had, best first', () => {
    const book = createQuotedBook(spec, createNoise([1, 2, 3, 4]), 100_000, 40);
    book.quote(10_000_000, 10_000_002, 1, 1);
    const shown = book.asks();
    const taken = book.take('asks', 1e6, 3);
    expect(taken.map((each) => BigInt(each.ticks) * spec.tickSize)).toEqual(
      shown.slice(0, taken.length).map((level) => level.price),
    );
    expect(book.asks()[0]?.price).toBe(shown[taken.length]?.price);
  });

  it('goes on from its state', () => {
    const book = createQuotedBook(spec, createNoise([1, 2, 3, 4]), 100_000, 40);
    book.quote(10_000_000, 10_000_002, 1, 1);
    const copy = createQuotedBook(spec, createNoise([9, 9, 9, 9]), 100_000, 40);
    copy.restore(book.state());
    expect(copy.bids()).toEqual(book.bids());
    expect(copy.asks()).toEqual(book.asks());
  });
});
