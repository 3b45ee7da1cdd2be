/** Closed positions and orders as rows for reports: amounts as decimal text, times in ms UTC. */
import type { EventRecord } from '../core/events.ts';
import { formatFixed } from '../core/money.ts';

export type TradeRow = {
  readonly openedAt: number;
  readonly closedAt: number;
  readonly symbol: string;
  readonly reason: string;
  readonly quantity: string;
  readonly entryPrice: string;
  readonly exitPrice: string;
  readonly pnl: string;
  readonly fees: string;
};

export type OrderRow = {
  readonly orderId: string;
  readonly at: number;
  readonly symbol: string;
  readonly side: string;
  readonly type: string;
  readonly purpose: string;
  readonly stopPrice: string | null;
  readonly quantity: string | null;
  readonly filledQuantity: string;
  /** Quantity-weighted, rounded down; null while nothing is filled. */
  readonly averagePrice: string | null;
  readonly fees: string;
  readonly status: string;
  readonly endedAt: number | null;
};

/** The row of a closed position, or null for any other event. */
export function tradeRow({ event, at }: Pick<EventRecord, 'event' | 'at'>): TradeRow | null {
  if (event.kind !== 'position.closed') return null;
  return {
    openedAt: at - event.heldMs,
    closedAt: at,
    symbol: event.symbol,
    reason: event.reason,
    quantity: formatFixed(event.quantity),
    entryPrice: formatFixed(event.entryPrice),
    exitPrice: formatFixed(event.exitPrice),
    pnl: formatFixed(event.realisedPnl),
    fees: formatFixed(event.fees),
  };
}

type Gathered = {
  readonly row: Omit<OrderRow, 'filledQuantity' | 'averagePrice' | 'fees'>;
  filled: bigint;
  quote: bigint;
  fees: bigint;
  status: string;
  endedAt: number | null;
};

export interface OrderList {
  see(record: Pick<EventRecord, 'event' | 'at'>): void;
  /** In the order they were intended. */
  rows(): readonly OrderRow[];
}

/** Gathers every order of a run; memory grows with their number. */
export function createOrderList(): OrderList {
  const orders = new Map<string, Gathered>();
  const end = (orderId: string, status: string, at: number): void => {
    const order = orders.get(orderId);
    if (order === undefined) return;
    order.status = status;
    order.endedAt = at;
  };
  return {
    see({ event, at }): void {
      switch (event.kind) {
        case 'order.intended':
          orders.set(event.orderId, {
            row: {
              orderId: event.orderId,
              at,
              symbol: event.symbol,
              side: event.side,
              type: event.type,
              purpose: event.purpose,
              stopPrice: event.stopPrice === null ? null : formatFixed(event.stopPrice),
              quantity: event.quantity === null ? null : formatFixed(event.quantity),
              status: 'PENDING',
              endedAt: null,
            },
            filled: 0n,
            quote: 0n,
            fees: 0n,
            status: 'PENDING',
            endedAt: null,
          });
          break;
        case 'order.accepted': {
          const order = orders.get(event.orderId);
          if (order !== undefined && order.endedAt === null) order.status = 'SUBMITTED';
          break;
        }
        case 'order.filled': {
          const order = orders.get(event.orderId);
          if (order === undefined) break;
          order.filled += event.quantity;
          order.quote += event.quantity * event.price;
          order.fees += event.feeQuote;
          break;
        }
        case 'order.ended':
          end(event.orderId, event.status, at);
          break;
        case 'order.rejected':
          end(event.orderId, 'REJECTED', at);
          break;
        case 'order.failed':
          end(event.orderId, 'FAILED', at);
          break;
        default:
          break;
      }
    },
    rows: () =>
      [...orders.values()].map(({ row, filled, quote, fees, status, endedAt }) => ({
        ...row,
        filledQuantity: formatFixed(filled),
        averagePrice: filled === 0n ? null : formatFixed(quote / filled),
        fees: formatFixed(fees),
        status,
        endedAt,
      })),
  };
}
