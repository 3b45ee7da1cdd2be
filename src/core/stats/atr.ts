/**
 * Average true range as Wilder defined it: the mean of the first `period` true ranges, then
 * (previous × (period − 1) + range) / period. The first candle's range is its high minus its low.
 */
import { invariant } from '../invariant.ts';

export interface Atr {
  /** Takes the next closed candle and gives the range in price units, or null until `period` candles have been seen. */
  push(high: number, low: number, close: number): number | null;
  value(): number | null;
}

export function createAtr(period: number): Atr {
  invariant(Number.isInteger(period) && period > 0, 'a period is a whole number above 0');
  let seen = 0;
  let average = 0;
  let lastClose = 0;
  return {
    push(high: number, low: number, close: number): number | null {
      invariant(
        Number.isFinite(high) && Number.isFinite(low) && Number.isFinite(close),
        'an indicator is fed finite numbers',
      );
      const range = seen === 0 ? high - low : Math.max(high, lastClose) - Math.min(low, lastClose);
      lastClose = close;
      seen += 1;
      average =
        seen <= period ? average + (range - average) / seen : (average * (period - 1) + range) / period;
      return this.value();
    },
    value: () => (seen < period ? null : average),
  };
}
