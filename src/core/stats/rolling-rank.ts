/**
 * Order statistics of the last `period` values: median, quantiles and the rank of a value among them.
 * Kept sorted, so a push costs one binary search and one block move.
 */
import { invariant } from '../invariant.ts';

export interface RollingRank {
  push(value: number): void;
  /** How many values are held, at most the period. */
  count(): number;
  /** Value below which this share of the held values lies (nearest rank), or null when none is held. */
  quantile(share: number): number | null;
  /** Share of held values below `value`, ties counted half; 0.5 when none is held. */
  rank(value: number): number;
}

/** Room for so many values at first; it doubles as values come, so that a long period costs nothing early. */
const FIRST_ROOM = 64;

export function createRollingRank(period: number): RollingRank {
  invariant(Number.isInteger(period) && period > 0, 'a period is a whole number above 0');
  let ring = new Float64Array(Math.min(period, FIRST_ROOM));
  let sorted = new Float64Array(ring.length);
  let seen = 0;
  let held = 0;

  /** First place whose value is not below `value` (or, with `after`, above it). */
  function place(value: number, after: boolean): number {
    let low = 0;
    let high = held;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const there = sorted[middle] ?? 0;
      if (there < value || (after && there === value)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    push(value: number): void {
      invariant(Number.isFinite(value), 'an indicator is fed finite numbers');
      const slot = seen % period;
      if (held === period) {
        const gone = place(ring[slot] ?? 0, false);
        sorted.copyWithin(gone, gone + 1, held);
        held -= 1;
      }
      if (held === ring.length) {
        ring = withRoom(ring, period);
        sorted = withRoom(sorted, period);
      }
      const at = place(value, false);
      sorted.copyWithin(at + 1, at, held);
      sorted[at] = value;
      held += 1;
      ring[slot] = value;
      seen += 1;
    },
    count: () => held,
    quantile(share: number): number | null {
      invariant(share >= 0 && share <= 1, 'a share lies between 0 and 1');
      if (held === 0) return null;
      return sorted[Math.min(held - 1, Math.floor(share * held))] ?? null;
    },
    rank: (value: number) => (held === 0 ? 0.5 : (place(value, false) + place(value, true)) / 2 / held),
  };
}

function withRoom(values: Float64Array<ArrayBuffer>, period: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.min(period, values.length * 2));
  larger.set(values);
  return larger;
}
