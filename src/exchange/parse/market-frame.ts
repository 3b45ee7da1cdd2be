/**
 * One frame of the combined market stream, `{"stream": …, "data": …}`, turned into a core update.
 * The single entry point for market frames: what reads the bytes may change behind it. Never throws;
 * the symbol comes from the stream's name, because a partial book does not carry one.
 */
import type { MarketUpdate } from '../../core/ports/market-feed.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { parseJson } from '../errors.ts';
import { parseBookFrame } from './book-frame.ts';
import { parseCandleFrame } from './candle-frame.ts';
import { isJson } from './fields.ts';
import { parseTradeFrame } from './trade-frame.ts';

export type MarketFrame =
  | { readonly kind: 'update'; readonly update: MarketUpdate }
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
  const update = parseTopic(topic, data, symbol, receivedAt);
  if (update === null) return ok({ kind: 'other' });
  if (!update.ok) return err({ symbol, reason: `${topic}: ${update.error}` });
  return ok({ kind: 'update', update: update.value });
}

function parseTopic(
  topic: string,
  data: Readonly<Record<string, unknown>>,
  symbol: string,
  receivedAt: number,
): Result<MarketUpdate, string> | null {
  if (topic.startsWith('depth20')) return parseBookFrame(data, symbol, receivedAt);
  if (topic === 'trade') return parseTradeFrame(data, symbol, receivedAt);
  if (topic === 'kline_1m') return parseCandleFrame(data, symbol, receivedAt);
  return null;
}
