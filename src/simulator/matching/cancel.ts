/**
 * Cancelling: one order (and with it its whole list), every order of a symbol, a list by name.
 * A symbol in TRADING or CANCEL_ONLY lets cancels through; in any other state nothing moves
 * (Binance, spot_glossary.md: HALT, BREAK, CANCEL_ONLY).
 */
import { ok, type Result } from '../../core/result.ts';
import type { Engine, Step } from './engine.ts';
import { cancelOrder } from './lifecycle.ts';
import { isOpen, pictureOf } from './live-order.ts';
import { listPicture } from './live-list.ts';
import type { Market } from './market.ts';
import { settleAftermath } from './aftermath.ts';
import { address } from './place.ts';
import { cancelClosed, cancelRestricted, unknownOrder } from './rejects.ts';
import type { CancelOrder, VenueOrder, VenueOrderList, VenueReject } from './venue-api.ts';

export function cancelOne(
  engine: Engine,
  now: number,
  request: CancelOrder,
): Result<VenueOrder, VenueReject> {
  const addressed = address(engine, request.accountId, request.symbol);
  if (!addressed.ok) return addressed;
  const { market, mine } = addressed.value;
  if (!letsCancel(market)) return cancelClosed();
  const order = mine.findOpen(request.order);
  if (order === null) return unknownOrder();
  if (request.restriction === 'ONLY_NEW' && order.status !== 'NEW') return cancelRestricted();
  if (request.restriction === 'ONLY_PARTIALLY_FILLED' && order.status !== 'PARTIALLY_FILLED')
    return cancelRestricted();
  const step: Step = { engine, market, now };
  cancelOrder(step, order, request.requestClientOrderId);
  const picture = pictureOf(order);
  settleAftermath(step);
  return ok(picture);
}

export function cancelAll(
  engine: Engine,
  now: number,
  accountId: number,
  symbol: string,
  requestClientOrderId: string,
): Result<readonly VenueOrder[], VenueReject> {
  const addressed = address(engine, accountId, symbol);
  if (!addressed.ok) return addressed;
  const { market, mine } = addressed.value;
  if (!letsCancel(market)) return cancelClosed();
  if (mine.open.size === 0) return unknownOrder();
  const step: Step = { engine, market, now };
  const cancelled: VenueOrder[] = [];
  for (const order of mine.open.values()) {
    if (!isOpen(order)) continue;
    for (const each of cancelOrder(step, order, requestClientOrderId)) cancelled.push(pictureOf(each));
  }
  settleAftermath(step);
  return ok(cancelled);
}

export type ListRef = { readonly orderListId: number } | { readonly listClientOrderId: string };
type CancelledList = { readonly list: VenueOrderList; readonly orders: readonly VenueOrder[] };

export function cancelList(
  engine: Engine,
  now: number,
  accountId: number,
  symbol: string,
  ref: ListRef,
  requestClientOrderId: string,
): Result<CancelledList, VenueReject> {
  const addressed = address(engine, accountId, symbol);
  if (!addressed.ok) return addressed;
  const { market, account, mine } = addressed.value;
  if (!letsCancel(market)) return cancelClosed();
  const list =
    'orderListId' in ref ? engine.lists.get(ref.orderListId) : mine.openLists.get(ref.listClientOrderId);
  if (list === undefined || list.account !== account || list.symbol !== symbol) return unknownOrder();
  const order = list.orders.find(isOpen);
  if (order === undefined) return unknownOrder();
  const step: Step = { engine, market, now };
  const cancelled = cancelOrder(step, order, requestClientOrderId).map(pictureOf);
  const picture = listPicture(list);
  settleAftermath(step);
  return ok({ list: picture, orders: cancelled });
}

function letsCancel(market: Market): boolean {
  return market.spec.status === 'TRADING' || market.spec.status === 'CANCEL_ONLY';
}
