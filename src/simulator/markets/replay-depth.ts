/**
 * Replays a recorded depth stream exactly: the book is rebuilt from snapshot and differences, the venue's
 * liquidity is that book, and the recorded trades are printed between. Where the recording has a
 * gap the venue's book stands still until the recording's next snapshot.
 */
import type { Price, Quantity } from '../../core/money.ts';
import type { SymbolSpec, Venue } from '../matching/venue-api.ts';
import { unitDecimals } from './decimal-grid.ts';
import { createDepthBook, type DepthBook } from './depth-book.ts';
import { recordedFrame, type RecordedFrame } from './depth-frames.ts';
import { FeedError } from './feed-error.ts';
import type { MinuteCandles } from './minute-candles.ts';
import type { Lines, RecordingFile } from './recording-file.ts';
import type { ReplaySource } from './replay-source.ts';
import { recordedSpec } from './symbols.ts';

export type DepthCounts = { applied: number; stale: number; gaps: number; crossed: number; trades: number };

export interface DepthSource extends ReplaySource {
  /** What became of the recorded frames so far. */
  counts(): Readonly<DepthCounts>;
  /** Update id that the rebuilt book stands at. */
  lastUpdateId(): number;
}

type Saved = { readonly frames: number };

/** Levels shown a side: as many as the recorded snapshot has. */
const LEVELS_SHOWN = 1_000;
/** A recording without a snapshot within so many frames has none. */
const FRAMES_BEFORE_SNAPSHOT = 20_000;

/** One symbol's depth recording. The replay begins at the snapshot; what came before is in it. */
export function createDepthSource(symbol: string, file: RecordingFile): DepthSource {
  let frames = framesOf(file, symbol);
  let book: DepthBook = createDepthBook();
  let upcoming: RecordedFrame | null = null;
  let consumed = 0;
  let counts: DepthCounts = { applied: 0, stale: 0, gaps: 0, crossed: 0, trades: 0 };
  const spec = begin();

  /** Reads up to the first snapshot, which becomes what is played first. */
  function begin(): SymbolSpec {
    frames = framesOf(file, symbol);
    book = createDepthBook();
    counts = { applied: 0, stale: 0, gaps: 0, crossed: 0, trades: 0 };
    consumed = 0;
    upcoming = frames.next();
    for (let seen = 0; upcoming !== null && seen < FRAMES_BEFORE_SNAPSHOT; seen += 1) {
      if (upcoming.kind === 'snapshot') return specOf(symbol, upcoming.snapshot.bids, upcoming.snapshot.asks);
      if (upcoming.kind === 'difference') book.difference(upcoming.difference);
      upcoming = frames.next();
    }
    throw new FeedError(
      `The depth recording of ${symbol} has no snapshot to begin with.`,
      'Record a REST depth snapshot together with the stream, as one of the lines.',
    );
  }

  /** Brings the book to after the upcoming frame; true when it changed. */
  function absorb(frame: RecordedFrame): boolean {
    if (frame.kind === 'trade') {
      counts.trades += 1;
      return false;
    }
    const wasSynchronised = book.synchronised();
    // A snapshot in the middle is needed only where the book was lost.
    if (frame.kind === 'snapshot' && wasSynchronised) return false;
    const outcome =
      frame.kind === 'snapshot' ? book.snapshot(frame.snapshot) : book.difference(frame.difference);
    if (outcome === 'applied') counts.applied += 1;
    else if (outcome === 'stale') counts.stale += 1;
    else if (outcome === 'gap') counts.gaps += 1;
    else if (outcome === 'crossed') counts.crossed += 1;
    return outcome === 'applied';
  }

  function advance(): void {
    upcoming = frames.next();
    consumed += 1;
  }

  return {
    spec,
    wholeMinutes: false,
    peek: () => upcoming?.time ?? null,
    play(now: number, venue: Venue): void {
      const frame = upcoming;
      if (frame === null) return;
      const changed = absorb(frame);
      advance();
      if (venue.symbol(symbol)?.status !== 'TRADING') return;
      if (frame.kind === 'trade')
        venue.printTrade(now, symbol, frame.price, frame.quantity, frame.buyerIsMaker);
      else if (changed) venue.setLiquidity(now, symbol, book.bids(LEVELS_SHOWN), book.asks(LEVELS_SHOWN));
    },
    skip(seen?: MinuteCandles): void {
      if (upcoming !== null) absorb(upcoming);
      if (upcoming?.kind === 'trade') seen?.trade(upcoming.time, upcoming.price, upcoming.quantity);
      advance();
    },
    save: (): Saved => ({ frames: consumed }),
    load(saved: unknown): void {
      const from = saved as Saved;
      begin();
      while (consumed < from.frames) this.skip();
    },
    counts: () => counts,
    lastUpdateId: () => book.lastUpdateId(),
  };
}

function framesOf(file: RecordingFile, symbol: string): { next(): RecordedFrame | null } {
  const lines: Lines = file.lines();
  let newest = 0;
  return {
    next(): RecordedFrame | null {
      for (let line = lines.next(); line !== null; line = lines.next()) {
        const frame = recordedFrame(line);
        if (frame === null || (frame.kind !== 'snapshot' && frame.symbol !== symbol)) continue;
        // The recorder's clock may step back; the replay's may not.
        newest = Math.max(newest, frame.time);
        return frame.time === newest ? frame : { ...frame, time: newest };
      }
      return null;
    },
  };
}

/** Filters as listed, refined where the snapshot's figures need it. */
function specOf(
  symbol: string,
  ...sides: readonly (readonly { readonly price: Price; readonly quantity: Quantity }[])[]
): SymbolSpec {
  let prices = 0;
  let quantities = 0;
  for (const side of sides) {
    for (const level of side) {
      prices = Math.max(prices, unitDecimals(level.price));
      quantities = Math.max(quantities, unitDecimals(level.quantity));
    }
  }
  return recordedSpec(symbol, prices, quantities);
}
