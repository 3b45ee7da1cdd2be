/**
 * User data events in the exchange's shapes: executionReport with its conditional members,
 * outboundAccountPosition, balanceUpdate, listStatus (user-data-stream.md of its documentation).
 */
import { invariant } from '../../core/invariant.ts';
import { notionalFloor } from '../../core/money.ts';
import type { VenueEvent } from '../matching/venue-api.ts';
import { eightPlaces } from './decimals.ts';
import type { Json, TimeUnit } from './render.ts';

/** `formerClientOrderId` is set on an amend that gave the order a new id. */
export type Execution = Extract<VenueEvent, { readonly kind: 'execution' }> & {
  readonly formerClientOrderId?: string;
};

/** One `executionReport`; on cancels and amends `c` is the request's id and `C` the order's. */
function executionReport(event: Execution, unit: TimeUnit): Json {
  const { order, fill } = event;
  const other = event.requestClientOrderId !== order.clientOrderId;
  const onBook = order.working && (order.status === 'NEW' || order.status === 'PARTIALLY_FILLED');
  return {
    e: 'executionReport',
    E: event.at * unit,
    s: order.symbol,
    c: event.requestClientOrderId,
    S: order.side,
    o: order.type,
    f: order.timeInForce,
    q: eightPlaces(order.originalQuantity),
    p: eightPlaces(order.price),
    P: eightPlaces(order.stopPrice),
    F: eightPlaces(order.icebergQuantity),
    g: order.orderListId,
    C: event.formerClientOrderId ?? (other ? order.clientOrderId : ''),
    x: event.executionType,
    X: order.status,
    r: event.rejectReason,
    i: order.orderId,
    l: eightPlaces(fill?.quantity ?? 0n),
    z: eightPlaces(order.executedQuantity),
    L: eightPlaces(fill?.price ?? 0n),
    n: fill === null ? '0' : eightPlaces(fill.commission),
    N: fill?.commissionAsset ?? null,
    T: event.at * unit,
    t: fill?.tradeId ?? -1,
    ...(order.preventedMatchId === null ? {} : { v: order.preventedMatchId }),
    I: event.executionId,
    w: onBook,
    m: fill?.isMaker ?? false,
    M: fill !== null,
    O: order.time * unit,
    Z: eightPlaces(order.cumulativeQuote),
    Y: eightPlaces(fill?.quoteQuantity ?? 0n),
    Q: eightPlaces(order.originalQuoteQuantity),
    ...(order.workingTime === null ? {} : { W: order.workingTime * unit }),
    V: order.selfTradeMode,
    ...reportExtras(event, unit),
  };
}

function reportExtras(event: Execution, unit: TimeUnit): Json {
  const { order } = event;
  const prevented = event.preventedWith;
  return {
    ...(order.trailingDeltaBps === null ? {} : { d: order.trailingDeltaBps }),
    ...(order.trailingTime === null ? {} : { D: order.trailingTime * unit }),
    ...(order.strategyId === null ? {} : { j: order.strategyId }),
    ...(order.strategyType === null ? {} : { J: order.strategyType }),
    ...(order.preventedMatchId === null ? {} : { A: eightPlaces(order.preventedQuantity) }),
    ...(prevented === null
      ? {}
      : {
          B: eightPlaces(prevented.lastPreventedQuantity),
          u: -1,
          U: prevented.orderId,
          Cs: order.symbol,
          pl: eightPlaces(prevented.quantity),
          pL: eightPlaces(prevented.price),
          pY: eightPlaces(notionalFloor(prevented.price, prevented.quantity)),
        }),
    ...(order.expiryReason === null ? {} : { eR: order.expiryReason }),
  };
}

/** A user event other than an execution, as its stream payload. */
export function accountEvent(event: VenueEvent, unit: TimeUnit): Json {
  switch (event.kind) {
    case 'execution':
      return executionReport(event, unit);
    case 'balances':
      return {
        e: 'outboundAccountPosition',
        E: event.at * unit,
        u: event.at * unit,
        B: event.balances.map((each) => ({
          a: each.asset,
          f: eightPlaces(each.free),
          l: eightPlaces(each.locked),
        })),
      };
    case 'balanceUpdate':
      return {
        e: 'balanceUpdate',
        E: event.at * unit,
        a: event.asset,
        d: eightPlaces(event.delta),
        T: event.at * unit,
      };
    case 'listStatus':
      return {
        e: 'listStatus',
        E: event.at * unit,
        s: event.list.symbol,
        g: event.list.orderListId,
        c: event.list.contingencyType,
        l: event.list.listStatusType,
        L: event.list.listOrderStatus,
        r: event.rejectReason,
        C: event.list.listClientOrderId,
        T: event.list.transactionTime * unit,
        O: event.list.orders.map((each) => ({ s: each.symbol, i: each.orderId, c: each.clientOrderId })),
      };
    default:
      invariant(false, `${event.kind} is not a user event`);
  }
}
