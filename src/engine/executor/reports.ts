/**
 * What the exchange says about an order, turned into events: pure, idempotent, monotone. Reports come
 * from replies, look-ups and the user stream, repeated and in any order (invariants 3, 4 and 5); an
 * older picture never undoes a newer one.
 */
import type { DomainEvent } from '../../core/events.ts';
import { notionalFloor, type Notional, type Price, type Quantity } from '../../core/money.ts';
import type { ExchangeFill, ExchangeOrder } from '../../core/ports/gateway.ts';
import { isBooked, isComplete, type Order, type Orders } from './orders.ts';
import { isTerminal } from './order-lifecycle.ts';

/** The worth of a fee in the quote asset, when it was not paid in it. */
export type FeeWorth = (fill: ExchangeFill, order: Pick<Order, 'symbol'>) => Notional;

export type ReportOutcome = {
  readonly events: readonly DomainEvent[];
  /** The exchange executed more than we were shown: ask for the fills. */
  readonly fillsMissing: boolean;
};

const NOTHING: ReportOutcome = { events: [], fillsMissing: false };

/** Merges one picture of an order into what is known of it. Never throws on odd pictures: it ignores them. */
export function mergeReport(
  orders: Orders,
  order: Order,
  picture: ExchangeOrder,
  fills: readonly ExchangeFill[],
  feeWorth: FeeWorth,
  /** From decision to wire, where this run sent it and knows. */
  sentLatencyMs: number | null = null,
): ReportOutcome {
  if (picture.symbol !== order.symbol || picture.side !== order.side) return NOTHING;
  const events: DomainEvent[] = [];
  if (order.exchangeOrderId === null) {
    events.push({
      kind: 'order.accepted',
      orderId: order.orderId,
      exchangeOrderId: picture.exchangeOrderId,
      exchangeTime: picture.exchangeTime,
      sentLatencyMs,
    });
  } else if (order.exchangeOrderId !== picture.exchangeOrderId) {
    return NOTHING;
  }
  let filled = order.filledQuantity as bigint;
  if (order.purpose !== 'external') {
    const seen = new Set<number>();
    for (const fill of fills) {
      if (seen.has(fill.tradeId) || isBooked(orders, order.symbol, fill.tradeId)) continue;
      if (fill.quantity <= 0n || fill.price <= 0n) continue;
      if (order.quantity !== null && filled + fill.quantity > order.quantity) continue;
      seen.add(fill.tradeId);
      filled += fill.quantity;
      events.push(fillEvent(order, fill, feeWorth(fill, order)));
    }
  }
  const ended = endOf(order, picture);
  if (ended !== null) events.push(ended);
  const executed = picture.executedQuantity as bigint;
  return { events, fillsMissing: order.purpose !== 'external' && executed > filled };
}

function fillEvent(order: Order, fill: ExchangeFill, feeQuote: Notional): DomainEvent {
  return {
    kind: 'order.filled',
    orderId: order.orderId,
    positionId: order.positionId,
    symbol: order.symbol,
    side: order.side,
    tradeId: fill.tradeId,
    price: fill.price,
    quantity: fill.quantity,
    fee: fill.fee,
    feeAsset: fill.feeAsset,
    feeQuote,
    isMaker: fill.isMaker,
    exchangeTime: fill.exchangeTime,
  };
}

function endOf(order: Order, picture: ExchangeOrder): DomainEvent | null {
  if (isTerminal(order.status) && order.status !== 'FAILED' && order.status !== 'REJECTED') return null;
  const status = endStatus(picture, order);
  if (status === null) return null;
  return {
    kind: 'order.ended',
    orderId: order.orderId,
    status,
    executedQuantity: picture.executedQuantity,
    reason: picture.rawStatus,
  };
}

/** The state is derived from the executed quantity, not from the word alone: EXPIRED with everything filled is filled. */
function endStatus(picture: ExchangeOrder, order: Order): 'FILLED' | 'CANCELLED' | 'EXPIRED' | null {
  switch (picture.status) {
    case 'FILLED':
      return 'FILLED';
    case 'CANCELED':
      return 'CANCELLED';
    case 'EXPIRED':
    case 'REJECTED':
      return order.quantity !== null && picture.executedQuantity === order.quantity ? 'FILLED' : 'EXPIRED';
    case 'NEW':
    case 'PARTIALLY_FILLED':
    case 'OTHER':
      return null;
  }
}

/** The worth of a fee: exact in quote, at the fill's price in base, at `price` of a third asset, else the assumed rate. */
export function feeInQuote(
  fill: ExchangeFill,
  assets: { readonly baseAsset: string; readonly quoteAsset: string },
  thirdAssetPrice: (asset: string) => Price | null,
  assumedFeeBps: number,
): Notional {
  if (fill.feeAsset === assets.quoteAsset) return fill.fee as bigint as Notional;
  if (fill.feeAsset === assets.baseAsset) return notionalFloor(fill.price, fill.fee as bigint as Quantity);
  const price = thirdAssetPrice(fill.feeAsset);
  if (price !== null) return notionalFloor(price, fill.fee as bigint as Quantity);
  return ((notionalFloor(fill.price, fill.quantity) * BigInt(assumedFeeBps)) / 10_000n) as Notional;
}

export function isOpenAtExchange(order: Order): boolean {
  return !isComplete(order) && (order.status === 'SUBMITTED' || order.status === 'PARTIAL');
}
