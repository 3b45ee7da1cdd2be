/**
 * Book streams of one symbol: diffs every 100 ms and every second (the slow ones add up the fast
 * ones, so that each is gap-free on its own), and the top levels. Works only while somebody listens.
 */
import type { BookDelta, BookDepth, BookLevel, Venue } from '../matching/venue-api.ts';
import { eightPlaces } from './decimals.ts';
import type { TimeUnit } from './render.ts';

type Pending = {
  first: number;
  last: number;
  readonly bids: Map<bigint, bigint>;
  readonly asks: Map<bigint, bigint>;
};

export interface DepthFeed {
  /** Takes what changed since the last tick; call once per 100 ms while anyone follows diffs. */
  collect(): void;
  /** The diff collected by this tick, or null when nothing changed. */
  readonly fast: BookDelta | null;
  /** Everything collected since the last call, or null. */
  takeSlow(): BookDelta | null;
  /** Throws away what changed before anybody listened. */
  reset(): void;
}

export function createDepthFeed(venue: Venue, symbol: string): DepthFeed {
  let fast: BookDelta | null = null;
  let pending: Pending | null = null;
  return {
    get fast() {
      return fast;
    },
    collect() {
      fast = venue.takeDelta(symbol);
      if (fast === null) return;
      pending ??= { first: fast.firstUpdateId, last: fast.lastUpdateId, bids: new Map(), asks: new Map() };
      pending.last = fast.lastUpdateId;
      for (const level of fast.bids) pending.bids.set(level.price, level.quantity);
      for (const level of fast.asks) pending.asks.set(level.price, level.quantity);
    },
    takeSlow() {
      if (pending === null) return null;
      const { first, last, bids, asks } = pending;
      pending = null;
      return { firstUpdateId: first, lastUpdateId: last, bids: levelsOf(bids, -1), asks: levelsOf(asks, 1) };
    },
    reset() {
      venue.takeDelta(symbol);
      fast = null;
      pending = null;
    },
  };
}

function levelsOf(sizes: ReadonlyMap<bigint, bigint>, direction: 1 | -1): readonly BookLevel[] {
  return [...sizes]
    .map(([price, quantity]) => ({ price, quantity }) as BookLevel)
    .sort((one, other) => (one.price < other.price ? -direction : one.price > other.price ? direction : 0));
}

function levels(side: readonly BookLevel[]): string {
  let text = '';
  for (const level of side) {
    text += `${text === '' ? '' : ','}["${eightPlaces(level.price)}","${eightPlaces(level.quantity)}"]`;
  }
  return `[${text}]`;
}

export function diffPayload(symbol: string, delta: BookDelta, now: number, unit: TimeUnit): string {
  return `{"e":"depthUpdate","E":${now * unit},"s":"${symbol}","U":${delta.firstUpdateId},"u":${delta.lastUpdateId},"b":${levels(delta.bids)},"a":${levels(delta.asks)}}`;
}

export function partialPayload(book: BookDepth): string {
  return `{"lastUpdateId":${book.lastUpdateId},"bids":${levels(book.bids)},"asks":${levels(book.asks)}}`;
}
