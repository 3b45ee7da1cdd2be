/**
 * How much an order must hold locked: a sell its quantity; a buy its price times quantity, rounded up;
 * a market buy what the book asks for it. The legs of an OCO share one lock, as large as the dearer needs.
 */
import { notionalCeil, ZERO_PRICE } from '../../core/money.ts';
import { reach, takerOf } from './book-walk.ts';
import type { Step } from './engine.ts';
import { isMarketType, isOpen, isWaiting, remainingOf, type LiveOrder } from './live-order.ts';
import { siblingOf } from './live-list.ts';
import type { Market } from './market.ts';
import { lotsOf } from './scale.ts';

/** What an order has to set aside before it may stand. */
export function requiredLock(market: Market, order: LiveOrder): bigint {
  const quantity = remainingOf(order);
  if (order.side === 'SELL') return quantity;
  if (!isMarketType(order.type)) return notionalCeil(order.price, quantity);
  if (order.type === 'MARKET') {
    return reach(market, takerOf(order), Infinity, lotsOf(market.scale, quantity)).quote;
  }
  // A market stop pays what the book asks when it triggers; until then its stop price is the best guess.
  const expected = order.stopPrice > 0n ? order.stopPrice : (market.lastPrice ?? ZERO_PRICE);
  return notionalCeil(expected, quantity);
}

/** What an order that works must keep locked for its remaining quantity. */
export function neededLock(order: LiveOrder): bigint {
  const remaining = remainingOf(order);
  if (order.side === 'SELL') return remaining;
  // A market buy keeps its estimate until it ends; what it did not need goes back then.
  if (isMarketType(order.type)) return remaining === 0n ? 0n : (order.lock?.amount ?? 0n);
  return notionalCeil(order.price, remaining);
}

/** Gives back what an order, and its partner in an OCO, no longer need after becoming smaller. */
export function keepNeeded(step: Step, order: LiveOrder): void {
  if (order.lock === null) return;
  const sibling = siblingOf(order);
  let needed = 0n;
  for (const each of [order, sibling]) {
    if (each === null || !isOpen(each)) continue;
    const own = isWaiting(each) ? requiredLock(step.market, each) : neededLock(each);
    if (own > needed) needed = own;
  }
  step.engine.ledger.shrink(order.account, order.lock, needed);
}
