/**
 * Simple moving average over the last `period` values, streaming. Statistics are plain numbers; nothing
 * here may flow back into an order.
 */
import { invariant } from '../invariant.ts';

export interface Indicator {
  /** Takes the next value and gives the indicator, or null until enough values have been seen. Throws on NaN and infinity. */
  push(value: number): number | null;
  /** The newest result, or null while warming up. */
  value(): number | null;
}

/** Mean of the last `period` values. */
export function createSma(period: number): Indicator {
  invariant(Number.isInteger(period) && period > 0, 'a period is a whole number above 0');
  const ring = new Float64Array(period);
  let seen = 0;
  let sum = 0;
  return {
    push(value: number): number | null {
      invariant(Number.isFinite(value), 'an indicator is fed finite numbers');
      const slot = seen % period;
      sum += value - (ring[slot] ?? 0);
      ring[slot] = value;
      seen += 1;
      // Once per turn the sum is taken afresh, so that rounding cannot pile up over months.
      if (slot === period - 1) sum = sumOf(ring);
      return this.value();
    },
    value: () => (seen < period ? null : sum / period),
  };
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

/** Mean of the last `count` of `values`, or null when there are fewer: for states that are plain data. */
export function meanOfLast(values: readonly number[], count: number): number | null {
  invariant(Number.isInteger(count) && count > 0, 'a count is a whole number above 0');
  if (values.length < count) return null;
  let sum = 0;
  for (let index = values.length - count; index < values.length; index += 1) sum += values[index] ?? 0;
  return sum / count;
}
