/** Names of market streams: what they ask for. Names that mean nothing are accepted and stay silent. */
import { type Interval, isInterval } from './intervals.ts';

export type StreamKind =
  | {
      readonly kind: 'trade' | 'aggTrade' | 'bookTicker' | 'miniTicker' | 'ticker' | 'avgPrice';
      readonly symbol: string;
    }
  | { readonly kind: 'windowTicker'; readonly symbol: string; readonly window: '1h' | '4h' | '1d' }
  | {
      readonly kind: 'kline';
      readonly symbol: string;
      readonly interval: Interval;
      readonly offsetMs: number;
    }
  | { readonly kind: 'diffDepth'; readonly symbol: string; readonly everyMs: 100 | 1_000 }
  | {
      readonly kind: 'partialDepth';
      readonly symbol: string;
      readonly levels: number;
      readonly everyMs: 100 | 1_000;
    }
  | { readonly kind: 'allMiniTickers' }
  | { readonly kind: 'allWindowTickers'; readonly window: '1h' | '4h' | '1d' }
  | { readonly kind: 'silent' };

const EIGHT_HOURS_MS = 8 * 3_600_000;

/** Null when it does not even have the form of a stream name. */
export function parseStreamName(name: string): StreamKind | null {
  // Older clients still name a speed; all of them are told once a second.
  if (/^!miniTicker@arr(@[13]000ms)?$/.test(name)) return { kind: 'allMiniTickers' };
  const window = /^!ticker_(1h|4h|1d)@arr$/.exec(name)?.[1];
  if (window !== undefined) return { kind: 'allWindowTickers', window: window as '1h' | '4h' | '1d' };
  const at = name.indexOf('@');
  if (at < 1) return null;
  if (name.startsWith('!')) return { kind: 'silent' };
  const symbol = name.slice(0, at).toUpperCase();
  const what = name.slice(at + 1);
  switch (what) {
    case 'trade':
    case 'aggTrade':
    case 'bookTicker':
    case 'miniTicker':
    case 'ticker':
    case 'avgPrice':
      return { kind: what, symbol };
    case 'ticker_1h':
    case 'ticker_4h':
    case 'ticker_1d':
      return { kind: 'windowTicker', symbol, window: what.slice(-2) as '1h' | '4h' | '1d' };
    default:
      return parseDepth(symbol, what) ?? parseKline(symbol, what) ?? { kind: 'silent' };
  }
}

function parseDepth(symbol: string, what: string): StreamKind | null {
  const match = /^depth(5|10|20)?(?:@(100|1000)ms)?$/.exec(what);
  if (match === null) return null;
  const everyMs = match[2] === '100' ? 100 : 1_000;
  return match[1] === undefined
    ? { kind: 'diffDepth', symbol, everyMs }
    : { kind: 'partialDepth', symbol, levels: Number(match[1]), everyMs };
}

function parseKline(symbol: string, what: string): StreamKind | null {
  const match = /^kline_([^@]+)(@\+08:00)?$/.exec(what);
  const interval = match?.[1];
  if (interval === undefined || !isInterval(interval)) return null;
  return { kind: 'kline', symbol, interval, offsetMs: match?.[2] === undefined ? 0 : EIGHT_HOURS_MS };
}
