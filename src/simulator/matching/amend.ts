/**
 * Amend keeping priority (Binance, order_amend_keep_priority.md): an open order's quantity may only
 * fall; its place in the queue stays. Amending one leg of an OCO amends both. Falling to what has
 * already executed ends the order.
 */
import type { Quantity } from '../../core/money.ts';
import { ok, type Result } from '../../core/result.ts';
import { reportExecution, reportList, type Engine, type Step } from './engine.ts';
import { checkFilters } from './filters.ts';
import { expireOrder } from './lifecycle.ts';
import { isOpen, isStopType, pictureOf, remainingOf, type LiveOrder } from './live-order.ts';
import { siblingOf } from './live-list.ts';
import { settleAftermath } from './aftermath.ts';
import { address } from './place.ts';
import { asRequest, requiredLock } from './placement.ts';
import { amendChangesNothing, amendClosed, amendDuplicate, amendIncreases, amendUnknown, invalidQuantity, tooManyAmends } from './rejects.ts';
import { lotsOf } from './scale.ts';
import { neededLock } from './settlement.ts';
import type { OrderRef, VenueOrder, VenueReject } from './venue-api.ts';

export function amendOrder(
  engine: Engine,
  now: number,
  accountId: number,
  symbol: string,
  ref: OrderRef,
  newQuantity: Quantity,
  newClientOrderId: string,
): Result<VenueOrder, VenueReject> {
  const addressed = address(engine, accountId, symbol);
  if (!addressed.ok) return addressed;
  const { market, mine } = addressed.value;
  const { spec } = market;
  if (spec.status !== 'TRADING' && spec.status !== 'CANCEL_ONLY') return amendClosed();
  const order = mine.findOpen(ref);
  if (order === null) return amendUnknown();
  if (newQuantity <= 0n) return invalidQuantity();
  if (newQuantity > order.originalQuantity) return amendIncreases();
  if (newQuantity === order.originalQuantity) return amendChangesNothing();
  if (spec.maxOrderAmends > 0 && order.amends >= spec.maxOrderAmends) return tooManyAmends();
  const taken = mine.openByClientId.get(newClientOrderId);
  if (taken !== undefined && taken !== order) return amendDuplicate();
  const ends = newQuantity <= order.executedQuantity + order.preventedQuantity;
  if (!ends) {
    // The price was accepted when it was placed: only what the new quantity touches is checked again.
    const filters = checkFilters(market, now, { ...asRequest(order), quantity: newQuantity, selfTradeMode: null });
    if (!filters.ok && !filters.error.message.endsWith('PERCENT_PRICE_BY_SIDE')) return filters;
  }
  const step: Step = { engine, market, now };
  const renamed = newClientOrderId !== order.clientOrderId;
  if (renamed) mine.rename(order, newClientOrderId);
  const sibling = siblingOf(order);
  const both = sibling !== null && isOpen(sibling) ? [order, sibling] : [order];
  for (const each of both) {
    if (!ends) lower(step, each, newQuantity);
    each.amends += 1;
    each.updateTime = now;
    reportExecution(engine, market, now, each, 'REPLACED', { requestClientOrderId: each.clientOrderId });
  }
  if (ends) expireOrder(step, order, 'EXCHANGE_CANCELED');
  else shrinkLock(step, both);
  if (renamed && order.list !== null && order.list.orderStatus === 'EXECUTING') {
    order.list.status = 'UPDATED';
    reportList(engine, now, order.list);
    order.list.status = 'EXEC_STARTED';
  }
  const picture = pictureOf(order);
  settleAftermath(step);
  return ok(picture);
}

function lower(step: Step, order: LiveOrder, newQuantity: Quantity): void {
  const { market } = step;
  const cut = (order.originalQuantity - newQuantity) as Quantity;
  if (order.slot >= 0) market.book.reduce(order.slot, lotsOf(market.scale, cut));
  order.originalQuantity = newQuantity;
}

/** What the smaller orders no longer need goes back; an OCO pair keeps what its dearer leg needs. */
function shrinkLock(step: Step, orders: readonly LiveOrder[]): void {
  const { lock, account } = orders[0]!;
  if (lock === null) return;
  let needed = 0n;
  for (const order of orders) {
    const waitsForMarket = isStopType(order.type) && !order.working;
    const own = waitsForMarket ? requiredLock(step.market, order) : neededLock(order);
    if (own > needed && remainingOf(order) > 0n) needed = own;
  }
  step.engine.ledger.shrink(account, lock, needed);
}
