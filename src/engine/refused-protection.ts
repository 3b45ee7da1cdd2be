/**
 * What follows when the exchange refuses what should protect a position. A stop that the market has passed, or
 * that is refused twice, means leaving (invariant 14). A refused order list leaves the position to a plain stop;
 * the second refusal takes the target away and says so, so that nothing goes round in circles.
 */
import type { DomainEvent } from '../core/events.ts';
import { formatFixed } from '../core/money.ts';
import type { Position } from './portfolio/positions.ts';
import { leaving } from './protector.ts';
import type { Order } from './executor/orders.ts';
import type { Patience } from './executor/patience.ts';

export type RefusedProtection = {
  readonly order: Order;
  readonly position: Position;
  readonly code: number;
  readonly message: string;
};

const REFUSALS_MAX = 2;
/** Too many requests, too many orders, a clock that is off: not about the order. */
const passing: ReadonlySet<number> = new Set([-1003, -1015, -1021]);

/** `patience` waits before the next order of the position, `lists` before its next order list. */
export function refusedProtection(
  refused: RefusedProtection,
  patience: Patience,
  lists: Patience,
): readonly DomainEvent[] {
  const { order, position, code, message } = refused;
  const passed = /trigger immediately/i.test(message);
  // Both legs are refused in one breath: the stop's word counts.
  if (order.purpose !== 'stop') return [];
  if (order.listClientOrderId !== null && !passed) {
    if (passing.has(code)) {
      lists.failed(position.positionId);
      return [];
    }
    if (lists.refused(position.positionId) < REFUSALS_MAX || position.targetPrice === null) return [];
    const reason = `the exchange does not take it beside the stop: ${message} (${code})`;
    return [{ kind: 'position.targetMoved', positionId: position.positionId, targetPrice: null, reason }];
  }
  const refusals = patience.refused(position.positionId);
  const failed: DomainEvent = {
    kind: 'protection.failed',
    positionId: position.positionId,
    reason: message,
    figures: {
      code,
      stopPrice: order.stopPrice === null ? null : formatFixed(order.stopPrice),
      refusals,
    },
  };
  const leaves = position.closing === null && (passed || refusals >= REFUSALS_MAX);
  return leaves ? [failed, leaving(position.positionId, 'stop_loss')] : [failed];
}
