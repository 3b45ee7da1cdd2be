/**
 * How often each key may ask each address (a token bucket), and how often a wrong key may be tried
 * before keys are not tried at all for a while. Both are bounded in memory whatever is sent.
 */
export type Bucket = { readonly perSecond: number; readonly burst: number };

export interface RateLimiter {
  /** True when this use is within the limit; it is then counted. */
  take(name: string, bucket: Bucket): boolean;
}

/** Time is monotonic milliseconds. Names come from a closed set: keys known to us times our routes. */
export function createRateLimiter(monotonic: () => number): RateLimiter {
  const levels = new Map<string, { tokens: number; at: number }>();
  return {
    take(name, bucket): boolean {
      const now = monotonic();
      const level = levels.get(name) ?? { tokens: bucket.burst, at: now };
      const tokens = Math.min(bucket.burst, level.tokens + ((now - level.at) / 1_000) * bucket.perSecond);
      const allowed = tokens >= 1;
      levels.set(name, { tokens: allowed ? tokens - 1 : tokens, at: now });
      return allowed;
    },
  };
}

export type LockoutRules = {
  readonly failuresMax: number;
  readonly withinMs: number;
  readonly lockMs: number;
};

export interface Lockout {
  failed(): void;
  /** Milliseconds until keys are tried again; 0 when they are. */
  remainingMs(): number;
}

export function createLockout(monotonic: () => number, rules: LockoutRules): Lockout {
  let failures: number[] = [];
  let lockedUntil = Number.NEGATIVE_INFINITY;
  return {
    failed(): void {
      const now = monotonic();
      failures = [...failures.filter((at) => now - at < rules.withinMs), now].slice(-rules.failuresMax);
      if (failures.length >= rules.failuresMax) {
        lockedUntil = now + rules.lockMs;
        failures = [];
      }
    },
    remainingMs: () => Math.max(0, lockedUntil - monotonic()),
  };
}
