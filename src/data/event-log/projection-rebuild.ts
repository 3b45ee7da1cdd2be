/**
 * The projections' tables follow the events (docs/decisions/0009-projections-follow.md): appended
 * events wait, and at a quiet moment all that wait are projected in one transaction together with
 * the number of the last of them (`projection_state`). The same walk from the first event builds the
 * tables anew: when a projection of this build gives other rows than the build that stored them,
 * when the store asks for it, and after a restore.
 */
import { applyEvent, projectionsByKind, type Projection } from '../repositories/projections/projection.ts';
import { createSqliteTables, emptyTables } from '../repositories/sqlite/sqlite-tables.ts';
import { readStored } from './chain.ts';
import { forgetIndexes } from './event-index.ts';
import type { Connection } from './sqlite-connection.ts';
import { EVENT_COLUMNS, storedFromRow, type EventRow } from './stored-row.ts';

/** Events without their rows at which an append itself projects them, when no quiet moment came before. */
export const PROJECTION_BACKLOG = 512;

const READ_PAGE = 512;

/** The last event that the projections' rows show. */
export function projectedThrough(connection: Connection): number {
  return connection.prepare<[], number>('SELECT through FROM projection_state').pluck().get() ?? 0;
}

export interface Projector {
  /** Projects the events after the last one shown; returns the last. One transaction; throws what SQLite throws, with it open. */
  follow(): number;
  /** Empties the tables and follows from the first event, in one transaction: readers see the old rows or the new ones. */
  rebuild(): number;
  /** Rebuilds when the stored rows were made by other projections than these, follows otherwise. */
  bringUpToDate(): number;
}

export function createProjector(connection: Connection, projections: readonly Projection[]): Projector {
  const byKind = projectionsByKind(projections);
  const tables = createSqliteTables(connection);
  const page = connection
    .prepare<[number], EventRow>(
      `SELECT ${EVENT_COLUMNS} FROM events WHERE sequence > ? ORDER BY sequence LIMIT ${READ_PAGE}`,
    )
    .raw();
  const note = connection.prepare<[number]>('UPDATE projection_state SET through = ?');

  /** Inside the caller's transaction. */
  function projectAfter(from: number): number {
    let last = from;
    for (;;) {
      const rows = page.all(last);
      for (const row of rows) applyEvent(byKind, readStored(storedFromRow(row)), tables);
      last = rows.at(-1)?.[0] ?? last;
      if (rows.length < READ_PAGE) break;
    }
    note.run(last);
    return last;
  }

  function follow(): number {
    connection.exec('BEGIN IMMEDIATE');
    const last = projectAfter(projectedThrough(connection));
    connection.exec('COMMIT');
    return last;
  }

  function rebuild(): number {
    connection.exec('BEGIN IMMEDIATE');
    forgetIndexes(connection);
    // All of them: rows of one may refer to rows of another.
    emptyTables(
      connection,
      projections.flatMap((projection) => projection.tables),
    );
    const last = projectAfter(0);
    connection.exec('DELETE FROM projection_versions');
    const version = connection.prepare<[string, number]>(
      'INSERT INTO projection_versions (projection, version) VALUES (?, ?)',
    );
    for (const projection of projections) version.run(projection.name, projection.version);
    connection.exec('COMMIT');
    return last;
  }

  return {
    follow,
    rebuild,
    bringUpToDate() {
      const through = projectedThrough(connection);
      const head =
        connection.prepare<[], number | null>('SELECT max(sequence) FROM events').pluck().get() ?? 0;
      if (!isMadeBy(connection, projections) || through > head) return rebuild();
      return through < head ? follow() : through;
    },
  };
}

function isMadeBy(connection: Connection, projections: readonly Projection[]): boolean {
  const stored = connection
    .prepare<[], { projection: string; version: number }>(
      'SELECT projection, version FROM projection_versions ORDER BY projection',
    )
    .all();
  const wanted = projections
    .map(({ name, version }) => ({ projection: name, version }))
    .toSorted((left, right) => (left.projection < right.projection ? -1 : 1));
  return JSON.stringify(stored) === JSON.stringify(wanted);
}
