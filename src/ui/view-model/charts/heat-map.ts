/** Shades for a share between 0 and 1: told by the shape of the sign, so that they need no colour. */
import type { Style } from '../spans.ts';

const SHADES = ['·', '░', '▒', '▓', '█'] as const;

/** The sign for a share; five steps. */
export function shade(share: number): string {
  const bounded = Number.isFinite(share) ? Math.max(0, Math.min(1, share)) : 0;
  return SHADES[Math.min(SHADES.length - 1, Math.floor(bounded * SHADES.length))] ?? '·';
}

/** Style of a share that is worse the larger it is. */
export function heatStyle(share: number, cautionFrom: number): Style {
  return share >= cautionFrom ? 'caution' : share >= cautionFrom / 2 ? 'text' : 'quiet';
}

/** One row of shades for the newest `width` values, each against the largest of all. */
export function heatStrip(values: readonly number[], width: number, largest: number): string {
  return values
    .slice(-Math.max(0, width))
    .map((value) => shade(largest <= 0 ? 0 : value / largest))
    .join('');
}
