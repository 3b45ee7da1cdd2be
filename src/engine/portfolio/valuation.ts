/**
 * What the account is worth: the quote balance plus open positions and the dust of closed ones, marked
 * at the best bid (domain rules, "Equity"). Without a bid the entry price stands in, never zero.
 */
import {
  notionalFloor,
  ZERO_NOTIONAL,
  ZERO_QUANTITY,
  type AssetAmount,
  type Notional,
  type Price,
  type Quantity,
} from '../../core/money.ts';
import { holdingOf, type Ledger } from './ledger.ts';
import { entryPrice, heldCost, heldQuantity, type Position, type Positions, type Dust } from './positions.ts';

/** Best bid of a symbol, or null. */
export type BidOf = (symbol: string) => Price | null;

export function positionValue(position: Position, bidOf: BidOf): Notional {
  return notionalFloor(bidOf(position.symbol) ?? entryPrice(position), heldQuantity(position));
}

export function equityOf(ledger: Ledger, positions: Positions, quoteAsset: string, bidOf: BidOf): Notional {
  let equity = holdingOf(ledger, quoteAsset) as bigint;
  for (const position of positions.open.values()) equity += positionValue(position, bidOf);
  for (const [asset, dust] of positions.dust) equity += dustValue(asset, dust, quoteAsset, bidOf);
  return equity as Notional;
}

/** Marked at the best bid; what it cost while nobody bids. */
export function dustValue(asset: string, dust: Dust, quoteAsset: string, bidOf: BidOf): Notional {
  const bid = bidOf(`${asset}${quoteAsset}`);
  return bid === null ? dust.cost : notionalFloor(bid, dust.quantity);
}

/** Cost of everything open: what is at stake in positions, for exposure figures. */
export function exposureOf(positions: Positions): Notional {
  let total = ZERO_NOTIONAL as bigint;
  for (const position of positions.open.values()) total += heldCost(position);
  return total as Notional;
}

/**
 * The part of a position that can be sold: what the account really holds of the coin at most (somebody else
 * may have sold some), floored to the exchange's step (invariant 8).
 */
export function sellableQuantity(position: Position, stepSize: Quantity, holding: AssetAmount): Quantity {
  const held = heldQuantity(position) as bigint;
  const there = holding < held ? holding : held;
  if (there <= 0n) return ZERO_QUANTITY;
  return (stepSize === 0n ? there : (there / stepSize) * stepSize) as Quantity;
}
