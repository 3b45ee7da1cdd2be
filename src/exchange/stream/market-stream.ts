/**
 * A market connection: one combined stream for its symbols, each frame read once into a core update.
 * Books come whole (partial depth, or best prices alone where pairs are only watched) or are kept
 * from diffs. A lost stream takes every book with it, and says so (invariant 21). Each book is
 * watched on its own, because one topic can fall silent while the rest goes on; a silent one is
 * checked against the REST book first: a market may really be quiet (failure 10).
 */
import type { BookInvalid, MarketUpdate, TradeTick } from '../../core/ports/market-feed.ts';
import type { Cancel, Timers } from '../../core/ports/timers.ts';
import { printable } from '../errors.ts';
import { createFrameScanner } from '../parse/frame-scanner.ts';
import { parseMarketFrame, type MarketFrame, type StreamSymbols } from '../parse/market-frame.ts';
import type { GatewaySettings } from '../settings.ts';
import { createBookKeeper } from './book-keeper.ts';
import type { BookSnapshot } from './local-book.ts';
import { createManagedStream, type ManagedStreamOptions, type StreamSession } from './managed-stream.ts';
import { createTradeSequence, type TradeSequence } from './trade-sequence.ts';

export type StreamState = 'connected' | 'silent' | 'disconnected';

export type MarketStreamOptions = Pick<ManagedStreamOptions, 'connector' | 'timers' | 'random'> & {
  readonly settings: GatewaySettings;
  /** Origin of the market streams. */
  readonly origin: string;
  readonly symbols: readonly string[];
  /** How books come: kept from diffs, whole with twenty levels a side, or as best prices alone. */
  readonly books: BookSource;
  readonly update: (update: MarketUpdate) => void;
  readonly stateChanged: (state: StreamState, before: StreamState) => void;
  readonly unreadable: (reason: string, sample: string) => void;
  /** The REST book of a symbol, or null when it could not be had. */
  readonly fetchBook: (symbol: string) => Promise<MarketUpdate | null>;
  /** The deep REST book that diffs are applied to, or null when it could not be had. */
  readonly fetchSnapshot: (symbol: string) => Promise<BookSnapshot | null>;
  /** Public trades from this id on, as many as one answer holds; empty when they could not be had. */
  readonly fetchTrades: (symbol: string, fromId: number) => Promise<readonly TradeTick[]>;
};

type BookSource = 'diff' | 'partial' | 'best';

export interface MarketStream {
  start(): void;
  state(): StreamState;
  stop(): void;
}

const topicsOf: Readonly<Record<BookSource, readonly string[]>> = {
  diff: ['depth@100ms', 'trade', 'kline_1m'],
  partial: ['depth20@100ms', 'trade', 'kline_1m'],
  best: ['bookTicker', 'aggTrade', 'kline_1m'],
};

/** The combined stream's URL: the streams stand in it, so that reconnecting needs no frame of ours. */
function marketStreamUrl(origin: string, names: readonly string[]): string {
  return `${origin}/stream?streams=${names.map((name) => encodeURI(name)).join('/')}`;
}

/** What is known of one symbol on the connection in use; `bookAt` is monotonic. */
type Seen = { readonly symbol: string; readonly trades: TradeSequence; bookId: number; bookAt: number };

/** How often books are looked over, as a share of the silence allowed. */
const PATROLS_PER_SILENCE = 5;
/** Books checked over REST at once, the stalest first. */
const CHECKS_MAX = 10;

export function createMarketStream(options: MarketStreamOptions): MarketStream {
  const { timers, symbols } = options;
  const byStreamName: StreamSymbols = new Map(symbols.map((symbol) => [symbol.toLowerCase(), symbol]));
  const seen = new Map<string, Seen>(
    symbols.map((symbol) => {
      const trades = createTradeSequence(options.update);
      return [symbol, { symbol, trades, bookId: 0, bookAt: 0 }];
    }),
  );
  const keeper = createBookKeeper({
    timers,
    symbols,
    snapshotsPerMinute: options.settings.snapshotsPerMinute,
    fetchSnapshot: options.fetchSnapshot,
    update: take,
  });
  const streams = symbols.flatMap((symbol) =>
    topicsOf[options.books].map((topic) => `${symbol.toLowerCase()}@${topic}`),
  );
  const scanner = createFrameScanner(byStreamName, streams);
  let state: StreamState = 'disconnected';
  let inUse: StreamSession | null = null;
  let checking: StreamSession | null = null;
  let cancelPatrol: Cancel | null = null;

  function become(next: StreamState): void {
    const before = state;
    if (before === next) return;
    state = next;
    options.stateChanged(next, before);
  }

  function distrustBooks(): void {
    for (const symbol of symbols) options.update(invalidBook(symbol, 'streamLost', timers));
  }

  function carries(session: StreamSession): void {
    session.markReady();
    inUse = session;
    if (checking === null) become('connected');
  }

  /** Passes on what is new: an overlapping connection tells things twice. */
  function take(update: MarketUpdate): void {
    const known = seen.get(update.symbol);
    if (known === undefined) return;
    if (update.kind === 'trade') {
      known.trades.take(update);
      const missingFrom = known.trades.missingFrom();
      if (missingFrom !== null) {
        void options.fetchTrades(update.symbol, missingFrom).then((missed) => known.trades.found(missed));
      }
      return;
    }
    if (update.kind === 'book') {
      if (update.updateId < known.bookId) return;
      known.bookId = update.updateId;
      known.bookAt = update.receivedAt;
    }
    options.update(update);
  }

  function scan(bytes: Uint8Array, start: number, end: number, session: StreamSession): boolean {
    const frame = scanner.scan(bytes, start, end, timers.monotonic());
    if (frame === null) return false;
    heard(frame, session);
    return true;
  }

  function message(text: string, session: StreamSession): void {
    const frame = parseMarketFrame(text, byStreamName, timers.monotonic());
    if (frame.ok) {
      heard(frame.value, session);
      return;
    }
    options.unreadable(frame.error.reason, printable(text, 200));
    if (frame.error.symbol !== null) {
      options.update(invalidBook(frame.error.symbol, 'malformed', timers));
    }
  }

  function heard(frame: MarketFrame, session: StreamSession): void {
    switch (frame.kind) {
      case 'book':
      case 'trade':
      case 'candle':
      case 'bookInvalid':
        carries(session);
        take(frame);
        return;
      case 'diff': {
        carries(session);
        const update = keeper.take(frame);
        if (update !== null) take(update);
        return;
      }
      case 'shutdown':
        stream.replace();
        return;
      case 'other':
        return;
      default:
        frame satisfies never;
    }
  }

  function patrol(): void {
    cancelPatrol = timers.after(options.settings.marketSilentMs / PATROLS_PER_SILENCE, () => {
      patrol();
      void checkSilentBooks();
    });
  }

  async function checkSilentBooks(): Promise<void> {
    const session = inUse;
    if (session === null || checking !== null) return;
    const now = timers.monotonic();
    const silent = [...seen.values()]
      .filter((each) => now - each.bookAt >= options.settings.marketSilentMs)
      .sort((left, right) => left.bookAt - right.bookAt)
      .slice(0, CHECKS_MAX);
    if (silent.length === 0) return;
    checking = session;
    const allSilent = silent.length === Math.min(symbols.length, CHECKS_MAX);
    if (allSilent) become('silent');
    for (const { symbol } of silent) options.update(invalidBook(symbol, 'streamLost', timers));
    const books = await Promise.all(silent.map(async ({ symbol }) => options.fetchBook(symbol)));
    if (checking !== session) return;
    checking = null;
    const verdicts = silent.map((each, index) => verdictOn(each, now, books[index] ?? null));
    // Without an answer one silent book stays distrusted; a wholly silent stream is given up.
    if (verdicts.includes('moved') || (allSilent && verdicts.includes('unanswered'))) {
      session.fail('silent while the market moves');
      return;
    }
    become('connected');
  }

  /** Compares a silent book with the REST one; an unmoved one is passed on as confirmed. */
  function verdictOn(
    known: Seen,
    checkedAt: number,
    book: MarketUpdate | null,
  ): 'quiet' | 'moved' | 'unanswered' {
    if (known.bookAt > checkedAt) return 'quiet';
    if (book?.kind !== 'book') return 'unanswered';
    // Without any frame so far there is nothing to compare with: the next silence will tell.
    if (known.bookId !== 0 && book.updateId !== known.bookId) return 'moved';
    known.bookId = book.updateId;
    known.bookAt = timers.monotonic();
    options.update(book);
    return 'quiet';
  }

  const stream = createManagedStream({
    connector: options.connector,
    timers,
    random: options.random,
    settings: options.settings,
    url: marketStreamUrl(options.origin, streams),
    silentMs: options.settings.marketSilentMs,
    pongsAreData: false,
    admit: () => 0,
    opened(session): void {
      // A replacement has to deliver before it takes over; a first connection has nothing to lose.
      if (stream.isReady()) return;
      const now = timers.monotonic();
      for (const each of seen.values()) each.bookAt = now;
      inUse = session;
      session.markReady();
    },
    scan,
    message,
    ready: () => become('connected'),
    // Silence is judged book by book, above.
    silent: () => undefined,
    lost(): void {
      inUse = null;
      checking = null;
      // Ids count within a connection and its overlap; another server may start them over.
      for (const each of seen.values()) {
        each.bookId = 0;
        each.trades.lost();
      }
      keeper.reset();
      become('disconnected');
      distrustBooks();
    },
  });

  return {
    start(): void {
      patrol();
      stream.start();
    },
    state: () => state,
    stop(): void {
      checking = null;
      cancelPatrol?.();
      keeper.reset();
      stream.stop();
    },
  };
}

function invalidBook(symbol: string, reason: BookInvalid['reason'], timers: Timers): BookInvalid {
  return { kind: 'bookInvalid', symbol, reason, receivedAt: timers.monotonic() };
}
