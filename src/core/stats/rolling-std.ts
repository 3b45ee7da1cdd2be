/** Standard deviation of the last `period` values (population form), streaming and numerically steady. */
import { invariant } from '../invariant.ts';
import type { Indicator } from './sma.ts';

export function createRollingStd(period: number): Indicator {
  invariant(Number.isInteger(period) && period > 1, 'a period is a whole number above 1');
  const ring = new Float64Array(period);
  let seen = 0;
  let mean = 0;
  /** Sum of squared distances from the mean. */
  let spread = 0;

  function recompute(): void {
    mean = 0;
    for (const value of ring) mean += value / period;
    spread = 0;
    for (const value of ring) spread += (value - mean) ** 2;
  }

  return {
    push(value: number): number | null {
      invariant(Number.isFinite(value), 'an indicator is fed finite numbers');
      const slot = seen % period;
      const oldest = ring[slot] ?? 0;
      ring[slot] = value;
      seen += 1;
      if (slot === period - 1) {
        // Once per turn from the values themselves, so that rounding cannot pile up.
        recompute();
      } else if (seen > period) {
        const before = mean;
        mean += (value - oldest) / period;
        spread += (value - oldest) * (value - mean + oldest - before);
      }
      return this.value();
    },
    value: () => (seen < period ? null : Math.sqrt(Math.max(0, spread) / period)),
  };
}
