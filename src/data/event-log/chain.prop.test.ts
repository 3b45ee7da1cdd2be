import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEventMaker, orderIntended } from '../../../tests/builders/new-events.ts';
import { chainAfter, EMPTY_HEAD, hashOf, readStored, recordOf, type StoredEvent } from './chain.ts';
import { metadataOf, storedFromRow } from './stored-row.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((value) => value.isWellFormed());
const stored: fc.Arbitrary<Omit<StoredEvent, 'hash'>> = fc.record({
  sequence: fc.nat(),
  eventId: text,
  kind: fc.constantFrom('order.failed', 'order.unknown'),
  aggregateId: text,
  aggregateType: fc.constantFrom('order', 'engine'),
  data: fc.json(),
  causationId: text,
  at: fc.nat(),
  previousHash: fc.constantFrom('0'.repeat(64), 'f'.repeat(64)),
});

test('two different events never have the same hash', () => {
  fc.assert(
    fc.property(stored, stored, (left, right) => {
      const isSame = JSON.stringify(left) === JSON.stringify(right);
      expect(hashOf(left) === hashOf(right)).toBe(isSame);
    }),
  );
});

test('moving text from one field to the next changes the hash', () => {
  fc.assert(
    fc.property(stored, fc.nat(12), (event, cut) => {
      const all = event.eventId + event.aggregateId;
      const moved = { ...event, eventId: all.slice(0, cut), aggregateId: all.slice(cut) };
      expect(hashOf(moved) === hashOf(event)).toBe(moved.eventId === event.eventId);
    }),
  );
});

test('an event is the same after a way through a row', () => {
  fc.assert(
    fc.property(text, text, fc.nat(), fc.nat(1_000), (aggregateId, causationId, at, number) => {
      const fresh = createEventMaker()(orderIntended(number), { aggregateId, causationId, at });
      const made = chainAfter(EMPTY_HEAD, fresh);
      const row = storedFromRow([
        made.sequence,
        made.eventId,
        made.kind,
        made.aggregateId,
        made.aggregateType,
        made.data,
        metadataOf(made.causationId),
        made.at,
        made.previousHash,
        made.hash,
      ]);
      expect(row).toEqual(made);
      expect(readStored(row)).toEqual(recordOf(fresh, made));
    }),
  );
});
