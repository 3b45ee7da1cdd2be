/** Crash, depeg and halt: what they do to a market, against what the recordings they copy did. */
import { describe, expect, it } from 'vitest';

import { recordingVenue, type RecordingVenue } from '../../../tests/fixtures/market/recording-venue.ts';
import { createSeededRandom } from '../../core/seeded-random.ts';
import { toNumber } from '../../core/money.ts';
import { HOUR_MS, MINUTE_MS } from '../../core/time.ts';
import type { RegimeName } from './calibration.ts';
import { drawEpisode, isOver, pullOf } from './episodes.ts';
import { createNoise } from './noise.ts';
import { listedSpec } from './symbols.ts';
import { createSyntheticMarket, type SyntheticMarket } from './synthetic.ts';

const START = Date.UTC(2026, 10, 23, 12);
const symbols = ['BTCUSDT', 'USDCUSDT'].map((name) => {
  const spec = listedSpec(name);
  if (spec === null) throw new Error(`${name} is listed`);
  return spec;
});
const market = (regime: RegimeName, seed = 5): SyntheticMarket =>
  createSyntheticMarket({ random: createSeededRandom(seed), symbols, regime, pace: 1, historyMinutes: 10 });

/** Plays on, calling back at every minute with the middle of each book. */
function minutes(
  driver: SyntheticMarket,
  recorded: RecordingVenue,
  count: number,
  each: (minute: number, middles: readonly number[]) => void,
): void {
  for (let minute = 1; minute <= count; minute += 1) {
    const until = START + minute * MINUTE_MS;
    for (let at = driver.nextAt() ?? until; at <= until; at = driver.nextAt() ?? until + 1)
      driver.advance(at, recorded.venue);
    const middles = symbols.map(({ symbol }) => {
      const quoted = recorded.newest.get(symbol);
      return (toNumber(quoted?.bids[0]?.price ?? 0n) + toNumber(quoted?.asks[0]?.price ?? 0n)) / 2;
    });
    each(minute, middles);
  }
}

describe('a flash crash', () => {
  it.each([1, 2, 3])('falls as 2020 and 2021 did and comes back in part (seed %i)', (seed) => {
    const driver = market('flash-crash', seed);
    const recorded = recordingVenue(symbols);
    driver.start(START, recorded.venue);
    const btc: number[] = [];
    const usdc: number[] = [];
    minutes(driver, recorded, 45, (_minute, [one = 0, other = 0]) => {
      btc.push(one);
      usdc.push(other);
    });
    const low = Math.min(...btc);
    const fall = low / (btc[1] ?? 1) - 1;
    expect(fall).toBeLessThan(-0.1);
    expect(fall).toBeGreaterThan(-0.28);
    const worstMinute = Math.min(...btc.slice(1).map((each, index) => each / (btc[index] ?? each) - 1));
    expect(worstMinute).toBeLessThan(-0.02);
    expect(worstMinute).toBeGreaterThan(-0.16);
    expect((btc.at(-1) ?? 0) / low - 1).toBeGreaterThan(0.03);
    expect(Math.min(...usdc)).toBeGreaterThan(0.995);
  });

  it('thins the book and widens the spread at its worst', () => {
    const noise = createNoise([1, 2, 3, 4]);
    const episode = drawEpisode('flashCrash', START, true, noise);
    expect(pullOf(episode, episode.startsAt - 1).depth).toBe(1);
    const worst = pullOf(episode, episode.startsAt + episode.spanMs);
    expect(worst.depth).toBeLessThan(0.1);
    expect(worst.spread).toBeGreaterThan(7);
    expect(Math.exp(worst.market) - 1).toBeLessThan(-0.11);
    expect(isOver(episode, episode.startsAt + episode.spanMs + 5 * HOUR_MS)).toBe(true);
  });
});

describe('a depeg', () => {
  it('takes the stable coin to its low and back, and leaves it at its dollar before', () => {
    const driver = market('depeg');
    const recorded = recordingVenue(symbols);
    driver.start(START, recorded.venue);
    const usdc: number[] = [];
    minutes(driver, recorded, 3, (_minute, [, other = 0]) => usdc.push(other));
    expect(Math.abs((usdc.at(-1) ?? 0) - 1)).toBeLessThan(0.002);
    // The days after in long steps, as a sleeping machine catches up.
    const at = (hours: number): number => {
      driver.advance(START + hours * HOUR_MS, recorded.venue);
      const quoted = recorded.newest.get('USDCUSDT');
      return toNumber(quoted?.bids[0]?.price ?? 0n);
    };
    expect(at(7.3)).toBeLessThan(0.95);
    expect(at(7.3)).toBeGreaterThan(0.75);
    expect(at(26)).toBeGreaterThan(0.93);
    expect(at(98)).toBeGreaterThan(0.985);
  });
});

describe('a halt', () => {
  it('stops every symbol, goes on where it stopped, and trades wildly at first', () => {
    const driver = market('halt');
    const recorded = recordingVenue(symbols);
    driver.start(START, recorded.venue);
    minutes(driver, recorded, 300, () => undefined);
    const stops = recorded.statuses.filter((each) => each.symbol === 'BTCUSDT');
    expect(stops.map((each) => each.status)).toEqual(['BREAK', 'TRADING']);
    const [stopped = 0, again = 0] = stops.map((each) => each.at);
    expect([80, 152, 270, 284]).toContain(Math.round((again - stopped) / MINUTE_MS));
    expect(recorded.prints.filter((each) => each.at > stopped && each.at < again)).toEqual([]);
    expect(recorded.prints.some((each) => each.at > again)).toBe(true);
  });

  it('goes on exactly when the exchange is restarted within it', () => {
    const original = market('halt');
    const recorded = recordingVenue(symbols);
    original.start(START, recorded.venue);
    minutes(original, recorded, 20, () => undefined);
    const restored = market('halt', 99);
    restored.restore(JSON.parse(JSON.stringify(original.snapshot())));
    const continued = recordingVenue(symbols);
    for (const { symbol } of symbols) {
      const standing = recorded.venue.symbol(symbol);
      if (standing !== null) continued.venue.setSymbol(START, standing);
    }
    const before = recorded.prints.length;
    const until = START + 310 * MINUTE_MS;
    original.advance(until, recorded.venue);
    restored.advance(until, continued.venue);
    expect(continued.prints).toEqual(recorded.prints.slice(before));
    expect(restored.snapshot()).toEqual(original.snapshot());
  });

  it('called off by another regime, lets the symbols trade again', () => {
    const driver = market('halt');
    const recorded = recordingVenue(symbols);
    driver.start(START, recorded.venue);
    minutes(driver, recorded, 20, () => undefined);
    expect(recorded.venue.symbol('BTCUSDT')?.status).toBe('BREAK');
    expect(driver.switchTo?.('nonsense')).toContain('flash-crash');
    expect(driver.switchTo?.('dead')).toBeNull();
    driver.advance(START + 21 * MINUTE_MS, recorded.venue);
    expect(recorded.venue.symbol('BTCUSDT')?.status).toBe('TRADING');
  });
});
