/** How orders end and positions begin, read from the events of one report: pure. */
import type { DomainEvent } from '../../core/events.ts';
import { isComplete, siblingOf, type Order, type Orders } from './orders.ts';

/** Its own doing: neither asked to end nor ended with the other leg of its list. */
export function endedForNothing(orders: Orders, order: Order): boolean {
  if (order.purpose === 'entry' || order.cancelRequestedAt !== null) return false;
  const other = siblingOf(orders, order);
  return (
    other === undefined ||
    (isComplete(other) && other.filledQuantity === 0n && other.cancelRequestedAt === null)
  );
}

/** Over without having sold everything. */
export function isFutileEnd(event: DomainEvent): boolean {
  return event.kind === 'order.ended' && event.status !== 'FILLED';
}

/** The position opens before its first fill is booked. */
export function insertOpening(
  events: readonly DomainEvent[],
  opening: readonly DomainEvent[],
): readonly DomainEvent[] {
  const index = events.findIndex((event) => event.kind === 'order.filled');
  return index < 0 ? events : [...events.slice(0, index), ...opening, ...events.slice(index)];
}
