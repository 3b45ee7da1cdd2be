/** Frames as the market stream reads them, and what they say whichever way they were read. */
import { ok, type Result } from '../../core/result.ts';
import type { BookRows } from '../parse/book-rows.ts';
import type { FrameScanner } from '../parse/frame-scanner.ts';
import {
  parseMarketFrame,
  type MarketFrame,
  type StreamSymbols,
  type UnreadableFrame,
} from '../parse/market-frame.ts';

type FrameRead = Result<MarketFrame, UnreadableFrame>;

/** Scanned where it can be, in the middle of a buffer whose other bytes are `around`; else parsed. */
export function readFrame(
  scanner: FrameScanner,
  symbols: StreamSymbols,
  frame: Uint8Array,
  receivedAt: number,
  around: Uint8Array = new Uint8Array(0),
): FrameRead {
  const bytes = Buffer.concat([around, frame, around]);
  const end = around.length + frame.length;
  const scanned = scanner.scan(bytes, around.length, end, receivedAt);
  if (scanned !== null) return ok(scanned);
  return parseMarketFrame(new TextDecoder().decode(frame), symbols, receivedAt);
}

/** The public content: a scanned book makes its levels only when asked. */
export function contentOf(read: FrameRead): unknown {
  if (!read.ok) return read;
  const frame = read.value;
  switch (frame.kind) {
    case 'book': {
      const { kind, symbol, updateId, receivedAt, bids, asks } = frame;
      return { kind, symbol, updateId, receivedAt, bids, asks };
    }
    case 'diff': {
      const { kind, symbol, firstUpdateId, lastUpdateId, receivedAt } = frame;
      return { kind, symbol, firstUpdateId, lastUpdateId, receivedAt, ...levelsOf(frame) };
    }
    default:
      return frame;
  }
}

/** The levels of these rows, best first. */
export function levelsOf({ bids, asks }: Pick<BookRows, 'bids' | 'asks'>): Pick<BookRows, 'bids' | 'asks'> {
  return { bids, asks };
}
