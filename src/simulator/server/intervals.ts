/**
 * Candle intervals and the bars that fill them. Intervals are the exchange's sixteen, case-sensitive;
 * weeks begin on Monday, months on the first, each in the time zone asked for (UTC by default).
 */
import { invariant } from '../../core/invariant.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../core/time.ts';

export const intervals = [
  '1s',
  '1m',
  '3m',
  '5m',
  '15m',
  '30m',
  '1h',
  '2h',
  '4h',
  '6h',
  '8h',
  '12h',
  '1d',
  '3d',
  '1w',
  '1M',
] as const;
export type Interval = (typeof intervals)[number];

const UNIT_MS: Readonly<Record<string, number>> = {
  s: SECOND_MS,
  m: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
  w: 7 * DAY_MS,
};
/** The epoch was a Thursday: Mondays are four days on. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

export function isInterval(text: string): text is Interval {
  return (intervals as readonly string[]).includes(text);
}

/** Start of the bar that holds `at`. */
export function openTimeOf(interval: Interval, at: number, offsetMs = 0): number {
  const local = at + offsetMs;
  if (interval === '1M') {
    const date = new Date(local);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) - offsetMs;
  }
  const length = lengthOf(interval);
  const origin = interval === '1w' ? FIRST_MONDAY_MS : 0;
  return Math.floor((local - origin) / length) * length + origin - offsetMs;
}

/** Last millisecond of the bar that opens at `openTime`. */
export function closeTimeOf(interval: Interval, openTime: number, offsetMs = 0): number {
  if (interval !== '1M') return openTime + lengthOf(interval) - 1;
  const date = new Date(openTime + offsetMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) - offsetMs - 1;
}

function lengthOf(interval: Exclude<Interval, '1M'>): number {
  const unit = UNIT_MS[interval.slice(-1)];
  invariant(unit !== undefined, 'every interval but the month has a fixed length');
  return Number(interval.slice(0, -1)) * unit;
}

/** Amounts at 10⁻⁸. `firstId` is -1 while the bar has no trade. */
export type Bar = {
  readonly openTime: number;
  open: bigint;
  high: bigint;
  low: bigint;
  close: bigint;
  volume: bigint;
  quoteVolume: bigint;
  takerVolume: bigint;
  takerQuoteVolume: bigint;
  trades: number;
  firstId: number;
  lastId: number;
};

/** A bar without trades stands at the price before it. */
export function flatBar(openTime: number, price: bigint): Bar {
  return {
    openTime,
    open: price,
    high: price,
    low: price,
    close: price,
    volume: 0n,
    quoteVolume: 0n,
    takerVolume: 0n,
    takerQuoteVolume: 0n,
    trades: 0,
    firstId: -1,
    lastId: -1,
  };
}

/** Adds a later bar to an earlier one that spans it. */
export function absorb(into: Bar, bar: Bar): void {
  if (bar.high > into.high) into.high = bar.high;
  if (bar.low < into.low) into.low = bar.low;
  into.close = bar.close;
  into.volume += bar.volume;
  into.quoteVolume += bar.quoteVolume;
  into.takerVolume += bar.takerVolume;
  into.takerQuoteVolume += bar.takerQuoteVolume;
  into.trades += bar.trades;
  if (bar.firstId >= 0) {
    if (into.firstId < 0) into.firstId = bar.firstId;
    into.lastId = bar.lastId;
  }
}

/** `+08:00`, `-1:00`, `8`, `0` as milliseconds, or null when it is none of these or outside -12:00 to +14:00. */
export function parseTimeZone(text: string): number | null {
  const match = /^([+-]?)(\d{1,2})(?::(\d{2}))?$/.exec(text);
  if (match === null) return null;
  const minutes = Number(match[3] ?? 0);
  if (minutes > 59) return null;
  const offset = (Number(match[2]) * HOUR_MS + minutes * MINUTE_MS) * (match[1] === '-' ? -1 : 1);
  return offset < -12 * HOUR_MS || offset > 14 * HOUR_MS ? null : offset;
}
