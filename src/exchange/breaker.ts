/**
 * One circuit breaker per lane, so that failing entries never stand in the way of an exit
 * (reliability.md section 1). Opens after a number of failures within a window; some time after, the
 * gateway sends one query as a probe, never an order, and its success closes the breaker.
 */
export type BreakerOptions = {
  readonly failures: number;
  readonly windowMs: number;
};

export interface Breaker {
  isOpen(): boolean;
  /** A call on this lane failed for reasons of the line; true when this opened the breaker. */
  failed(atMonotonic: number): boolean;
  /** The outcome of the probe: closes the breaker, or leaves it open for another period. */
  probed(success: boolean): void;
}

export function createBreaker(options: BreakerOptions): Breaker {
  let failures: readonly number[] = [];
  let open = false;

  return {
    isOpen: () => open,
    failed(atMonotonic): boolean {
      if (open) return false;
      failures = [...failures.filter((at) => atMonotonic - at < options.windowMs), atMonotonic];
      open = failures.length >= options.failures;
      return open;
    },
    probed(success): void {
      if (!success) return;
      failures = [];
      open = false;
    },
  };
}
