import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Price, Quantity } from '../../core/money.ts';
import type { BookLevel } from '../matching/venue-api.ts';
import { createDepthBook, type DepthDifference, type DepthSnapshot } from './depth-book.ts';

const level = (at: number, size: number): BookLevel => ({
  price: BigInt(at) as Price,
  quantity: BigInt(size) as Quantity,
});
const snapshot: DepthSnapshot = {
  lastUpdateId: 100,
  bids: [level(99, 1), level(98, 2)],
  asks: [level(101, 1), level(102, 2)],
};
const difference = (
  first: number,
  last: number,
  bids: readonly BookLevel[] = [],
  asks: readonly BookLevel[] = [],
): DepthDifference => ({
  firstUpdateId: first,
  lastUpdateId: last,
  bids,
  asks,
});

describe('the depth book', () => {
  it('buffers until the snapshot and then applies what the snapshot does not have', () => {
    const book = createDepthBook();
    expect(book.difference(difference(90, 95, [level(50, 9)]))).toBe('buffered');
    expect(book.difference(difference(96, 103, [level(99, 5)]))).toBe('buffered');
    expect(book.snapshot(snapshot)).toBe('applied');
    expect(book.lastUpdateId()).toBe(103);
    expect(book.bids(10)).toEqual([level(99, 5), level(98, 2)]);
  });

  it('wants a newer snapshot when the buffer starts after it', () => {
    const book = createDepthBook();
    book.difference(difference(150, 160));
    expect(book.snapshot(snapshot)).toBe('stale');
    expect(book.synchronised()).toBe(false);
    expect(book.snapshot({ ...snapshot, lastUpdateId: 155 })).toBe('applied');
    expect(book.lastUpdateId()).toBe(160);
  });

  it('ignores what it has, and is void after a gap until the next snapshot', () => {
    const book = createDepthBook();
    book.snapshot(snapshot);
    expect(book.difference(difference(90, 100, [level(99, 7)]))).toBe('stale');
    expect(book.bids(1)).toEqual([level(99, 1)]);
    expect(book.difference(difference(101, 101))).toBe('applied');
    expect(book.difference(difference(103, 104))).toBe('gap');
    expect(book.synchronised()).toBe(false);
    expect(book.difference(difference(105, 106, [], [level(101, 0)]))).toBe('buffered');
    expect(book.snapshot({ ...snapshot, lastUpdateId: 103 })).toBe('applied');
    expect(book.asks(10)).toEqual([level(102, 2)]);
  });

  it('is void when it crosses', () => {
    const book = createDepthBook();
    book.snapshot(snapshot);
    expect(book.difference(difference(101, 102, [level(101, 1)]))).toBe('crossed');
    expect(book.synchronised()).toBe(false);
  });

  it('equals a plain map of prices after any differences', () => {
    const change = fc.record({ at: fc.integer({ min: 1, max: 40 }), size: fc.integer({ min: 0, max: 3 }) });
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 6 }), { maxLength: 30 }), (rounds) => {
        const book = createDepthBook();
        const plain = new Map(snapshot.bids.map((each) => [Number(each.price), Number(each.quantity)]));
        book.snapshot(snapshot);
        let updateId = 100;
        for (const round of rounds) {
          book.difference(
            difference(
              updateId + 1,
              updateId + 2,
              round.map(({ at, size }) => level(at, size)),
            ),
          );
          updateId += 2;
          for (const { at, size } of round) {
            if (size === 0) plain.delete(at);
            else plain.set(at, size);
          }
        }
        const expected = [...plain]
          .sort(([left], [right]) => right - left)
          .map(([at, size]) => level(at, size));
        expect(book.bids(1_000)).toEqual(expected);
      }),
    );
  });
});
