/**
 * The indexes on events: by id, aggregate, type and time. They are tables that follow the events in
 * batches, because an index kept with each event costs a page to encrypt and write between a
 * decision and the wire (benches/event-log.bench.ts). Nothing asks them alone: the views
 * `events_by_…` add the events after `through`, so an answer is never short of the newest.
 */
import type { NewEvent } from '../../core/events.ts';
import { EventLogFailure } from './failures.ts';
import type { Connection } from './sqlite-connection.ts';

/** Unindexed events at which an append itself indexes them, when no quiet moment came before. */
export const INDEX_BACKLOG = 512;

const indexes = [
  { table: 'event_ids', columns: 'event_id, sequence' },
  { table: 'event_aggregates', columns: 'aggregate_id, sequence' },
  { table: 'event_types', columns: 'event_type, created_at, sequence' },
  { table: 'event_times', columns: 'created_at, sequence' },
] as const;

/** The last event that is in the indexes. */
export function indexedThrough(connection: Connection): number {
  return connection.prepare<[], number>('SELECT through FROM event_index_state').pluck().get() ?? 0;
}

/** Brings the indexes up to the last event, in one transaction; returns its sequence. Throws what SQLite throws, with the transaction open. */
export function indexEvents(connection: Connection): number {
  connection.exec('BEGIN IMMEDIATE');
  const from = indexedThrough(connection);
  const through =
    connection.prepare<[], number>('SELECT coalesce(max(sequence), 0) FROM events').pluck().get() ?? 0;
  for (const { table, columns } of indexes) {
    connection
      .prepare<[number, number]>(
        `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM events WHERE sequence > ? AND sequence <= ?`,
      )
      .run(from, through);
  }
  connection.prepare<[number]>('UPDATE event_index_state SET through = ?').run(through);
  connection.exec('COMMIT');
  return through;
}

/** Forgets the indexes, inside the caller's transaction. */
export function forgetIndexes(connection: Connection): void {
  for (const { table } of indexes) connection.exec(`DELETE FROM ${table}`);
  connection.exec('UPDATE event_index_state SET through = 0');
}

/** What is wrong with the indexes, or null: each holds exactly the events up to `through`. */
export function indexFault(connection: Connection): string | null {
  const through = indexedThrough(connection);
  const count = (sql: string): number => connection.prepare<[], number>(sql).pluck().get() ?? 0;
  for (const { table, columns } of indexes) {
    // As many entries as events, and each event's entry is there: then there is no other.
    const entries = count(`SELECT count(*) FROM ${table}`);
    const same = columns.split(', ').map((column) => `i.${column} = e.${column}`);
    const met = count(
      `SELECT count(*) FROM events e CROSS JOIN ${table} i ON ${same.join(' AND ')} WHERE e.sequence <= ${through}`,
    );
    if (entries !== through || met !== through) {
      return `${table} has ${entries} entries, ${met} of them right, for ${through} events`;
    }
  }
  return null;
}

export interface IdGuard {
  /** Throws 'log.conflict' when an id of the batch has been used; returns the greatest id there will be. */
  requireFresh(events: readonly NewEvent[]): string;
  /** The batch with this greatest id has been stored. */
  stored(greatestId: string): void;
}

/** Ids grow (core/ids.ts), so a look at the greatest is mostly enough; after a step back of the clock the index decides. */
export function createIdGuard(connection: Connection): IdGuard {
  const used = connection
    .prepare<[string], number>('SELECT sequence FROM events_by_id WHERE event_id = ?')
    .pluck();
  let greatestId = greatestStored(connection);
  return {
    requireFresh(events) {
      let greatest = greatestId;
      for (const [index, { eventId }] of events.entries()) {
        if (eventId > greatest) {
          greatest = eventId;
          continue;
        }
        const isRepeated = events.slice(0, index).some((earlier) => earlier.eventId === eventId);
        if (isRepeated || used.get(eventId) !== undefined) {
          throw new EventLogFailure('log.conflict', `event id ${eventId} has been used`);
        }
      }
      return greatest;
    },
    stored(greatest) {
      greatestId = greatest;
    },
  };
}

/** Asked of the index and of the events after it apart: a maximum over the view would read all of it. */
function greatestStored(connection: Connection): string {
  const indexed =
    connection.prepare<[], string | null>('SELECT max(event_id) FROM event_ids').pluck().get() ?? '';
  const recent = connection
    .prepare<[number], string | null>('SELECT max(event_id) FROM events WHERE sequence > ?')
    .pluck()
    .get(indexedThrough(connection));
  return recent !== null && recent !== undefined && recent > indexed ? recent : indexed;
}
