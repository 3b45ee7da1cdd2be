/**
 * One symbol's true book, kept from diffs by the procedure the exchange published in November 2025:
 * buffer diffs, take a snapshot, take another while it lies before the first buffered diff, drop what
 * the snapshot already has, then apply each diff whose first id is not past the book's next one; a
 * gap or crossed sides start over (failures 15, 16; invariant 21). Sizes are absolute, zero removes.
 * Pure: it says when it needs a snapshot and asks nobody.
 */
import type { Level } from '../../core/ports/market-feed.ts';
import { BookTop, rowsOf, type BookDiff } from '../parse/book-rows.ts';
import { BookSide } from './book-side.ts';

export type LocalBookVerdict =
  /** The book has moved on: `top` is a picture of it. */
  | 'applied'
  /** Older than the book, or waiting for a snapshot. */
  | 'kept'
  /** Diffs are missing: a snapshot is needed. */
  | 'gap'
  /** Best bid not below best ask: a snapshot is needed. */
  | 'crossed';

export type BookSnapshot = {
  readonly lastUpdateId: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
};

export interface LocalBook {
  /** Takes a diff and keeps nothing of it that the next one could change. */
  diff(diff: BookDiff): LocalBookVerdict;
  /** Takes a snapshot; `kept` when it lies before the first buffered diff, so that another is needed. */
  snapshot(snapshot: BookSnapshot): LocalBookVerdict;
  isLive(): boolean;
  lastUpdateId(): number;
  /** Best levels first, at most `depth` a side. */
  top(depth: number): BookTop;
  /** Forgets everything: the connection was lost. */
  reset(): void;
}

/** More diffs than this are minutes without a snapshot: the oldest are of no use any more. */
const BUFFERED_MAX = 4_096;

export function createLocalBook(): LocalBook {
  const bids = new BookSide('bids');
  const asks = new BookSide('asks');
  let bookId: number | null = null;
  let buffered: BookDiff[] = [];

  function reset(): void {
    bids.clear();
    asks.clear();
    bookId = null;
    buffered = [];
  }

  function startOver(first: BookDiff | null, verdict: 'gap' | 'crossed'): LocalBookVerdict {
    reset();
    if (first !== null) buffered.push(first.kept());
    return verdict;
  }

  function apply(diff: BookDiff): LocalBookVerdict {
    if (bookId === null || diff.lastUpdateId <= bookId) return 'kept';
    if (diff.firstUpdateId > bookId + 1) return startOver(diff, 'gap');
    bids.take(diff.rows, 0, diff.bidCount);
    asks.take(diff.rows, diff.bidCount, diff.askCount);
    bookId = diff.lastUpdateId;
    return bids.meets(asks) ? startOver(null, 'crossed') : 'applied';
  }

  function start(snapshot: BookSnapshot): LocalBookVerdict {
    const rows = rowsOf(snapshot.bids, snapshot.asks);
    bids.take(rows, 0, snapshot.bids.length);
    asks.take(rows, snapshot.bids.length, snapshot.asks.length);
    bookId = snapshot.lastUpdateId;
    const waiting = buffered;
    buffered = [];
    for (const diff of waiting) {
      const verdict = apply(diff);
      if (verdict === 'gap' || verdict === 'crossed') return verdict;
    }
    return bids.meets(asks) ? startOver(null, 'crossed') : 'applied';
  }

  return {
    diff(diff): LocalBookVerdict {
      if (bookId !== null) return apply(diff);
      const previous = buffered.at(-1);
      if (previous !== undefined && diff.lastUpdateId <= previous.lastUpdateId) return 'kept';
      // What came before a hole could only lead into it.
      if (previous !== undefined && diff.firstUpdateId > previous.lastUpdateId + 1) buffered = [];
      buffered.push(diff.kept());
      if (buffered.length > BUFFERED_MAX) buffered.shift();
      return 'kept';
    },
    snapshot(snapshot): LocalBookVerdict {
      const first = buffered[0];
      if (bookId !== null || (first !== undefined && snapshot.lastUpdateId < first.firstUpdateId)) {
        return 'kept';
      }
      return start(snapshot);
    },
    isLive: () => bookId !== null,
    lastUpdateId: () => bookId ?? 0,
    top: (depth) => new BookTop(bids.best(depth), asks.best(depth)),
    reset,
  };
}
