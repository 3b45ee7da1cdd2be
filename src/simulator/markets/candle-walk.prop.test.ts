import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Price, Quantity } from '../../core/money.ts';
import { walkCandle } from './candle-walk.ts';
import { recordedSpec } from './symbols.ts';

const spec = recordedSpec('BTCUSDT', 2, 5);
const candles = fc
  .record({
    prices: fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 1, max: 10_000_000 }))),
    volume: fc.integer({ min: 0, max: 1_000_000 }),
    minute: fc.integer({ min: 0, max: 30_000_000 }),
  })
  .map(({ prices, volume, minute }) => {
    const price = (ticks: number): Price => (BigInt(ticks) * spec.tickSize) as Price;
    const [open = 1, close = 1] = prices;
    return {
      openTime: minute * 60_000,
      open: price(open),
      close: price(close),
      high: price(Math.max(...prices)),
      low: price(Math.min(...prices)),
      volume: (BigInt(volume) * spec.stepSize) as Quantity,
    };
  });

describe('the walk inside a candle', () => {
  it('touches all four prices in order, stays inside, and trades exactly the volume', () => {
    fc.assert(
      fc.property(candles, fc.integer({ min: 4, max: 90 }), (candle, count) => {
        const walk = walkCandle(candle, spec, count);
        const path = walk.map((step) => step.price);
        expect(path).toHaveLength(count);
        expect(path[0]).toBe(candle.open);
        expect(path.at(-1)).toBe(candle.close);
        expect(path.every((price) => price >= candle.low && price <= candle.high)).toBe(true);
        const rises = candle.close >= candle.open;
        const nearer = path.indexOf(rises ? candle.low : candle.high);
        const farther = path.lastIndexOf(rises ? candle.high : candle.low);
        expect(nearer).toBeGreaterThanOrEqual(0);
        expect(farther).toBeGreaterThanOrEqual(nearer);
        expect(walk.reduce((sum, step) => sum + step.quantity, 0n)).toBe(candle.volume);
        expect(walk.every((step) => step.quantity >= 0n)).toBe(true);
      }),
    );
  });

  it('trades at all four prices when there is volume for it, so that the candle can be rebuilt', () => {
    fc.assert(
      fc.property(
        candles.filter((candle) => candle.volume >= 4n * spec.stepSize),
        (candle) => {
          const traded = walkCandle(candle, spec, 60)
            .filter((step) => step.quantity > 0n)
            .map((step) => step.price);
          expect(traded[0]).toBe(candle.open);
          expect(traded.at(-1)).toBe(candle.close);
          expect(traded).toContain(candle.high);
          expect(traded).toContain(candle.low);
        },
      ),
    );
  });

  it('is the same every time', () => {
    fc.assert(
      fc.property(candles, (candle) => {
        expect(walkCandle(candle, spec, 30)).toEqual(walkCandle(candle, spec, 30));
      }),
    );
  });
});
