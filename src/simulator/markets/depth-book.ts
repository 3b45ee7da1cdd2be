/**
 * A full order book from a REST snapshot and a stream of differences, by the exchange's procedure as
 * corrected 2025-11-12: differences up to the snapshot are dropped, older ones ignored, one that starts
 * after the next update id is a gap; sizes are absolute and zero removes a level.
 */
import type { Quantity } from '../../core/money.ts';
import type { BookLevel } from '../matching/venue-api.ts';

export type DepthDifference = {
  readonly firstUpdateId: number;
  readonly lastUpdateId: number;
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
};
export type DepthSnapshot = {
  readonly lastUpdateId: number;
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
};

export type DepthOutcome =
  | 'applied'
  /** No snapshot yet: kept until one comes. */
  | 'buffered'
  /** Older than the book: nothing to do. */
  | 'stale'
  /** Updates are missing: the book is void until the next snapshot. */
  | 'gap'
  /** Bids reach asks: the book is void until the next snapshot. */
  | 'crossed';

export interface DepthBook {
  /** Starts over from a snapshot and applies what was buffered; `stale` when a newer one must be fetched. */
  snapshot(snapshot: DepthSnapshot): DepthOutcome;
  difference(difference: DepthDifference): DepthOutcome;
  synchronised(): boolean;
  lastUpdateId(): number;
  /** Best first, at most `limit`; levels that did not change are the same objects as before. */
  bids(limit: number): readonly BookLevel[];
  asks(limit: number): readonly BookLevel[];
}

const MOST_BUFFERED = 10_000;

export function createDepthBook(): DepthBook {
  let bids: BookLevel[] = [];
  let asks: BookLevel[] = [];
  let lastUpdateId = 0;
  let synchronised = false;
  let buffer: DepthDifference[] = [];

  function crossed(): boolean {
    const bid = bids[0];
    const ask = asks[0];
    return bid !== undefined && ask !== undefined && bid.price >= ask.price;
  }

  function apply(difference: DepthDifference): DepthOutcome {
    if (difference.lastUpdateId <= lastUpdateId) return 'stale';
    if (difference.firstUpdateId > lastUpdateId + 1) return lost('gap', difference);
    for (const level of difference.bids) put(bids, level, -1);
    for (const level of difference.asks) put(asks, level, 1);
    lastUpdateId = difference.lastUpdateId;
    return crossed() ? lost('crossed', null) : 'applied';
  }

  function lost(outcome: 'gap' | 'crossed', next: DepthDifference | null): DepthOutcome {
    synchronised = false;
    buffer = next === null ? [] : [next];
    return outcome;
  }

  return {
    snapshot(snapshot: DepthSnapshot): DepthOutcome {
      const waiting = buffer;
      const first = waiting[0];
      // The differences must reach back to the snapshot, else updates between them would be missing.
      if (first !== undefined && first.firstUpdateId > snapshot.lastUpdateId + 1) return 'stale';
      bids = [...snapshot.bids];
      asks = [...snapshot.asks];
      lastUpdateId = snapshot.lastUpdateId;
      synchronised = true;
      buffer = [];
      if (crossed()) return lost('crossed', null);
      for (const difference of waiting) {
        const outcome = apply(difference);
        if (outcome === 'gap' || outcome === 'crossed') return outcome;
      }
      return 'applied';
    },
    difference(difference: DepthDifference): DepthOutcome {
      if (synchronised) return apply(difference);
      if (buffer.length >= MOST_BUFFERED) buffer.shift();
      buffer.push(difference);
      return 'buffered';
    },
    synchronised: () => synchronised,
    lastUpdateId: () => lastUpdateId,
    bids: (limit) => (bids.length <= limit ? [...bids] : bids.slice(0, limit)),
    asks: (limit) => (asks.length <= limit ? [...asks] : asks.slice(0, limit)),
  };
}

/** Sets, adds or removes one level in a side sorted best first (`direction` 1: ascending prices). */
function put(side: BookLevel[], level: BookLevel, direction: 1 | -1): void {
  let low = 0;
  let high = side.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const there = side[middle];
    const before =
      there !== undefined && (direction > 0 ? there.price < level.price : there.price > level.price);
    if (before) low = middle + 1;
    else high = middle;
  }
  const there = side[low];
  const exists = there !== undefined && there.price === level.price;
  if (level.quantity === (0n as Quantity)) {
    if (exists) side.splice(low, 1);
  } else if (exists) {
    side[low] = level;
  } else {
    side.splice(low, 0, level);
  }
}
