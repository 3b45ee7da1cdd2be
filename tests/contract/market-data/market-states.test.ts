import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createRegimeRecorder } from '../../../src/market/regime.ts';
import { DAY_MS } from '../../../src/core/time.ts';
import { hasRecorded, recorded } from './recorded-data.ts';

const CALM = 'klines-1m/BTCUSDT-1m-2023-07-20_2023-08-10.csv.gz';
const COVID = 'klines-1m/BTCUSDT-1m-2020-03-05_2020-03-16.csv.gz';
const MAY = 'klines-1m/BTCUSDT-1m-2021-05-12_2021-05-24.csv.gz';
const YEAR = Array.from(
  { length: 3 },
  (_, index) => `klines-1m/BTCUSDT-1m-2022-${String(index + 1).padStart(2, '0')}.csv.gz`,
);

/** Minutes spent in each state, per day, and the number of changes. */
function statesOf(files: readonly string[]): {
  share: (state: string) => number;
  changesPerDay: number;
  panicOn: (day: number) => number;
} {
  const regime = createRegimeRecorder();
  const counts = new Map<string, number>();
  const panics = new Map<number, number>();
  let minutes = 0;
  let changes = 0;
  let before = regime.state();
  for (const file of files) {
    for (const line of gunzipSync(readFileSync(recorded(file)))
      .toString()
      .trim()
      .split('\n')
      .slice(1)) {
      const [time = 0, open = 0, high = 0, low = 0, close = 0] = line.split(',').map(Number);
      const corners = close >= open ? [open, low, high, close] : [open, high, low, close];
      for (const [index, corner] of corners.entries()) regime.touch(time + index * 15_000, corner, 0.1);
      regime.minute(high, low, close);
      const state = regime.state();
      minutes += 1;
      counts.set(state, (counts.get(state) ?? 0) + 1);
      if (state === 'PANIC')
        panics.set(Math.floor(time / DAY_MS), (panics.get(Math.floor(time / DAY_MS)) ?? 0) + 1);
      if (state !== before) changes += 1;
      before = state;
    }
  }
  return {
    share: (state) => (counts.get(state) ?? 0) / minutes,
    changesPerDay: (changes / minutes) * 1_440,
    panicOn: (day) => panics.get(Math.floor(day / DAY_MS)) ?? 0,
  };
}

describe.runIf(hasRecorded(CALM, COVID, MAY, ...YEAR))('market states', () => {
  it('are mostly NORMAL over a quarter and do not flap', () => {
    const states = statesOf(YEAR);
    expect(states.share('NORMAL')).toBeGreaterThan(0.75);
    expect(states.share('VOLATILE')).toBeGreaterThan(0.05);
    expect(states.share('VOLATILE')).toBeLessThan(0.2);
    expect(states.share('PANIC')).toBeLessThan(0.03);
    expect(states.changesPerDay).toBeLessThan(6);
  });

  it('hardly know PANIC in a very calm month', () => {
    expect(statesOf([CALM]).share('PANIC')).toBeLessThan(0.005);
    expect(statesOf([CALM]).share('DEAD')).toBeGreaterThan(0.1);
  });

  it('know the days that everybody remembers', () => {
    expect(statesOf([COVID]).panicOn(Date.UTC(2020, 2, 12))).toBeGreaterThan(240);
    expect(statesOf([MAY]).panicOn(Date.UTC(2021, 4, 19))).toBeGreaterThan(120);
  });
});
