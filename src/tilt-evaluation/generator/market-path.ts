/**
 * Volatility over a session, 1 is normal: a mean-reverting walk of the logarithm. A calm market stays near
 * 1; a stressed one climbs to two to five times normal for a stretch of the session and comes down again.
 */
import { clamp, type Draws } from './draws.ts';

export const marketKinds = ['calm', 'stressed'] as const;
export type MarketKind = (typeof marketKinds)[number];

export interface MarketPath {
  /** Volatility at this time; times are asked in rising order. */
  at(t: number): number;
}

const REVERSION_MS = 20 * 60_000;
const WIGGLE = 0.22;

export function createMarketPath(
  kind: MarketKind,
  startMs: number,
  expectedMs: number,
  draws: Draws,
): MarketPath {
  const stressed = kind === 'stressed';
  const height = stressed ? draws.uniform(0.7, 1.6) : 0;
  const from = startMs + (stressed ? draws.uniform(-0.2, 0.5) * expectedMs : 0);
  const until = from + draws.uniform(0.3, 1.2) * expectedMs;
  let last = startMs;
  let wiggle = WIGGLE * draws.normal();
  return {
    at(t): number {
      const pull = Math.exp(-Math.max(0, t - last) / REVERSION_MS);
      wiggle = wiggle * pull + WIGGLE * Math.sqrt(1 - pull * pull) * draws.normal();
      last = Math.max(last, t);
      const busy = t >= from && t < until ? height : 0;
      return clamp(Math.exp(wiggle + busy), 0.2, 10);
    },
  };
}
