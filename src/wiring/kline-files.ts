/**
 * One-minute candles of one symbol from files on disk, streamed: six or twelve columns of a Binance
 * kline, plain or gzip, in files or folders. Rows that are malformed, repeated or step back in time
 * are passed over and counted; holes are counted, never filled.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ZERO_NOTIONAL } from '../core/money.ts';
import type { Candle } from '../core/ports/market-feed.ts';
import { err, ok, type Result } from '../core/result.ts';
import { MINUTE_MS } from '../core/time.ts';
import { greatestDecimals } from '../simulator/markets/decimal-grid.ts';
import { FeedError } from '../simulator/markets/feed-error.ts';
import { openRecording, type RecordingFile } from '../simulator/markets/recording-file.ts';
import { klineRow } from '../simulator/markets/replay-klines.ts';
import { recordedSpec } from '../simulator/markets/symbols.ts';
import type { SymbolSpec } from '../simulator/matching/venue-api.ts';

export type KlineRequest = {
  readonly paths: readonly string[];
  readonly symbol: string | null;
  /** First and last open time (ms UTC), inclusive and exclusive; null is open. */
  readonly from: number | null;
  readonly to: number | null;
};

export type KlineProblem =
  | { readonly code: 'data.notReadable'; readonly detail: string }
  | { readonly code: 'data.noCandles'; readonly detail: string }
  | { readonly code: 'data.manySymbols'; readonly detail: string }
  | { readonly code: 'data.notMinutes'; readonly detail: string };

export type KlineCounts = { rows: number; passedOver: number; holes: number };

export type KlineFiles = {
  readonly symbol: string;
  readonly files: readonly string[];
  readonly spec: SymbolSpec;
  /** Reads from the start; `counts` moves along. */
  candles(): Iterator<Candle>;
  readonly counts: KlineCounts;
};

/** Rows looked at for the decimals and the interval. */
const SAMPLE_ROWS = 2_000;

/** Finds and opens the files; the candles themselves are read as they are asked for. */
export async function openKlineFiles(request: KlineRequest): Promise<Result<KlineFiles, KlineProblem>> {
  const missing = request.paths.find((path) => !existsSync(path));
  if (missing !== undefined) return err({ code: 'data.notReadable', detail: `${missing} is not there` });
  const files = request.paths.flatMap(filesUnder);
  const named = files.map((path) => ({ path, symbol: symbolOf(path) }));
  const wanted = named.filter(({ symbol }) => request.symbol === null || symbol === request.symbol);
  const symbols = [...new Set(wanted.map(({ symbol }) => symbol))];
  const [symbol] = symbols;
  if (symbol === undefined || (symbol === null && request.symbol === null)) {
    const known = [...new Set(named.map((file) => file.symbol ?? basename(file.path)))];
    return err({ code: 'data.noCandles', detail: known.slice(0, 10).join(', ') });
  }
  if (symbols.length > 1) return err({ code: 'data.manySymbols', detail: symbols.map(String).join(', ') });
  try {
    const recordings: RecordingFile[] = [];
    // The names of recordings carry their dates, so that this is the order of time.
    for (const { path } of wanted.toSorted((a, b) => (basename(a.path) < basename(b.path) ? -1 : 1))) {
      recordings.push(await openRecording(path));
    }
    return describe(symbol ?? '', recordings, request);
  } catch (error) {
    if (error instanceof FeedError)
      return err({ code: 'data.notReadable', detail: error.message.replace(/\.$/, '') });
    throw error;
  }
}

function describe(
  symbol: string,
  recordings: readonly RecordingFile[],
  request: KlineRequest,
): Result<KlineFiles, KlineProblem> {
  const prices: string[] = [];
  const volumes: string[] = [];
  let previous: number | null = null;
  let least = Infinity;
  for (const row of sampleOf(recordings)) {
    prices.push(...row.prices);
    volumes.push(row.volume);
    if (previous !== null && row.candle.openTime > previous) {
      least = Math.min(least, row.candle.openTime - previous);
    }
    previous = row.candle.openTime;
  }
  if (previous === null)
    return err({ code: 'data.noCandles', detail: recordings.map(({ path }) => basename(path)).join(', ') });
  if (Number.isFinite(least) && least !== MINUTE_MS) {
    return err({ code: 'data.notMinutes', detail: `${least / MINUTE_MS} minutes` });
  }
  const counts: KlineCounts = { rows: 0, passedOver: 0, holes: 0 };
  return ok({
    symbol,
    files: recordings.map(({ path }) => path),
    spec: recordedSpec(symbol, greatestDecimals(prices), greatestDecimals(volumes)),
    candles: () => candlesOf(recordings, request, counts),
    counts,
  });
}

type Row = NonNullable<ReturnType<typeof klineRow>>;

function* sampleOf(recordings: readonly RecordingFile[]): Generator<Row> {
  let taken = 0;
  for (const recording of recordings) {
    const lines = recording.lines();
    for (let line = lines.next(); line !== null; line = lines.next()) {
      const row = klineRow(line);
      if (row === null) continue;
      yield row;
      taken += 1;
      if (taken >= SAMPLE_ROWS) return;
    }
  }
}

function* candlesOf(
  recordings: readonly RecordingFile[],
  { from, to }: KlineRequest,
  counts: KlineCounts,
): Generator<Candle> {
  let newest = Number.NEGATIVE_INFINITY;
  for (const recording of recordings) {
    const lines = recording.lines();
    let first = true;
    for (let line = lines.next(); line !== null; line = lines.next()) {
      const row = klineRow(line);
      const isHeader = first && row === null;
      first = false;
      if (isHeader) continue;
      counts.rows += 1;
      if (row === null || row.candle.openTime <= newest) {
        counts.passedOver += 1;
        continue;
      }
      const { openTime } = row.candle;
      if (from !== null && openTime < from) continue;
      if (to !== null && openTime >= to) return;
      if (openTime > newest + MINUTE_MS && newest > 0) counts.holes += 1;
      newest = openTime;
      yield { ...row.candle, closeTime: openTime + MINUTE_MS - 1, quoteVolume: ZERO_NOTIONAL, trades: 1 };
    }
  }
}

function filesUnder(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => /\.csv(\.gz)?$/.test(name))
    .toSorted()
    .map((name) => join(path, name));
}

/** Leading capitals and digits of the file name: `BTCUSDT-1m-2022-01.csv.gz` is BTCUSDT. */
function symbolOf(path: string): string | null {
  return /^([A-Z0-9]{5,20})(?=[-_.])/.exec(basename(path))?.[1] ?? null;
}
