/**
 * The worked example: long when the 10-minute average of closes crosses above the 30-minute one, out
 * when it is no longer above. One-minute candles, long only. It shows the path from candle to order;
 * it does not promise to earn.
 */
import { toNumber } from '../../core/money.ts';
import { meanOfLast } from '../../core/stats/sma.ts';
import { MINUTE_MS } from '../../core/time.ts';
import type { Signal, Strategy } from '../strategy.ts';

const FAST = 10;
const SLOW = 30;
/** A hole this long in the candles makes the averages before it meaningless. */
const GAP_MAX_MS = SLOW * MINUTE_MS;

export type SmaCrossState = {
  /** Closes of the last candles, oldest first, at most the slow period. */
  readonly closes: readonly number[];
  readonly newestOpenTime: number | null;
  /** Where the fast average stood; null while warming up. */
  readonly above: boolean | null;
};

const none: readonly Signal[] = [];

export const smaCross: Strategy<SmaCrossState> = {
  name: 'sma_cross',
  summary: `long while the ${FAST}-minute average of closes is above the ${SLOW}-minute one`,
  initial: { closes: [], newestOpenTime: null, above: null },

  onCandle(state, { symbol, candle, isOpen }) {
    const gap = state.newestOpenTime !== null && candle.openTime - state.newestOpenTime > GAP_MAX_MS;
    const before: readonly number[] = gap ? [] : state.closes;
    const closes = [...(before.length < SLOW ? before : before.slice(1)), toNumber(candle.close)];
    const fast = meanOfLast(closes, FAST);
    const slow = meanOfLast(closes, SLOW);
    if (fast === null || slow === null)
      return { state: { closes, newestOpenTime: candle.openTime, above: null }, signals: none };
    const above = fast > slow;
    const next: SmaCrossState = { closes, newestOpenTime: candle.openTime, above };
    const figures = { fast: round(fast), slow: round(slow) };
    if (above && state.above === false && !isOpen && !gap) {
      const reason = `${FAST}-minute average crossed above the ${SLOW}-minute one`;
      return {
        state: next,
        signals: [{ strategy: 'sma_cross', symbol, side: 'LONG', kind: 'enter', reason, figures }],
      };
    }
    if (!above && isOpen) {
      const reason = `${FAST}-minute average is no longer above the ${SLOW}-minute one`;
      return {
        state: next,
        signals: [{ strategy: 'sma_cross', symbol, side: 'LONG', kind: 'exit', reason, figures }],
      };
    }
    return { state: next, signals: none };
  },
};

/** Eight digits after the point, as prices have. */
function round(value: number): number {
  return Math.round(value * 1e8) / 1e8;
}
