/** Virtual time for tests of what answers through promises: everything settles between two tasks. */
import type { Timers } from '../../core/ports/timers.ts';
import { createVirtualTimers } from '../../core/virtual-timers.ts';

export interface SettlingTimers extends Timers {
  /** Moves time on, running what falls due in order, and lets promises settle in between. */
  advance(ms: number): Promise<void>;
  /** Steps the wall clock alone. */
  stepWall(ms: number): void;
  /** Lets everything run that needs no time. */
  settle(): Promise<void>;
  /** Tasks waiting. */
  waiting(): number;
}

const START_MS = 1_767_225_600_000;

export function createSettlingTimers(): SettlingTimers {
  const virtual = createVirtualTimers(START_MS);

  async function settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }

  return {
    now: () => virtual.now(),
    monotonic: () => virtual.monotonic(),
    after: (delayMs, task) => virtual.after(delayMs, task),
    async advance(ms): Promise<void> {
      const until = virtual.monotonic() + ms;
      await settle();
      while (virtual.runNext(until)) await settle();
      virtual.advance(until - virtual.monotonic());
    },
    stepWall: (ms) => virtual.jumpWall(ms),
    settle,
    waiting: () => virtual.waiting(),
  };
}
