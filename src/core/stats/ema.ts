/** Exponential moving average with weight 2 / (period + 1), begun with the simple average of the first `period` values. */
import { invariant } from '../invariant.ts';
import type { Indicator } from './sma.ts';

export function createEma(period: number): Indicator {
  invariant(Number.isInteger(period) && period > 0, 'a period is a whole number above 0');
  const weight = 2 / (period + 1);
  let seen = 0;
  let sum = 0;
  let average = 0;
  return {
    push(value: number): number | null {
      invariant(Number.isFinite(value), 'an indicator is fed finite numbers');
      seen += 1;
      if (seen <= period) {
        sum += value;
        average = sum / seen;
      } else {
        average += (value - average) * weight;
      }
      return this.value();
    },
    value: () => (seen < period ? null : average),
  };
}
