/**
 * The execution rule PRICE_RANGE (Binance, price_range_execution_rules.md): in its taker phase an order
 * trades only within a band around the reference price, fixed when the phase begins; an order that
 * would trade beyond it expires. Off where the symbol names no band or there is no reference.
 */
import { bookSide, referencePrice, type Market } from './market.ts';
import { ASK, BID, type BookSide } from './order-book.ts';
import type { VenueSide } from './venue-api.ts';

/** Lowest and highest tick at which a taker may trade. */
export type Range = { readonly low: number; readonly high: number };

export function executionRange(market: Market, now: number, side: VenueSide): Range | null {
  const rule = market.spec.executionRange ?? null;
  if (rule === null) return null;
  const reference = referencePrice(market, now);
  if (reference === null) return null;
  const buys = bookSide(side) === BID;
  const up = BigInt(buys ? rule.bidUpBps : rule.askUpBps);
  const down = BigInt(buys ? rule.bidDownBps : rule.askDownBps);
  const unit = 10_000n * market.scale.tick;
  return {
    low: down === 0n ? -Infinity : Number((reference * down + unit - 1n) / unit),
    high: up === 0n ? Infinity : Number((reference * up) / unit),
  };
}

/** Whether the next trade of a taker with this limit would lie outside the band on the near side. */
export function startsOutside(market: Market, side: BookSide, limit: number, range: Range): boolean {
  const { book } = market;
  if (!book.crosses(side, limit)) return false;
  const price = book.best(side === BID ? ASK : BID);
  return side === BID ? price < range.low : price > range.high;
}
