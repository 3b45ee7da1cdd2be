import { describe, expect, it } from 'vitest';
import { characterOf, regimeNames, regimes, type RegimeName } from './calibration.ts';
import { createNoise } from './noise.ts';
import { createPriceProcess } from './price-process.ts';

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** One-minute log returns of BTC and ETH over so many days. */
function minuteReturns(seed: number, days: number, regime: RegimeName): readonly [number[], number[]] {
  const noise = createNoise([seed, 2, 3, 4]);
  const process = createPriceProcess(noise, [characterOf('BTCUSDT'), characterOf('ETHUSDT')], [0, 0]);
  const returns: [number[], number[]] = [[], []];
  const before = [0, 0];
  for (let minute = 0; minute < days * 1_440; minute += 1) {
    for (let step = 0; step < 6; step += 1)
      process.step(minute * 60_000 + step * 10_000, 10, regimes[regime]);
    for (const index of [0, 1] as const) {
      const log = process.state.symbols[index]?.logPrice ?? 0;
      returns[index].push(log - (before[index] ?? 0));
      before[index] = log;
    }
  }
  return returns;
}

function dailyVolatilities(returns: readonly number[]): readonly number[] {
  const days: number[] = [];
  for (let from = 0; from < returns.length; from += 1_440) {
    days.push(Math.sqrt(returns.slice(from, from + 1_440).reduce((sum, value) => sum + value ** 2, 0)));
  }
  return days.sort((left, right) => left - right);
}

describe('the price process', () => {
  const [btc, eth] = minuteReturns(8, 30, 'normal');
  const variance = mean(btc.map((value) => value ** 2));

  it('has fat tails and no memory of direction', () => {
    // BTC 2022: kurtosis 97, autocorrelation of returns 0.01.
    expect(mean(btc.map((value) => value ** 4)) / variance ** 2).toBeGreaterThan(10);
    expect(
      Math.abs(mean(btc.slice(1).map((value, index) => value * (btc[index] ?? 0))) / variance),
    ).toBeLessThan(0.08);
  });

  it('clusters its volatility over minutes, hours and days', () => {
    const sizes = btc.map(Math.abs);
    const centre = mean(sizes);
    const spread = mean(sizes.map((size) => (size - centre) ** 2));
    const lagged = (lag: number): number =>
      mean(sizes.slice(lag).map((size, index) => (size - centre) * ((sizes[index] ?? 0) - centre))) / spread;
    // BTC 2022: 0.38, 0.30, 0.22, 0.16, 0.15.
    expect(lagged(1)).toBeGreaterThan(0.22);
    expect(lagged(1)).toBeLessThan(0.5);
    expect(lagged(5)).toBeGreaterThan(0.17);
    expect(lagged(60)).toBeGreaterThan(0.08);
    expect(lagged(240)).toBeGreaterThan(0.04);
    expect(lagged(60)).toBeLessThan(lagged(1));
  });

  it('moves the symbols together, as BTC and ETH do', () => {
    const together =
      mean(btc.map((value, index) => value * (eth[index] ?? 0))) /
      Math.sqrt(variance * mean(eth.map((value) => value ** 2)));
    expect(together).toBeGreaterThan(0.65);
    expect(together).toBeLessThan(0.95);
  });

  it.each(regimeNames)('has the volatility of its regime: %s', (name) => {
    const medians = [1, 2, 3].map((seed) => {
      const days = dailyVolatilities(minuteReturns(seed, 5, name)[0]);
      return days[Math.floor(days.length / 2)] ?? 0;
    });
    const ratio = mean(medians) / regimes[name].dailyVolatility;
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });
});
