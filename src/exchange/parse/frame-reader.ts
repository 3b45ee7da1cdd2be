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

type Route = {
  /** The whole envelope up to the payload. */
  readonly head: Uint8Array;
  readonly symbol: string;
  readonly topic: Topic;
};

const encoder = new TextEncoder();
const NAME_AT = '{"stream":"'.length;
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
    const hash = hashOf(encoder.encode(stream));
    const head = encoder.encode(`{"stream":"${stream}","data":`);
    // Two names with one hash: the later goes the long way.
    if (!routes.has(hash)) routes.set(hash, { head, symbol, topic });
  }

  function scan(bytes: Uint8Array, receivedAt: number): MarketFrame | null {
    let end = NAME_AT;
    let hash = HASH_START;
    for (;;) {
      const code = bytes[end];
      if (code === QUOTE) break;
      if (code === undefined || end > NAME_AT + NAME_BYTES_MAX) return null;
      hash = Math.imul(hash ^ code, HASH_FACTOR);
      end += 1;
    }
    const route = routes.get(hash);
    if (route === undefined || !startsWith(bytes, route.head)) return null;
    return scanPayload(route.topic, bytes, route.head.length, route.symbol, receivedAt);
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

function hashOf(bytes: Uint8Array): number {
  let hash = HASH_START;
  for (const code of bytes) hash = Math.imul(hash ^ code, HASH_FACTOR);
  return hash;
}

function startsWith(bytes: Uint8Array, head: Uint8Array): boolean {
  for (let index = 0; index < head.length; index += 1) {
    if (bytes[index] !== head[index]) return false;
  }
  return true;
}
