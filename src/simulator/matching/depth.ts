/**
 * The book as others see it: levels best first, and the levels changed since the last look, with
 * update ids as on the exchange's depth streams (each delta's first id follows the one before;
 * sizes are absolute, zero removes).
 */
import type { Quantity } from '../../core/money.ts';
import type { Market } from './market.ts';
import { ASK, BID, type BookSide } from './order-book.ts';
import { priceOf, quantityOf } from './scale.ts';
import type { BookDelta, BookDepth, BookLevel } from './venue-api.ts';

export function depthOf(market: Market, limit: number): BookDepth {
  return {
    lastUpdateId: market.book.updates,
    bids: levelsOf(market, BID, limit),
    asks: levelsOf(market, ASK, limit),
  };
}

export function bestLevel(market: Market, side: BookSide): BookLevel | null {
  return levelsOf(market, side, 1)[0] ?? null;
}

export function deltaOf(market: Market): BookDelta | null {
  const { book } = market;
  if (book.updates === market.reportedUpdate) return null;
  const firstUpdateId = market.reportedUpdate + 1;
  market.reportedUpdate = book.updates;
  const touched = book.takeTouched();
  return {
    firstUpdateId,
    lastUpdateId: book.updates,
    bids: touched.bids.toSorted((a, b) => b - a).map((key) => levelAt(market, BID, key)),
    asks: touched.asks.toSorted((a, b) => b - a).map((key) => levelAt(market, ASK, key)),
  };
}

function levelsOf(market: Market, side: BookSide, limit: number): BookLevel[] {
  const { book, scale } = market;
  const ladder = book.ladder(side);
  const rows: BookLevel[] = [];
  for (let at = ladder.count - 1; at >= 0 && rows.length < limit; at -= 1) {
    const key = ladder.keys[at]!;
    rows.push({
      price: priceOf(scale, side === BID ? key : -key),
      quantity: quantityOf(scale, book.volume[ladder.levels[at]!]!),
    });
  }
  return rows;
}

function levelAt(market: Market, side: BookSide, key: number): BookLevel {
  const { book, scale } = market;
  const ladder = book.ladder(side);
  const at = ladder.find(key);
  return {
    price: priceOf(scale, side === BID ? key : -key),
    quantity: at < 0 ? (0n as Quantity) : quantityOf(scale, book.volume[ladder.levels[at]!]!),
  };
}
