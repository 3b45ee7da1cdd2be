// Measures the synthetic market and puts the recordings it copies beside it: returns and their
// clustering, spread, depth, trade sizes, and the events (crash, depeg, halt).
//   node scripts/calibrate.ts [folder of recordings]      (../shared/market-data when not named)
// Without the recordings the real column says so. Prints a Markdown table.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createSeededRandom } from '../src/core/seeded-random.ts';
import { toNumber } from '../src/core/money.ts';
import { characterOf, regimes, type RegimeName } from '../src/simulator/markets/calibration.ts';
import { createNoise } from '../src/simulator/markets/noise.ts';
import { createPriceProcess } from '../src/simulator/markets/price-process.ts';
import { openRecording } from '../src/simulator/markets/recording-file.ts';
import { createDepthSource } from '../src/simulator/markets/replay-depth.ts';
import { listedSpec } from '../src/simulator/markets/symbols.ts';
import { createSyntheticMarket } from '../src/simulator/markets/synthetic.ts';
import { recordingVenue } from '../tests/fixtures/market/recording-venue.ts';

const folder = process.argv[2] ?? join(import.meta.dirname, '../../shared/market-data');
const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 23);

type Bar = { readonly time: number; readonly high: number; readonly low: number; readonly close: number };
type Row = { readonly what: string; readonly real: string; readonly made: string };
const rows: Row[] = [];
const none = 'not at hand';

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((one, other) => one - other)[Math.floor(share * (values.length - 1))] ?? 0;
const percent = (value: number, digits = 2): string => `${(value * 100).toFixed(digits)} %`;

function text(path: string): string | null {
  const file = join(folder, path);
  return existsSync(file) ? gunzipSync(readFileSync(file)).toString() : null;
}

function bars(path: string): readonly Bar[] | null {
  const content = text(path);
  if (content === null) return null;
  return content
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [time = 0, , high = 0, low = 0, close = 0] = line.split(',').map(Number);
      return { time, high, low, close };
    });
}

const logReturns = (prices: readonly number[]): readonly number[] =>
  prices.slice(1).map((price, index) => Math.log(price / (prices[index] ?? price)));

function returnFigures(returns: readonly number[]): Record<string, string> {
  const days: number[] = [];
  for (let from = 0; from + 1_440 <= returns.length; from += 1_440)
    days.push(Math.sqrt(returns.slice(from, from + 1_440).reduce((sum, value) => sum + value ** 2, 0)));
  const variance = mean(returns.map((value) => value ** 2));
  const sizes = returns.map(Math.abs);
  const centre = mean(sizes);
  const spread = mean(sizes.map((size) => (size - centre) ** 2));
  const lagged = (lag: number): string =>
    (
      mean(sizes.slice(lag).map((size, index) => (size - centre) * ((sizes[index] ?? 0) - centre))) / spread
    ).toFixed(2);
  return {
    'day’s volatility, median': percent(quantile(days, 0.5)),
    'day’s volatility, 5 to 95 %': `${percent(quantile(days, 0.05))} to ${percent(quantile(days, 0.95))}`,
    'kurtosis of 1-minute returns': (mean(returns.map((value) => value ** 4)) / variance ** 2).toFixed(0),
    'autocorrelation of returns, 1 min': (
      mean(returns.slice(1).map((value, index) => value * (returns[index] ?? 0))) / variance
    ).toFixed(2),
    'autocorrelation of sizes, 1, 5, 15, 60, 240 min': [1, 5, 15, 60, 240].map(lagged).join(', '),
    '99.9 % of minutes below': `${(quantile(sizes, 0.999) * 10_000).toFixed(0)} bps`,
  };
}

function madeReturns(regime: RegimeName, days: number, seed: number): readonly number[] {
  const process = createPriceProcess(createNoise([seed, 2, 3, 4]), [characterOf('BTCUSDT')], [0]);
  const logs = [0];
  for (let minute = 0; minute < days * 1_440; minute += 1) {
    for (let step = 0; step < 6; step += 1)
      process.step(START + minute * MINUTE + step * 10_000, 10, regimes[regime]);
    logs.push(process.state.symbols[0]?.logPrice ?? 0);
  }
  return logs.slice(1).map((value, index) => value - (logs[index] ?? 0));
}

function compare(title: string, real: Record<string, string> | null, made: Record<string, string>): void {
  for (const [what, figure] of Object.entries(made))
    rows.push({ what: `${title}: ${what}`, real: real?.[what] ?? none, made: figure });
}

function returnsOfRegimes(): void {
  const year = Array.from({ length: 12 }, (_, month) =>
    bars(`klines-1m/BTCUSDT-1m-2022-${String(month + 1).padStart(2, '0')}.csv.gz`),
  );
  const crashDays = bars('klines-1m/BTCUSDT-1m-2020-03-05_2020-03-16.csv.gz')?.filter(
    (bar) => bar.time >= Date.UTC(2020, 2, 12) && bar.time < Date.UTC(2020, 2, 14),
  );
  const windows: readonly (readonly [RegimeName, string, readonly (readonly Bar[] | null)[]])[] = [
    ['dead', 'BTC 2023-07-20..08-10', [bars('klines-1m/BTCUSDT-1m-2023-07-20_2023-08-10.csv.gz')]],
    ['normal', 'BTC 2022', year],
    ['volatile', 'BTC 2021-05-12..24', [bars('klines-1m/BTCUSDT-1m-2021-05-12_2021-05-24.csv.gz')]],
    ['panic', 'BTC 2020-03-12..13', [crashDays ?? null]],
  ];
  for (const [regime, name, files] of windows) {
    const real = files.includes(null)
      ? null
      : returnFigures(logReturns(files.flatMap((file) => file ?? []).map((bar) => bar.close)));
    const made = [1, 2, 3, 4].flatMap((seed) => madeReturns(regime, 30, seed));
    compare(`${regime} (${name})`, real, returnFigures(made));
  }
}

/** Books and trades of one symbol as both sides have them. */
type Tape = {
  readonly spreads: number[];
  readonly depths: number[];
  readonly moves: number[];
  readonly notionals: number[];
  readonly perSecond: Map<number, number>;
  readonly sides: boolean[];
};
const newTape = (): Tape => ({
  spreads: [],
  depths: [],
  moves: [],
  notionals: [],
  perSecond: new Map(),
  sides: [],
});

function tapeFigures(tape: Tape): Record<string, string> {
  const counts = [...tape.perSecond.values()];
  const rate = mean(counts);
  return {
    'spread, median and 99 %': `${quantile(tape.spreads, 0.5).toFixed(4)} and ${quantile(tape.spreads, 0.99).toFixed(3)} bps`,
    'depth within 1 bps a side, median': `${(quantile(tape.depths, 0.5) / 1_000).toFixed(0)} k USDT`,
    'orders a second': rate.toFixed(1),
    'variance over mean of orders a second': (
      mean(counts.map((count) => (count - rate) ** 2)) / rate
    ).toFixed(1),
    'notional of an order, median and 99 %': `${quantile(tape.notionals, 0.5).toFixed(0)} and ${quantile(tape.notionals, 0.99).toFixed(0)} USDT`,
    'next order on the same side': percent(
      mean(tape.sides.slice(1).map((side, index) => (side === tape.sides[index] ? 1 : 0))),
      0,
    ),
  };
}

/** Trades of one instant and side are one order. */
function addTrade(tape: Tape, last: { key: string }, time: number, buys: boolean, notional: number): void {
  const key = `${time} ${buys}`;
  if (key === last.key) {
    tape.notionals[tape.notionals.length - 1] = (tape.notionals.at(-1) ?? 0) + notional;
    return;
  }
  last.key = key;
  tape.notionals.push(notional);
  tape.sides.push(buys);
  const second = Math.floor(time / 1_000);
  tape.perSecond.set(second, (tape.perSecond.get(second) ?? 0) + 1);
}

/** The recorded book as the replay rebuilds it, and the recorded trades. */
async function realTape(): Promise<Tape | null> {
  const path = join(
    folder,
    'depth/BTCUSDT-ws-depth-trade-bookticker-2024-08-08T2354_2024-08-09T0005.jsonl.gz',
  );
  if (!existsSync(path)) return null;
  const tape = newTape();
  const source = createDepthSource('BTCUSDT', await openRecording(path));
  const { venue, prints, newest } = recordingVenue([source.spec]);
  let sampledAt = 0;
  for (let at = source.peek(); at !== null; at = source.peek()) {
    source.play(at, venue);
    if (at - sampledAt < 1_000) continue;
    sampledAt = at;
    sample(tape, plain(newest.get('BTCUSDT')?.bids), plain(newest.get('BTCUSDT')?.asks));
  }
  addPrints(tape, prints, 0);
  return tape;
}

const plain = (
  levels: readonly { readonly price: bigint; readonly quantity: bigint }[] = [],
): readonly (readonly [number, number])[] =>
  levels.map((level) => [toNumber(level.price), toNumber(level.quantity)] as const);

function addPrints(tape: Tape, prints: ReturnType<typeof recordingVenue>['prints'], shiftMs: number): void {
  const last = { key: '' };
  for (const print of prints) {
    const notional = toNumber(print.price) * toNumber(print.quantity);
    addTrade(tape, last, print.at + shiftMs, !print.buyerIsMaker, notional);
  }
}

function sample(tape: Tape, bids: readonly (readonly [number, number])[], asks: typeof bids): void {
  const bid = Math.max(...bids.map(([price]) => price));
  const ask = Math.min(...asks.map(([price]) => price));
  tape.spreads.push(((ask - bid) / bid) * 10_000);
  const near = (levels: typeof bids, best: number): number =>
    levels
      .filter(([price]) => Math.abs(price / best - 1) <= 1e-4)
      .reduce((sum, [price, size]) => sum + price * size, 0);
  tape.depths.push((near(bids, bid) + near(asks, ask)) / 2);
}

function madeTape(): Tape {
  const spec = listedSpec('BTCUSDT');
  if (spec === null) throw new Error('BTCUSDT is listed');
  const tape = newTape();
  for (const seed of [1, 2, 3]) {
    const driver = createSyntheticMarket({
      random: createSeededRandom(seed),
      symbols: [spec],
      historyMinutes: 5,
    });
    const { venue, prints, newest } = recordingVenue([spec]);
    driver.start(START, venue);
    for (let at = START; at < START + 11 * MINUTE; at += 1_000) {
      driver.advance(at, venue);
      sample(tape, plain(newest.get('BTCUSDT')?.bids), plain(newest.get('BTCUSDT')?.asks));
    }
    addPrints(tape, prints, seed * 86_400_000);
  }
  return tape;
}

/** Greatest fall within so many minutes of one, and how much came back in the next sixty. */
function worstFall(minutes: readonly Bar[], span: number): { readonly fall: number; readonly back: number } {
  let fall = 0;
  let at = 0;
  for (let index = span; index < minutes.length; index += 1) {
    const here = minutes[index];
    const from = minutes[index - span];
    if (here === undefined || from === undefined || here.time - from.time !== span * MINUTE) continue;
    const high = Math.max(...minutes.slice(index - span + 1, index + 1).map((bar) => bar.high));
    if (here.low / high - 1 >= fall) continue;
    fall = here.low / high - 1;
    at = index;
  }
  const low = minutes[at]?.low ?? 1;
  const later = minutes.slice(at + 1, at + 61).map((bar) => bar.high);
  return { fall, back: later.length === 0 ? 0 : Math.max(...later) / low - 1 };
}

function madeBars(regime: RegimeName, symbol: string, seed: number, minutes: number): readonly Bar[] {
  const spec = listedSpec(symbol);
  if (spec === null) throw new Error(`${symbol} is listed`);
  const driver = createSyntheticMarket({
    random: createSeededRandom(seed),
    symbols: [spec],
    regime,
    pace: 1,
    historyMinutes: 5,
  });
  const { venue, prints } = recordingVenue([spec]);
  driver.start(START, venue);
  for (let at = START; at <= START + minutes * MINUTE; at += 1_000) driver.advance(at, venue);
  const made = new Map<number, Bar>();
  for (const print of prints) {
    const time = Math.floor(print.at / MINUTE) * MINUTE;
    const price = toNumber(print.price);
    const bar = made.get(time) ?? { time, high: price, low: price, close: price };
    made.set(time, { time, high: Math.max(bar.high, price), low: Math.min(bar.low, price), close: price });
  }
  return [...made.values()];
}

function events(): void {
  const crashes = ['2020-03-05_2020-03-16', '2021-05-12_2021-05-24'].map((span) =>
    bars(`klines-1m/BTCUSDT-1m-${span}.csv.gz`),
  );
  const made = [1, 2, 3, 4].map((seed) => madeBars('flash-crash', 'BTCUSDT', seed, 90));
  for (const span of [1, 5, 15]) {
    const told = (all: readonly (readonly Bar[] | null)[]): string =>
      all.map((each) => (each === null ? none : percent(worstFall(each, span).fall, 1))).join(', ');
    rows.push({ what: `flash crash: worst ${span} min`, real: told(crashes), made: told(made) });
  }
  const back = (all: readonly (readonly Bar[] | null)[]): string =>
    all.map((each) => (each === null ? none : percent(worstFall(each, 15).back, 0))).join(', ');
  rows.push({ what: 'flash crash: up from the low within an hour', real: back(crashes), made: back(made) });

  const usdc = bars('depeg/USDCUSD-kraken-1m-2023-03-01_2023-03-21.csv.gz');
  const madeUsdc = [1, 2, 3].map((seed) => madeBars('depeg', 'USDCUSDT', seed, 26 * 60));
  const low = (all: readonly Bar[]): string => Math.min(...all.map((bar) => bar.low)).toFixed(3);
  rows.push({
    what: 'depeg: lowest price of the coin',
    real: usdc === null ? none : low(usdc),
    made: madeUsdc.map(low).join(', '),
  });
  const dayAfter = (all: readonly Bar[], from: number): string =>
    (all.findLast((bar) => bar.time <= from + 24 * 60 * MINUTE)?.close ?? 0).toFixed(3);
  rows.push({
    what: 'depeg: a day after its beginning',
    real: usdc === null ? none : dayAfter(usdc, Date.UTC(2023, 2, 11)),
    made: madeUsdc.map((all) => dayAfter(all, START + 3 * MINUTE)).join(', '),
  });
  const madeHalt = [1, 2, 3].map((seed) => madeBars('halt', 'BTCUSDT', seed, 320));
  rows.push({
    what: 'halt: minutes without a trade',
    real: '152 (2023-03-24: 80 absent, 72 empty), 270 (2021-08-13), 284 (2021-04-25)',
    made: madeHalt.map((all) => String(gap(all).minutes)).join(', '),
  });
  const reopened = bars('klines-1m/BTCUSDT-1m-2021-08-12_2021-08-14.csv.gz');
  rows.push({
    what: 'halt: high over low of the first minute after',
    real: reopened === null ? none : percent(gap(reopened).range),
    made: madeHalt.map((all) => percent(gap(all).range)).join(', '),
  });
}

function gap(all: readonly Bar[]): { readonly minutes: number; readonly range: number } {
  let minutes = 0;
  let range = 0;
  for (const [index, bar] of all.entries()) {
    const missing = (bar.time - (all[index - 1]?.time ?? bar.time)) / MINUTE - 1;
    if (missing <= minutes) continue;
    minutes = missing;
    range = bar.high / bar.low - 1;
  }
  return { minutes, range };
}

returnsOfRegimes();
const real = await realTape();
compare(
  'BTC book and trades (2024-08-08/09)',
  real === null ? null : tapeFigures(real),
  tapeFigures(madeTape()),
);
events();
process.stdout.write('| measured | real | synthetic |\n| --- | --- | --- |\n');
for (const { what, real: there, made } of rows) process.stdout.write(`| ${what} | ${there} | ${made} |\n`);
