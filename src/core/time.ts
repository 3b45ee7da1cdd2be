/** Durations and days. All days are UTC. */
export const SECOND_MS: number = 1_000;
export const MINUTE_MS: number = 60_000;
export const HOUR_MS: number = 3_600_000;
export const DAY_MS: number = 86_400_000;

/** Whole days since the epoch: two instants share a trading day when their day numbers are equal. */
export function dayNumber(atMs: number): number {
  return Math.floor(atMs / DAY_MS);
}

/** `2026-11-23` for a day number. */
export function dayName(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** `2026-11-23 14:05` (UTC) for an instant. */
export function minuteName(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 16).replace('T', ' ');
}
