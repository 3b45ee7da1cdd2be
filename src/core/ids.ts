/**
 * Identifiers. UUIDv7 from a clock and a random source given from outside, strictly increasing even
 * within one millisecond and when the wall clock steps back, so that "latest" means something
 * (RFC 9562 section 6.2, method 1: a counter in rand_a seeded low).
 */
import type { Random } from './ports/random.ts';

export interface Ids {
  /** A UUIDv7 greater than every one given before. */
  next(): string;
}

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const COUNTER_LIMIT = 0x1000;

export function createIds(now: () => number, random: Random): Ids {
  let lastMs = 0;
  let counter = 0;
  return {
    next(): string {
      const wall = now();
      if (wall > lastMs) {
        lastMs = wall;
        counter = Math.floor(random.next() * 0x100);
      } else {
        counter += 1;
        if (counter >= COUNTER_LIMIT) {
          lastMs += 1;
          counter = 0;
        }
      }
      const time = lastMs.toString(16).padStart(12, '0');
      const sequence = (0x7000 | counter).toString(16);
      const tail = random.bytes(8);
      const variant = HEX[((tail[0] ?? 0) & 0x3f) | 0x80] ?? '80';
      const byte = (index: number): string => HEX[tail[index] ?? 0] ?? '00';
      return (
        `${time.slice(0, 8)}-${time.slice(8)}-${sequence}-${variant}${byte(1)}-` +
        `${byte(2)}${byte(3)}${byte(4)}${byte(5)}${byte(6)}${byte(7)}`
      );
    },
  };
}

/**
 * The client order id of an order: derived from its id, so that one can be found from the other,
 * and within the exchange's `[a-zA-Z0-9-_]{1,36}`.
 */
export function clientOrderIdOf(orderId: string): string {
  return `g-${orderId.replaceAll('-', '')}`;
}

/** True for ids this system makes; anything else on the account is somebody else's order. */
export function isOwnClientOrderId(clientOrderId: string): boolean {
  return /^g-[0-9a-f]{12}7[0-9a-f]{19}$/.test(clientOrderId);
}
