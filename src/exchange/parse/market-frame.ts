/**
 * One frame of the combined market stream, `{"stream": …, "data": …}`, turned into a core update by
 * JSON.parse and the plain parsers: what is read so when `frame-scanner.ts` does not recognise it, and the
 * measure of what that reads. Never throws; the symbol comes from the stream's name, as a partial book does not carry one.
 */
import type { MarketUpdate } from '../../core/ports/market-feed.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { parseJson } from '../errors.ts';
import { parseBestPrices, parseBookDiff, parseBookFrame } from './book-frame.ts';
import type { BookDiff } from './book-rows.ts';
import { parseCandleFrame } from './candle-frame.ts';
import { isJson, type Json } from './fields.ts';
import { topicOf } from './stream-topics.ts';
import { parseTradeFrame } from './trade-frame.ts';

export type MarketFrame =
  | MarketUpdate
  /** Not a picture of a book, only what changed in it. */
  | BookDiff
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
      return parseBookFrame(data, symbol, receivedAt);
    case 'bookDiff':
      return parseBookDiff(data, symbol, receivedAt);
    case 'bestPrices':
      return parseBestPrices(data, symbol, receivedAt);
    case 'trade':
      return parseTradeFrame(data, symbol, receivedAt);
    case 'aggregateTrade':
      return parseTradeFrame(data, symbol, receivedAt, 'l');
    case 'candle':
      return parseCandleFrame(data, symbol, receivedAt);
    default:
      return ok({ kind: 'other' });
  }
}
