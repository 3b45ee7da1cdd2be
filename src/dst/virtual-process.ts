/**
 * A process and the machine it runs on, in simulated time. The machine's wall clock is set wrong and
 * jumps; a process can stall (nothing of it runs, everything waits) and die (nothing of it ever runs
 * again). What is given to the engine as `Timers` is the process's own view.
 */
import type { Cancel, Timers } from '../core/ports/timers.ts';
import type { VirtualTimers } from '../core/virtual-timers.ts';

export interface VirtualProcess {
  readonly timers: Timers;
  readonly number: number;
  alive(): boolean;
  /** Something from outside reaches the process: at once, after a stall, or never when it is dead. */
  deliver(task: () => void): void;
  stall(ms: number): void;
  kill(): void;
}

export interface VirtualMachine {
  /** Wall clock of this machine minus true time. */
  wallOffsetMs(): number;
  jumpWall(ms: number): void;
  boot(): VirtualProcess;
}

export function createVirtualMachine(base: VirtualTimers, wallOffsetMs: number): VirtualMachine {
  let offset = wallOffsetMs;
  let booted = 0;

  function boot(): VirtualProcess {
    let alive = true;
    let resumesAt = 0;
    const startedAt = base.monotonic();
    const waiting: (() => void)[] = [];
    booted += 1;

    /** Each waiting task is a step of its own, in the order in which they came. */
    function resume(): void {
      const task = waiting.shift();
      if (task === undefined || !alive) return;
      if (base.monotonic() < resumesAt) {
        waiting.unshift(task);
        return;
      }
      task();
      if (waiting.length > 0) base.after(0, resume);
    }

    function deliver(task: () => void): void {
      if (!alive) return;
      if (base.monotonic() < resumesAt || waiting.length > 0) waiting.push(task);
      else task();
    }

    return {
      number: booted,
      timers: {
        now: () => Math.floor(base.now() + offset),
        // A new process counts from its own start, as a real one does.
        monotonic: () => base.monotonic() - startedAt,
        after(delayMs, task): Cancel {
          let called = false;
          const cancel = base.after(delayMs, () => deliver(() => void (called || task())));
          return () => {
            called = true;
            cancel();
          };
        },
      },
      alive: () => alive,
      deliver,
      stall(ms): void {
        resumesAt = Math.max(resumesAt, base.monotonic() + ms);
        base.after(ms, resume);
      },
      kill(): void {
        alive = false;
        waiting.length = 0;
      },
    };
  }

  return {
    wallOffsetMs: () => offset,
    jumpWall(ms): void {
      offset += ms;
    },
    boot,
  };
}
