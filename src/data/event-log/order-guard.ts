/**
 * An order of ours is intended once, ever (invariant 2), judged before its event is stored: the
 * projections follow later (docs/decisions/0009-projections-follow.md), so no table can refuse it.
 * Order ids grow (core/ids.ts), so a look at the greatest is mostly enough.
 */
import type { NewEvent } from '../../core/events.ts';
import { clientOrderIdOf } from '../../core/ids.ts';
import { EventLogFailure } from './failures.ts';

export interface OrderGuard {
  /** Throws 'log.conflict' when the batch intends an order that is known; returns the greatest order id there will be. */
  requireFresh(events: readonly NewEvent[]): string;
  /** The batch with this greatest order id has been stored. */
  stored(greatestId: string): void;
}

/** `isKnown` is asked only for an id that is not beyond the greatest; it answers for every stored event. */
export function createOrderGuard(greatestStored: string, isKnown: (orderId: string) => boolean): OrderGuard {
  let greatestId = greatestStored;
  return {
    requireFresh(events) {
      let greatest = greatestId;
      for (const [index, { event }] of events.entries()) {
        if (event.kind !== 'order.intended' && event.kind !== 'order.adopted') continue;
        const { orderId, clientOrderId } = event;
        if (event.kind === 'order.intended') {
          if (clientOrderId !== clientOrderIdOf(orderId))
            throw new EventLogFailure(
              'log.conflict',
              `${clientOrderId} is not the client order id of ${orderId}`,
            );
          if (orderId <= greatest && (isNamed(events.slice(0, index), orderId) || isKnown(orderId)))
            throw new EventLogFailure('log.conflict', `order ${orderId} is known already`);
        }
        if (orderId > greatest) greatest = orderId;
      }
      return greatest;
    },
    stored(greatest) {
      greatestId = greatest;
    },
  };
}

function isNamed(events: readonly NewEvent[], orderId: string): boolean {
  return events.some(
    ({ event }) =>
      (event.kind === 'order.intended' || event.kind === 'order.adopted') && event.orderId === orderId,
  );
}
