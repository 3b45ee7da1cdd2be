/**
 * The machine's own clock, randomness and hashing behind the core's ports. With a speed other than one,
 * time runs faster from a shared origin, so that engine and exchange agree without talking about it.
 */
import { createHash, randomBytes } from 'node:crypto';
// Imported, not the global: that is looked up through an accessor at every reading of the clock.
import { performance } from 'node:perf_hooks';
import type { Random } from '../core/ports/random.ts';
import type { Cancel, Timers } from '../core/ports/timers.ts';
import { invariant } from '../core/invariant.ts';

export type ClockPace = {
  /** How many times faster than the wall; 1 is real time. */
  readonly speed: number;
  /** Wall instant (ms) at which fast time and real time agree. */
  readonly originMs: number;
};

export const REAL_PACE: ClockPace = { speed: 1, originMs: 0 };

export function createSystemTimers(pace: ClockPace = REAL_PACE): Timers {
  const { speed, originMs } = pace;
  invariant(Number.isFinite(speed) && speed > 0, 'time runs forward');
  const startedAt = performance.now();
  return {
    now: () => (speed === 1 ? Date.now() : Math.floor(originMs + (Date.now() - originMs) * speed)),
    monotonic: () => (performance.now() - startedAt) * speed,
    after(delayMs, task): Cancel {
      const timer = setTimeout(task, Math.max(0, delayMs / speed));
      return () => clearTimeout(timer);
    },
  };
}

/** Operating-system randomness, drawn in blocks because a call per id would cost more than the id. */
export function createSystemRandom(): Random {
  const BLOCK = 4_096;
  let pool = randomBytes(BLOCK);
  let used = 0;
  const take = (length: number): Uint8Array => {
    if (length > BLOCK) return randomBytes(length);
    if (used + length > BLOCK) {
      pool = randomBytes(BLOCK);
      used = 0;
    }
    used += length;
    return pool.subarray(used - length, used);
  };
  return {
    next(): number {
      const bytes = take(6);
      let value = 0;
      for (const byte of bytes) value = value * 256 + byte;
      return value / 2 ** 48;
    },
    bytes: (length) => Uint8Array.from(take(length)),
  };
}

export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
