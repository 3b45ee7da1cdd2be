/**
 * The time zone of the screen. The store knows UTC only; what is shown is shifted here, and always
 * says which zone it is in.
 */
import { clockOfMs, momentOfMs } from '../../core/explain-figures.ts';

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
