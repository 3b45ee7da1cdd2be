/**
 * Opens what `--feed` names: `synthetic` (or `synthetic:panic`, one of the regimes), `live` (or `live:URL`), or `replay:PATH` where PATH is a file, a folder, or several
 * of them joined by commas. The form of a recording is found from its first line, never from its name;
 * the symbol is the leading capitals of the file name.
 */
import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Random } from '../../core/ports/random.ts';
import type { SymbolSpec } from '../matching/venue-api.ts';
import type { MarketDriver } from '../server/market-driver.ts';
import { regimeNames, type RegimeName } from './calibration.ts';
import { looksLikeFrames } from './depth-frames.ts';
import { FeedError } from './feed-error.ts';
import { openLiveMarket } from './live.ts';
import { openRecording, type RecordingFile } from './recording-file.ts';
import { createDepthSource } from './replay-depth.ts';
import { createKlineSource, klineRow } from './replay-klines.ts';
import { createReplayMarket } from './replay-market.ts';
import type { ReplaySource } from './replay-source.ts';
import { createTradeSource, tradeColumns } from './replay-trades.ts';
import { listedSpec, listedSymbols } from './symbols.ts';
import { createSyntheticMarket } from './synthetic.ts';

export type FeedOptions = {
  readonly random: Random;
  /** Synthetic: the symbols to make. Replay: only these of the recording. */
  readonly symbols?: readonly string[];
  readonly regime?: RegimeName;
  /** Steps per second: book moves of the synthetic market (10), steps inside replayed candles (1). */
  readonly pace?: number;
};

type RecordingForm = 'klines' | 'trades' | 'depth';
type Recording = {
  readonly symbol: string;
  readonly form: RecordingForm;
  readonly file: RecordingFile;
};

/** Rejects with `FeedError` when the feed is unknown, unreadable or empty. */
export async function openMarket(feed: string, options: FeedOptions): Promise<MarketDriver> {
  if (feed === 'synthetic') return openSynthetic(options);
  if (feed.startsWith('synthetic:'))
    return openSynthetic({ ...options, regime: regimeNamed(feed.slice('synthetic:'.length)) });
  if (feed === 'live' || feed.startsWith('live:')) return openLive(feed.slice('live:'.length), options);
  if (feed.startsWith('replay:')) return openReplayFrom(feed.slice('replay:'.length), options);
  throw new FeedError(
    `"${feed}" is not a feed.`,
    'Use synthetic, live, or replay:PATH with a recording or a folder of recordings.',
  );
}

/** Public market data of the real exchange, or of another one of the same kind at a base URL. */
function openLive(url: string, options: FeedOptions): Promise<MarketDriver> {
  const rest = url === '' ? 'https://data-api.binance.vision' : url.replace(/\/$/, '');
  const stream = url === '' ? 'wss://data-stream.binance.vision' : rest.replace(/^http/, 'ws');
  return openLiveMarket({ symbols: options.symbols ?? ['BTCUSDT', 'ETHUSDT'], rest, stream });
}

/** `PATH#120m` begins two hours into the recording; what lies before is history. */
async function openReplayFrom(named: string, options: FeedOptions): Promise<MarketDriver> {
  const start = /#(\d{1,7})m$/.exec(named);
  const minutes = Number(start?.[1] ?? 0);
  const paths = start === null ? named : named.slice(0, start.index);
  const sources = await openReplay(paths, options);
  const market = createReplayMarket(sources, minutes);
  if (sources.every((source) => source.peek() === null))
    throw new FeedError(
      `The recording ends before its minute ${minutes}.`,
      'Name an earlier minute after #, or leave it out to play from the beginning.',
    );
  return market;
}

function regimeNamed(name: string): RegimeName {
  const regime = regimeNames.find((known) => known === name);
  if (regime === undefined)
    throw new FeedError(
      `"${name}" is not a regime of the synthetic market.`,
      `It knows ${regimeNames.join(', ')}.`,
    );
  return regime;
}

function openSynthetic(options: FeedOptions): MarketDriver {
  const specs: SymbolSpec[] = [];
  for (const symbol of options.symbols ?? []) {
    const spec = listedSpec(symbol);
    if (spec === null)
      throw new FeedError(
        `The synthetic market does not know ${symbol}.`,
        `It knows ${listedSymbols().join(', ')}.`,
      );
    specs.push(spec);
  }
  return createSyntheticMarket({
    random: options.random,
    ...(specs.length > 0 ? { symbols: specs } : {}),
    ...(options.regime === undefined ? {} : { regime: options.regime }),
    ...(options.pace === undefined ? {} : { pace: options.pace }),
  });
}

async function openReplay(paths: string, options: FeedOptions): Promise<readonly ReplaySource[]> {
  const recordings: Recording[] = [];
  const refused: string[] = [];
  const named = paths.split(',').filter((path) => path.length > 0);
  for (const path of named.flatMap(filesUnder)) {
    const symbol = symbolOf(path);
    if (symbol === null || (options.symbols !== undefined && !options.symbols.includes(symbol))) continue;
    const file = await openRecording(path);
    const lines = file.lines();
    const firstLine = lines.next() ?? '';
    const form = formOf(firstLine, lines.next() ?? '');
    if (form === null) refused.push(basename(path));
    else recordings.push({ symbol, form, file });
  }
  if (recordings.length === 0) {
    throw new FeedError(
      `There is no recording to replay in ${paths}${refused.length > 0 ? ` (${refused.join(', ')} could not be understood)` : ''}.`,
      'A recording is a CSV of candles or trades, or a depth recording (JSON lines), named after its symbol such as BTCUSDT-1m.csv, plain or gzip.',
    );
  }
  return sourcesOf(recordings, options);
}

/** One source per symbol: its depth recording when there is one, else its trades, else its candles. */
function sourcesOf(recordings: readonly Recording[], options: FeedOptions): readonly ReplaySource[] {
  const symbols = [...new Set(recordings.map((recording) => recording.symbol))].sort();
  return symbols.map((symbol) => {
    const own = recordings.filter((recording) => recording.symbol === symbol);
    const of = (form: RecordingForm): readonly RecordingFile[] =>
      inTime(own.filter((recording) => recording.form === form)).map((recording) => recording.file);
    const depth = of('depth')[0];
    if (depth !== undefined) return createDepthSource(symbol, depth);
    const trades = of('trades');
    if (trades.length > 0) return createTradeSource(symbol, trades);
    return createKlineSource(symbol, of('klines'), { stepMs: 1000 / (options.pace ?? 1) });
  });
}

/** Files of one symbol by name: the recordings' names carry their dates. */
function inTime(recordings: readonly Recording[]): readonly Recording[] {
  return [...recordings].sort((left, right) =>
    basename(left.file.path) < basename(right.file.path) ? -1 : 1,
  );
}

function filesUnder(path: string): readonly string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path)
      .filter((name) => /\.(csv|jsonl)(\.gz)?$/.test(name))
      .sort()
      .map((name) => join(path, name));
  } catch (error) {
    throw new FeedError(
      `The recording ${path} could not be opened: ${error instanceof Error ? error.message : String(error)}.`,
      'Check the path after replay: and start again.',
    );
  }
}

/** Leading capitals and digits of the file name, at least five: `BTCUSDT-1m-2022-01.csv.gz` is BTCUSDT. */
function symbolOf(path: string): string | null {
  return /^([A-Z0-9]{5,20})(?=[-_.])/.exec(basename(path))?.[1] ?? null;
}

function formOf(firstLine: string, secondLine: string): RecordingForm | null {
  if (looksLikeFrames(firstLine)) return 'depth';
  if (tradeColumns(firstLine) !== null) return 'trades';
  if (klineRow(firstLine) !== null || klineRow(secondLine) !== null) return 'klines';
  return null;
}
