/**
 * Candles as text: a wick, and a body whose sign says which way it went. One column each; candles
 * are joined until they fit. Pure; numbers are only drawn, never traded with.
 */
import { span, type Row, type Span } from '../spans.ts';

export type DrawnCandle = {
  readonly at: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
};

export type CandleChart = {
  /** Top first. */
  readonly rows: readonly Row[];
  readonly high: number;
  readonly low: number;
  /** Minutes of one column. */
  readonly joined: number;
  readonly from: number;
  readonly to: number;
};

const WICK = '│';
const UP = '┃';
const DOWN = '║';

/** The chart in `width` by `rows` cells, or null with fewer than two candles. */
export function candleChart(
  candles: readonly DrawnCandle[],
  width: number,
  rows: number,
): CandleChart | null {
  const usable = candles.filter(({ open, high, low, close }) =>
    [open, high, low, close].every(Number.isFinite),
  );
  if (usable.length < 2 || width < 2 || rows < 2) return null;
  const joined = Math.ceil(usable.length / width);
  const drawn = joinedCandles(usable, joined);
  const high = Math.max(...drawn.map((candle) => candle.high));
  const low = Math.min(...drawn.map((candle) => candle.low));
  const step = high === low ? 1 : (high - low) / rows;
  const levelOf = (price: number): number =>
    Math.min(rows - 1, Math.max(0, Math.floor((price - low) / step)));
  const columns = drawn.map((candle) => ({
    up: candle.close >= candle.open,
    high: levelOf(candle.high),
    low: levelOf(candle.low),
    top: levelOf(Math.max(candle.open, candle.close)),
    bottom: levelOf(Math.min(candle.open, candle.close)),
  }));
  const chart = Array.from({ length: rows }, (_, index): Row => {
    const level = rows - 1 - index;
    const pieces: Span[] = [];
    for (const column of columns) {
      if (level > column.high || level < column.low) push(pieces, span(' '));
      else if (level > column.top || level < column.bottom) push(pieces, span(WICK, 'quiet'));
      else push(pieces, span(column.up ? UP : DOWN, column.up ? 'good' : 'text'));
    }
    return pieces;
  });
  return { rows: chart, high, low, joined, from: drawn[0]?.at ?? 0, to: drawn.at(-1)?.at ?? 0 };
}

/** Same style beside same style is one piece. */
function push(pieces: Span[], piece: Span): void {
  const last = pieces.at(-1);
  if (last !== undefined && last.style === piece.style)
    pieces[pieces.length - 1] = { text: last.text + piece.text, style: last.style };
  else pieces.push(piece);
}

/** Every `count` candles as one, counted from the newest, so that the last column is always whole. */
function joinedCandles(candles: readonly DrawnCandle[], count: number): readonly DrawnCandle[] {
  if (count <= 1) return candles;
  const found: DrawnCandle[] = [];
  for (let end = candles.length; end > 0; end -= count) {
    const part = candles.slice(Math.max(0, end - count), end);
    const [first] = part;
    const last = part.at(-1);
    if (first === undefined || last === undefined) break;
    found.push({
      at: first.at,
      open: first.open,
      close: last.close,
      high: Math.max(...part.map((candle) => candle.high)),
      low: Math.min(...part.map((candle) => candle.low)),
    });
  }
  return found.toReversed();
}
