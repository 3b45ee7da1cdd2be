/**
 * What an incoming order would meet, without touching the book: how much of it could trade, for how
 * much money, and how much quantity a quote amount buys. Knows how each self-trade mode treats the
 * taker's own resting orders, so that the answers equal what matching will then do.
 */
import { notionalFloor, SCALE, type Notional, type Quantity } from '../../core/money.ts';
import type { LiveOrder } from './live-order.ts';
import { bookSide, type Market } from './market.ts';
import { BID, type BookSide } from './order-book.ts';
import { priceOf, quantityOf } from './scale.ts';
import type { SelfTradeMode } from './venue-api.ts';

export type Taker = { readonly owner: number; readonly side: BookSide; readonly mode: SelfTradeMode };

export function takerOf(order: LiveOrder): Taker {
  return { owner: order.account.owner, side: bookSide(order.side), mode: order.selfTradeMode };
}

/** Visits resting orders in matching order until `visit` says false; prices beyond `limit` are out of reach. */
function walk(
  market: Market,
  takerSide: BookSide,
  limit: number,
  visit: (slot: number, ticks: number, lots: number) => boolean,
): void {
  const { book } = market;
  const ladder = takerSide === BID ? book.asks : book.bids;
  for (let at = ladder.count - 1; at >= 0; at -= 1) {
    const ticks = takerSide === BID ? -ladder.keys[at]! : ladder.keys[at]!;
    if (takerSide === BID ? ticks > limit : ticks < limit) return;
    for (let slot = book.head[ladder.levels[at]!]!; slot >= 0; slot = book.next[slot]!) {
      if (!visit(slot, ticks, book.remaining(slot))) return;
    }
  }
}

export type Reach = { readonly lots: number; readonly quote: Notional };

/** How many of `lots` would trade up to `limit`, and the sum of the fills' quote amounts. */
export function reach(market: Market, taker: Taker, limit: number, lots: number): Reach {
  let left = lots;
  let traded = 0;
  let quote = 0n;
  walk(market, taker.side, limit, (slot, ticks, resting) => {
    const own = taker.mode !== 'NONE' && market.book.owner[slot] === taker.owner;
    if (own) {
      if (taker.mode === 'EXPIRE_MAKER') return true;
      if (taker.mode === 'EXPIRE_TAKER' || taker.mode === 'EXPIRE_BOTH') return false;
    }
    const size = Math.min(left, resting);
    left -= size;
    if (!own) {
      traded += size;
      // Rounded down per order here and per fill in matching: never below what the fills will cost.
      quote += notionalFloor(priceOf(market.scale, ticks), quantityOf(market.scale, size));
    }
    return left > 0;
  });
  return { lots: traded, quote: quote as Notional };
}

/** Lots that a quote amount buys or needs sold, filling from the best price; rounded down to `step` lots. */
export function lotsForQuote(
  market: Market,
  taker: Taker,
  amount: Notional,
  step: Quantity,
): { readonly lots: number; readonly exhausted: boolean } {
  const { scale } = market;
  let left: bigint = amount;
  let lots = 0;
  let exhausted = true;
  walk(market, taker.side, taker.side === BID ? Infinity : -Infinity, (slot, ticks, resting) => {
    if (taker.mode === 'EXPIRE_MAKER' && market.book.owner[slot] === taker.owner) return true;
    const price = priceOf(scale, ticks);
    const affordable = Number((left * SCALE) / (price * scale.lot));
    if (affordable < resting) {
      lots += affordable;
      exhausted = false;
      return false;
    }
    lots += resting;
    left -= notionalFloor(price, quantityOf(scale, resting));
    return true;
  });
  if (step > scale.lot) {
    const stepLots = Number(step / scale.lot);
    lots -= lots % stepLots;
  }
  return { lots, exhausted };
}
