/**
 * One frame of the combined market stream, `{"stream": …, "data": …}`, turned into a core update by
 * JSON.parse and the plain parsers: what `frame-reader.ts` falls back to, and the measure of what it
 * reads. Never throws; the symbol comes from the stream's name, as a partial book does not carry one.
 */
import type { MarketUpdate } from '../../core/ports/market-feed.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { parseJson } from '../errors.ts';
import { parseBestPrices, parseBookDiff, parseBookFrame, type BookDiff } from './book-frame.ts';
import { parseCandleFrame } from './candle-frame.ts';
import { isJson, type Json } from './fields.ts';
import { topicOf } from './stream-topics.ts';
import { parseTradeFrame } from './trade-frame.ts';

export type MarketFrame =
  | { readonly kind: 'update'; readonly update: MarketUpdate }
  /** Not a picture of a book, only what changed in it. */
  | { readonly kind: 'diff'; readonly diff: BookDiff }
  /** The exchange is about to cut this connection. */
  | { readonly kind: 'shutdown' }
  /** An answer to a subscription, or a stream nobody asked for. */
  | { readonly kind: 'other' };

/** Which of our symbols (`BTCUSDT`) a stream's first part (`btcusdt`) stands for. */
export type StreamSymbols = ReadonlyMap<string, string>;

export type UnreadableFrame = {
  /** The symbol whose book can no longer be trusted, when it is known. */
  readonly symbol: string | null;
  readonly reason: string;
};

export function parseMarketFrame(
  text: string,
  symbols: StreamSymbols,
  receivedAt: number,
): Result<MarketFrame, UnreadableFrame> {
  const parsed = parseJson(text);
  if (!parsed.ok || !isJson(parsed.value)) return err({ symbol: null, reason: 'not a JSON object' });
  const frame = parsed.value;
  const stream = frame['stream'];
  const data = frame['data'];
  if (frame['e'] === 'serverShutdown' || stream === '!serverShutdown') return ok({ kind: 'shutdown' });
  if (typeof stream !== 'string' || !isJson(data)) return ok({ kind: 'other' });
  const separator = stream.indexOf('@');
  const symbol = symbols.get(stream.slice(0, separator));
  if (separator < 0 || symbol === undefined) return ok({ kind: 'other' });
  const topic = stream.slice(separator + 1);
  const frameRead = parseTopic(topic, data, symbol, receivedAt);
  return frameRead.ok ? frameRead : err({ symbol, reason: `${topic}: ${frameRead.error}` });
}

function parseTopic(
  topic: string,
  data: Json,
  symbol: string,
  receivedAt: number,
): Result<MarketFrame, string> {
  switch (topicOf(topic)) {
    case 'partialBook':
      return asUpdate(parseBookFrame(data, symbol, receivedAt));
    case 'bookDiff': {
      const diff = parseBookDiff(data, symbol, receivedAt);
      return diff.ok ? ok({ kind: 'diff', diff: diff.value }) : diff;
    }
    case 'bestPrices':
      return asUpdate(parseBestPrices(data, symbol, receivedAt));
    case 'trade':
      return asUpdate(parseTradeFrame(data, symbol, receivedAt));
    case 'aggregateTrade':
      return asUpdate(parseTradeFrame(data, symbol, receivedAt, 'l'));
    case 'candle':
      return asUpdate(parseCandleFrame(data, symbol, receivedAt));
    default:
      return ok({ kind: 'other' });
  }
}

function asUpdate(update: Result<MarketUpdate, string>): Result<MarketFrame, string> {
  return update.ok ? ok({ kind: 'update', update: update.value }) : update;
}
