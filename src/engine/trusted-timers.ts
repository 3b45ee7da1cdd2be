/**
 * The engine's time: the exchange's, carried on by the monotonic clock between measurements. A wall
 * clock that is set forward or back after the first measurement moves nothing: no lock ends early, no
 * day starts twice (invariants 13, 22, 28). Before the first measurement it is the machine's.
 */
import type { Timers } from '../core/ports/timers.ts';

export interface TrustedTimers extends Timers {
  /** The exchange's clock was measured: it is `offsetMs` ahead of the machine's at this moment. */
  measured(offsetMs: number): void;
  /** Whether the exchange's time is known; until then nothing may end by time alone. */
  isTrusted(): boolean;
}

export function createTrustedTimers(timers: Timers): TrustedTimers {
  let anchor: { readonly exchange: number; readonly monotonic: number } | null = null;
  return {
    now: () =>
      anchor === null ? timers.now() : Math.floor(anchor.exchange + (timers.monotonic() - anchor.monotonic)),
    monotonic: () => timers.monotonic(),
    after: (delayMs, task) => timers.after(delayMs, task),
    measured(offsetMs): void {
      anchor = { exchange: timers.now() + offsetMs, monotonic: timers.monotonic() };
    },
    isTrusted: () => anchor !== null,
  };
}
