/**
 * The end of an engine transaction, and the orders its trades have set off: triggered stops and the
 * pending orders of filled lists, each entering in a transaction of its own, first come first served.
 */
import { reach, takerOf } from './book-walk.ts';
import { reportBalances, reportExecution, type Step } from './engine.ts';
import { expireOrder, expireSibling } from './lifecycle.ts';
import { isMarketType, isOpen, remainingOf, type LiveOrder } from './live-order.ts';
import { pendingOn } from './live-list.ts';
import { neededLock } from './locks.ts';
import { enterBook } from './matching.ts';
import { activate, asRequest, checkMoment, reserve } from './placement.ts';
import { lotsOf } from './scale.ts';

/** Ends the transaction, then lets each order it set off enter in one of its own. */
export function settleAftermath(step: Step): void {
  const { engine, market, now } = step;
  reportBalances(engine, now);
  // A triggered order's trades may trigger more: they queue up behind.
  while (market.triggered.length > 0) {
    const order = market.triggered.shift()!;
    if (!isOpen(order)) continue;
    if (order.status === 'PENDING_NEW') releasePending(step, order);
    else trigger(step, order);
    reportBalances(engine, now);
  }
}

function trigger(step: Step, order: LiveOrder): void {
  expireSibling(step, order);
  if (order.lock !== null) step.engine.ledger.shrink(order.account, order.lock, neededLock(order));
  order.working = true;
  order.workingTime = step.now;
  order.updateTime = step.now;
  if (!coversMarketBuy(step, order)) {
    expireOrder(step, order, 'REJECTED');
    return;
  }
  reportExecution(step.engine, step.market, step.now, order, 'NEW');
  enterBook(step, order, null);
}

/** A market buy pays what the book asks: tops its lock up to that, or says it cannot. */
function coversMarketBuy(step: Step, order: LiveOrder): boolean {
  if (order.side !== 'BUY' || !isMarketType(order.type) || order.lock === null) return true;
  if (order.account.spec.unlimited) return true;
  const lots = lotsOf(step.market.scale, remainingOf(order));
  const { quote } = reach(step.market, takerOf(order), Infinity, lots);
  if (quote <= order.lock.amount) return true;
  return step.engine.ledger.lock(order.account, order.lock, quote - order.lock.amount);
}

/** The working order of a list has filled: its pending orders enter, or expire when they cannot. */
function releasePending(step: Step, first: LiveOrder): void {
  const { list } = first;
  if (list === null) return;
  const working = list.orders[0]!;
  const pending = pendingOn(working).filter((order) => order.status === 'PENDING_NEW');
  const fits = pending.every((order) => checkMoment(step.market, asRequest(order)).ok);
  if (!fits || !reserve(step, first.account, pending)) {
    for (const order of pending) if (order.status === 'PENDING_NEW') expireOrder(step, order, 'REJECTED');
    return;
  }
  for (const order of pending) activate(step, order, null);
}
