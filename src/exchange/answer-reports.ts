/**
 * What the REST answers to our own orders and cancels mean as reports. Whatever cannot be read for
 * certain is unknown, and looked up (invariants 3, 4; failures 17, 19, 20).
 */
import type { GatewayReport } from '../core/ports/gateway.ts';
import type { Outcome } from './errors.ts';
import { isJson } from './parse/fields.ts';
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

/** What the outcome of a POST means for each order it placed; `read` reads an answer. */
export function postedReports(
  orders: readonly string[],
  outcome: Outcome,
  read: (body: unknown) => readonly GatewayReport[],
): readonly GatewayReport[] {
  switch (outcome.kind) {
    case 'answered':
      return read(outcome.body);
    case 'refused': {
      const { code, message, httpStatus } = outcome;
      return orders.map((clientOrderId) => ({ kind: 'rejected', clientOrderId, code, message, httpStatus }));
    }
    case 'notSent':
      return orders.map((clientOrderId) => ({ kind: 'notSent', clientOrderId, reason: outcome.reason }));
    case 'unknown':
      return orders.map((clientOrderId) => ({ kind: 'unknown', clientOrderId, reason: outcome.reason }));
    default:
      return outcome satisfies never;
  }
}

/** What the answer to an order list says, once for each leg; a leg it does not name has to be looked up. */
export function placedListReports(legs: readonly string[], body: unknown): readonly GatewayReport[] {
  const answered = legReports(body);
  return legs.map((clientOrderId): GatewayReport => {
    const own = answered.find((each) => isJson(each) && each['clientOrderId'] === clientOrderId);
    if (own === undefined) return { kind: 'unknown', clientOrderId, reason: 'the answer does not name it' };
    return placedReport(clientOrderId, own);
  });
}

function legReports(body: unknown): readonly unknown[] {
  const rows = isJson(body) ? body['orderReports'] : undefined;
  return Array.isArray(rows) ? (rows as readonly unknown[]) : [];
}

/**
 * A cancel's answer names no fills: those come over the stream or by look-up (failure 19). A leg of an order
 * list takes the other with it, and the answer names both.
 */
export function cancelReports(clientOrderId: string, outcome: Outcome): readonly GatewayReport[] {
  const unknown = (reason: string): readonly GatewayReport[] => [
    { kind: 'cancelUnknown', clientOrderId, reason },
  ];
  switch (outcome.kind) {
    case 'answered': {
      const legs = legReports(outcome.body);
      const reports: GatewayReport[] = [];
      for (const body of legs.length === 0 ? [outcome.body] : legs) {
        const parsed = parseOrder(body);
        if (!parsed.ok) return unknown(`unreadable answer: ${parsed.error}`);
        reports.push({ kind: 'order', source: 'reply', order: parsed.value.order, fills: [] });
      }
      const isNamed = reports.some(
        (report) => report.kind === 'order' && report.order.clientOrderId === clientOrderId,
      );
      return isNamed ? reports : unknown('another order was answered');
    }
    case 'refused':
      return [{ kind: 'cancelRejected', clientOrderId, code: outcome.code, message: outcome.message }];
    case 'notSent':
      return unknown(`not sent: ${outcome.reason}`);
    case 'unknown':
      return unknown(outcome.reason);
    default:
      return outcome satisfies never;
  }
}
