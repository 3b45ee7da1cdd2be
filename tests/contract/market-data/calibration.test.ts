import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { toNumber } from '../../../src/core/money.ts';
import { characterOf, regimes } from '../../../src/simulator/markets/calibration.ts';
import { createNoise } from '../../../src/simulator/markets/noise.ts';
import { createPriceProcess } from '../../../src/simulator/markets/price-process.ts';
import { openRecording } from '../../../src/simulator/markets/recording-file.ts';
import { createDepthSource } from '../../../src/simulator/markets/replay-depth.ts';
import { listedSpec } from '../../../src/simulator/markets/symbols.ts';
import { createSyntheticMarket } from '../../../src/simulator/markets/synthetic.ts';
import type { BookLevel } from '../../../src/simulator/matching/venue-api.ts';
import { recordingVenue } from '../../fixtures/market/recording-venue.ts';
import { hasRecorded, recorded } from './recorded-data.ts';

const MONTHS = ['01', '02', '03', '04'].map((month) => `klines-1m/BTCUSDT-1m-2022-${month}.csv.gz`);
const DEPTH = 'depth/BTCUSDT-ws-depth-trade-bookticker-2024-08-08T2354_2024-08-09T0005.jsonl.gz';
/** These read whole recordings; a busy machine needs a while. */
const TIMEOUT_MS = 90_000;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const middle = (values: readonly number[]): number =>
  [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;

type Facts = {
  readonly dailyVolatility: number;
  readonly memory: readonly number[];
  readonly kurtosis: number;
  readonly tail: number;
};

/** What one-minute returns look like: median day, autocorrelation of sizes at 1, 5, 15, 60 and 240 minutes, tails. */
function factsOf(returns: readonly number[]): Facts {
  const variance = mean(returns.map((value) => value ** 2));
  const sizes = returns.map(Math.abs);
  const centre = mean(sizes);
  const spread = mean(sizes.map((size) => (size - centre) ** 2));
  const memory = [1, 5, 15, 60, 240].map(
    (lag) =>
      mean(sizes.slice(lag).map((size, index) => (size - centre) * ((sizes[index] ?? 0) - centre))) / spread,
  );
  const days: number[] = [];
  for (let from = 0; from + 1_440 <= returns.length; from += 1_440) {
    days.push(Math.sqrt(returns.slice(from, from + 1_440).reduce((sum, value) => sum + value ** 2, 0)));
  }
  const sorted = [...sizes].sort((left, right) => left - right);
  return {
    dailyVolatility: middle(days),
    memory,
    kurtosis: mean(returns.map((value) => value ** 4)) / variance ** 2,
    tail: (sorted[Math.floor(sorted.length * 0.999)] ?? 0) / Math.sqrt(variance),
  };
}

describe.runIf(hasRecorded(...MONTHS))('one-minute returns', () => {
  it('of the synthetic market look like the recorded ones', { timeout: TIMEOUT_MS }, () => {
    const closes = MONTHS.flatMap((file) =>
      gunzipSync(readFileSync(recorded(file)))
        .toString()
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => Number(line.split(',')[4])),
    );
    const real = factsOf(closes.slice(1).map((close, index) => Math.log(close / (closes[index] ?? close))));

    const process = createPriceProcess(createNoise([8, 2, 3, 4]), [characterOf('BTCUSDT')], [0]);
    const returns: number[] = [];
    let before = 0;
    for (let minute = 0; minute < closes.length; minute += 1) {
      for (let step = 0; step < 4; step += 1)
        process.step(minute * 60_000 + step * 15_000, 15, regimes.normal);
      const log = process.state.symbols[0]?.logPrice ?? 0;
      returns.push(log - before);
      before = log;
    }
    const made = factsOf(returns);
    expect(made.dailyVolatility / real.dailyVolatility).toBeGreaterThan(0.6);
    expect(made.dailyVolatility / real.dailyVolatility).toBeLessThan(1.6);
    for (const [index, memory] of real.memory.entries())
      expect(Math.abs((made.memory[index] ?? 0) - memory)).toBeLessThan(0.12);
    expect(real.kurtosis).toBeGreaterThan(10);
    expect(made.kurtosis).toBeGreaterThan(10);
    expect(made.tail / real.tail).toBeGreaterThan(0.6);
    expect(made.tail / real.tail).toBeLessThan(1.6);
  });
});

/** Quantity within so many bps of the touch, and the distance of the twentieth level in bps. */
function profileOf(levels: readonly BookLevel[]): readonly [number, number, number, number] {
  const touch = toNumber(levels[0]?.price ?? 1n);
  const distance = (level: BookLevel | undefined): number =>
    (Math.abs(toNumber(level?.price ?? 0n) - touch) / touch) * 10_000;
  const within = (bps: number): number =>
    levels
      .filter((level) => distance(level) <= bps)
      .reduce((sum, level) => sum + toNumber(level.quantity), 0);
  return [within(1), within(5), within(20), distance(levels[19])];
}

function averageProfile(books: readonly (readonly BookLevel[])[]): readonly number[] {
  const profiles = books.map(profileOf);
  return [0, 1, 2, 3].map((index) => middle(profiles.map((profile) => profile[index] ?? 0)));
}

describe.runIf(hasRecorded(DEPTH))('the order book', () => {
  it('of the synthetic market is as deep as the recorded one', { timeout: TIMEOUT_MS }, async () => {
    const source = createDepthSource('BTCUSDT', await openRecording(recorded(DEPTH)));
    const real: (readonly BookLevel[])[] = [];
    const listening = recordingVenue([source.spec]);
    for (let at = source.peek(), steps = 0; at !== null && steps < 9_000; at = source.peek(), steps += 1) {
      source.play(at, listening.venue);
      const newest = listening.newest.get('BTCUSDT');
      if (steps % 200 === 199 && newest !== undefined) real.push(newest.bids, newest.asks);
    }

    const start = Date.UTC(2026, 10, 23);
    const made: (readonly BookLevel[])[] = [];
    for (const seed of [1, 2, 3, 4]) {
      const noise = createNoise([seed, 5, 6, 7]);
      const market = createSyntheticMarket({
        random: {
          next: () => noise.uniform(),
          bytes: (length) => Uint8Array.from({ length }, () => Math.floor(noise.uniform() * 256)),
        },
        symbols: [listedSpec('BTCUSDT')!],
        startPrices: { BTCUSDT: 61_800 },
        historyMinutes: 1,
      });
      const venue = recordingVenue(market.symbols());
      market.start(start, venue.venue);
      for (let second = 10; second <= 120; second += 10) {
        for (
          let next = market.nextAt();
          next !== null && next <= start + second * 1_000;
          next = market.nextAt()
        )
          market.advance(next, venue.venue);
        const newest = venue.newest.get('BTCUSDT');
        if (newest !== undefined) made.push(newest.bids, newest.asks);
      }
    }
    const [recordedProfile, madeProfile] = [averageProfile(real), averageProfile(made)];
    for (const [index, figure] of recordedProfile.entries()) {
      expect((madeProfile[index] ?? 0) / figure).toBeGreaterThan(1 / 3);
      expect((madeProfile[index] ?? 0) / figure).toBeLessThan(3);
    }
  });
});
