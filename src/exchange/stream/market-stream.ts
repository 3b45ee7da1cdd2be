/**
 * The market connection: one combined stream for all symbols, each frame parsed once into a core
 * update. A lost or silent stream takes every book with it, and says so (invariant 21). Silence is
 * first checked against the REST book: a market may really be quiet (failure 10).
 */
import type { BookInvalid, MarketUpdate } from '../../core/ports/market-feed.ts';
import type { Timers } from '../../core/ports/timers.ts';
import { printable } from '../errors.ts';
import { parseMarketFrame, type StreamSymbols } from '../parse/market-frame.ts';
import type { GatewaySettings } from '../settings.ts';
import { createManagedStream, type ManagedStreamOptions, type StreamSession } from './managed-stream.ts';

export type StreamState = 'connected' | 'silent' | 'disconnected';

export type MarketStreamOptions = Pick<ManagedStreamOptions, 'connector' | 'timers' | 'random'> & {
  readonly settings: GatewaySettings;
  /** Origin of the market streams. */
  readonly origin: string;
  readonly symbols: readonly string[];
  readonly update: (update: MarketUpdate) => void;
  readonly stateChanged: (state: StreamState) => void;
  readonly unreadable: (reason: string, sample: string) => void;
  /** The REST book of a symbol, or null when it could not be had. */
  readonly fetchBook: (symbol: string) => Promise<MarketUpdate | null>;
};

export interface MarketStream {
  start(): void;
  state(): StreamState;
  stop(): void;
}

const topics = ['depth20@100ms', 'trade', 'kline_1m'] as const;

/** The combined stream's URL: the streams stand in it, so that reconnecting needs no frame of ours. */
function marketStreamUrl(origin: string, symbols: readonly string[]): string {
  const names = symbols.flatMap((symbol) => topics.map((topic) => `${symbol.toLowerCase()}@${topic}`));
  return `${origin}/stream?streams=${names.map((name) => encodeURI(name)).join('/')}`;
}

/** What is known of one symbol on the connection in use. */
type Seen = { bookId: number; tradeId: number };

export function createMarketStream(options: MarketStreamOptions): MarketStream {
  const { timers, symbols } = options;
  const byStreamName: StreamSymbols = new Map(symbols.map((symbol) => [symbol.toLowerCase(), symbol]));
  const seen = new Map<string, Seen>(symbols.map((symbol) => [symbol, { bookId: 0, tradeId: 0 }]));
  const decoder = new TextDecoder();
  let state: StreamState = 'disconnected';
  let checking: StreamSession | null = null;

  function become(next: StreamState): void {
    if (state === next) return;
    state = next;
    options.stateChanged(next);
  }

  function distrustBooks(): void {
    for (const symbol of symbols) options.update(invalidBook(symbol, 'streamLost', timers));
  }

  function message(data: string | Uint8Array, session: StreamSession): void {
    const text = typeof data === 'string' ? data : decoder.decode(data);
    const frame = parseMarketFrame(text, byStreamName, timers.monotonic());
    if (!frame.ok) {
      options.unreadable(frame.error.reason, printable(text, 200));
      if (frame.error.symbol !== null) {
        options.update(invalidBook(frame.error.symbol, 'malformed', timers));
      }
      return;
    }
    switch (frame.value.kind) {
      case 'update':
        session.markData();
        session.markReady();
        become('connected');
        if (isNew(frame.value.update, seen)) options.update(frame.value.update);
        return;
      case 'shutdown':
        stream.replace();
        return;
      case 'other':
        return;
      default:
        frame.value satisfies never;
    }
  }

  async function silent(session: StreamSession): Promise<void> {
    const [first] = symbols;
    const known = first === undefined ? undefined : seen.get(first);
    if (checking !== null || first === undefined || known === undefined) return;
    checking = session;
    become('silent');
    distrustBooks();
    const book = await options.fetchBook(first);
    if (checking !== session) return;
    checking = null;
    // A book that has not moved since our last frame means that the market is quiet and the stream
    // may be well. Without any frame so far, the next silence will tell.
    const quiet = book?.kind === 'book' && (book.updateId === known.bookId || known.bookId === 0);
    if (!quiet) {
      session.fail('silent while the market moves');
      return;
    }
    session.markData();
    known.bookId = book.updateId;
    become('connected');
    options.update(book);
  }

  const stream = createManagedStream({
    connector: options.connector,
    timers,
    random: options.random,
    settings: options.settings,
    url: marketStreamUrl(options.origin, symbols),
    silentMs: options.settings.marketSilentMs,
    pongsAreData: false,
    admit: () => 0,
    opened(session): void {
      // A replacement has to deliver before it takes over; a first connection has nothing to lose.
      if (!stream.isReady()) session.markReady();
    },
    message,
    ready: () => become('connected'),
    silent: (session) => void silent(session),
    lost(): void {
      checking = null;
      // Ids count within a connection and its overlap; another server may start them over.
      for (const each of seen.values()) Object.assign(each, { bookId: 0, tradeId: 0 });
      become('disconnected');
      distrustBooks();
    },
  });

  return {
    start: () => stream.start(),
    state: () => state,
    stop(): void {
      checking = null;
      stream.stop();
    },
  };
}

/** Drops what an overlapping connection tells twice, and books older than the one shown. */
function isNew(update: MarketUpdate, seen: ReadonlyMap<string, Seen>): boolean {
  const known = seen.get(update.symbol);
  if (known === undefined) return true;
  if (update.kind === 'book') {
    if (update.updateId < known.bookId) return false;
    known.bookId = update.updateId;
  }
  if (update.kind === 'trade') {
    if (update.tradeId <= known.tradeId) return false;
    known.tradeId = update.tradeId;
  }
  return true;
}

function invalidBook(symbol: string, reason: BookInvalid['reason'], timers: Timers): BookInvalid {
  return { kind: 'bookInvalid', symbol, reason, receivedAt: timers.monotonic() };
}
