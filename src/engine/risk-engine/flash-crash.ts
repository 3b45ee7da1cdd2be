/**
 * The flash-crash guard (domain rules, "Tiers"): a fall of 10 % within 60 s. The meter keeps the highest price
 * of each second of the span, so that a fall after a rise is seen whole and memory is bounded. These are
 * statistics; no order is made from them.
 */
import { present } from '../../core/invariant.ts';

export interface FallMeter {
  /** Takes a price at monotonic time `atMs`; gives the fall from the highest of the last `spanMs`, in basis points. */
  push(atMs: number, price: number, spanMs: number): number;
}

const SLOT_MS = 1_000;
/** Room for the longest span that can be configured: a span that changes loses nothing of what was seen. */
const ROOM = 601;

function within(values: Float64Array, index: number): number {
  return present(values[index], 'a second lies within the span');
}

export function createFallMeter(): FallMeter {
  const slots = new Float64Array(ROOM).fill(-1);
  const highest = new Float64Array(ROOM);
  let top = 0;
  let topSlot = Number.NEGATIVE_INFINITY;
  let span = 0;

  const findTop = (oldest: number): void => {
    top = 0;
    for (let index = 0; index < ROOM; index += 1) {
      const slot = within(slots, index);
      const high = within(highest, index);
      if (slot >= oldest && high > top) {
        top = high;
        topSlot = slot;
      }
    }
  };

  return {
    push(atMs, price, spanMs): number {
      if (!(price > 0) || !Number.isFinite(atMs)) return 0;
      const slot = Math.floor(atMs / SLOT_MS);
      const index = ((slot % ROOM) + ROOM) % ROOM;
      if (slots[index] !== slot) {
        slots[index] = slot;
        highest[index] = price;
      } else if (price > within(highest, index)) {
        highest[index] = price;
      }
      const oldest = slot - Math.ceil(spanMs / SLOT_MS);
      if (spanMs !== span || (price < top && topSlot < oldest)) {
        span = spanMs;
        findTop(oldest);
      } else if (price >= top) {
        top = price;
        topSlot = slot;
      }
      // A fall of exactly the limit is one: what binary fractions take away is given back.
      return Math.floor(((top - price) / top) * 10_000 + 1e-6);
    },
  };
}
