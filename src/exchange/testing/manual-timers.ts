/** Timers that move only when told: monotonic and wall time apart, so that the wall clock can step. */
import type { Cancel, Timers } from '../../core/ports/timers.ts';

export interface ManualTimers extends Timers {
  /** Moves both clocks on, running what falls due in order, and lets promises settle in between. */
  advance(ms: number): Promise<void>;
  /** Steps the wall clock alone. */
  stepWall(ms: number): void;
  /** Lets everything run that needs no time. */
  settle(): Promise<void>;
}

type Task = { readonly at: number; readonly order: number; readonly run: () => void };

export function createManualTimers(wallStart = 1_767_225_600_000): ManualTimers {
  let monotonic = 1_000;
  let wall = wallStart;
  let order = 0;
  const tasks = new Set<Task>();

  async function settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }

  function earliest(until: number): Task | null {
    let found: Task | null = null;
    for (const task of tasks) {
      if (task.at > until) continue;
      if (found === null || task.at < found.at || (task.at === found.at && task.order < found.order))
        found = task;
    }
    return found;
  }

  return {
    now: () => wall,
    monotonic: () => monotonic,
    after(delayMs, run): Cancel {
      const task: Task = { at: monotonic + Math.max(delayMs, 0), order: (order += 1), run };
      tasks.add(task);
      return () => tasks.delete(task);
    },
    async advance(ms): Promise<void> {
      const until = monotonic + ms;
      await settle();
      for (let task = earliest(until); task !== null; task = earliest(until)) {
        wall += task.at - monotonic;
        monotonic = task.at;
        tasks.delete(task);
        task.run();
        await settle();
      }
      wall += until - monotonic;
      monotonic = until;
    },
    stepWall(ms): void {
      wall += ms;
    },
    settle,
  };
}
