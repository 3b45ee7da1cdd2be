/**
 * Follows the durable log event by event and checks that it is one unbroken, append-only chain
 * (invariant 15). The hash is computed here from its published text, not by the log's own code.
 */
import { hash as digest } from 'node:crypto';
import type { StoredEvent } from '../../data/event-log/chain.ts';

export interface LogReader {
  /** Events stored since the last call, in order. */
  fresh(events: readonly StoredEvent[]): readonly StoredEvent[];
}

export function createLogReader(broken: (detail: string) => void): LogReader {
  let read = 0;
  let lastHash = '0'.repeat(64);

  function check(event: StoredEvent, index: number): void {
    if (event.sequence !== index + 1) broken(`event ${index + 1} has sequence ${event.sequence}`);
    if (event.previousHash !== lastHash) broken(`event ${event.sequence} is not chained to the one before`);
    const covered =
      `genesis.event.1\n${event.previousHash}\n${event.sequence}\n${event.at}\n${event.kind}\n${event.aggregateType}\n` +
      `${event.eventId.length}:${event.eventId}${event.aggregateId.length}:${event.aggregateId}` +
      `${event.causationId.length}:${event.causationId}\n${event.data}`;
    if (digest('sha256', covered, 'hex') !== event.hash)
      broken(`event ${event.sequence} does not have its own hash`);
    lastHash = event.hash;
  }

  return {
    fresh(events): readonly StoredEvent[] {
      if (events.length < read) {
        broken(`${read} events were durable, ${events.length} are left`);
        read = events.length;
      }
      const last = events[read - 1];
      if (last !== undefined && last.hash !== lastHash)
        broken(`event ${read} has changed after it was stored`);
      const added = events.slice(read);
      for (const [index, event] of added.entries()) check(event, read + index);
      read = events.length;
      return added;
    },
  };
}
