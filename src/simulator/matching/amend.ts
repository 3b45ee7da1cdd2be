/**
 * Amend keeping priority (Binance, order_amend_keep_priority.md): an open order's quantity may only
 * fall; its place in the queue stays. Amending one leg of an OCO amends both. Falling to what has
 * already executed ends the order.
 */
import type { Quantity } from '../../core/money.ts';
import { ok, type Result } from '../../core/result.ts';
import { reportExecution, reportList, type Engine, type Step } from './engine.ts';
import { checkQuantities } from './filters.ts';
import { expireOrder } from './lifecycle.ts';
import { isOpen, pictureOf, type LiveOrder } from './live-order.ts';
import { siblingOf } from './live-list.ts';
import { keepNeeded } from './locks.ts';
import { settleAftermath } from './aftermath.ts';
import { address } from './place.ts';
import { asRequest } from './placement.ts';
import {
  amendChangesNothing,
  amendClosed,
  amendDuplicate,
  amendIncreases,
  amendUnknown,
  invalidQuantity,
  tooManyAmends,
} from './rejects.ts';
import { lotsOf } from './scale.ts';
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
  const sibling = siblingOf(order);
  const both = sibling !== null && isOpen(sibling) ? [order, sibling] : [order];
  const ends = both.some((each) => newQuantity <= each.executedQuantity + each.preventedQuantity);
  if (!ends) {
    // The price was accepted when it was placed: only what the new quantity touches is checked again.
    const filters = checkQuantities(market, now, { ...asRequest(order), quantity: newQuantity });
    if (!filters.ok) return filters;
  }
  const step: Step = { engine, market, now };
  const renamed = newClientOrderId !== order.clientOrderId;
  for (const each of both) {
    if (!ends) lower(step, each, newQuantity);
    each.amends += 1;
    each.updateTime = now;
    reportExecution(engine, market, now, each, 'REPLACED', {
      requestClientOrderId: each === order ? newClientOrderId : each.clientOrderId,
    });
  }
  if (renamed) mine.rename(order, newClientOrderId);
  if (ends) expireOrder(step, order, 'EXCHANGE_CANCELED');
  else keepNeeded(step, order);
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
