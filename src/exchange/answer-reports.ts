/**
 * What the REST answers to our own orders and cancels mean as reports. Whatever cannot be read for
 * certain is unknown, and looked up (invariants 3, 4; failures 17, 19, 20).
 */
import type { GatewayReport } from '../core/ports/gateway.ts';
import type { Outcome } from './errors.ts';
import { isComplete, parseOrder } from './parse/order.ts';

/** What an accepted order's answer says: the order with all its fills, or that it has to be looked up. */
export function placedReport(clientOrderId: string, body: unknown): GatewayReport {
  const unknown = (reason: string): GatewayReport => ({ kind: 'unknown', clientOrderId, reason });
  const parsed = parseOrder(body);
  if (!parsed.ok) return unknown(`unreadable answer: ${parsed.error}`);
  if (parsed.value.order.clientOrderId !== clientOrderId) return unknown('another order was answered');
  if (!isComplete(parsed.value)) return unknown('the fills answered do not add up');
  return { kind: 'order', source: 'reply', ...parsed.value };
}

/** A cancel's answer names no fills: those come over the stream or by look-up (failure 19). */
export function cancelReport(clientOrderId: string, outcome: Outcome): GatewayReport {
  const unknown = (reason: string): GatewayReport => ({ kind: 'cancelUnknown', clientOrderId, reason });
  switch (outcome.kind) {
    case 'answered': {
      const parsed = parseOrder(outcome.body);
      if (!parsed.ok) return unknown(`unreadable answer: ${parsed.error}`);
      if (parsed.value.order.clientOrderId !== clientOrderId) return unknown('another order was answered');
      return { kind: 'order', source: 'reply', order: parsed.value.order, fills: [] };
    }
    case 'refused':
      return { kind: 'cancelRejected', clientOrderId, code: outcome.code, message: outcome.message };
    case 'notSent':
      return unknown(`not sent: ${outcome.reason}`);
    case 'unknown':
      return unknown(outcome.reason);
    default:
      return outcome satisfies never;
  }
}
