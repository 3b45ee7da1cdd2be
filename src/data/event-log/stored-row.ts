/** An event as a row of the `events` table: the columns in order, and the way back. */
import type { StoredEvent } from './chain.ts';

export const EVENT_COLUMNS =
  'sequence, event_id, event_type, aggregate_id, aggregate_type, event_data, event_metadata, created_at, previous_hash, hash';

export type EventRow = readonly [
  sequence: number,
  eventId: string,
  kind: string,
  aggregateId: string,
  aggregateType: string,
  data: string,
  metadata: string | null,
  at: number,
  previousHash: string,
  hash: string,
];

const METADATA_HEAD = '{"causationId":';

/** JSON, so that more context can stand beside the cause; null when there is none. */
export function metadataOf(causationId: string): string | null {
  return causationId === '' ? null : `${METADATA_HEAD}${JSON.stringify(causationId)}}`;
}

/** The same row by the names of its columns, as a query builder gives it. */
export type EventColumns = {
  readonly sequence: number;
  readonly event_id: string;
  readonly event_type: string;
  readonly aggregate_id: string;
  readonly aggregate_type: string;
  readonly event_data: string;
  readonly event_metadata: string | null;
  readonly created_at: number;
  readonly previous_hash: string;
  readonly hash: string;
};

export function storedFromColumns(row: EventColumns): StoredEvent {
  return storedFromRow([
    row.sequence,
    row.event_id,
    row.event_type,
    row.aggregate_id,
    row.aggregate_type,
    row.event_data,
    row.event_metadata,
    row.created_at,
    row.previous_hash,
    row.hash,
  ]);
}

export function storedFromRow(row: EventRow): StoredEvent {
  return {
    sequence: row[0],
    eventId: row[1],
    kind: row[2],
    aggregateId: row[3],
    aggregateType: row[4],
    data: row[5],
    causationId: causationOf(row[6]),
    at: row[7],
    previousHash: row[8],
    hash: row[9],
  };
}

/** Text that is not ours gives itself back, so that the event's hash shows the edit. */
function causationOf(metadata: string | null): string {
  if (metadata === null) return '';
  if (metadata.startsWith(METADATA_HEAD) && !metadata.includes('\\'))
    return metadata.slice(METADATA_HEAD.length + 1, -2);
  try {
    const parsed: unknown = JSON.parse(metadata);
    if (
      typeof parsed === 'object' &&
      parsed !== null &&
      'causationId' in parsed &&
      typeof parsed.causationId === 'string'
    )
      return parsed.causationId;
  } catch {
    // Falls through to the text itself.
  }
  return metadata;
}
