/**
 * `orders`: one row per order of ours and per adopted one, with the statuses of design.md. Fills may
 * come late and in any order: they move the filled quantity whatever the status, and a finished
 * order stays finished (reliability.md section 4, incident 6).
 */
import type { DomainEvent, EventOf, EventRecord, Figures } from '../../../core/events.ts';
import {
  fixed,
  formatFixed,
  formatPlaces,
  notionalFloor,
  SCALE,
  type Notional,
  type Price,
  type Quantity,
} from '../../../core/money.ts';
import { orderStatuses, type OrderStatus } from '../../../core/vocabulary.ts';
import type { Row } from '../tables.ts';
import { insert, patch, type Change, type Projection, type Rows } from './projection.ts';

export const ordersProjection: Projection = {
  name: 'orders',
  version: 1,
  tables: ['orders'],
  kinds: [
    'order.intended',
    'order.accepted',
    'order.filled',
    'order.ended',
    'order.rejected',
    'order.failed',
    'order.unknown',
    'order.adopted',
  ],
  project,
};

function project({ event, at }: EventRecord, rows: Rows): readonly Change[] {
  switch (event.kind) {
    case 'order.intended':
      return [insert('orders', intended(event, at))];
    case 'order.adopted': {
      // Seen again by a later reconciliation: only what the exchange executed can have moved.
      if (rows.get('orders', event.orderId) === null) return [insert('orders', adopted(event, at))];
      return [
        patch('orders', event.orderId, {
          executed_quantity: formatFixed(event.executedQuantity),
          updated_at: at,
        }),
      ];
    }
    case 'order.accepted':
    case 'order.filled':
    case 'order.ended':
    case 'order.rejected':
    case 'order.failed':
    case 'order.unknown': {
      const order = rows.get('orders', event.orderId);
      if (order === null) return [];
      const values = changed(order, event, at);
      const finished = flagOf(values.status ?? order.status);
      return [patch('orders', event.orderId, { ...values, finished, updated_at: at })];
    }
    default:
      return [];
  }
}

type OrderEvent = Extract<
  DomainEvent,
  {
    kind:
      'order.accepted' | 'order.filled' | 'order.ended' | 'order.rejected' | 'order.failed' | 'order.unknown';
  }
>;

function changed(order: Row<'orders'>, event: OrderEvent, at: number): Partial<Row<'orders'>> {
  switch (event.kind) {
    case 'order.accepted':
      return {
        exchange_order_id: String(event.exchangeOrderId),
        latency_ms: order.latency_ms ?? Math.max(0, at - order.created_at),
        ...(order.status === 'PENDING' || order.status === 'UNKNOWN'
          ? { status: statusOfOpen(order, fixed<Quantity>(order.filled_quantity)) }
          : {}),
      };
    case 'order.filled':
      return filled(order, event, at);
    case 'order.ended':
      return {
        status: endStatus(event.status),
        status_reason: event.reason,
        executed_quantity: formatFixed(event.executedQuantity),
      };
    case 'order.rejected':
      return { status: 'REJECTED', status_reason: `${event.code} ${event.message}` };
    case 'order.failed':
      return { status: 'FAILED', status_reason: event.reason };
    case 'order.unknown':
      return isFinished(order.status) ? {} : { status: 'UNKNOWN', status_reason: event.reason };
  }
}

function filled(order: Row<'orders'>, event: EventOf<'order.filled'>, at: number): Partial<Row<'orders'>> {
  const quantity = (fixed<Quantity>(order.filled_quantity) + event.quantity) as Quantity;
  const value = fixed<Notional>(order.filled_value) + notionalFloor(event.price, event.quantity);
  return {
    filled_quantity: formatFixed(quantity),
    filled_value: formatFixed(value),
    slippage_percent: slippage(order, quantity, value),
    executed_at: at,
    ...(isFinished(order.status) ? {} : { status: statusOfOpen(order, quantity) }),
  };
}

/** Percent by which the average price was worse than the price of the decision; negative is better. */
function slippage(order: Row<'orders'>, quantity: bigint, value: bigint): string | null {
  if (order.reference_price === null || quantity <= 0n) return null;
  const reference = fixed<Price>(order.reference_price);
  if (reference <= 0n) return null;
  const average = (value * SCALE) / quantity;
  const worse = order.side === 'BUY' ? average - reference : reference - average;
  return formatPlaces((worse * 100n * SCALE) / reference, 4);
}

function statusOfOpen(order: Row<'orders'>, filledQuantity: bigint): OrderStatus {
  if (filledQuantity <= 0n) return 'SUBMITTED';
  return order.quantity !== null && filledQuantity >= fixed<Quantity>(order.quantity) ? 'FILLED' : 'PARTIAL';
}

const finished: ReadonlySet<string> = new Set([
  'FILLED',
  'CANCELLED',
  'REJECTED',
  'EXPIRED',
  'FAILED',
] satisfies OrderStatus[]);

function isFinished(status: string): boolean {
  return finished.has(status);
}

function flagOf(status: string): 0 | 1 {
  return isFinished(status) ? 1 : 0;
}

/** Our own words, and the exchange's where they differ; an unheard-of end is still an end. */
function endStatus(word: string): OrderStatus {
  const known = orderStatuses.find((status) => status === word);
  if (known !== undefined) return known;
  if (word === 'CANCELED' || word === 'PENDING_CANCEL') return 'CANCELLED';
  if (word === 'EXPIRED_IN_MATCH') return 'EXPIRED';
  return 'FAILED';
}

function intended(event: EventOf<'order.intended'>, at: number): Row<'orders'> {
  return {
    order_id: event.orderId,
    position_id: event.positionId,
    client_order_id: event.clientOrderId,
    exchange_order_id: null,
    symbol: event.symbol,
    type: event.type,
    side: event.side,
    purpose: event.purpose,
    actor: event.actor,
    strategy: event.strategy,
    price: textOf(event.price),
    stop_price: textOf(event.stopPrice),
    reference_price: formatFixed(event.referencePrice),
    quantity: textOf(event.quantity),
    quote_quantity: textOf(event.quoteQuantity),
    reserved: formatFixed(event.reserved),
    filled_quantity: '0',
    filled_value: '0',
    executed_quantity: null,
    status: 'PENDING',
    status_reason: null,
    slice_number: wholeOf(event.figures, 'sliceNumber'),
    total_slices: wholeOf(event.figures, 'totalSlices'),
    latency_ms: null,
    slippage_percent: null,
    created_at: at,
    updated_at: at,
    executed_at: null,
    finished: 0,
  };
}

function adopted(event: EventOf<'order.adopted'>, at: number): Row<'orders'> {
  return {
    order_id: event.orderId,
    position_id: null,
    client_order_id: event.clientOrderId,
    exchange_order_id: String(event.exchangeOrderId),
    symbol: event.symbol,
    type: event.type,
    side: event.side,
    purpose: 'external',
    actor: null,
    strategy: null,
    price: formatFixed(event.price),
    stop_price: null,
    reference_price: null,
    quantity: formatFixed(event.quantity),
    quote_quantity: null,
    reserved: '0',
    filled_quantity: formatFixed(event.executedQuantity),
    filled_value: '0',
    executed_quantity: formatFixed(event.executedQuantity),
    status: event.executedQuantity > 0n ? 'PARTIAL' : 'SUBMITTED',
    status_reason: null,
    slice_number: null,
    total_slices: null,
    latency_ms: null,
    slippage_percent: null,
    created_at: at,
    updated_at: at,
    executed_at: null,
    finished: 0,
  };
}

function textOf(value: bigint | null): string | null {
  return value === null ? null : formatFixed(value);
}

function wholeOf(figures: Figures, name: string): number | null {
  const value = figures[name];
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
}
