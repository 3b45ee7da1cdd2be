/**
 * Locks as they are known outside the data folder, so that a fresh folder or a second account does not
 * open what a lock has closed (invariant 28). Times are the engine's. `record` is called before a lock is
 * written to the log; whatever an account records stands for every account of the same kind.
 */

/**
 * Time without entries: from evidence (ends by time and checklist), asked for (ends by time alone), or a pause that
 * waits for a journal entry. What a risk rule asks of one account is not in here (decision 0023).
 */
export type LedgerLock = {
  readonly kind: 'evidence' | 'asked' | 'pause';
  /** Of a pause: when it began. */
  readonly untilMs: number;
  /** The step of the graduated lock; 0 where it was asked for. */
  readonly repetition: number;
};

export interface LockLedger {
  /** Durable on return, or false when the place could not be written. Never shortens. */
  record(lock: LedgerLock, now: number): boolean;
  /** The longest of each kind that stands now, from any account. */
  standing(now: number): readonly LedgerLock[];
  /** A lock from evidence, or a pause, ended by its rule: those of its kind that end no later stand no longer. */
  ended(kind: 'evidence' | 'pause', untilMs: number, now: number): void;
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
    ended(kind, untilMs) {
      locks = locks.filter((lock) => lock.kind !== kind || lock.untilMs > untilMs);
    },
  };
}

/** What only a rule ends stands until it does, though at most this long past its time. */
const OWED_MS = 2_592_000_000;

export function stands(lock: LedgerLock, now: number): boolean {
  return now < lock.untilMs + (lock.kind === 'asked' ? 0 : OWED_MS);
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
