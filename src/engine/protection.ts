/**
 * What each open position needs now, from its state alone: a resting stop, an exit, or nothing. Level-triggered
 * on purpose: after a crash, a lost answer or a foreign cancel the same function finds the way (invariants 8, 14).
 * Nothing is sent for a symbol while an outcome on it is unknown (invariant 4).
 */
import {
  floorTo,
  larger,
  notionalFloor,
  smaller,
  type AssetAmount,
  type Price,
  type Quantity,
} from '../core/money.ts';
import type { Reduce } from '../core/stages.ts';
import { marketMaximum, marketMinimum, marketStep, type SymbolRules } from '../core/symbols.ts';
import type { CloseReason } from '../core/vocabulary.ts';
import { sellableQuantity } from './portfolio/valuation.ts';
import type { Position } from './portfolio/positions.ts';
import { isComplete, isUnresolved, type Order, type Orders } from './executor/orders.ts';

export type Need =
  | { readonly kind: 'nothing' }
  /** An outcome must be known first. */
  | { readonly kind: 'wait'; readonly orderIds: readonly string[] }
  | { readonly kind: 'place'; readonly reduce: Reduce }
  | { readonly kind: 'cancel'; readonly order: Order; readonly reason: string }
  /** All sold, or what is left cannot be sold. */
  | { readonly kind: 'close'; readonly reason: CloseReason }
  /** The stop price is already above the market: the stop would trigger at once, so leave now. */
  | { readonly kind: 'flatten'; readonly reason: string };

/** What the market and earlier attempts allow at this moment. */
export type Circumstances = {
  /** The price one leg of an exit must get at least for this quantity; null: sell at the market. */
  readonly limitFor: (quantity: Quantity) => Price | null;
};

const AT_THE_MARKET: Circumstances = { limitFor: () => null };

export function positionNeed(
  position: Position,
  orders: Orders,
  symbol: SymbolRules,
  bid: Price | null,
  /** What the account holds of the position's coin. */
  holding: AssetAmount,
  circumstances: Circumstances = AT_THE_MARKET,
): Need {
  const own = [...orders.open.values()].filter(
    (order) => order.positionId === position.positionId && !isComplete(order),
  );
  const unresolved = own.filter(isUnresolved);
  if (unresolved.length > 0) return { kind: 'wait', orderIds: unresolved.map((order) => order.orderId) };

  const entry = own.find((order) => order.purpose === 'entry');
  const stop = own.find((order) => order.purpose === 'stop');
  const exit = own.find((order) => order.purpose === 'exit');
  if (exit !== undefined) return { kind: 'nothing' };

  const step = marketStep(symbol);
  const sellable = sellableQuantity(position, step, holding);
  const reference = bid ?? position.stopPrice;
  const canSell = isSellable(position, sellable, symbol, bid);
  /** What is more than the exchange takes in one order follows in the next. */
  const leave = (wanted: Quantity, reason: CloseReason): Need => {
    const quantity = smaller(wanted, floorTo(marketMaximum(symbol), step));
    const price = circumstances.limitFor(quantity);
    const reduce = reduceOf(position, 'exit', quantity, null, reference, reason);
    return { kind: 'place', reduce: { ...reduce, price } };
  };

  if (position.closing !== null) {
    if (entry !== undefined) return cancelOnce(entry, 'the position is being closed');
    if (stop !== undefined) return cancelOnce(stop, 'the position is being closed');
    if (!canSell) return { kind: 'close', reason: position.closing.reason };
    return leave(sellable, position.closing.reason);
  }
  if (position.reducing !== null && canSell) {
    const part = smaller(floorTo(position.reducing, step), sellable);
    if (part > 0n && stop !== undefined) return cancelOnce(stop, 'part of the position is being sold');
    if (part > 0n) return leave(part, 'manual');
  }
  if (stop !== undefined) {
    if (stop.cancelRequestedAt !== null) return { kind: 'nothing' };
    // A stop for the wrong amount or the wrong price is replaced; within one step it is right.
    const resting = (stop.quantity ?? 0n) - stop.filledQuantity;
    const target = floorTo(position.stopPrice, symbol.tickSize);
    if (stop.filledQuantity === 0n && (resting !== sellable || stop.stopPrice !== target))
      return cancelOnce(stop, 'the stop no longer fits the position');
    return { kind: 'nothing' };
  }
  if (entry !== undefined && !canSell) return { kind: 'nothing' };
  if (!canSell) return { kind: 'close', reason: soldOut(position, orders) };
  const stopPrice = floorTo(position.stopPrice, symbol.tickSize);
  if (bid !== null && stopPrice >= bid)
    return { kind: 'flatten', reason: 'the market is at or below the stop' };
  return { kind: 'place', reduce: reduceOf(position, 'stop', sellable, stopPrice, reference, 'protect') };
}

/** Whether the position lacks its stop now and something could be done about it (invariant 14). */
export function isBare(
  position: Position,
  orders: Orders,
  symbol: SymbolRules,
  bid: Price | null,
  holding: AssetAmount,
): boolean {
  if (position.closing !== null || symbol.status !== 'TRADING') return false;
  const sellable = sellableQuantity(position, marketStep(symbol), holding);
  if (!isSellable(position, sellable, symbol, bid)) return false;
  let covered = 0n;
  for (const order of orders.open.values()) {
    if (order.positionId !== position.positionId || isComplete(order)) continue;
    if (isUnresolved(order) || order.purpose === 'exit') return false;
    if (order.purpose === 'stop') covered += (order.quantity ?? 0n) - order.filledQuantity;
  }
  return covered * 100n < sellable * 99n;
}

/**
 * Whether the exchange would take it. The better of bid and stop decides: one odd tick far below the stop
 * must not turn a position into dust that nobody looks after.
 */
function isSellable(position: Position, sellable: Quantity, symbol: SymbolRules, bid: Price | null): boolean {
  const at = larger(bid ?? position.stopPrice, position.stopPrice);
  return (
    sellable > 0n && sellable >= marketMinimum(symbol) && notionalFloor(at, sellable) >= symbol.minNotional
  );
}

function cancelOnce(order: Order, reason: string): Need {
  return order.cancelRequestedAt === null ? { kind: 'cancel', order, reason } : { kind: 'nothing' };
}

/** Nothing was asked to close it and it is gone: its stop sold it, a sale of ours did, or somebody outside. */
function soldOut(position: Position, orders: Orders): CloseReason {
  let sold: CloseReason = 'external';
  for (const order of orders.finished.values()) {
    if (order.positionId !== position.positionId || order.filledQuantity === 0n) continue;
    if (order.purpose === 'stop') return 'stop_loss';
    if (order.purpose === 'exit') sold = 'manual';
  }
  return sold;
}

function reduceOf(
  position: Position,
  purpose: 'exit' | 'stop',
  quantity: Reduce['quantity'],
  stopPrice: Price | null,
  referencePrice: Price,
  reason: Reduce['reason'],
): Reduce {
  return {
    positionId: position.positionId,
    symbol: position.symbol,
    purpose,
    actor: position.closing?.actor ?? 'protection',
    commandId: position.closing?.commandId ?? '',
    reason,
    quantity,
    stopPrice,
    price: null,
    referencePrice,
  };
}
