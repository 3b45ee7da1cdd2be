/**
 * What will happen in a session, in order of time: a binary heap of moments, ties in the order they were
 * added, so that a session is the same on every machine.
 */
type Moment = { readonly t: number; readonly order: number; readonly run: (t: number) => void };

export interface FactsQueue {
  add(t: number, run: (t: number) => void): void;
  /** Runs the earliest; false when none is left. */
  runNext(): boolean;
  clear(): void;
}

const isBefore = (a: Moment, b: Moment): boolean => a.t < b.t || (a.t === b.t && a.order < b.order);

export function createFactsQueue(): FactsQueue {
  const heap: Moment[] = [];
  let added = 0;

  const at = (index: number): Moment => heap[index] as Moment;

  function sink(): void {
    const moved = at(0);
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(at(child + 1), at(child))) child += 1;
      if (!isBefore(at(child), moved)) break;
      heap[index] = at(child);
      index = child;
    }
    heap[index] = moved;
  }

  return {
    add(t, run): void {
      const moment = { t, order: added, run };
      added += 1;
      let index = heap.length;
      heap.push(moment);
      while (index > 0) {
        const parent = (index - 1) >> 1;
        if (!isBefore(moment, at(parent))) break;
        heap[index] = at(parent);
        index = parent;
      }
      heap[index] = moment;
    },
    runNext(): boolean {
      const first = heap[0];
      if (first === undefined) return false;
      const last = heap.pop() as Moment;
      if (heap.length > 0) {
        heap[0] = last;
        sink();
      }
      first.run(first.t);
      return true;
    },
    clear(): void {
      heap.length = 0;
    },
  };
}
