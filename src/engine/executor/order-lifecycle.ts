/**
 * The order life cycle as one table: in which status which event leads where. A pair that is not in
 * the table is a bug. Late fills after a cancel are normal, and so is an order that was believed
 * absent and turns up after all.
 */
import type { OrderStatus } from '../../core/vocabulary.ts';

export type OrderStep =
  'accepted' | 'filled' | 'completed' | 'cancelled' | 'expired' | 'rejected' | 'failed' | 'unknown';

type Row = Readonly<Partial<Record<OrderStep, OrderStatus>>>;

const orderLifecycle: Readonly<Record<OrderStatus, Row>> = {
  // committed, not yet answered
  PENDING: {
    accepted: 'SUBMITTED',
    filled: 'PARTIAL',
    completed: 'FILLED',
    cancelled: 'CANCELLED',
    expired: 'EXPIRED',
    rejected: 'REJECTED',
    failed: 'FAILED',
    unknown: 'UNKNOWN',
  },
  SUBMITTED: {
    accepted: 'SUBMITTED',
    filled: 'PARTIAL',
    completed: 'FILLED',
    cancelled: 'CANCELLED',
    expired: 'EXPIRED',
    rejected: 'REJECTED',
  },
  PARTIAL: {
    accepted: 'PARTIAL',
    filled: 'PARTIAL',
    completed: 'FILLED',
    cancelled: 'CANCELLED',
    expired: 'EXPIRED',
  },
  // may or may not exist at the exchange (invariant 4)
  UNKNOWN: {
    accepted: 'SUBMITTED',
    filled: 'PARTIAL',
    completed: 'FILLED',
    cancelled: 'CANCELLED',
    expired: 'EXPIRED',
    rejected: 'REJECTED',
    failed: 'FAILED',
    unknown: 'UNKNOWN',
  },
  // ended; fills that were made before the end may still arrive
  FILLED: { filled: 'FILLED' },
  CANCELLED: { filled: 'CANCELLED' },
  EXPIRED: { filled: 'EXPIRED' },
  // believed not to exist; the exchange's word is stronger than our belief
  REJECTED: {
    accepted: 'SUBMITTED',
    filled: 'PARTIAL',
    completed: 'FILLED',
    cancelled: 'CANCELLED',
    expired: 'EXPIRED',
  },
  FAILED: {
    accepted: 'SUBMITTED',
    filled: 'PARTIAL',
    completed: 'FILLED',
    cancelled: 'CANCELLED',
    expired: 'EXPIRED',
  },
};

/** The status after `step`, or null when the table has no such pair. */
export function nextStatus(status: OrderStatus, step: OrderStep): OrderStatus | null {
  return orderLifecycle[status][step] ?? null;
}

export function isTerminal(status: OrderStatus): boolean {
  switch (status) {
    case 'FILLED':
    case 'CANCELLED':
    case 'EXPIRED':
    case 'REJECTED':
    case 'FAILED':
      return true;
    case 'PENDING':
    case 'SUBMITTED':
    case 'PARTIAL':
    case 'UNKNOWN':
      return false;
  }
}
