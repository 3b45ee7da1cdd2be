/**
 * How orders end: filled, cancelled, expired, prevented; and what their end does to the list they
 * belong to (Binance, rest-api.md, Order lists): the partner of an OCO leg expires before the leg
 * works or fills, a filled working order releases its pending ones, any other end takes the list along.
 */
import { accountMarket, reportExecution, reportList, type ExecutionDetail, type Step } from './engine.ts';
import { isOpen, isWaiting, type LiveOrder } from './live-order.ts';
import { pendingOn, siblingOf } from './live-list.ts';
import { vacate } from './market.ts';
import type { ExecutionType, VenueOrderStatus } from './venue-api.ts';

/** Takes an order off the book or out of the waiting stops, where it stands. */
export function withdraw(step: Step, order: LiveOrder): void {
  const { market } = step;
  if (order.slot >= 0) {
    market.book.remove(order.slot);
    vacate(market, order);
  } else if (isWaiting(order)) {
    market.stops.remove(order);
  }
}

/** Books an order whose status is final: frees its money, then lets its list follow. */
export function closeOrder(step: Step, order: LiveOrder): void {
  const { engine } = step;
  accountMarket(order.account, order.symbol).close(order);
  const sibling = siblingOf(order);
  const shared = sibling !== null && isOpen(sibling);
  const { lock } = order;
  order.lock = null;
  if (lock !== null && !shared) engine.ledger.shrink(order.account, lock, 0n);
  const { list } = order;
  if (list === null) return;
  if (shared) {
    // An OCO whose leg ends unfilled takes the other leg along.
    expireOrder(step, sibling, 'OCO_TRIGGER');
    return;
  }
  const pending = pendingOn(order).filter(isOpen);
  const [first] = pending;
  if (first !== undefined) {
    if (order.status === 'FILLED') {
      step.market.triggered.push(first);
      return;
    }
    for (const each of pending) if (isOpen(each)) expireOrder(step, each, 'OTO_PHASE_ONE_EXPIRED');
    return;
  }
  if (list.orderStatus === 'ALL_DONE' || list.orders.some(isOpen)) return;
  list.status = 'ALL_DONE';
  list.orderStatus = 'ALL_DONE';
  reportList(engine, step.now, list);
  accountMarket(list.account, list.symbol).openLists.delete(list.listClientOrderId);
}

/** Ends an order with its report. */
function endOrder(
  step: Step,
  order: LiveOrder,
  status: VenueOrderStatus,
  executionType: ExecutionType,
  detail: ExecutionDetail = {},
): void {
  withdraw(step, order);
  order.status = status;
  order.updateTime = step.now;
  reportExecution(step.engine, step.market, step.now, order, executionType, detail);
  closeOrder(step, order);
}

export function expireOrder(step: Step, order: LiveOrder, reason: string): void {
  order.expiryReason = reason;
  endOrder(step, order, 'EXPIRED', 'EXPIRED');
}

/** Expires the other leg of an OCO, leaving the shared lock to this one. */
export function expireSibling(step: Step, order: LiveOrder): void {
  const sibling = siblingOf(order);
  if (sibling === null || !isOpen(sibling)) return;
  withdraw(step, sibling);
  sibling.status = 'EXPIRED';
  sibling.expiryReason = 'OCO_TRIGGER';
  sibling.updateTime = step.now;
  sibling.lock = null;
  reportExecution(step.engine, step.market, step.now, sibling, 'EXPIRED');
  accountMarket(sibling.account, sibling.symbol).close(sibling);
}

/** Cancels an order, and with it every order of its list. */
export function cancelOrder(
  step: Step,
  order: LiveOrder,
  requestClientOrderId: string,
): readonly LiveOrder[] {
  const together = order.list === null ? [order] : order.list.orders.filter(isOpen);
  // All leave before the first is closed, so that no leg is taken for an expiry of its partner.
  for (const each of together) {
    withdraw(step, each);
    each.status = 'CANCELED';
    each.updateTime = step.now;
    reportExecution(step.engine, step.market, step.now, each, 'CANCELED', { requestClientOrderId });
  }
  for (const each of together) closeOrder(step, each);
  return together;
}
