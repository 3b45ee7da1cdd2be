/**
 * At what price one leg of an exit may be sold (domain rules: each leg within 2 %). At the market when the
 * visible book takes it within the limit; else for the limit price at least, immediate or cancelled, so that
 * what rests within the limit is taken and nothing below it. A close whose bounded legs have failed is sold at
 * any price: out of the position comes before the price (invariant 14, kill level 3).
 */
import {
  averagePriceFloor,
  bpsFloor,
  ceilTo,
  larger,
  notionalFloor,
  type Notional,
  type Price,
  type Quantity,
} from '../core/money.ts';
import type { Candle } from '../core/ports/market-feed.ts';
import type { SymbolRules } from '../core/symbols.ts';
import type { Book } from '../market/book.ts';

export type ExitSight = {
  readonly rules: SymbolRules;
  /** Best bid of a book that can be trusted, else null. */
  readonly bid: Price | null;
  readonly book: Book | null;
  /** What the exchange's price band is measured against, as far as we know it. */
  readonly averagePrice: Price | null;
  readonly slippageMaxBps: number;
  /** Bounded legs have failed and the position has to go. */
  readonly atAnyPrice: boolean;
};

/** The least price for this much, or null for an order at the market. */
export function exitLimit(sight: ExitSight, quantity: Quantity): Price | null {
  const { rules, bid, book } = sight;
  if (sight.atAnyPrice || bid === null || book === null) return null;
  const floor = ceilTo(bpsFloor(bid, 10_000 - sight.slippageMaxBps), rules.tickSize);
  const sweep = book.sweepQuantity('SELL', quantity);
  if (sweep.complete && sweep.worstPrice >= floor) return null;
  // Below its band the exchange takes no limit price; at the market there is no band.
  const limit = larger(floor, bandFloor(sight));
  if (limit > bid || notionalFloor(limit, quantity) < rules.minNotional) return null;
  return limit;
}

/** The exchange measures its price band against the average of so many minutes (`avgPriceMins`). */
const BAND_MINUTES = 5;

/** The average price of the last minutes by their traded volume, as the exchange's price band takes it. */
export function averagePriceOf(closed: readonly Candle[], forming: Candle | null): Price | null {
  const minutes = [...closed.slice(-(BAND_MINUTES - 1)), ...(forming === null ? [] : [forming])];
  let value = 0n;
  let volume = 0n;
  for (const candle of minutes) {
    value += candle.quoteVolume;
    volume += candle.volume;
  }
  return volume === 0n ? null : averagePriceFloor(value as Notional, volume as Quantity);
}

/** The lowest price the exchange takes for a sale, by the average as we know it. */
function bandFloor({ rules, averagePrice }: ExitSight): Price {
  const band = averagePrice === null ? rules.minPrice : bpsFloor(averagePrice, rules.askDownBps);
  return ceilTo(larger(band, rules.minPrice), rules.tickSize);
}

/** Whether the exchange takes a sale at this price, by the average as we know it. */
export function isUnderBand(price: Price, average: Price | null, rules: SymbolRules): boolean {
  return average === null || price <= bpsFloor(average, rules.askUpBps);
}
