import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { price, quantity } from '../../../src/core/money.ts';
import { HOUR_MS, MINUTE_MS } from '../../../src/core/time.ts';
import { openMarket, type FeedOptions } from '../../../src/simulator/markets/open-feed.ts';
import { recordingVenue, runUntil, type Printed } from '../../fixtures/market/recording-venue.ts';
import { hasRecorded, recorded } from './recorded-data.ts';

const options: FeedOptions = { random: { next: () => 0.5, bytes: (length) => new Uint8Array(length) } };
/** These read whole recordings; a busy machine needs a while. */
const TIMEOUT_MS = 90_000;
const START = Date.UTC(2026, 0, 1);
const OUTAGE = 'klines-1m/BTCUSDT-1m-2021-08-12_2021-08-14.csv.gz';
const COLLAPSE = 'klines-1m/LUNAUSDT-1m-2022-05-full-columns.csv.gz';
const TRADES = [
  'trades/BTCUSDT-trades-2024-08-08T2354_2024-08-09T0005.csv.gz',
  'trades/XRPETH-aggtrades-2019-10-11_2019-10-13.csv.gz',
];

function rowsOf(file: string): readonly string[][] {
  return gunzipSync(readFileSync(recorded(file)))
    .toString()
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
}

/** Plays a candle file minute by minute and compares every minute's trades with its row. */
async function compareCandles(
  file: string,
): Promise<{ readonly compared: number; readonly silent: number; readonly different: readonly unknown[] }> {
  // Four steps a minute: the four prices themselves.
  const driver = await openMarket(`replay:${recorded(file)}`, { ...options, pace: 4 / 60 });
  const { venue, prints } = recordingVenue(driver.symbols());
  const rows = rowsOf(file);
  const first = Number(rows[0]?.[0]);
  const byMinute = new Map(rows.map((row) => [(Number(row[0]) - first) / MINUTE_MS, row]));
  const last = Math.max(...byMinute.keys());
  const different: unknown[] = [];
  let compared = 0;
  let silent = 0;
  driver.start(START, venue);
  for (let minute = 0; minute <= last; minute += 1) {
    runUntil(driver, venue, START + (minute + 1) * MINUTE_MS - 1);
    const row = byMinute.get(minute);
    if (row === undefined || Number(row[5]) === 0) {
      silent += 1;
      if (prints.length > 0) different.push([minute, prints.length]);
    } else {
      compared += 1;
      const [, open = '', high = '', low = '', close = '', volume = ''] = row;
      const prices = prints.map((print) => print.price);
      const played = [prices[0], greatest(prices), least(prices), prices.at(-1), volumeOf(prints)];
      const wanted = [price(open), price(high), price(low), price(close), quantity(volume)];
      if (played.some((value, index) => value !== wanted[index])) different.push([minute, played, wanted]);
    }
    prints.length = 0;
  }
  return { compared, silent, different };
}

describe.runIf(hasRecorded(OUTAGE, COLLAPSE))('recorded candles', () => {
  it(
    'of an exchange outage come back exactly, and the outage is silence',
    { timeout: TIMEOUT_MS },
    async () => {
      expect(await compareCandles(OUTAGE)).toEqual({ compared: 4_050, silent: 270, different: [] });
    },
  );

  it(
    'of a collapsing coin come back exactly while its ticks become finer',
    { timeout: TIMEOUT_MS },
    async () => {
      const { compared, different } = await compareCandles(COLLAPSE);
      expect(different).toEqual([]);
      expect(compared).toBeGreaterThan(15_000);
    },
  );
});

describe.runIf(hasRecorded(...TRADES))('recorded trades', () => {
  it.each(TRADES)('%s come back one by one', async (file) => {
    const driver = await openMarket(`replay:${recorded(file)}`, options);
    const { venue, prints } = recordingVenue(driver.symbols());
    driver.start(START, venue);
    runUntil(driver, venue, START + 100 * HOUR_MS);
    const header =
      gunzipSync(readFileSync(recorded(file)))
        .toString()
        .split('\n')[0]
        ?.split(',') ?? [];
    const [time, maker] = [header.indexOf('time'), header.indexOf('is_buyer_maker')];
    const rows = rowsOf(file);
    const shift = START - Number(rows[0]?.[time]);
    expect(prints.map((print) => [print.at, print.price, print.quantity, print.buyerIsMaker])).toEqual(
      rows.map((row) => [
        Number(row[time]) + shift,
        price(row[1] ?? ''),
        quantity(row[2] ?? ''),
        row[maker] === 'true',
      ]),
    );
  });
});

function greatest(values: readonly bigint[]): bigint | undefined {
  return values.reduce<bigint | undefined>(
    (most, value) => (most === undefined || value > most ? value : most),
    undefined,
  );
}

function least(values: readonly bigint[]): bigint | undefined {
  return values.reduce<bigint | undefined>(
    (most, value) => (most === undefined || value < most ? value : most),
    undefined,
  );
}

function volumeOf(prints: readonly Printed[]): bigint {
  return prints.reduce((sum, print) => sum + print.quantity, 0n);
}
