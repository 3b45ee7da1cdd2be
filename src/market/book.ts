/**
 * The newest picture of one symbol's order book as the engine sees it: touch, validity, depth and what
 * a market order would pay. A picture is replaced whole; an invalidated or crossed one gives no
 * figures to trade on (invariant 21). Exact amounts throughout.
 */
import {
  averagePriceFloor,
  floorTo,
  notionalFloor,
  quantityFloor,
  ratioBps,
  ZERO_NOTIONAL,
  ZERO_PRICE,
  ZERO_QUANTITY,
  type Notional,
  type Price,
  type Quantity,
} from '../core/money.ts';
import type { Side } from '../core/ports/gateway.ts';
import type { BookUpdate, Level } from '../core/ports/market-feed.ts';

export type Quote = {
  readonly bid: Price;
  readonly ask: Price;
  readonly bidQuantity: Quantity;
  readonly askQuantity: Quantity;
  /** Monotonic time of the picture. */
  readonly receivedAt: number;
  /** Both sides present, not crossed, not invalidated since. */
  readonly valid: boolean;
  readonly crossed: boolean;
};

/** What a market order would do to the visible book. */
export type Sweep = {
  readonly quantity: Quantity;
  readonly notional: Notional;
  /** Rounded down; 0 when nothing can be filled. */
  readonly averagePrice: Price;
  readonly worstPrice: Price;
  /** False when the visible levels are not enough. */
  readonly complete: boolean;
};

export interface Book {
  apply(update: BookUpdate): void;
  /** Not to be trusted until the next picture. */
  invalidate(): void;
  /** Null before the first picture. The same object until the next change. */
  quote(): Quote | null;
  bids(): readonly Level[];
  asks(): readonly Level[];
  /** Middle of a valid touch, rounded down, else null. */
  mid(): Price | null;
  /** Spread of a valid touch over its middle, else null. */
  spreadBps(): number | null;
  /** Notional resting within this many bps of the touch on the side an order of `side` would take; 0 unless valid. */
  depthNotional(side: Side, withinBps: number): Notional;
  /** A market order for this quantity. */
  sweepQuantity(side: Side, quantity: Quantity): Sweep;
  /** A market order spending (or raising) this notional, in whole steps of `stepSize`, rounded down. */
  sweepNotional(side: Side, amount: Notional, stepSize: Quantity): Sweep;
}

const NO_LEVELS: readonly Level[] = [];

export function createBook(): Book {
  let bids = NO_LEVELS;
  let asks = NO_LEVELS;
  let receivedAt = 0;
  let seen = false;
  let trusted = false;
  let quoted: Quote | null = null;

  function isValid(): boolean {
    const bid = bids[0];
    const ask = asks[0];
    return trusted && bid !== undefined && ask !== undefined && bid.price < ask.price;
  }

  function taken(side: Side): readonly Level[] {
    if (!isValid()) return NO_LEVELS;
    return side === 'BUY' ? asks : bids;
  }

  return {
    apply(update: BookUpdate): void {
      bids = update.bids;
      asks = update.asks;
      receivedAt = update.receivedAt;
      seen = true;
      trusted = true;
      quoted = null;
    },
    invalidate(): void {
      trusted = false;
      quoted = null;
    },
    quote(): Quote | null {
      if (!seen) return null;
      if (quoted === null) {
        const bid = bids[0];
        const ask = asks[0];
        quoted = {
          bid: bid?.price ?? ZERO_PRICE,
          ask: ask?.price ?? ZERO_PRICE,
          bidQuantity: bid?.quantity ?? ZERO_QUANTITY,
          askQuantity: ask?.quantity ?? ZERO_QUANTITY,
          receivedAt,
          valid: isValid(),
          crossed: bid !== undefined && ask !== undefined && bid.price >= ask.price,
        };
      }
      return quoted;
    },
    bids: () => bids,
    asks: () => asks,
    mid(): Price | null {
      const bid = bids[0];
      const ask = asks[0];
      if (!isValid() || bid === undefined || ask === undefined) return null;
      return ((bid.price + ask.price) / 2n) as Price;
    },
    spreadBps(): number | null {
      const bid = bids[0];
      const ask = asks[0];
      if (!isValid() || bid === undefined || ask === undefined) return null;
      // A hundred times finer than whole basis points: a liquid spread is a fraction of one.
      return ratioBps((ask.price - bid.price) * 2n * 10_000n, bid.price + ask.price) / 10_000;
    },
    depthNotional(side: Side, withinBps: number): Notional {
      const levels = taken(side);
      const touch = levels[0]?.price ?? ZERO_PRICE;
      const reach = (touch * BigInt(Math.round(withinBps * 100))) / 1_000_000n;
      let total = 0n;
      for (const level of levels) {
        const distance = side === 'BUY' ? level.price - touch : touch - level.price;
        if (distance > reach) break;
        total += notionalFloor(level.price, level.quantity);
      }
      return total as Notional;
    },
    sweepQuantity(side: Side, quantity: Quantity): Sweep {
      return sweep(
        taken(side),
        (level, filled) => smallest(level.quantity, quantity - filled),
        (filled) => filled >= quantity,
      );
    },
    sweepNotional(side: Side, amount: Notional, stepSize: Quantity): Sweep {
      return sweep(
        taken(side),
        (level, _filled, spent) =>
          smallest(
            level.quantity,
            floorTo(quantityFloor((amount - spent) as Notional, level.price), stepSize),
          ),
        // Nothing is left that would still buy one step at the last price.
        (_filled, spent, last) =>
          last > 0n && floorTo(quantityFloor((amount - spent) as Notional, last), stepSize) === 0n,
      );
    },
  };
}

function sweep(
  levels: readonly Level[],
  take: (level: Level, filled: bigint, spent: bigint) => bigint,
  enough: (filled: bigint, spent: bigint, lastPrice: Price) => boolean,
): Sweep {
  let filled = 0n;
  let spent = 0n;
  let worstPrice = ZERO_PRICE;
  for (const level of levels) {
    if (enough(filled, spent, worstPrice)) break;
    const size = take(level, filled, spent);
    if (size <= 0n) break;
    filled += size;
    spent += notionalFloor(level.price, size as Quantity);
    worstPrice = level.price;
  }
  return {
    quantity: filled as Quantity,
    notional: filled === 0n ? ZERO_NOTIONAL : (spent as Notional),
    averagePrice: filled === 0n ? ZERO_PRICE : averagePriceFloor(spent as Notional, filled as Quantity),
    worstPrice,
    complete: filled > 0n && enough(filled, spent, worstPrice),
  };
}

function smallest(left: bigint, right: bigint): bigint {
  return left < right ? left : right;
}
