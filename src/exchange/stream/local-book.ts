/**
 * One symbol's true book, kept from diffs by the procedure the exchange published in November 2025:
 * buffer diffs, take a snapshot, take another while it lies before the first buffered diff, drop what
 * the snapshot already has, then apply each diff whose first id is not past the book's next one; a
 * gap or crossed sides start over (failures 15, 16; invariant 21). Sizes are absolute, zero removes.
 * Pure: it says when it needs a snapshot and asks nobody.
 */
import type { Price, Quantity } from '../../core/money.ts';
import type { Level } from '../../core/ports/market-feed.ts';
import type { BookDiff } from '../parse/book-frame.ts';

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
  diff(diff: BookDiff): LocalBookVerdict;
  /** Takes a snapshot; `kept` when it lies before the first buffered diff, so that another is needed. */
  snapshot(snapshot: BookSnapshot): LocalBookVerdict;
  isLive(): boolean;
  lastUpdateId(): number;
  /** Best levels first, at most `depth` a side. */
  top(depth: number): { readonly bids: readonly Level[]; readonly asks: readonly Level[] };
  /** Forgets everything: the connection was lost. */
  reset(): void;
}

/** More diffs than this are minutes without a snapshot: the oldest are of no use any more. */
const BUFFERED_MAX = 4_096;

export function createLocalBook(): LocalBook {
  let bids: Level[] = [];
  let asks: Level[] = [];
  let bookId: number | null = null;
  let buffered: BookDiff[] = [];

  function reset(): void {
    bids = [];
    asks = [];
    bookId = null;
    buffered = [];
  }

  function startOver(first: BookDiff | null, verdict: 'gap' | 'crossed'): LocalBookVerdict {
    reset();
    if (first !== null) buffered.push(first);
    return verdict;
  }

  function apply(diff: BookDiff): LocalBookVerdict {
    if (bookId === null || diff.lastUpdateId <= bookId) return 'kept';
    if (diff.firstUpdateId > bookId + 1) return startOver(diff, 'gap');
    for (const level of diff.bids) place(bids, level, false);
    for (const level of diff.asks) place(asks, level, true);
    bookId = diff.lastUpdateId;
    const bid = bids.at(-1);
    const ask = asks.at(-1);
    if (bid !== undefined && ask !== undefined && bid.price >= ask.price) return startOver(null, 'crossed');
    return 'applied';
  }

  return {
    diff(diff): LocalBookVerdict {
      if (bookId !== null) return apply(diff);
      const previous = buffered.at(-1);
      if (previous !== undefined && diff.lastUpdateId <= previous.lastUpdateId) return 'kept';
      // What came before a hole could only lead into it.
      if (previous !== undefined && diff.firstUpdateId > previous.lastUpdateId + 1) buffered = [];
      buffered.push(diff);
      if (buffered.length > BUFFERED_MAX) buffered.shift();
      return 'kept';
    },
    snapshot(snapshot): LocalBookVerdict {
      const first = buffered[0];
      if (bookId !== null || (first !== undefined && snapshot.lastUpdateId < first.firstUpdateId)) {
        return 'kept';
      }
      bids = snapshot.bids.filter(({ quantity }) => quantity > 0n).reverse();
      asks = snapshot.asks.filter(({ quantity }) => quantity > 0n).reverse();
      bookId = snapshot.lastUpdateId;
      const waiting = buffered;
      buffered = [];
      for (const diff of waiting) {
        const verdict = apply(diff);
        if (verdict === 'gap' || verdict === 'crossed') return verdict;
      }
      const bid = bids.at(-1);
      const ask = asks.at(-1);
      if (bid !== undefined && ask !== undefined && bid.price >= ask.price) return startOver(null, 'crossed');
      return 'applied';
    },
    isLive: () => bookId !== null,
    lastUpdateId: () => bookId ?? 0,
    top: (depth) => ({ bids: bestOf(bids, depth), asks: bestOf(asks, depth) }),
    reset,
  };
}

/**
 * Sides lie worst first: what changes is nearly always near the best price, at the end, where
 * inserting moves few levels.
 */
function place(side: Level[], level: Level, isAsk: boolean): void {
  const price: Price = level.price;
  const isBefore = (at: number): boolean => {
    const known = side[at]?.price ?? price;
    return isAsk ? known > price : known < price;
  };
  let high = side.length;
  let stride = 1;
  while (high > 0 && !isBefore(Math.max(high - stride, 0))) {
    high = Math.max(high - stride, 0);
    stride *= 2;
  }
  let at = Math.max(high - stride, 0);
  while (at < high) {
    const middle = (at + high) >> 1;
    if (isBefore(middle)) at = middle + 1;
    else high = middle;
  }
  const found = side[at];
  const quantity: Quantity = level.quantity;
  if (found !== undefined && found.price === price) {
    if (quantity === 0n) side.splice(at, 1);
    else side[at] = level;
    return;
  }
  if (quantity !== 0n) side.splice(at, 0, level);
}

function bestOf(side: readonly Level[], depth: number): readonly Level[] {
  const best: Level[] = [];
  for (let at = side.length - 1; at >= 0 && best.length < depth; at -= 1) {
    const level = side[at];
    if (level !== undefined) best.push(level);
  }
  return best;
}
