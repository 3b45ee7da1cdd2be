/**
 * From the decision to the wire, per order: how long its own record took to become durable, and from there to
 * the network. Of this run only; what another run sent has no time that could be trusted.
 */
export interface Latency {
  committed(orderId: string, tookMs: number): void;
  /** The gateway has handed it to the network. */
  wired(orderId: string, tookMs: number): void;
  /** Whole milliseconds; null when it is not known to have left. */
  of(orderId: string): number | null;
  forget(orderId: string): void;
}

export function createLatency(): Latency {
  const records = new Map<string, { readonly committed: number; wired: number | null }>();
  return {
    committed: (orderId, tookMs) => void records.set(orderId, { committed: tookMs, wired: null }),
    wired(orderId, tookMs): void {
      const record = records.get(orderId);
      if (record !== undefined) record.wired = tookMs;
    },
    of(orderId): number | null {
      const record = records.get(orderId);
      return record === undefined || record.wired === null
        ? null
        : Math.round(record.committed + record.wired);
    },
    forget: (orderId) => void records.delete(orderId),
  };
}
