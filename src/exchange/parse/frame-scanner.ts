/**
 * The fast way of market frames: find the stream by the bytes of its name and scan the payload where
 * its shape is the documented one. Nothing is copied and no string is made. Whatever is not
 * recognised to the last byte goes to JSON.parse (`market-frame.ts`), which reads the same. The
 * symbol comes from the stream's name, because a partial book does not carry one.
 */
import type { StreamSymbols } from './market-frame.ts';
import { Pattern } from './pattern.ts';
import { frameCursor as cursor } from './scan-cursor.ts';
import { scanPayload, streamSymbol, type Scanned, type StreamSymbol } from './scan-frame.ts';
import { topicOf, type Topic } from './stream-topics.ts';

export interface FrameScanner {
  /** The frame in these bytes, or null; `receivedAt` is monotonic. Never throws. */
  scan(bytes: Uint8Array, start: number, end: number, receivedAt: number): Scanned | null;
}

type Route = {
  /** The whole envelope up to the payload. */
  readonly head: Pattern;
  readonly symbol: StreamSymbol;
  readonly topic: Topic;
};

const NAME_AT = '{"stream":"'.length;
const QUOTE = 34;
/** Longer than the name of any stream. */
const NAME_BYTES_MAX = 128;

/** Scans the frames of these streams, such as `btcusdt@trade`. */
export function createFrameScanner(symbols: StreamSymbols, streams: readonly string[]): FrameScanner {
  const routes = new Map<number, Route>();
  /** Of the last frame: streams come in runs. */
  let last: Route | undefined;
  for (const stream of streams) {
    const separator = stream.indexOf('@');
    const symbol = symbols.get(stream.slice(0, separator));
    const topic = topicOf(stream.slice(separator + 1));
    if (symbol === undefined || topic === null) continue;
    const hash = hashOf(new TextEncoder().encode(stream));
    const head = new Pattern(`{"stream":"${stream}","data":`);
    // Two names with one hash: the later goes the long way.
    if (!routes.has(hash)) routes.set(hash, { head, symbol: streamSymbol(symbol), topic });
  }

  /** The stream of the frame the cursor stands before; the cursor then stands at its payload. */
  function routeOf(bytes: Uint8Array, start: number, end: number): Route | undefined {
    if (last !== undefined && cursor.skips(last.head)) return last;
    let hash = HASH_START;
    const limit = Math.min(end, start + NAME_AT + NAME_BYTES_MAX);
    for (let at = start + NAME_AT; at < limit; at += 1) {
      const code = bytes[at] ?? 0;
      if (code === QUOTE) {
        const route = routes.get(hash);
        if (route === undefined || !cursor.skips(route.head)) return undefined;
        last = route;
        return route;
      }
      hash = Math.imul(hash ^ code, HASH_FACTOR);
    }
    return undefined;
  }

  return {
    scan(bytes, start, end, receivedAt): Scanned | null {
      cursor.begin(bytes, start, end);
      const route = routeOf(bytes, start, end);
      return route === undefined ? null : scanPayload(route.topic, route.symbol, receivedAt);
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
