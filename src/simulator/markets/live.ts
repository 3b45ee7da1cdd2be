/**
 * Real prices, local matching: books and trades of an exchange's public streams moved into the venue, so
 * that paper orders meet the real market and nobody else. What arrives is handed over as plain input
 * (`collect`), which the exchange writes down before it acts: a restart does it again without the
 * network. While the streams are silent the symbols do not trade: nobody fills at a price of yesterday.
 */
import { WebSocket } from 'ws';

import type { Candle } from '../../core/ports/market-feed.ts';
import type { SymbolSpec, Venue } from '../matching/venue-api.ts';
import type { MarketDriver } from '../server/market-driver.ts';
import { FeedError } from './feed-error.ts';
import { bookOf, candleOf, type Fields, fieldsOf, specOf, tradeOf } from './live-frames.ts';

export type LiveOptions = {
  readonly symbols: readonly string[];
  /** Base URLs without a slash at the end. */
  readonly rest: string;
  readonly stream: string;
};

/** What the streams said since it was last asked: frames as received, and whether they are alive. */
type Input = { readonly frames: readonly string[]; readonly silent: boolean };
type Saved = { readonly kind: 'live'; readonly silent: boolean };

const ANSWER_WITHIN_MS = 10_000;
/** The book streams speak ten times a second; this long without a word is a loss. */
const SILENT_AFTER_MS = 10_000;
const STEP_MS = 50;
const RETRY_MS = [1_000, 2_000, 5_000, 10_000, 30_000] as const;
/** More than this waiting is a stalled exchange: the oldest go, the book is absolute anyway. */
const MOST_WAITING = 20_000;
const HISTORY_MINUTES = 500;

/** Rejects with `FeedError`, within seconds, when the exchange cannot be reached or does not know a symbol. */
export async function openLiveMarket(options: LiveOptions): Promise<MarketDriver> {
  const names = encodeURIComponent(JSON.stringify(options.symbols));
  const info = fieldsOf(await ask(options, `/api/v3/exchangeInfo?symbols=${names}`));
  const listed = Array.isArray(info?.['symbols']) ? (info['symbols'] as readonly unknown[]) : [];
  const specs = listed.flatMap((each) => specOf(each) ?? []);
  if (specs.length === 0)
    throw new FeedError(
      `${options.rest} answered, but with no symbol that could be used.`,
      'Name other pairs with --symbols, such as BTCUSDT,ETHUSDT.',
    );
  const histories = new Map<string, readonly Candle[]>();
  const books = new Map<string, string>();
  for (const { symbol } of specs) {
    const rows = await ask(options, `/api/v3/klines?symbol=${symbol}&interval=1m&limit=${HISTORY_MINUTES}`);
    // The last one is still open.
    const candles = Array.isArray(rows)
      ? (rows as readonly unknown[]).flatMap((row) => candleOf(row) ?? [])
      : [];
    histories.set(symbol, candles.slice(0, -1));
    const book = await ask(options, `/api/v3/depth?symbol=${symbol}&limit=20`);
    books.set(symbol, JSON.stringify({ stream: `${symbol.toLowerCase()}@depth20@100ms`, data: book }));
  }
  return createLiveMarket(specs, histories, [...books.values()], listen(options, specs));
}

async function ask(options: LiveOptions, path: string): Promise<unknown> {
  try {
    const answer = await fetch(`${options.rest}${path}`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    if (answer.ok) return await answer.json();
    throw new Error(`it answered ${answer.status}`);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new FeedError(
      `Live prices cannot be had from ${options.rest}: ${cause instanceof Error ? cause.message : String(cause)}.`,
      'Paper money and orders are untouched. Check the network and start again, or trade on --feed synthetic meanwhile.',
    );
  }
}

type Listener = { collect(): Input; stop(): void };

/** Keeps one connection to the streams, again and again. */
function listen(options: LiveOptions, specs: readonly SymbolSpec[]): Listener {
  const streams = specs.flatMap(({ symbol }) => [
    `${symbol.toLowerCase()}@depth20@100ms`,
    `${symbol.toLowerCase()}@trade`,
  ]);
  let frames: string[] = [];
  let heardAt = performance.now();
  let tries = 0;
  let stopped = false;
  let socket: WebSocket | null = null;
  let retry: NodeJS.Timeout | undefined;

  function connect(): void {
    const opened = new WebSocket(`${options.stream}/stream?streams=${streams.join('/')}`, {
      handshakeTimeout: ANSWER_WITHIN_MS,
    });
    socket = opened;
    opened.on('message', (data: Buffer) => {
      tries = 0;
      heardAt = performance.now();
      frames.push(data.toString());
      if (frames.length > MOST_WAITING) frames = frames.slice(-MOST_WAITING / 2);
    });
    // What went wrong is told by the close that follows.
    opened.on('error', () => undefined);
    opened.on('close', () => {
      if (stopped) return;
      retry = setTimeout(connect, RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]);
      retry.unref();
      tries += 1;
    });
  }

  connect();
  return {
    collect() {
      const silent = performance.now() - heardAt > SILENT_AFTER_MS;
      // A line that is open and says nothing is a dead one.
      if (silent && socket?.readyState === WebSocket.OPEN) socket.terminate();
      const input = { frames, silent };
      frames = [];
      return input;
    },
    stop() {
      stopped = true;
      clearTimeout(retry);
      socket?.terminate();
    },
  };
}

/** The market over what a listener hears; `first` are books to begin with. */
function createLiveMarket(
  specs: readonly SymbolSpec[],
  histories: ReadonlyMap<string, readonly Candle[]>,
  first: readonly string[],
  listener: Listener,
): MarketDriver {
  const steps = new Map(specs.map((spec) => [spec.symbol, spec]));
  let silent = false;
  let advancedAt: number | null = null;

  function play(now: number, venue: Venue, text: string): void {
    const frame = readFrame(text);
    const symbol = frame === null ? '' : String(frame['stream']).split('@', 1)[0]?.toUpperCase();
    const spec = steps.get(symbol ?? '');
    const data = fieldsOf(frame?.['data']);
    if (spec === undefined || data === null || venue.symbol(spec.symbol)?.status !== 'TRADING') return;
    const book = bookOf(data, spec);
    if (book !== null) venue.setLiquidity(now, spec.symbol, book.bids, book.asks);
    const trade = data['e'] === 'trade' ? tradeOf(data, spec) : null;
    if (trade !== null) venue.printTrade(now, spec.symbol, trade.price, trade.quantity, trade.buyerIsMaker);
  }

  /** Silence stops trading, the first word after it lets it go on. */
  function hush(now: number, venue: Venue, quiet: boolean): void {
    if (quiet === silent) return;
    silent = quiet;
    for (const { symbol } of specs) {
      const standing = venue.symbol(symbol);
      if (standing?.status === (quiet ? 'TRADING' : 'BREAK'))
        venue.setSymbol(now, { ...standing, status: quiet ? 'BREAK' : 'TRADING' });
    }
  }

  return {
    symbols: () => specs,
    history: (symbol) => histories.get(symbol) ?? [],
    start(now, venue) {
      advancedAt = now;
      for (const text of first) play(now, venue, text);
      // A last price from the first moment: the close of the newest candle.
      for (const { symbol, stepSize } of specs) {
        const close = histories.get(symbol)?.at(-1)?.close;
        if (close !== undefined) venue.printTrade(now, symbol, close, stepSize, false);
      }
    },
    collect: () => listener.collect(),
    advance(now, venue, input?: unknown) {
      advancedAt = now;
      if (input === undefined) return;
      const heard = input as Input;
      hush(now, venue, heard.silent);
      for (const text of heard.frames) play(now, venue, text);
    },
    nextAt: () => (advancedAt === null ? null : advancedAt + STEP_MS),
    snapshot: (): Saved => ({ kind: 'live', silent }),
    restore(snapshot) {
      silent = (snapshot as Saved).silent;
      advancedAt ??= 0;
    },
    stop: () => listener.stop(),
  };
}

function readFrame(text: string): Fields | null {
  try {
    return fieldsOf(JSON.parse(text) as unknown);
  } catch {
    return null;
  }
}
