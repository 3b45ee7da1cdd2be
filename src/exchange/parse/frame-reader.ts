/**
 * The way of every market frame: find its stream by the bytes of its name, scan the payload where
 * its shape is the documented one, and give everything else to JSON.parse. Nothing is copied and no
 * string is made on the fast way. The symbol comes from the stream's name, because a partial book
 * does not carry one.
 */
import type { Result } from '../../core/result.ts';
import {
  parseMarketFrame,
  type MarketFrame,
  type StreamSymbols,
  type UnreadableFrame,
} from './market-frame.ts';
import { scanPayload } from './scan-frame.ts';
import { topicOf, type Topic } from './stream-topics.ts';

export interface FrameReader {
  /** Text or bytes of one frame; `receivedAt` is monotonic. Never throws. */
  read(data: string | Uint8Array, receivedAt: number): Result<MarketFrame, UnreadableFrame>;
}

type Route = { readonly name: Uint8Array; readonly symbol: string; readonly topic: Topic };

const encoder = new TextEncoder();
const PREFIX: Uint8Array = encoder.encode('{"stream":"');
const SEPARATOR: Uint8Array = encoder.encode('","data":');
const QUOTE = 34;
/** Longer than the name of any stream. */
const NAME_BYTES_MAX = 128;

/** Reads the frames of these streams, such as `btcusdt@trade`; others are parsed and found to be nobody's. */
export function createFrameReader(symbols: StreamSymbols, streams: readonly string[]): FrameReader {
  const decoder = new TextDecoder();
  const routes = new Map<number, Route>();
  for (const stream of streams) {
    const separator = stream.indexOf('@');
    const symbol = symbols.get(stream.slice(0, separator));
    const topic = topicOf(stream.slice(separator + 1));
    if (symbol === undefined || topic === null) continue;
    const name = encoder.encode(stream);
    const hash = hashOf(name, 0, name.length);
    // Two names with one hash: the later goes the long way.
    if (!routes.has(hash)) routes.set(hash, { name, symbol, topic });
  }

  function scan(bytes: Uint8Array, receivedAt: number): MarketFrame | null {
    if (!matches(bytes, 0, PREFIX)) return null;
    const start = PREFIX.length;
    let end = start;
    let hash = HASH_START;
    for (;;) {
      const code = bytes[end];
      if (code === QUOTE) break;
      if (code === undefined || end - start > NAME_BYTES_MAX) return null;
      hash = Math.imul(hash ^ code, HASH_FACTOR);
      end += 1;
    }
    const route = routes.get(hash);
    if (route === undefined || route.name.length !== end - start || !matches(bytes, start, route.name)) {
      return null;
    }
    if (!matches(bytes, end, SEPARATOR)) return null;
    return scanPayload(route.topic, bytes, end + SEPARATOR.length, route.symbol, receivedAt);
  }

  return {
    read(data, receivedAt): Result<MarketFrame, UnreadableFrame> {
      if (typeof data === 'string') return parseMarketFrame(data, symbols, receivedAt);
      const frame = scan(data, receivedAt);
      if (frame !== null) return { ok: true, value: frame };
      return parseMarketFrame(decoder.decode(data), symbols, receivedAt);
    },
  };
}

// FNV-1a, 32 bits: short names, cheap, and a wrong guess is found out by comparing the bytes.
const HASH_START = 0x811c9dc5 | 0;
const HASH_FACTOR = 0x01000193;

function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = HASH_START;
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), HASH_FACTOR);
  return hash;
}

function matches(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let index = 0; index < expected.length; index += 1) {
    if (bytes[at + index] !== expected[index]) return false;
  }
  return true;
}
