/**
 * How long to wait before something that failed is tried again: per key, longer each time, forgotten after a
 * quiet while. Monotonic time (invariant 22); dies with the run.
 */
export interface Patience {
  /** Notes a failure and starts the wait. */
  failed(key: string): void;
  /** Notes that the exchange refused it and starts the wait; gives the refusals since the last quiet while. */
  refused(key: string): number;
  isWaiting(key: string): boolean;
  /** Failures since the last quiet while, refusals among them. */
  failures(key: string): number;
  forget(key: string): void;
  clear(): void;
}

type Entry = { readonly until: number; readonly failures: number; readonly refusals: number };

/** A failure so long after the end of the last wait begins a new count. */
const QUIET_MS = 30_000;
const DELAY_MS_DEFAULT = 1_000;

/** `delays` is asked at each failure: the configuration may have changed. */
export function createPatience(now: () => number, delays: () => readonly number[]): Patience {
  const entries = new Map<string, Entry>();

  const note = (key: string, refusals: number): Entry => {
    const at = now();
    for (const [other, { until }] of entries) if (at - until > QUIET_MS) entries.delete(other);
    const before = entries.get(key);
    const failures = (before?.failures ?? 0) + 1;
    const delaysMs = delays();
    const delay = delaysMs[Math.min(failures, delaysMs.length) - 1] ?? DELAY_MS_DEFAULT;
    const entry = { until: at + delay, failures, refusals: (before?.refusals ?? 0) + refusals };
    entries.set(key, entry);
    return entry;
  };

  return {
    failed: (key) => void note(key, 0),
    refused: (key) => note(key, 1).refusals,
    isWaiting: (key) => (entries.get(key)?.until ?? Number.NEGATIVE_INFINITY) > now(),
    failures(key): number {
      const entry = entries.get(key);
      return entry === undefined || now() - entry.until > QUIET_MS ? 0 : entry.failures;
    },
    forget: (key) => void entries.delete(key),
    clear: () => entries.clear(),
  };
}
