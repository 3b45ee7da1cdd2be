/**
 * An order as the venue keeps it while it changes, and the immutable picture of it that leaves the
 * venue (field meanings: Binance, rest-api.md, "Conditional fields in Order Responses").
 */
import type { Notional, Price, Quantity } from '../../core/money.ts';
import type { Account, Lock } from './ledger.ts';
import type { LiveList } from './live-list.ts';
import type {
  SelfTradeMode,
  TimeInForce,
  VenueOrder,
  VenueOrderStatus,
  VenueOrderType,
  VenueSide,
} from './venue-api.ts';

export type LiveOrder = {
  readonly orderId: number;
  readonly account: Account;
  readonly symbol: string;
  clientOrderId: string;
  readonly side: VenueSide;
  readonly type: VenueOrderType;
  readonly timeInForce: TimeInForce;
  originalQuantity: Quantity;
  readonly originalQuoteQuantity: Notional;
  /** The book held less than the quote amount asked for: the order ends expired, not filled. */
  readonly shortOfQuote: boolean;
  executedQuantity: Quantity;
  cumulativeQuote: Notional;
  readonly price: Price;
  readonly stopPrice: Price;
  readonly trailingDeltaBps: number | null;
  trailingTime: number | null;
  /** Best price seen since a trailing stop began to follow the market. */
  trailingExtreme: Price | null;
  readonly icebergQuantity: Quantity;
  status: VenueOrderStatus;
  readonly selfTradeMode: SelfTradeMode;
  preventedQuantity: Quantity;
  preventedMatchId: number | null;
  readonly strategyId: number | null;
  readonly strategyType: number | null;
  working: boolean;
  workingTime: number | null;
  readonly time: number;
  updateTime: number;
  expiryReason: string | null;
  list: LiveList | null;
  /** Null only for a pending order, which reserves nothing yet. */
  lock: Lock | null;
  /** Place in the book, or -1 when it does not rest there. */
  slot: number;
  amends: number;
};

export function isOpen(order: LiveOrder): boolean {
  return order.status === 'NEW' || order.status === 'PARTIALLY_FILLED' || order.status === 'PENDING_NEW';
}

/** Waits for a trigger: accepted, holding its money, not yet in the book. */
export function isWaiting(order: LiveOrder): boolean {
  return order.status === 'NEW' && !order.working;
}

/** Quantity that may still trade. */
export function remainingOf(order: LiveOrder): Quantity {
  return (order.originalQuantity - order.executedQuantity - order.preventedQuantity) as Quantity;
}

export function isStopType(type: VenueOrderType): boolean {
  return (
    type === 'STOP_LOSS' ||
    type === 'STOP_LOSS_LIMIT' ||
    type === 'TAKE_PROFIT' ||
    type === 'TAKE_PROFIT_LIMIT'
  );
}

/** Executes without a limit price once it works. */
export function isMarketType(type: VenueOrderType): boolean {
  return type === 'MARKET' || type === 'STOP_LOSS' || type === 'TAKE_PROFIT';
}

/** STOP_LOSS BUY and TAKE_PROFIT SELL wait above the market, the others below. */
export function triggersAbove(type: VenueOrderType, side: VenueSide): boolean {
  const stopLoss = type === 'STOP_LOSS' || type === 'STOP_LOSS_LIMIT';
  return stopLoss === (side === 'BUY');
}

export function pictureOf(order: LiveOrder): VenueOrder {
  return {
    orderId: order.orderId,
    accountId: order.account.spec.accountId,
    symbol: order.symbol,
    clientOrderId: order.clientOrderId,
    side: order.side,
    type: order.type,
    timeInForce: order.timeInForce,
    originalQuantity: order.originalQuantity,
    originalQuoteQuantity: order.originalQuoteQuantity,
    executedQuantity: order.executedQuantity,
    cumulativeQuote: order.cumulativeQuote,
    price: order.price,
    stopPrice: order.stopPrice,
    trailingDeltaBps: order.trailingDeltaBps,
    trailingTime: order.trailingTime,
    icebergQuantity: order.icebergQuantity,
    status: order.status,
    orderListId: order.list?.orderListId ?? -1,
    selfTradeMode: order.selfTradeMode,
    preventedQuantity: order.preventedQuantity,
    preventedMatchId: order.preventedMatchId,
    strategyId: order.strategyId,
    strategyType: order.strategyType,
    working: order.working,
    workingTime: order.workingTime,
    time: order.time,
    updateTime: order.updateTime,
    expiryReason: order.expiryReason,
  };
}
