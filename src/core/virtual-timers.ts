/**
 * Time that moves only when told, for backtests and simulation: monotonic time and the wall clock
 * apart, so that the wall clock can jump (invariant 22). Tasks run one at a time in order of their
 * instant, those of the same instant in the order they were asked for; a binary heap holds them.
 */
import { invariant } from './invariant.ts';
import type { Cancel, Timers } from './ports/timers.ts';

export interface VirtualTimers extends Timers {
  /** Monotonic instant of the next task, or null when nothing waits. */
  nextAt(): number | null;
  /** Moves to the next task and runs it, if it is due by `until`; tells whether there was one. */
  runNext(until?: number): boolean;
  /** Runs all that falls due within `ms`, then stands at the end of it. Nothing asynchronous is waited for. */
  advance(ms: number): void;
  /** Steps the wall clock, forwards or back; monotonic time and what waits do not notice. */
  jumpWall(ms: number): void;
  /** Tasks waiting. */
  waiting(): number;
}

type Task = { readonly at: number; readonly order: number; run: (() => void) | null };

/** Time starts at `wallStartMs` on the wall and 0 on the monotonic clock. */
export function createVirtualTimers(wallStartMs: number): VirtualTimers {
  const heap: Task[] = [];
  let monotonic = 0;
  let wallOffset = wallStartMs;
  let asked = 0;
  let live = 0;

  const before = (left: Task, right: Task): boolean =>
    left.at < right.at || (left.at === right.at && left.order < right.order);

  function push(task: Task): void {
    let index = heap.length;
    heap.push(task);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex] as Task;
      if (!before(task, parent)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = task;
  }

  function pop(): void {
    const last = heap.pop() as Task;
    const length = heap.length;
    if (length === 0) return;
    let index = 0;
    for (;;) {
      let childIndex = 2 * index + 1;
      if (childIndex >= length) break;
      const right = childIndex + 1;
      if (right < length && before(heap[right] as Task, heap[childIndex] as Task)) childIndex = right;
      const child = heap[childIndex] as Task;
      if (!before(child, last)) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = last;
  }

  /** The earliest task that was not called off. */
  function first(): Task | null {
    for (;;) {
      const task = heap[0];
      if (task === undefined) return null;
      if (task.run !== null) return task;
      pop();
    }
  }

  function runNext(until: number = Number.POSITIVE_INFINITY): boolean {
    const task = first();
    if (task === null || task.at > until) return false;
    pop();
    monotonic = Math.max(monotonic, task.at);
    const { run } = task;
    task.run = null;
    live -= 1;
    run?.();
    return true;
  }

  return {
    now: () => Math.floor(wallOffset + monotonic),
    monotonic: () => monotonic,
    after(delayMs, run): Cancel {
      invariant(!Number.isNaN(delayMs), 'a delay is a number');
      const task: Task = { at: monotonic + Math.max(0, delayMs), order: (asked += 1), run };
      push(task);
      live += 1;
      return () => {
        if (task.run !== null) live -= 1;
        task.run = null;
      };
    },
    nextAt: () => first()?.at ?? null,
    runNext,
    advance(ms): void {
      const until = monotonic + ms;
      while (runNext(until));
      monotonic = until;
    },
    jumpWall(ms): void {
      wallOffset += ms;
    },
    waiting: () => live,
  };
}
