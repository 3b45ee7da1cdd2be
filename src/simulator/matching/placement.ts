/**
 * From a request to an order in play: the record, the engine's own checks (would trigger, would
 * match), the money it sets aside, and its start as a waiting stop or a working order.
 * A LIMIT_MAKER or stop that came too late is refused at placement, and expired when a list releases it.
 */
import {
  ZERO_NOTIONAL,
  ZERO_PRICE,
  ZERO_QUANTITY,
  type Notional,
  type Price,
  type Quantity,
} from '../../core/money.ts';
import { ok, type Result } from '../../core/result.ts';
import { reportExecution, type Step } from './engine.ts';
import type { Account, Lock } from './ledger.ts';
import type { LiveList } from './live-list.ts';
import { isStopType, triggersAbove, type LiveOrder } from './live-order.ts';
import { requiredLock } from './locks.ts';
import { bookSide, type Market } from './market.ts';
import { enterBook, type Answer } from './matching.ts';
import { wouldMatch, wouldTrigger } from './rejects.ts';
import { ticksOf } from './scale.ts';
import type { PlaceOrder, VenueReject } from './venue-api.ts';

export function makeOrder(
  market: Market,
  now: number,
  account: Account,
  request: PlaceOrder,
  list: LiveList | null,
  shortOfQuote = false,
): LiveOrder {
  const orderId = market.nextOrderId;
  market.nextOrderId += 1;
  return {
    orderId,
    account,
    symbol: request.symbol,
    clientOrderId: request.clientOrderId,
    side: request.side,
    type: request.type,
    timeInForce: request.timeInForce ?? 'GTC',
    originalQuantity: request.quantity ?? ZERO_QUANTITY,
    originalQuoteQuantity: request.quoteOrderQuantity ?? ZERO_NOTIONAL,
    shortOfQuote,
    executedQuantity: ZERO_QUANTITY,
    cumulativeQuote: ZERO_NOTIONAL,
    price: request.price ?? ZERO_PRICE,
    stopPrice: request.stopPrice ?? ZERO_PRICE,
    trailingDeltaBps: request.trailingDeltaBps,
    trailingTime: null,
    trailingExtreme: null,
    icebergQuantity: request.icebergQuantity ?? ZERO_QUANTITY,
    status: 'NEW',
    selfTradeMode: request.selfTradeMode ?? market.spec.defaultSelfTradeMode,
    preventedQuantity: ZERO_QUANTITY,
    preventedMatchId: null,
    strategyId: request.strategyId,
    strategyType: request.strategyType,
    working: false,
    workingTime: null,
    time: now,
    updateTime: now,
    expiryReason: null,
    list,
    lock: null,
    slot: -1,
    amends: 0,
  };
}

/** The engine's refusals that depend on the market of this moment. */
export function checkMoment(market: Market, request: PlaceOrder): Result<null, VenueReject> {
  const { lastPrice } = market;
  if (isStopType(request.type) && request.stopPrice !== null && lastPrice !== null) {
    const above = triggersAbove(request.type, request.side);
    if (above ? lastPrice >= request.stopPrice : lastPrice <= request.stopPrice) return wouldTrigger();
  }
  if (request.type === 'LIMIT_MAKER' && request.price !== null) {
    if (market.book.crosses(bookSide(request.side), ticksOf(market.scale, request.price)))
      return wouldMatch();
  }
  return ok(null);
}

/** Sets the money of these orders aside in one lock: an OCO pair needs only its dearer leg. False when it is not free. */
export function reserve(step: Step, account: Account, orders: readonly LiveOrder[]): boolean {
  const { engine, market } = step;
  const { baseAsset, quoteAsset } = market.spec;
  const lock: Lock = { asset: orders[0]!.side === 'BUY' ? quoteAsset : baseAsset, amount: 0n };
  let needed = 0n;
  for (const order of orders) {
    const own = account.spec.unlimited ? 0n : requiredLock(market, order);
    if (own > needed) needed = own;
  }
  if (!engine.ledger.lock(account, lock, needed)) return false;
  if (!account.spec.unlimited) {
    engine.ledger.touch(account, baseAsset);
    engine.ledger.touch(account, quoteAsset);
  }
  for (const order of orders) order.lock = lock;
  return true;
}

/** Starts an order that has its money: reports it, then matches it or lets it wait for its trigger. */
export function activate(step: Step, order: LiveOrder, answer: Answer | null): void {
  const { engine, market, now } = step;
  order.status = 'NEW';
  order.updateTime = now;
  if (isStopType(order.type)) {
    if (order.trailingDeltaBps !== null && order.stopPrice === 0n && market.lastPrice !== null) {
      order.trailingExtreme = market.lastPrice;
      order.trailingTime = now;
    }
    market.stops.add(order);
    reportExecution(engine, market, now, order, 'NEW');
    return;
  }
  order.working = true;
  order.workingTime = now;
  reportExecution(engine, market, now, order, 'NEW');
  enterBook(step, order, answer);
}

export function asRequest(order: LiveOrder): PlaceOrder {
  return {
    accountId: order.account.spec.accountId,
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    timeInForce: order.timeInForce,
    quantity: order.originalQuantity,
    quoteOrderQuantity: nullIfZero<Notional>(order.originalQuoteQuantity),
    price: nullIfZero<Price>(order.price),
    stopPrice: nullIfZero<Price>(order.stopPrice),
    trailingDeltaBps: order.trailingDeltaBps,
    icebergQuantity: nullIfZero<Quantity>(order.icebergQuantity),
    clientOrderId: order.clientOrderId,
    selfTradeMode: order.selfTradeMode,
    strategyId: order.strategyId,
    strategyType: order.strategyType,
  };
}

function nullIfZero<T extends bigint>(value: T): T | null {
  return value === 0n ? null : value;
}
