/**
 * Replays recorded trades one by one: each is printed at its shifted time, and a synthetic book is kept
 * around them. Reads the CSV of Binance trades and aggregate trades, with or without a header.
 */
import { toNumber, type Price, type Quantity } from '../../core/money.ts';
import { MINUTE_MS } from '../../core/time.ts';
import type { SymbolSpec, Venue } from '../matching/venue-api.ts';
import { createBookAround, type BookAround, type BookAroundState } from './book-around.ts';
import { amountOf, greatestDecimals, onGrid, refineOn } from './decimal-grid.ts';
import { FeedError } from './feed-error.ts';
import type { MinuteCandles } from './minute-candles.ts';
import { millisecondsOf } from './recorded-time.ts';
import type { Lines, RecordingFile } from './recording-file.ts';
import type { ReplaySource } from './replay-source.ts';
import { recordedSpec } from './symbols.ts';

/** Which column holds what. */
export type TradeColumns = {
  readonly price: number;
  readonly quantity: number;
  readonly time: number;
  readonly buyerIsMaker: number;
};

type Row = {
  readonly id: number;
  readonly time: number;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly buyerIsMaker: boolean;
  readonly texts: { readonly prices: readonly [string]; readonly quantities: readonly [string] };
};

type Saved = {
  readonly trades: number;
  readonly turnover: number;
  readonly turnoverAt: number;
  readonly publishedAt: number;
  readonly book: BookAroundState;
  readonly spec: readonly [number, number];
};

const SAMPLE_ROWS = 2_000;
/** Sizes of a book whose touch stands still change this often at most. */
const PUBLISH_EVERY_MS = 100;
/** Turnover per minute is remembered with this half-life. */
const TURNOVER_HALF_LIFE_MS = 5 * MINUTE_MS;

/** Column layouts by header, then by number of columns for files without one (trades, aggregate trades). */
export function tradeColumns(firstLine: string): TradeColumns | null {
  const cells = firstLine.split(',').map((cell) => cell.trim());
  const at = (...names: readonly string[]): number => cells.findIndex((cell) => names.includes(cell));
  const named = {
    price: at('price'),
    quantity: at('qty', 'quantity'),
    time: at('time', 'transact_time'),
    buyerIsMaker: at('is_buyer_maker'),
  };
  if (Object.values(named).every((column) => column >= 0)) return named;
  const isTrade = (columns: TradeColumns): boolean =>
    millisecondsOf(cells[columns.time]) !== null && /^(true|false)$/i.test(cells[columns.buyerIsMaker] ?? '');
  const trades: TradeColumns = { price: 1, quantity: 2, time: 4, buyerIsMaker: 5 };
  const aggregates: TradeColumns = { price: 1, quantity: 2, time: 5, buyerIsMaker: 6 };
  if (cells.length >= 8 && isTrade(aggregates)) return aggregates;
  if (cells.length >= 6 && isTrade(trades)) return trades;
  return null;
}

/** One symbol's trades from files that follow each other in time. */
export function createTradeSource(symbol: string, files: readonly RecordingFile[]): ReplaySource {
  const sample = takeRows(rowsOf(files), SAMPLE_ROWS);
  const first = sample[0];
  if (first === undefined) {
    throw new FeedError(
      `The trades of ${symbol} hold no readable row.`,
      'A row is trade_id,price,qty,time,is_buyer_maker.',
    );
  }
  const initial = recordedSpec(
    symbol,
    greatestDecimals(sample.flatMap((row) => row.texts.prices)),
    greatestDecimals(sample.flatMap((row) => row.texts.quantities)),
  );

  let spec: SymbolSpec = initial;
  let rows = rowsOf(files);
  let around: BookAround = createBookAround(spec, null);
  let upcoming = rows();
  let trades = 0;
  let turnover = meanTurnover(sample);
  let turnoverAt = first.time;
  let publishedAt = Number.NEGATIVE_INFINITY;
  around.setTurnover(turnover);

  function advance(): void {
    upcoming = rows();
    trades += 1;
  }

  /** Turnover per minute as a decaying sum: each trade adds its notional over the mean life of the memory. */
  function remember(row: Row): void {
    const kept = 2 ** (-Math.max(0, row.time - turnoverAt) / TURNOVER_HALF_LIFE_MS);
    const memoryMinutes = TURNOVER_HALF_LIFE_MS / Math.LN2 / MINUTE_MS;
    turnover = turnover * kept + (toNumber(row.price) * toNumber(row.quantity)) / memoryMinutes;
    turnoverAt = row.time;
    around.setTurnover(turnover);
  }

  return {
    spec: initial,
    wholeMinutes: false,
    peek: () => upcoming?.time ?? null,
    play(now: number, venue: Venue): void {
      const row = upcoming;
      if (row === null) return;
      advance();
      if (!onGrid(spec, [row.price], row.quantity)) {
        spec = refineOn(venue, now, spec, row.texts);
        around = createBookAround(spec, null);
      }
      remember(row);
      if (venue.symbol(symbol)?.status !== 'TRADING') return;
      // The very first trade needs a book to happen in.
      if (publishedAt === Number.NEGATIVE_INFINITY) {
        around.follow(Number(row.price / spec.tickSize), !row.buyerIsMaker);
        around.publish(now, venue);
        publishedAt = now;
      }
      venue.printTrade(now, symbol, row.price, row.quantity, row.buyerIsMaker);
      around.follow(Number(row.price / spec.tickSize), !row.buyerIsMaker);
      // Trades of one instant are one sweep: the book is shown when it is over.
      const sweepGoesOn = upcoming !== null && upcoming.time === row.time;
      if (!sweepGoesOn && (around.moved() || now - publishedAt >= PUBLISH_EVERY_MS)) {
        around.publish(now, venue);
        publishedAt = now;
      }
    },
    skip(seen?: MinuteCandles): void {
      if (upcoming !== null) {
        remember(upcoming);
        seen?.trade(upcoming.time, upcoming.price, upcoming.quantity);
      }
      advance();
    },
    save(): Saved {
      return {
        trades,
        turnover,
        turnoverAt,
        publishedAt: Number.isFinite(publishedAt) ? publishedAt : 0,
        book: around.save(),
        spec: [Number(spec.tickSize), Number(spec.stepSize)],
      };
    },
    load(saved: unknown): void {
      const from = saved as Saved;
      rows = rowsOf(files);
      upcoming = rows();
      trades = 0;
      while (trades < from.trades) advance();
      spec = {
        ...initial,
        tickSize: BigInt(from.spec[0]) as Price,
        stepSize: BigInt(from.spec[1]) as Quantity,
      };
      around = createBookAround(spec, from.book);
      ({ turnover, turnoverAt } = from);
      publishedAt = from.publishedAt === 0 ? Number.NEGATIVE_INFINITY : from.publishedAt;
    },
  };
}

function rowsOf(files: readonly RecordingFile[]): () => Row | null {
  let file = 0;
  let lines: Lines | null = null;
  let columns: TradeColumns | null = null;
  let newestId = -1;
  let newestTime = 0;
  return () => {
    for (;;) {
      if (lines === null) {
        const next = files[file];
        if (next === undefined) return null;
        lines = next.lines();
        file += 1;
        columns = null;
      }
      const line = lines.next();
      if (line === null) {
        lines = null;
        continue;
      }
      columns ??= tradeColumns(line);
      const row = columns === null ? null : tradeRow(line, columns);
      // Files that overlap repeat ids; the exchange's clock may step back between two trades, ours may not.
      if (row === null || row.id <= newestId) continue;
      newestId = row.id;
      newestTime = Math.max(newestTime, row.time);
      return row.time === newestTime ? row : { ...row, time: newestTime };
    }
  };
}

function tradeRow(line: string, columns: TradeColumns): Row | null {
  const cells = line.split(',');
  const priceText = cells[columns.price] ?? '';
  const quantityText = cells[columns.quantity] ?? '';
  const id = /^\d{1,15}$/.test(cells[0] ?? '') ? Number(cells[0]) : null;
  const time = millisecondsOf(cells[columns.time]);
  const price = amountOf<Price>(priceText);
  const quantity = amountOf<Quantity>(quantityText);
  if (id === null || time === null || price === null || price === 0n || quantity === null || quantity === 0n)
    return null;
  const buyerIsMaker = cells[columns.buyerIsMaker]?.toLowerCase() === 'true';
  return {
    id,
    time,
    price,
    quantity,
    buyerIsMaker,
    texts: { prices: [priceText], quantities: [quantityText] },
  };
}

function takeRows(rows: () => Row | null, count: number): readonly Row[] {
  const taken: Row[] = [];
  for (let row = rows(); row !== null && taken.length < count; row = rows()) taken.push(row);
  return taken;
}

/** Turnover per minute over the sample, so that the first book has a believable depth. */
function meanTurnover(rows: readonly Row[]): number {
  const total = rows.reduce((sum, row) => sum + toNumber(row.price) * toNumber(row.quantity), 0);
  const span = (rows.at(-1)?.time ?? 0) - (rows[0]?.time ?? 0);
  return (total * MINUTE_MS) / Math.max(MINUTE_MS, span);
}
