/**
 * How figures are written for a person: dollars, percent, durations, moments. Pure and total: a
 * figure that is not what its name promises is shown as it came, never dropped, never a throw.
 * Shared by the explanations, the console and the command line, so that one amount looks the same
 * everywhere (dollars first, percent second: domain-rules.md).
 */
import { DAY_MS, dayName, dayNumber, HOUR_MS, MINUTE_MS, SECOND_MS } from './time.ts';
import { formatPlaces, parseFixed, type Notional, type Price } from './money.ts';

const CENT = 1_000_000n;

/** `$25`, `$0.50`, `-$1,234.05` from decimal text; amounts under a cent keep up to eight places. */
export function dollars(text: string): string {
  const parsed = parseFixed<Notional>(text);
  if (!parsed.ok) return text;
  const amount: bigint = parsed.value;
  const negative = amount < 0n;
  const magnitude = negative ? -amount : amount;
  let shown: string;
  if (magnitude !== 0n && magnitude < CENT) shown = trimZeros(formatPlaces(magnitude, 8));
  else shown = grouped(formatPlaces(magnitude, 2)).replace(/\.00$/, '');
  return `${negative ? '-' : ''}$${shown}`;
}

/** `+$1.24`, `-$0.02`, `$0.00`: always two places and a sign, for profit and loss. */
export function signedDollars(text: string): string {
  const parsed = parseFixed<Notional>(text);
  if (!parsed.ok) return text;
  const amount: bigint = parsed.value;
  const rounded = formatPlaces(amount < 0n ? -amount : amount, 2);
  const sign = rounded === '0.00' ? '' : amount < 0n ? '-' : '+';
  return `${sign}$${grouped(rounded)}`;
}

/** `5 %`, `0.25 %` from basis points. */
export function percentOfBps(bps: number): string {
  return `${trimZeros((bps / 100).toFixed(2))} %`;
}

/** `+0.25 %`, `-1.20 %`, `0.00 %`: two places and a sign. */
export function signedPercentOfBps(bps: number): string {
  const sign = bps > 0 ? '+' : bps < 0 ? '-' : '';
  return `${sign}${(Math.abs(bps) / 100).toFixed(2)} %`;
}

/** `0.4 s`, `12 s`, `9 min`, `2 h 5 min`, `3 d 4 h`: two units at most, rounded down. */
export function durationOfMs(ms: number): string {
  const span = Math.max(0, ms);
  if (span < 10 * SECOND_MS) return `${trimZeros((Math.floor(span / 100) / 10).toFixed(1))} s`;
  if (span < MINUTE_MS) return `${Math.floor(span / SECOND_MS)} s`;
  if (span < HOUR_MS) return `${Math.floor(span / MINUTE_MS)} min`;
  if (span < DAY_MS) return twoUnits(span, HOUR_MS, 'h', MINUTE_MS, 'min');
  return twoUnits(span, DAY_MS, 'd', HOUR_MS, 'h');
}

function twoUnits(span: number, large: number, largeName: string, small: number, smallName: string): string {
  const whole = Math.floor(span / large);
  const rest = Math.floor((span - whole * large) / small);
  return rest === 0 ? `${whole} ${largeName}` : `${whole} ${largeName} ${rest} ${smallName}`;
}

/** `14:02:11` UTC. */
export function clockOfMs(atMs: number): string {
  const inDay = ((Math.floor(atMs) % DAY_MS) + DAY_MS) % DAY_MS;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${two(inDay / HOUR_MS)}:${two((inDay % HOUR_MS) / MINUTE_MS)}:${two((inDay % MINUTE_MS) / SECOND_MS)}`;
}

/** `14:02 UTC on 2026-11-23`. */
export function momentOfMs(atMs: number): string {
  if (!Number.isFinite(atMs) || Math.abs(atMs) > 8.64e15) return String(atMs);
  return `${clockOfMs(atMs).slice(0, 5)} UTC on ${dayName(dayNumber(atMs))}`;
}

/** `67,453.20`: a price with as many places as its market has; text that is no price stays as it came. */
export function priceText(text: string, decimals: number): string {
  const parsed = parseFixed<Price>(text);
  return parsed.ok ? grouped(formatPlaces(parsed.value, Math.max(0, Math.min(8, decimals)))) : text;
}

/** Thousands separated by commas: `67,453.20`. */
function grouped(decimal: string): string {
  const [whole = '', fraction] = decimal.split('.');
  const separated = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? separated : `${separated}.${fraction}`;
}

function trimZeros(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/0+$/, '').replace(/\.$/, '') : decimal;
}

/** How a template asks for a figure to be written when its name does not say: `{limit:usd}`. */
export type FigureUnit = 'usd' | null;

/**
 * One figure as text: dollars where the template says so, else by the unit its name ends in:
 * `…Bps` percent, `untilMs` and `…AtMs` a moment, other `…Ms` a duration. Null when it is not there.
 */
export function figureText(
  name: string,
  value: string | number | boolean | null | undefined,
  unit: FigureUnit = null,
): string | null {
  if (value === null || value === undefined || value === '') return null;
  if (unit === 'usd') return dollars(String(value));
  if (typeof value === 'number') {
    if (name.endsWith('Bps')) return percentOfBps(value);
    if (name.endsWith('untilMs') || name.endsWith('UntilMs') || name.endsWith('AtMs'))
      return momentOfMs(value);
    if (name.endsWith('Ms')) return durationOfMs(Math.abs(value));
  }
  return String(value);
}
