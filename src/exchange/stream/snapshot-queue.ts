/**
 * Asks for book snapshots one after the other and never more than so many a minute, so that a mass
 * disconnect, after which every book wants one, cannot eat the weight that orders and look-ups live
 * on (failure 15). A symbol waits in the queue once, however often it is asked for.
 */
import type { Cancel, Timers } from '../../core/ports/timers.ts';
import { MINUTE_MS } from '../../core/time.ts';
import type { BookSnapshot } from './local-book.ts';

export interface SnapshotQueue {
  /** Asks for this symbol's snapshot, at the earliest after `delayMs`. */
  want(symbol: string, delayMs: number): void;
  /** Forgets what waits; an answer under way is thrown away. */
  clear(): void;
}

export type SnapshotQueueOptions = {
  readonly timers: Timers;
  readonly perMinute: number;
  /** The snapshot, or null when it could not be had (budget, ban, line). */
  readonly fetch: (symbol: string) => Promise<BookSnapshot | null>;
  readonly deliver: (symbol: string, snapshot: BookSnapshot) => void;
};

/** Wait after a snapshot that could not be had. */
const RETRY_MS = 1_000;

export function createSnapshotQueue(options: SnapshotQueueOptions): SnapshotQueue {
  const { timers } = options;
  const waiting = new Map<string, number>();
  let asking: string | null = null;
  let generation = 0;
  let askedAt: number[] = [];
  let cancelNext: Cancel | null = null;

  function pump(): void {
    cancelNext?.();
    cancelNext = null;
    if (asking !== null || waiting.size === 0) return;
    const now = timers.monotonic();
    askedAt = askedAt.filter((at) => now - at < MINUTE_MS);
    const oldest = askedAt[0];
    const budgetAt = askedAt.length >= options.perMinute && oldest !== undefined ? oldest + MINUTE_MS : now;
    let next: string | null = null;
    let dueAt = Number.POSITIVE_INFINITY;
    for (const [symbol, at] of waiting) {
      if (at >= dueAt) continue;
      next = symbol;
      dueAt = at;
    }
    const waitMs = Math.max(dueAt, budgetAt) - now;
    if (next === null) return;
    if (waitMs > 0) {
      cancelNext = timers.after(Math.max(waitMs, 1), pump);
      return;
    }
    waiting.delete(next);
    asking = next;
    askedAt.push(now);
    void ask(next, generation);
  }

  async function ask(symbol: string, born: number): Promise<void> {
    const snapshot = await options.fetch(symbol);
    if (born !== generation) return;
    asking = null;
    if (snapshot === null) want(symbol, RETRY_MS);
    else options.deliver(symbol, snapshot);
    pump();
  }

  function want(symbol: string, delayMs: number): void {
    if (waiting.has(symbol) || asking === symbol) return;
    waiting.set(symbol, timers.monotonic() + delayMs);
    pump();
  }

  return {
    want,
    clear(): void {
      generation += 1;
      asking = null;
      waiting.clear();
      cancelNext?.();
      cancelNext = null;
    },
  };
}
