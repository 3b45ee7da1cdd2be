/**
 * Orders as a fold over events: the open ones, and the last finished ones, kept so that a late word
 * of the exchange still finds its order. Fills are booked once per (symbol, trade id) (invariant 5).
 */
import type { EventOf, EventRecord } from '../../core/events.ts';
import { invariant } from '../../core/invariant.ts';
import {
  larger,
  notionalCeil,
  notionalFloor,
  ZERO_NOTIONAL,
  ZERO_QUANTITY,
  type Notional,
  type Price,
  type Quantity,
} from '../../core/money.ts';
import type { OrderType, Side } from '../../core/ports/gateway.ts';
import type { Actor, OrderPurpose, OrderStatus } from '../../core/vocabulary.ts';
import { isTerminal, nextStatus, type OrderStep } from './order-lifecycle.ts';

export type Order = {
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly positionId: string;
  readonly commandId: string;
  readonly purpose: OrderPurpose;
  readonly actor: Actor;
  readonly strategy: string | null;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType | 'OTHER';
  readonly timeInForce: string | null;
  readonly quantity: Quantity | null;
  readonly quoteQuantity: Notional | null;
  readonly price: Price | null;
  readonly stopPrice: Price | null;
  readonly referencePrice: Price;
  readonly reserved: Notional;
  readonly status: OrderStatus;
  readonly exchangeOrderId: number | null;
  readonly filledQuantity: Quantity;
  readonly filledQuote: Notional;
  /** What the exchange says was executed when the order ended; null before. */
  readonly executedQuantity: Quantity | null;
  readonly cancelRequestedAt: number | null;
  /** The order list it is a leg of. */
  readonly listClientOrderId: string | null;
  readonly rejection: { readonly code: number; readonly message: string } | null;
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** Trade ids booked for a symbol: all up to `watermark`, and those in `above`. */
export type BookedTrades = { readonly watermark: number; readonly above: ReadonlySet<number> };

export type Orders = {
  readonly open: ReadonlyMap<string, Order>;
  /** Ended and complete, oldest first, bounded. */
  readonly finished: ReadonlyMap<string, Order>;
  readonly booked: ReadonlyMap<string, BookedTrades>;
  /** By `exchangeKey`, for orders whose client id is not ours. */
  readonly byExchangeId: ReadonlyMap<string, string>;
};

/** The exchange numbers its orders per symbol: alone, the number names nothing. */
export function exchangeKey(symbol: string, exchangeOrderId: number): string {
  return `${symbol}:${exchangeOrderId}`;
}

const FINISHED_KEPT = 200;

export const initialOrders: Orders = {
  open: new Map(),
  finished: new Map(),
  booked: new Map(),
  byExchangeId: new Map(),
};

export function findOrder(state: Orders, orderId: string): Order | undefined {
  return state.open.get(orderId) ?? state.finished.get(orderId);
}

/** The other leg of the order list this order is a leg of. */
export function siblingOf(state: Orders, order: Order): Order | undefined {
  const { listClientOrderId, orderId } = order;
  if (listClientOrderId === null) return undefined;
  const isOther = (each: Order): boolean =>
    each.listClientOrderId === listClientOrderId && each.orderId !== orderId;
  return [...state.open.values()].find(isOther) ?? [...state.finished.values()].find(isOther);
}

export function isBooked(state: Orders, symbol: string, tradeId: number): boolean {
  const booked = state.booked.get(symbol);
  return booked !== undefined && (tradeId <= booked.watermark || booked.above.has(tradeId));
}

/** Ended at the exchange and every executed quantity booked: nothing more can come of it. */
export function isComplete(order: Order): boolean {
  if (!isTerminal(order.status)) return false;
  // The fills of somebody else's order are booked as adopted trades, not here.
  if (order.purpose === 'external') return true;
  return order.executedQuantity === null || order.filledQuantity >= order.executedQuantity;
}

/** Its outcome is not known: nothing else is sent for the symbol until it is (invariant 4). */
export function isUnresolved(order: Order): boolean {
  return (
    order.status === 'PENDING' ||
    order.status === 'UNKNOWN' ||
    (isTerminal(order.status) && !isComplete(order))
  );
}

/** Over as soon as the exchange has it: at the market, or a limit order that never waits. */
export function isImmediate(order: Pick<Order, 'type' | 'timeInForce'>): boolean {
  return order.type === 'MARKET' || order.timeInForce === 'IOC' || order.timeInForce === 'FOK';
}

/** What an open entry can still cost: the full reservation until the exchange has answered (invariant 4). */
export function reservedOf(order: Order): Notional {
  // Somebody else's buy counts like one of ours (invariant 27).
  if ((order.purpose !== 'entry' && order.purpose !== 'external') || isComplete(order)) return ZERO_NOTIONAL;
  return larger((order.reserved - order.filledQuote) as Notional, ZERO_NOTIONAL);
}

export function evolveOrders(state: Orders, record: EventRecord): Orders {
  const { event, at } = record;
  switch (event.kind) {
    case 'order.intended':
      return put(state, intended(event, at));
    case 'order.accepted':
      return change(state, event.orderId, 'accepted', at, { exchangeOrderId: event.exchangeOrderId });
    case 'order.filled':
      return fill(state, event, at);
    case 'order.ended':
      return change(state, event.orderId, endStep(event.status), at, {
        executedQuantity: event.executedQuantity,
      });
    case 'order.rejected':
      return change(state, event.orderId, 'rejected', at, {
        rejection: { code: event.code, message: event.message },
      });
    case 'order.failed':
      return change(state, event.orderId, 'failed', at, {});
    case 'order.unknown':
      return change(state, event.orderId, 'unknown', at, {});
    case 'order.cancelRequested':
      return touch(state, event.orderId, { cancelRequestedAt: at, updatedAt: at });
    case 'order.cancelFailed':
      return touch(state, event.orderId, { cancelRequestedAt: null, updatedAt: at });
    case 'order.adopted':
      return put(state, adopted(event, at));
    case 'trade.adopted':
      return { ...state, booked: book(state.booked, event.symbol, event.tradeId) };
    case 'reconciliation.completed':
      return { ...state, booked: raiseWatermarks(state.booked, event.tradeCursor) };
    default:
      return state;
  }
}

function endStep(status: string): OrderStep {
  if (status === 'FILLED') return 'completed';
  return status === 'CANCELLED' ? 'cancelled' : 'expired';
}

function intended(event: EventOf<'order.intended'>, at: number): Order {
  return {
    orderId: event.orderId,
    clientOrderId: event.clientOrderId,
    positionId: event.positionId,
    commandId: event.commandId,
    purpose: event.purpose,
    actor: event.actor,
    strategy: event.strategy,
    symbol: event.symbol,
    side: event.side,
    type: event.type,
    timeInForce: event.timeInForce,
    quantity: event.quantity,
    quoteQuantity: event.quoteQuantity,
    price: event.price,
    stopPrice: event.stopPrice,
    referencePrice: event.referencePrice,
    reserved: event.reserved,
    status: 'PENDING',
    exchangeOrderId: null,
    filledQuantity: ZERO_QUANTITY,
    filledQuote: ZERO_NOTIONAL,
    executedQuantity: null,
    cancelRequestedAt: null,
    listClientOrderId: event.listClientOrderId,
    rejection: null,
    createdAt: at,
    updatedAt: at,
  };
}

function adopted(event: EventOf<'order.adopted'>, at: number): Order {
  return {
    orderId: event.orderId,
    clientOrderId: event.clientOrderId,
    positionId: '',
    commandId: '',
    purpose: 'external',
    actor: 'system',
    strategy: null,
    symbol: event.symbol,
    side: event.side,
    type: 'OTHER',
    timeInForce: null,
    quantity: event.quantity,
    quoteQuantity: null,
    price: event.price,
    stopPrice: null,
    referencePrice: event.price,
    // Somebody else's buy counts against the limits like one of ours (invariant 27).
    reserved: event.side === 'BUY' ? notionalCeil(event.price, event.quantity) : ZERO_NOTIONAL,
    status: 'SUBMITTED',
    exchangeOrderId: event.exchangeOrderId,
    filledQuantity: event.executedQuantity,
    filledQuote: ZERO_NOTIONAL,
    executedQuantity: null,
    cancelRequestedAt: null,
    listClientOrderId: null,
    rejection: null,
    createdAt: at,
    updatedAt: at,
  };
}

function fill(state: Orders, event: EventOf<'order.filled'>, at: number): Orders {
  const order = findOrder(state, event.orderId);
  invariant(order !== undefined, 'a fill belongs to a known order');
  invariant(!isBooked(state, event.symbol, event.tradeId), 'each exchange fill is booked exactly once');
  const filledQuantity = (order.filledQuantity + event.quantity) as Quantity;
  invariant(order.quantity === null || filledQuantity <= order.quantity, 'fills never exceed the order');
  const next = change(state, event.orderId, 'filled', at, {
    filledQuantity,
    filledQuote: (order.filledQuote + notionalFloor(event.price, event.quantity)) as Notional,
  });
  return { ...next, booked: book(next.booked, event.symbol, event.tradeId) };
}

function change(state: Orders, orderId: string, step: OrderStep, at: number, fields: Partial<Order>): Orders {
  const order = findOrder(state, orderId);
  invariant(order !== undefined, 'an order event belongs to a known order');
  const status = nextStatus(order.status, step);
  invariant(status !== null, `an order in ${order.status} is never ${step}`);
  return put(state, { ...order, ...fields, status, updatedAt: at });
}

function touch(state: Orders, orderId: string, fields: Partial<Order>): Orders {
  const order = findOrder(state, orderId);
  invariant(order !== undefined, 'an order event belongs to a known order');
  return put(state, { ...order, ...fields });
}

function put(state: Orders, order: Order): Orders {
  const open = new Map(state.open);
  let { finished, byExchangeId } = state;
  if (order.exchangeOrderId !== null) {
    const key = exchangeKey(order.symbol, order.exchangeOrderId);
    if (!byExchangeId.has(key)) byExchangeId = new Map(byExchangeId).set(key, order.orderId);
  }
  if (isComplete(order)) {
    open.delete(order.orderId);
    const kept = new Map(finished).set(order.orderId, order);
    for (const [oldestId, oldest] of kept) {
      if (kept.size <= FINISHED_KEPT) break;
      kept.delete(oldestId);
      if (oldest.exchangeOrderId !== null) {
        byExchangeId = new Map(byExchangeId);
        (byExchangeId as Map<string, string>).delete(exchangeKey(oldest.symbol, oldest.exchangeOrderId));
      }
    }
    finished = kept;
  } else {
    open.set(order.orderId, order);
    if (finished.has(order.orderId)) {
      const kept = new Map(finished);
      kept.delete(order.orderId);
      finished = kept;
    }
  }
  return { ...state, open, finished, byExchangeId };
}

function book(booked: Orders['booked'], symbol: string, tradeId: number): Orders['booked'] {
  const current = booked.get(symbol) ?? { watermark: -1, above: new Set<number>() };
  return new Map(booked).set(symbol, {
    watermark: current.watermark,
    above: new Set(current.above).add(tradeId),
  });
}

function raiseWatermarks(
  booked: Orders['booked'],
  cursor: EventOf<'reconciliation.completed'>['tradeCursor'],
): Orders['booked'] {
  const next = new Map(booked);
  for (const [symbol, value] of Object.entries(cursor)) {
    if (typeof value !== 'number') continue;
    const current = next.get(symbol) ?? { watermark: -1, above: new Set<number>() };
    const watermark = Math.max(current.watermark, value);
    next.set(symbol, {
      watermark,
      above: new Set([...current.above].filter((tradeId) => tradeId > watermark)),
    });
  }
  return next;
}
