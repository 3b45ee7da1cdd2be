/**
 * How far a price has moved within the last minute, from samples at most once a second. The farthest
 * sample counts, not the oldest, so that a fall after a rise is seen whole.
 */

export interface RecentMove {
  /** Takes a sample; more than one a second, or a price that is not positive, is ignored and gives false. */
  push(atMs: number, price: number): boolean;
  /** Greatest distance of the newest price from any sample of the span, in bps (log), signed: negative is a fall. */
  moveBps(): number;
}

const SPACING_MS = 1_000;

/** Looks back over `spanMs` of monotonic time. */
export function createRecentMove(spanMs: number): RecentMove {
  const room = Math.ceil(spanMs / SPACING_MS) + 1;
  const times = new Float64Array(room);
  const logs = new Float64Array(room);
  let count = 0;
  let move = 0;
  return {
    push(atMs: number, price: number): boolean {
      const newest = count === 0 ? Number.NEGATIVE_INFINITY : (times[(count - 1) % room] ?? 0);
      if (atMs - newest < SPACING_MS || !(price > 0)) return false;
      const log = Math.log(price);
      times[count % room] = atMs;
      logs[count % room] = log;
      count += 1;
      move = 0;
      for (let back = 1; back < Math.min(count, room); back += 1) {
        const at = (count - 1 - back) % room;
        if (atMs - (times[at] ?? 0) > spanMs) break;
        const distance = log - (logs[at] ?? 0);
        if (Math.abs(distance) > Math.abs(move)) move = distance;
      }
      return true;
    },
    moveBps: () => move * 10_000,
  };
}
