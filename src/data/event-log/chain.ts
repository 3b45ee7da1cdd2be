/**
 * The hash chain and the stored form of an event, shared by every event log (invariant 15).
 * hash = SHA-256 over a text in which nothing is ambiguous: free text carries its length, the rest
 * has a fixed form, and the data comes last. The text is part of the file format: a change of it
 * is a new prefix (`genesis.event.2`), never an edit.
 */
import { hash as digest } from 'node:crypto';
import { decodeEvent, encodeEvent } from '../../core/codec.ts';
import { aggregateTypes, type AggregateType, type EventRecord, type NewEvent } from '../../core/events.ts';
import { invariant } from '../../core/invariant.ts';
import type { LogHead } from '../../core/ports/event-log.ts';
import { EventLogFailure } from './failures.ts';

/** What the first event is chained to. */
export const GENESIS_HASH: string = '0'.repeat(64);
export const EMPTY_HEAD: LogHead = { sequence: 0, hash: GENESIS_HASH };

/** One event as it lies in storage: everything the hash covers, and the hash. */
export type StoredEvent = {
  readonly sequence: number;
  readonly eventId: string;
  readonly kind: string;
  readonly aggregateId: string;
  readonly aggregateType: string;
  readonly data: string;
  readonly causationId: string;
  readonly at: number;
  readonly previousHash: string;
  readonly hash: string;
};

/** SHA-256 in lower-case hex over all of the event but its own hash. */
export function hashOf(event: Omit<StoredEvent, 'hash'>): string {
  return digest(
    'sha256',
    `genesis.event.1\n${event.previousHash}\n${event.sequence}\n${event.at}\n${event.kind}\n${event.aggregateType}\n` +
      `${event.eventId.length}:${event.eventId}${event.aggregateId.length}:${event.aggregateId}` +
      `${event.causationId.length}:${event.causationId}\n${event.data}`,
    'hex',
  );
}

/** Gives a new event its place after `head`. Throws on a value that storage could not give back unchanged. */
export function chainAfter(head: LogHead, fresh: NewEvent): StoredEvent {
  invariant(Number.isSafeInteger(fresh.at), 'event time is whole milliseconds');
  invariant(
    fresh.eventId.isWellFormed() && fresh.aggregateId.isWellFormed() && fresh.causationId.isWellFormed(),
    'identifiers are well-formed text',
  );
  const unhashed = {
    sequence: head.sequence + 1,
    eventId: fresh.eventId,
    kind: fresh.event.kind,
    aggregateId: fresh.aggregateId,
    aggregateType: fresh.aggregateType,
    data: encodeEvent(fresh.event),
    causationId: fresh.causationId,
    at: fresh.at,
    previousHash: head.hash,
  };
  return { ...unhashed, hash: hashOf(unhashed) };
}

/** The record of an event that has just been stored. */
export function recordOf(fresh: NewEvent, stored: StoredEvent): EventRecord {
  return {
    eventId: fresh.eventId,
    at: fresh.at,
    aggregateType: fresh.aggregateType,
    aggregateId: fresh.aggregateId,
    causationId: fresh.causationId,
    event: fresh.event,
    sequence: stored.sequence,
    previousHash: stored.previousHash,
    hash: stored.hash,
  };
}

/** Reads an event back from storage. Throws `EventLogFailure` 'log.unreadable' on text this build cannot decode. */
export function readStored(stored: StoredEvent): EventRecord {
  const event = decodeEvent(stored.kind, stored.data);
  if (!event.ok)
    throw new EventLogFailure(
      'log.unreadable',
      `event ${stored.sequence}: ${event.error.code} ${event.error.detail}`,
    );
  if (!isAggregateType(stored.aggregateType)) {
    throw new EventLogFailure(
      'log.unreadable',
      `event ${stored.sequence}: aggregate type ${stored.aggregateType}`,
    );
  }
  return {
    eventId: stored.eventId,
    at: stored.at,
    aggregateType: stored.aggregateType,
    aggregateId: stored.aggregateId,
    causationId: stored.causationId,
    event: event.value,
    sequence: stored.sequence,
    previousHash: stored.previousHash,
    hash: stored.hash,
  };
}

const knownAggregateTypes: ReadonlySet<string> = new Set(aggregateTypes);

function isAggregateType(word: string): word is AggregateType {
  return knownAggregateTypes.has(word);
}
