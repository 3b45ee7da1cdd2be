/**
 * Frames of a depth recording: one JSON object per line, `{recv_ns, msg}`, where `msg` is a frame of a
 * combined stream as received or the REST snapshot. Unknown frames are passed over; malformed ones give null.
 */
import type { Price, Quantity } from '../../core/money.ts';
import type { BookLevel } from '../matching/venue-api.ts';
import { amountOf } from './decimal-grid.ts';
import type { DepthDifference, DepthSnapshot } from './depth-book.ts';

export type RecordedFrame = { readonly time: number } & (
  | { readonly kind: 'snapshot'; readonly snapshot: DepthSnapshot }
  | { readonly kind: 'difference'; readonly symbol: string; readonly difference: DepthDifference }
  | {
      readonly kind: 'trade';
      readonly symbol: string;
      readonly price: Price;
      readonly quantity: Quantity;
      readonly buyerIsMaker: boolean;
    }
);

type Fields = Readonly<Record<string, unknown>>;

/** The frame of one line, or null when it is not one that matters. */
export function recordedFrame(line: string): RecordedFrame | null {
  // The best prices are in the differences too; most lines are these, so they are not even parsed.
  if (line.includes('@bookTicker"')) return null;
  const outer = fieldsOf(parsed(line));
  const time = typeof outer?.['recv_ns'] === 'string' ? receivedMs(outer['recv_ns']) : null;
  const message = fieldsOf(outer?.['msg']);
  if (time === null || message === null) return null;
  const data = fieldsOf(message['data']) ?? message;
  const snapshotId = data['lastUpdateId'];
  if (typeof snapshotId === 'number') {
    const bids = levelsOf(data['bids']);
    const asks = levelsOf(data['asks']);
    if (bids === null || asks === null) return null;
    return { time, kind: 'snapshot', snapshot: { lastUpdateId: snapshotId, bids, asks } };
  }
  const symbol = data['s'];
  if (typeof symbol !== 'string') return null;
  if (data['e'] === 'depthUpdate') {
    const bids = levelsOf(data['b']);
    const asks = levelsOf(data['a']);
    const [firstUpdateId, lastUpdateId] = [data['U'], data['u']];
    if (
      bids === null ||
      asks === null ||
      typeof firstUpdateId !== 'number' ||
      typeof lastUpdateId !== 'number'
    )
      return null;
    return { time, kind: 'difference', symbol, difference: { firstUpdateId, lastUpdateId, bids, asks } };
  }
  if (data['e'] === 'trade') {
    const price = amountOf<Price>(textOf(data['p']));
    const quantity = amountOf<Quantity>(textOf(data['q']));
    if (price === null || price === 0n || quantity === null || quantity === 0n) return null;
    return { time, kind: 'trade', symbol, price, quantity, buyerIsMaker: data['m'] === true };
  }
  return null;
}

/** True when the line is the shape of a depth recording, whatever frame it holds. */
export function looksLikeFrames(line: string): boolean {
  const outer = fieldsOf(parsed(line));
  return outer !== null && 'recv_ns' in outer && 'msg' in outer;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return null;
  }
}

function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Whole milliseconds of a nanosecond instant, by text: it is past the safe integers. */
function receivedMs(nanoseconds: string): number | null {
  return /^\d{16,20}$/.test(nanoseconds) ? Number(nanoseconds.slice(0, -6)) : null;
}

function levelsOf(value: unknown): readonly BookLevel[] | null {
  if (!Array.isArray(value)) return null;
  const levels: BookLevel[] = [];
  for (const pair of value as readonly unknown[]) {
    if (!Array.isArray(pair)) return null;
    const price = amountOf<Price>(textOf(pair[0]));
    const quantity = amountOf<Quantity>(textOf(pair[1]));
    if (price === null || price === 0n || quantity === null) return null;
    levels.push({ price, quantity });
  }
  return levels;
}
