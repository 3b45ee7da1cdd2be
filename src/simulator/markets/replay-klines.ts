/**
 * Replays recorded candles (six or twelve columns of a Binance kline): inside each candle the price
 * walks open, extremes, close in small steps, every step a trade, the volumes summing to the
 * recorded one, a synthetic book around it. Missing candles are silence.
 */
import { MINUTE_MS } from '../../core/time.ts';
import { toNumber, type Price, type Quantity } from '../../core/money.ts';
import type { SymbolSpec, Venue } from '../matching/venue-api.ts';
import { createBookAround, type BookAround, type BookAroundState } from './book-around.ts';
import { REFERENCE_MINUTE_BPS, SPREAD_AT_REFERENCE_BPS } from './calibration.ts';
import { walkCandle, type RecordedCandle, type WalkStep } from './candle-walk.ts';
import { amountOf, greatestDecimals, onGrid, refineOn } from './decimal-grid.ts';
import { FeedError } from './feed-error.ts';
import type { MinuteCandles } from './minute-candles.ts';
import type { Lines, RecordingFile } from './recording-file.ts';
import { millisecondsOf } from './recorded-time.ts';
import type { ReplaySource } from './replay-source.ts';
import { recordedSpec } from './symbols.ts';

type Row = { readonly candle: RecordedCandle; readonly prices: readonly string[]; readonly volume: string };

type Saved = {
  readonly candles: number;
  readonly step: number;
  readonly book: BookAroundState;
  readonly spec: readonly [number, number];
};

/** Rows looked at before the start to learn the decimals and the interval. */
const SAMPLE_ROWS = 2_000;

export type KlineOptions = { readonly stepMs: number };

/** One symbol's candles from files that follow each other in time. */
export function createKlineSource(
  symbol: string,
  files: readonly RecordingFile[],
  options: KlineOptions,
): ReplaySource {
  const sample = takeRows(rowsOf(files), SAMPLE_ROWS);
  const first = sample[0];
  if (first === undefined) {
    throw new FeedError(
      `The candles of ${symbol} hold no readable row.`,
      'A row is open_time,open,high,low,close,volume.',
    );
  }
  const intervalMs = intervalOf(sample);
  const steps = Math.max(4, Math.floor(intervalMs / options.stepMs));
  const stepMs = intervalMs / steps;
  const initial = recordedSpec(
    symbol,
    greatestDecimals(sample.flatMap((row) => row.prices)),
    greatestDecimals(sample.map((row) => row.volume)),
  );

  let spec: SymbolSpec = initial;
  let rows = rowsOf(files);
  let around: BookAround = createBookAround(spec, null);
  let current: Row | null = null;
  let walk: readonly WalkStep[] | null = null;
  let step = 0;
  let candles = 0;
  nextCandle();

  function nextCandle(): void {
    current = rows();
    walk = null;
    step = 0;
    candles += 1;
  }

  /** The walk of the present candle, laid out at its first step; finer figures refine the filters first. */
  function walkOf(row: Row, now: number, venue: Venue | null): readonly WalkStep[] {
    if (walk !== null) return walk;
    const { candle } = row;
    if (!onGrid(spec, [candle.open, candle.high, candle.low, candle.close], candle.volume)) {
      spec = refineOn(venue, now, spec, { prices: row.prices, quantities: [row.volume] });
      around = createBookAround(spec, null);
    }
    const minutes = intervalMs / MINUTE_MS;
    const close = toNumber(candle.close);
    around.setTurnover((toNumber(candle.volume) * close) / minutes);
    // A random walk's range is about 1.6 deviations.
    const minuteBps =
      ((toNumber(candle.high) - toNumber(candle.low)) / close / 1.6 / Math.sqrt(minutes)) * 10_000;
    const scale = minuteBps / REFERENCE_MINUTE_BPS;
    around.setSpread((SPREAD_AT_REFERENCE_BPS * scale * scale * close) / 10_000 / toNumber(spec.tickSize));
    walk = walkCandle(candle, spec, steps);
    return walk;
  }

  function advance(): void {
    step += 1;
    if (step >= steps) nextCandle();
  }

  return {
    spec: initial,
    wholeMinutes: true,
    peek: () => (current === null ? null : current.candle.openTime + Math.floor(step * stepMs)),
    play(now: number, venue: Venue): void {
      if (current === null) return;
      const here = walkOf(current, now, venue)[step];
      if (here !== undefined && venue.symbol(symbol)?.status === 'TRADING') {
        if (here.quantity > 0n) venue.printTrade(now, symbol, here.price, here.quantity, !here.buys);
        around.follow(Number(here.price / spec.tickSize), here.buys);
        around.publish(now, venue);
      }
      advance();
    },
    skip(seen?: MinuteCandles): void {
      // A candle passed over from its first step is one of the past, when it is a minute's.
      if (step === 0 && current !== null && intervalMs === MINUTE_MS)
        seen?.minute(current.candle.openTime, current.candle);
      advance();
    },
    save(): Saved {
      return { candles, step, book: around.save(), spec: [Number(spec.tickSize), Number(spec.stepSize)] };
    },
    load(saved: unknown): void {
      const from = saved as Saved;
      rows = rowsOf(files);
      candles = 0;
      while (candles < from.candles) nextCandle();
      step = from.step;
      spec = {
        ...initial,
        tickSize: BigInt(from.spec[0]) as Price,
        stepSize: BigInt(from.spec[1]) as Quantity,
      };
      around = createBookAround(spec, from.book);
    },
  };
}

/** Opens the files one after the other; rows that are malformed or step back in time are passed over. */
function rowsOf(files: readonly RecordingFile[]): () => Row | null {
  let file = 0;
  let lines: Lines | null = null;
  let newest = Number.NEGATIVE_INFINITY;
  return () => {
    for (;;) {
      if (lines === null) {
        const next = files[file];
        if (next === undefined) return null;
        lines = next.lines();
        file += 1;
      }
      const line = lines.next();
      if (line === null) {
        lines = null;
        continue;
      }
      const row = klineRow(line);
      if (row === null || row.candle.openTime <= newest) continue;
      newest = row.candle.openTime;
      return row;
    }
  };
}

/** A candle from one line, or null for a header or a line that is not one. */
export function klineRow(line: string): Row | null {
  const [time, openText, highText, lowText, closeText, volumeText] = line.split(',');
  const openTime = millisecondsOf(time);
  const open = amountOf<Price>(openText);
  const high = amountOf<Price>(highText);
  const low = amountOf<Price>(lowText);
  const close = amountOf<Price>(closeText);
  const volume = amountOf<Quantity>(volumeText);
  if (
    openTime === null ||
    open === null ||
    high === null ||
    low === null ||
    close === null ||
    volume === null
  )
    return null;
  if (low <= 0n || low > open || low > close || high < open || high < close) return null;
  return {
    candle: { openTime, open, high, low, close, volume },
    prices: [openText ?? '', highText ?? '', lowText ?? '', closeText ?? ''],
    volume: volumeText ?? '',
  };
}

function takeRows(rows: () => Row | null, count: number): readonly Row[] {
  const taken: Row[] = [];
  for (let row = rows(); row !== null && taken.length < count; row = rows()) taken.push(row);
  return taken;
}

/** Smallest distance between neighbours; a minute when there is only one candle. */
function intervalOf(rows: readonly Row[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const [index, row] of rows.entries()) {
    const before = rows[index - 1];
    if (before !== undefined) least = Math.min(least, row.candle.openTime - before.candle.openTime);
  }
  return Number.isFinite(least) ? least : MINUTE_MS;
}
