/** The regime of the market switched at run time: an input like any other, written down before it acts. */
import type { Journal } from './journal.ts';
import type { MarketDriver } from './market-driver.ts';

/** Null when done, no names when this market has no regimes; else the names it knows when this is none of them. */
export function switchMarket(
  market: MarketDriver,
  journal: Journal,
  now: number,
  name: string,
): readonly string[] | null {
  if (market.switchTo === undefined) return [];
  journal({ kind: 'regime', now, name });
  return market.switchTo(name);
}
