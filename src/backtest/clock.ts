/**
 * The engine's timers in a backtest: virtual time, with the short delays of idle ticks drawn out, for
 * between two moments of a recorded candle nothing can have changed. The exchange's own delays
 * (latency) run on the undrawn timers.
 */
import type { Timers } from '../core/ports/timers.ts';

/** The same clock whose tasks wait at least `leastMs`. */
export function drawnOut(timers: Timers, leastMs: number): Timers {
  return {
    now: () => timers.now(),
    monotonic: () => timers.monotonic(),
    after: (delayMs, task) => timers.after(Math.max(delayMs, leastMs), task),
  };
}
