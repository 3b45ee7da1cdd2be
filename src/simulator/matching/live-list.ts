/**
 * An order list as the venue keeps it while it changes, and the picture of it that leaves the venue.
 * An OTOCO is an OTO to the outside: its contingency type says OTO (Binance, rest-api.md).
 */
import type { Account } from './ledger.ts';
import type { LiveOrder } from './live-order.ts';
import type { ListKind, ListOrderStatus, ListStatus, VenueOrderList } from './venue-api.ts';

export type LiveList = {
  readonly orderListId: number;
  readonly account: Account;
  readonly symbol: string;
  readonly kind: ListKind;
  readonly listClientOrderId: string;
  readonly orders: LiveOrder[];
  status: ListStatus;
  orderStatus: ListOrderStatus;
  transactionTime: number;
};

/** The other leg of an OCO pair, or null for an order that has none. */
export function siblingOf(order: LiveOrder): LiveOrder | null {
  const list = order.list;
  if (list === null || list.kind === 'OTO') return null;
  const first = list.kind === 'OCO' ? 0 : 1;
  const above = list.orders[first];
  const below = list.orders[first + 1];
  if (order === above) return below ?? null;
  if (order === below) return above ?? null;
  return null;
}

/** Orders that wait for this one to fill. */
export function pendingOn(order: LiveOrder): readonly LiveOrder[] {
  const list = order.list;
  if (list === null || list.kind === 'OCO' || list.orders[0] !== order) return [];
  return list.orders.slice(1);
}

export function listPicture(list: LiveList): VenueOrderList {
  return {
    orderListId: list.orderListId,
    accountId: list.account.spec.accountId,
    symbol: list.symbol,
    contingencyType: list.kind === 'OCO' ? 'OCO' : 'OTO',
    listStatusType: list.status,
    listOrderStatus: list.orderStatus,
    listClientOrderId: list.listClientOrderId,
    transactionTime: list.transactionTime,
    orders: list.orders.map(({ symbol, orderId, clientOrderId }) => ({ symbol, orderId, clientOrderId })),
  };
}
