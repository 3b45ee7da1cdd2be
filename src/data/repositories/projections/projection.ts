/**
 * What a projection is: a pure function from an event, and the rows as they are, to changes of rows
 * (design.md "Event store"). It refuses nothing: whatever valid events come in whatever order, it
 * answers with changes the schema accepts, because its tables are written in the transaction that
 * stores the event. Storage knows tables only; PostgreSQL needs one more writer, no new projection.
 */
import type { EventKind, EventRecord } from '../../../core/events.ts';
import type { Row, TableName } from '../tables.ts';

type InsertOf<T extends TableName> = { readonly kind: 'insert'; readonly table: T; readonly row: Row<T> };
type PatchOf<T extends TableName> = {
  readonly kind: 'patch';
  readonly table: T;
  readonly key: string;
  readonly values: Partial<Row<T>>;
};

/** A new row, or some columns of a row that is there. A key that exists already is a conflict and refuses the batch (invariant 2). */
export type Change = { [T in TableName]: InsertOf<T> | PatchOf<T> }[TableName];

export function insert<T extends TableName>(table: T, row: Row<T>): Change {
  return { kind: 'insert', table, row } as unknown as Change;
}

export function patch<T extends TableName>(table: T, key: string, values: Partial<Row<T>>): Change {
  return { kind: 'patch', table, key, values } as unknown as Change;
}

/** The rows as all earlier events, and earlier projections of this event, left them. */
export interface Rows {
  get<T extends TableName>(table: T, key: string): Row<T> | null;
  /** The row with the greatest key. */
  latest<T extends TableName>(table: T): Row<T> | null;
  /** The row with the greatest key among those with this value in `column`. */
  latestWith<T extends TableName>(table: T, column: LookupColumn<T>, value: string): Row<T> | null;
}

/** Columns that can be looked up; each has an index. */
export type LookupColumn<T extends TableName> = T extends 'market_states'
  ? 'symbol'
  : T extends 'trading_sessions'
    ? 'account_id'
    : never;

export type Projection = {
  readonly name: string;
  /** Counts up when the same events should give other rows; stored tables are then rebuilt. */
  readonly version: number;
  readonly tables: readonly TableName[];
  readonly kinds: readonly EventKind[];
  readonly project: (record: EventRecord, rows: Rows) => readonly Change[];
};

/** Where changes go: memory or SQLite. */
export interface TableStore extends Rows {
  apply(change: Change): void;
}

/** Finds the projections an event touches, in their given order. */
export function projectionsByKind(
  projections: readonly Projection[],
): ReadonlyMap<EventKind, readonly Projection[]> {
  const byKind = new Map<EventKind, Projection[]>();
  for (const projection of projections) {
    for (const kind of projection.kinds) {
      const touched = byKind.get(kind);
      if (touched === undefined) byKind.set(kind, [projection]);
      else touched.push(projection);
    }
  }
  return byKind;
}

/** Runs an event through its projections; `store` is changed step by step. */
export function applyEvent(
  byKind: ReadonlyMap<EventKind, readonly Projection[]>,
  record: EventRecord,
  store: TableStore,
): void {
  const touched = byKind.get(record.event.kind);
  if (touched === undefined) return;
  for (const projection of touched) {
    for (const change of projection.project(record, store)) store.apply(change);
  }
}
