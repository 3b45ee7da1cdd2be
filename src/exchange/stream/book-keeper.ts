/**
 * The true books of the symbols on one connection: diffs in, pictures of the top out. A gap or a
 * crossed book is told at once and mended with a snapshot (failures 15, 16; invariant 21).
 */
import type { BookInvalid, BookUpdate } from '../../core/ports/market-feed.ts';
import type { Timers } from '../../core/ports/timers.ts';
import { TopPicture, type BookDiff } from '../parse/book-rows.ts';
import { createLocalBook, type BookSnapshot, type LocalBook } from './local-book.ts';
import { createSnapshotQueue } from './snapshot-queue.ts';

export interface BookKeeper {
  /** The picture after this diff, an alarm, or null when there is nothing to tell. */
  take(diff: BookDiff): BookUpdate | BookInvalid | null;
  /** The connection was lost: every book starts over. */
  reset(): void;
}

export type BookKeeperOptions = {
  readonly timers: Timers;
  readonly symbols: readonly string[];
  readonly snapshotsPerMinute: number;
  readonly fetchSnapshot: (symbol: string) => Promise<BookSnapshot | null>;
  /** A picture that did not come of a diff: a snapshot has brought a book to life. */
  readonly update: (update: BookUpdate | BookInvalid) => void;
};

/** Levels a side in a picture: what the partial stream shows too. */
const TOP = 20;
/** Wait before another snapshot when one was too old, so that a lagging server is not hammered. */
const STALE_WAIT_MS = 500;

export function createBookKeeper(options: BookKeeperOptions): BookKeeper {
  const { timers } = options;
  const books = new Map<string, LocalBook>(options.symbols.map((symbol) => [symbol, createLocalBook()]));
  const queue = createSnapshotQueue({
    timers,
    perMinute: options.snapshotsPerMinute,
    fetch: options.fetchSnapshot,
    deliver(symbol, snapshot): void {
      const book = books.get(symbol);
      if (book === undefined || book.isLive()) return;
      const verdict = book.snapshot(snapshot);
      if (verdict === 'applied') options.update(picture(symbol, book, timers.monotonic()));
      else queue.want(symbol, STALE_WAIT_MS);
    },
  });

  return {
    take(diff): BookUpdate | BookInvalid | null {
      const { symbol, receivedAt } = diff;
      const book = books.get(symbol);
      if (book === undefined) return null;
      const verdict = book.diff(diff);
      if (verdict === 'applied') return picture(symbol, book, receivedAt);
      if (!book.isLive()) queue.want(symbol, 0);
      return verdict === 'kept' ? null : { kind: 'bookInvalid', symbol, reason: verdict, receivedAt };
    },
    reset(): void {
      queue.clear();
      for (const book of books.values()) book.reset();
    },
  };
}

function picture(symbol: string, book: LocalBook, receivedAt: number): BookUpdate {
  return new TopPicture(symbol, book.lastUpdateId(), receivedAt, book.top(TOP));
}
