/**
 * Locks as they are known outside the data folder, so that a fresh folder or a second account does not
 * open what a lock has closed (invariant 28). Times are the engine's. `record` is called before a lock is
 * written to the log; whatever an account records stands for every account of the same kind.
 */

/** Time without entries: from evidence (ends by time and checklist), or asked for (ends by time alone). */
export type LedgerLock = {
  readonly kind: 'evidence' | 'asked';
  readonly untilMs: number;
  /** The step of the graduated lock; 0 where it was asked for. */
  readonly repetition: number;
};

export interface LockLedger {
  /** Durable on return, or false when the place could not be written. Never shortens. */
  record(lock: LedgerLock, now: number): boolean;
  /** The longest of each kind that stands now, from any account. */
  standing(now: number): readonly LedgerLock[];
  /** A lock from evidence ended by its rule: those that end no later stand no longer. */
  ended(untilMs: number, now: number): void;
}

/** Forgets with the process: for backtests and simulation. */
export function createMemoryLockLedger(): LockLedger {
  let locks: readonly LedgerLock[] = [];
  return {
    record(lock) {
      locks = [...locks.filter(({ kind, untilMs }) => kind !== lock.kind || untilMs > lock.untilMs), lock];
      return true;
    },
    standing: (now) => longest(locks.filter((lock) => stands(lock, now))),
    ended(untilMs) {
      locks = locks.filter((lock) => lock.kind === 'asked' || lock.untilMs > untilMs);
    },
  };
}

/** A lock from evidence stands until its rule ends it, though at most this long past its time. */
const OWED_MS = 2_592_000_000;

export function stands(lock: LedgerLock, now: number): boolean {
  return now < lock.untilMs + (lock.kind === 'evidence' ? OWED_MS : 0);
}

/** The longest of each kind. */
export function longest(locks: readonly LedgerLock[]): readonly LedgerLock[] {
  const best = new Map<LedgerLock['kind'], LedgerLock>();
  for (const lock of locks) {
    const known = best.get(lock.kind);
    if (known === undefined || lock.untilMs > known.untilMs) best.set(lock.kind, lock);
  }
  return [...best.values()];
}
