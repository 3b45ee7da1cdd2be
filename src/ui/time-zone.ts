/**
 * A named time zone (GENESIS_TIME_ZONE, `Europe/Zurich`) as the screen uses it. The shift is looked up once for each quarter of an hour: zones change on such borders only.
 */
import { utc, type Zone } from './view-model/zone.ts';

const QUARTER_MS = 15 * 60_000;

/** The zone of that name, UTC when there is none; null when nobody knows it. */
export function timeZone(name: string | undefined): Zone | null {
  if (name === undefined || name === '' || name.toUpperCase() === 'UTC') return utc;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
  } catch {
    return null;
  }
  let quarter = Number.NaN;
  let shift = 0;
  return {
    label: zoneLabel(name),
    shiftMs(atMs): number {
      const wanted = Math.floor(atMs / QUARTER_MS);
      if (wanted === quarter || !Number.isFinite(wanted) || Math.abs(atMs) > 8e15) return shift;
      quarter = wanted;
      const parts = new Map<string, number>(
        format.formatToParts(wanted * QUARTER_MS).map(({ type, value }) => [type, Number(value)]),
      );
      const part = (type: string): number => parts.get(type) ?? 0;
      shift =
        Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute')) -
        wanted * QUARTER_MS;
      return shift;
    },
  };
}

function zoneLabel(name: string): string {
  const named = new Intl.DateTimeFormat('en-GB', { timeZone: name, timeZoneName: 'short' })
    .formatToParts(0)
    .find(({ type }) => type === 'timeZoneName');
  return named?.value ?? name;
}
