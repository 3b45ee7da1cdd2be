// The local book against the plainest book there is, over random diffs, snapshots taken at any
// moment, lost diffs and repeats.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { price, quantity, type Price, type Quantity } from '../../core/money.ts';
import type { Level } from '../../core/ports/market-feed.ts';
import { BookDiff, rowsOf } from '../parse/book-rows.ts';
import { levelsOf as both } from '../testing/read-frame.ts';
import { createLocalBook, type LocalBook } from './local-book.ts';

const rounds = process.env['GENESIS_TEST_PROFILE'] === 'full' ? 20_000 : 400;
const level = (at: string, size: string): Level => ({ price: price(at), quantity: quantity(size) });

function diff(first: number, last: number, bids: readonly Level[], asks: readonly Level[]): BookDiff {
  return new BookDiff('BTCUSDT', first, last, 0, rowsOf(bids, asks), bids.length, asks.length);
}

function started(): LocalBook {
  const book = createLocalBook();
  expect(book.diff(diff(10, 12, [level('99', '1')], []))).toBe('kept');
  const snapshot = { lastUpdateId: 11, bids: [level('98', '1')], asks: [level('101', '2')] };
  expect(book.snapshot(snapshot)).toBe('applied');
  return book;
}

describe('the local book', () => {
  it('starts with a snapshot and what was buffered beyond it', () => {
    const book = started();
    expect(book.isLive()).toBe(true);
    expect(book.lastUpdateId()).toBe(12);
    expect(both(book.top(5))).toEqual({
      bids: [level('99', '1'), level('98', '1')],
      asks: [level('101', '2')],
    });
  });

  it('wants another snapshot while that lies before the first buffered diff', () => {
    const book = createLocalBook();
    book.diff(diff(10, 12, [], []));
    expect(book.snapshot({ lastUpdateId: 9, bids: [], asks: [] })).toBe('kept');
    expect(book.isLive()).toBe(false);
    expect(book.snapshot({ lastUpdateId: 10, bids: [], asks: [] })).toBe('applied');
  });

  it('drops what it already has, and takes a first diff that straddles the snapshot', () => {
    const book = createLocalBook();
    book.diff(diff(5, 6, [level('90', '1')], []));
    book.diff(diff(7, 9, [level('91', '1')], []));
    expect(book.snapshot({ lastUpdateId: 8, bids: [level('89', '1')], asks: [] })).toBe('applied');
    expect(book.top(5).bids).toEqual([level('91', '1'), level('89', '1')]);
    expect(book.diff(diff(3, 9, [level('92', '1')], []))).toBe('kept');
  });

  it('starts over at a gap, with the diff that showed it as the first buffered', () => {
    const book = started();
    expect(book.diff(diff(14, 15, [level('97', '3')], []))).toBe('gap');
    expect(book.isLive()).toBe(false);
    expect(book.snapshot({ lastUpdateId: 14, bids: [], asks: [] })).toBe('applied');
    expect(book.top(5).bids).toEqual([level('97', '3')]);
  });

  it('raises the alarm when its sides cross, and starts over', () => {
    const book = started();
    expect(book.diff(diff(13, 13, [level('101', '1')], []))).toBe('crossed');
    expect(book.isLive()).toBe(false);
    const crossed = { lastUpdateId: 20, bids: [level('5', '1')], asks: [level('5', '1')] };
    expect(book.snapshot(crossed)).toBe('crossed');
  });

  it('sets sizes absolutely; zero removes, also what was never there', () => {
    const book = started();
    book.diff(diff(13, 13, [level('99', '0'), level('50', '0')], [level('101', '7')]));
    expect(both(book.top(5))).toEqual({ bids: [level('98', '1')], asks: [level('101', '7')] });
  });

  it('equals a plain map of prices whenever the snapshot comes, and notices every lost diff', () => {
    const side = (from: number): fc.Arbitrary<readonly (readonly [number, number])[]> =>
      fc.array(fc.tuple(fc.integer({ min: from, max: from + 40 }), fc.integer({ min: 0, max: 3 })), {
        maxLength: 4,
      });
    const change = fc.record({ bids: side(1), asks: side(100), span: fc.integer({ min: 1, max: 3 }) });
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 40 }),
        fc.nat(40),
        fc.option(fc.nat(40)),
        (changes, at, lost) => {
          const plain = { bids: new Map<number, number>(), asks: new Map<number, number>() };
          const book = createLocalBook();
          let id = 0;
          let told: string = 'kept';
          const shown: unknown[] = [];
          const meant: unknown[] = [];
          for (const [index, { bids, asks, span }] of changes.entries()) {
            for (const [units, size] of bids) plain.bids.set(units, size);
            for (const [units, size] of asks) plain.asks.set(units, size);
            const next = diff(id + 1, id + span, levelsOf(bids), levelsOf(asks));
            id += span;
            if (index === lost && told !== 'gap') {
              if (book.isLive()) told = 'lost';
              continue;
            }
            const verdict = book.diff(next);
            if (told === 'lost') {
              shown.push(verdict);
              meant.push('gap');
              told = 'gap';
            } else if (verdict !== 'kept') told = verdict;
            if (index >= at && !book.isLive()) {
              book.snapshot({ lastUpdateId: id, bids: sorted(plain.bids, -1), asks: sorted(plain.asks, 1) });
              told = 'kept';
            }
            if (!book.isLive()) continue;
            shown.push(both(book.top(1_000)));
            meant.push({ bids: sorted(plain.bids, -1), asks: sorted(plain.asks, 1) });
          }
          expect(shown).toEqual(meant);
        },
      ),
      { numRuns: rounds },
    );
  });
});

function levelsOf(rows: readonly (readonly [number, number])[]): Level[] {
  return rows.map(([units, size]) => ({ price: BigInt(units) as Price, quantity: BigInt(size) as Quantity }));
}

function sorted(side: ReadonlyMap<number, number>, direction: 1 | -1): Level[] {
  return levelsOf(
    [...side].filter(([, size]) => size > 0).sort(([left], [right]) => direction * (left - right)),
  );
}
