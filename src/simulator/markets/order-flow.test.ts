import { describe, expect, it } from 'vitest';
import { createNoise } from './noise.ts';
import { drawOrders, type FlowState, type TakerOrder } from './order-flow.ts';

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Orders of so many steps of a tenth of a second at 11 a second. */
function flow(steps: number, pressure: number, mostOrders = 40): readonly (readonly TakerOrder[])[] {
  const noise = createNoise([4, 5, 6, 7]);
  const state: FlowState = { excitement: 0, lastBuys: true };
  return Array.from({ length: steps }, () =>
    drawOrders(state, noise, { seconds: 0.1, mostOrders, rate: 11, pressure, size: 200 }),
  );
}

describe('order flow', () => {
  const steps = flow(20_000, 0);
  const orders = steps.flat();

  it('keeps its mean rate while arrivals excite each other', () => {
    const perSecond: number[] = [];
    for (let from = 0; from < steps.length; from += 10) {
      perSecond.push(steps.slice(from, from + 10).reduce((sum, step) => sum + step.length, 0));
    }
    const rate = mean(perSecond);
    expect(rate).toBeGreaterThan(9);
    expect(rate).toBeLessThan(13);
    // Poisson arrivals would have a ratio of 1; the recording has 12.6.
    const variance = mean(perSecond.map((count) => (count - rate) ** 2));
    expect(variance / rate).toBeGreaterThan(2.5);
  });

  it('goes on in the same direction more often than not', () => {
    const same = mean(orders.slice(1).map((order, index) => (order.buys === orders[index]?.buys ? 1 : 0)));
    expect(same).toBeGreaterThan(0.65);
    expect(same).toBeLessThan(0.85);
  });

  it('leans towards where the price is going', () => {
    const bought = (pressure: number): number =>
      mean(
        flow(5_000, pressure)
          .flat()
          .map((order) => (order.buys ? 1 : 0)),
      );
    expect(bought(2)).toBeGreaterThan(0.75);
    expect(bought(-2)).toBeLessThan(0.25);
  });

  it('has sizes with a heavy tail around its median', () => {
    const sizes = orders.map((order) => order.notional).sort((left, right) => left - right);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeGreaterThan(150);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThan(260);
    expect(mean(sizes)).toBeGreaterThan(1_500);
  });

  it('is ordered in time within its step, and drawn together past the limit without losing notional', () => {
    for (const step of steps.slice(0, 500)) {
      const times = step.map((order) => order.offsetMs);
      expect(times).toEqual([...times].sort((left, right) => left - right));
      expect(times.every((time) => time >= 0 && time < 100)).toBe(true);
    }
    const limited = flow(20_000, 0, 1);
    expect(Math.max(...limited.map((step) => step.length))).toBe(1);
    const total = (all: readonly (readonly TakerOrder[])[]): number =>
      all.flat().reduce((sum, order) => sum + order.notional, 0);
    expect(total(limited) / total(steps)).toBeGreaterThan(0.5);
  });
});
