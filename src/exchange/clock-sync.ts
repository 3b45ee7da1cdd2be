/**
 * The exchange's clock as seen from here (invariant 22). Each sample asks for the exchange's time
 * and assumes it was read half a round trip ago; the sample with the shortest round trip wins.
 * Between samples time advances with the monotonic clock, so a step of the wall clock changes no
 * timestamp; a disagreement of the two clocks (step, suspend) marks the reading uncertain until the
 * next sample.
 */
import type { Timers } from '../core/ports/timers.ts';

export type ClockSample = {
  /** Monotonic instants of asking and of the answer. */
  readonly askedAt: number;
  readonly answeredAt: number;
  readonly serverTimeMs: number;
};

export type ClockReading = { readonly offsetMs: number; readonly roundTripMs: number };

export interface ExchangeClock {
  /** The exchange's time now, whole milliseconds; the wall clock before the first sample. */
  now(): number;
  /** How far `now` may be from the exchange's clock; infinite before the first sample, after a clock jump and when distrusted. */
  uncertaintyMs(): number;
  /** The exchange refused a timestamp: what is known counts for nothing until the next sample. */
  distrust(): void;
  /** Forget which sample was best, so that the next round replaces it even if slower. */
  beginRound(): void;
  /** Takes a sample if it is the best of its round; tells whether it was taken. */
  offer(sample: ClockSample): boolean;
  /** Exchange minus wall clock, and the round trip it was measured with; null before the first sample. */
  reading(): ClockReading | null;
}

/** Parts per million the two clocks may drift apart between samples: generous for any real crystal. */
const DRIFT_PPM = 500;
/** Wall and monotonic clock may differ by this since the sample before it counts as a jump. */
const JUMP_MS = 500;

type Anchor = {
  readonly monotonic: number;
  readonly wall: number;
  readonly server: number;
  readonly roundTripMs: number;
};

export function createExchangeClock(timers: Timers): ExchangeClock {
  let anchor: Anchor | null = null;
  let bestOfRound = Number.POSITIVE_INFINITY;
  let trusted = false;

  function jumped(from: Anchor): boolean {
    const wallPassed = timers.now() - from.wall;
    const monotonicPassed = timers.monotonic() - from.monotonic;
    return Math.abs(wallPassed - monotonicPassed) > JUMP_MS;
  }

  return {
    now(): number {
      if (anchor === null) return Math.floor(timers.now());
      return Math.floor(anchor.server + (timers.monotonic() - anchor.monotonic));
    },
    uncertaintyMs(): number {
      if (anchor === null || !trusted || jumped(anchor)) return Number.POSITIVE_INFINITY;
      const ageMs = timers.monotonic() - anchor.monotonic;
      return anchor.roundTripMs / 2 + (ageMs * DRIFT_PPM) / 1_000_000;
    },
    distrust(): void {
      trusted = false;
      bestOfRound = Number.POSITIVE_INFINITY;
    },
    beginRound(): void {
      bestOfRound = Number.POSITIVE_INFINITY;
    },
    offer(sample): boolean {
      const roundTripMs = sample.answeredAt - sample.askedAt;
      if (roundTripMs < 0 || roundTripMs >= bestOfRound) return false;
      bestOfRound = roundTripMs;
      trusted = true;
      const sinceAnswer = timers.monotonic() - sample.answeredAt;
      anchor = {
        monotonic: sample.answeredAt,
        wall: timers.now() - sinceAnswer,
        server: sample.serverTimeMs + roundTripMs / 2,
        roundTripMs,
      };
      return true;
    },
    reading(): ClockReading | null {
      if (anchor === null) return null;
      return { offsetMs: Math.round(anchor.server - anchor.wall), roundTripMs: anchor.roundTripMs };
    },
  };
}
