/**
 * The time zone of the screen. The store knows UTC only; what is shown is shifted here, and always
 * says which zone it is in.
 */
import { clockOfMs, durationOfMs, momentOfMs } from '../../core/explain-figures.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../core/time.ts';

export interface Zone {
  /** `UTC`, `CET`, `GMT+9`. */
  readonly label: string;
  /** What is added to UTC at a moment, ms. */
  shiftMs(atMs: number): number;
}

export const utc: Zone = { label: 'UTC', shiftMs: () => 0 };

/** `14:02:11`. */
export function clockIn(zone: Zone, atMs: number): string {
  return clockOfMs(atMs + zone.shiftMs(atMs));
}

/** `14:02`. */
export function shortClockIn(zone: Zone, atMs: number): string {
  return clockIn(zone, atMs).slice(0, 5);
}

/** `14:02 UTC on 2026-11-23`. */
export function momentIn(zone: Zone, atMs: number): string {
  return momentOfMs(atMs + zone.shiftMs(atMs)).replace(' UTC ', ` ${zone.label} `);
}

/** `2026-11-23 14:02`. */
export function dayAndClockIn(zone: Zone, atMs: number): string {
  const [clock = '', day = ''] = momentOfMs(atMs + zone.shiftMs(atMs)).split(' UTC on ');
  return day === '' ? clock : `${day} ${clock}`;
}

/** What remains of a wait: `2 h 5 min`, `4 min 9 s`, `9 s`; moves once a second at most. */
export function countdown(ms: number): string {
  const left = Math.ceil(Math.max(0, ms) / SECOND_MS) * SECOND_MS;
  if (left >= HOUR_MS || left < MINUTE_MS) return durationOfMs(left);
  const seconds = (left % MINUTE_MS) / SECOND_MS;
  return `${durationOfMs(left)}${seconds === 0 ? '' : ` ${seconds} s`}`;
}
