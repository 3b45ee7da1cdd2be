/**
 * What each open position needs now, from its state alone: a resting stop, an exit, or nothing. Level-triggered
 * on purpose: after a crash, a lost answer or a foreign cancel the same function finds the way (invariants 8, 14).
 * Nothing is sent for a symbol while an outcome on it is unknown (invariant 4).
 */
import {
  ceilTo,
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
import { isComplete, isUnresolved, siblingOf, type Order, type Orders } from './executor/orders.ts';

export type Need =
  | { readonly kind: 'nothing' }
  /** An outcome must be known first. */
  | { readonly kind: 'wait'; readonly orderIds: readonly string[] }
  | { readonly kind: 'place'; readonly reduce: Reduce }
  /** A stop and a target that cancel each other, as one order list. */
  | { readonly kind: 'placeList'; readonly stop: Reduce; readonly target: Reduce }
  | { readonly kind: 'cancel'; readonly order: Order; readonly reason: string }
  /** All sold, or what is left cannot be sold. */
  | { readonly kind: 'close'; readonly reason: CloseReason }
  /** The market is already at the stop, or at a target that does not rest: leave now. */
  | { readonly kind: 'flatten'; readonly reason: CloseReason };

/** What the market and earlier attempts allow at this moment. */
export type Circumstances = {
  /** The price one leg of an exit must get at least for this quantity; null: sell at the market. */
  readonly limitFor: (quantity: Quantity) => Price | null;
  /** Whether an order list with its target at this price can be tried now. */
  readonly targetOpen: (price: Price) => boolean;
};

const PLAIN: Circumstances = { limitFor: () => null, targetOpen: () => true };

export function positionNeed(
  position: Position,
  orders: Orders,
  symbol: SymbolRules,
  bid: Price | null,
  /** What the account holds of the position's coin. */
  holding: AssetAmount,
  circumstances: Circumstances = PLAIN,
): Need {
  const own = [...orders.open.values()].filter(
    (order) => order.positionId === position.positionId && !isComplete(order),
  );
  const unresolved = own.filter(isUnresolved);
  if (unresolved.length > 0) return { kind: 'wait', orderIds: unresolved.map((order) => order.orderId) };

  const entry = own.find((order) => order.purpose === 'entry');
  const stop = own.find((order) => order.purpose === 'stop');
  const target = own.find((order) => order.purpose === 'target');
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
    if (target !== undefined) return cancelOnce(target, 'the position is being closed');
    if (!canSell) return { kind: 'close', reason: position.closing.reason };
    return leave(sellable, position.closing.reason);
  }
  if (position.reducing !== null && canSell) {
    const part = smaller(floorTo(position.reducing, step), sellable);
    const resting = stop ?? target;
    if (part > 0n && resting !== undefined) return cancelOnce(resting, 'part of the position is being sold');
    if (part > 0n) return leave(part, 'manual');
  }
  const stopPrice = floorTo(position.stopPrice, symbol.tickSize);
  const goal = position.targetPrice === null ? null : ceilTo(position.targetPrice, symbol.tickSize);
  // A target that rests sells by itself; one that cannot rest is looked after from here.
  if (goal !== null && target === undefined && canSell && bid !== null && bid >= goal)
    return { kind: 'flatten', reason: 'take_profit' };
  const listed = goal !== null && fitsList(goal, sellable, symbol, circumstances) ? goal : null;
  if (stop !== undefined) {
    if (stop.cancelRequestedAt !== null || stop.filledQuantity > 0n) return { kind: 'nothing' };
    // For the wrong amount, the wrong price, with or without a target: replaced. Within one step it is right.
    const fits =
      restOf(stop) === sellable &&
      stop.stopPrice === stopPrice &&
      (target === undefined ? listed === null : target.price === listed && restOf(target) === sellable);
    return fits ? { kind: 'nothing' } : cancelOnce(stop, 'the stop no longer fits the position');
  }
  // Its stop is gone: coins under a target alone are bare. The exchange ends the stop with the first fill of the
  // target, so one that has just expired says that a fill is on its way.
  if (target !== undefined && isAboutToFill(target, orders)) return { kind: 'nothing' };
  if (target !== undefined) return cancelOnce(target, 'the stop beside it is gone');
  if (entry !== undefined && !canSell) return { kind: 'nothing' };
  if (!canSell) return { kind: 'close', reason: soldOut(position, orders) };
  if (bid !== null && stopPrice >= bid) return { kind: 'flatten', reason: 'stop_loss' };
  const protect = reduceOf(position, 'stop', sellable, stopPrice, reference, 'protect');
  if (listed === null) return { kind: 'place', reduce: protect };
  return {
    kind: 'placeList',
    stop: protect,
    target: { ...protect, purpose: 'target', stopPrice: null, price: listed },
  };
}

function isAboutToFill(target: Order, orders: Orders): boolean {
  const stop = siblingOf(orders, target);
  return target.filledQuantity === 0n && stop?.status === 'EXPIRED' && stop.filledQuantity === 0n;
}

function restOf(order: Order): bigint {
  return (order.quantity ?? 0n) - order.filledQuantity;
}

/** Whether stop and target can rest together: what the filters forbid is protected by a plain stop. */
function fitsList(
  goal: Price,
  sellable: Quantity,
  symbol: SymbolRules,
  circumstances: Circumstances,
): boolean {
  return (
    symbol.ocoAllowed &&
    goal <= symbol.maxPrice &&
    sellable <= marketMaximum(symbol) &&
    notionalFloor(goal, sellable) <= symbol.maxNotional &&
    circumstances.targetOpen(goal)
  );
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

/** Whether the market has passed a stop that still rests whole: people trade below it and it has sold nothing. */
export function isOverdue(
  position: Position,
  orders: Orders,
  symbol: SymbolRules,
  bid: Price | null,
  lastPrice: Price | null,
): boolean {
  if (position.closing !== null || symbol.status !== 'TRADING' || bid === null || lastPrice === null)
    return false;
  for (const order of orders.open.values()) {
    if (order.positionId !== position.positionId || order.purpose !== 'stop' || isUnresolved(order)) continue;
    if (order.stopPrice === null || order.filledQuantity > 0n || order.cancelRequestedAt !== null) continue;
    if (bid < order.stopPrice && lastPrice < order.stopPrice) return true;
  }
  return false;
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

/** Nothing was asked to close it and it is gone: its stop or target sold it, a sale of ours, or somebody outside. */
function soldOut(position: Position, orders: Orders): CloseReason {
  let sold: CloseReason = 'external';
  for (const order of orders.finished.values()) {
    if (order.positionId !== position.positionId || order.filledQuantity === 0n) continue;
    if (order.purpose === 'stop') return 'stop_loss';
    if (order.purpose === 'target') sold = 'take_profit';
    if (order.purpose === 'exit' && sold === 'external') sold = 'manual';
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
