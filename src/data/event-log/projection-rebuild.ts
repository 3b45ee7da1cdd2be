/**
 * Filling the projections' tables from the events: when a projection of this build gives other rows
 * than the build that stored them, when the store asks for it, and after a restore.
 */
import { applyEvent, projectionsByKind, type Projection } from '../repositories/projections/projection.ts';
import { createSqliteTables, emptyTables } from '../repositories/sqlite/sqlite-tables.ts';
import { readStored } from './chain.ts';
import { forgetIndexes } from './event-index.ts';
import type { Connection } from './sqlite-connection.ts';
import { EVENT_COLUMNS, storedFromRow, type EventRow } from './stored-row.ts';

/** One transaction: readers see the old rows or the new ones. Throws what SQLite throws, with the transaction open. */
export function rebuildProjections(connection: Connection, projections: readonly Projection[]): void {
  connection.exec('BEGIN IMMEDIATE');
  forgetIndexes(connection);
  // All of them: rows of one may refer to rows of another.
  emptyTables(
    connection,
    projections.flatMap((projection) => projection.tables),
  );
  const byKind = projectionsByKind(projections);
  const tables = createSqliteTables(connection);
  const page = connection
    .prepare<[number], EventRow>(
      `SELECT ${EVENT_COLUMNS} FROM events WHERE sequence > ? ORDER BY sequence LIMIT 512`,
    )
    .raw();
  for (let last = 0; ;) {
    const rows = page.all(last);
    for (const row of rows) applyEvent(byKind, readStored(storedFromRow(row)), tables);
    const end = rows.at(-1);
    if (end === undefined) break;
    last = end[0];
  }
  connection.exec('DELETE FROM projection_versions');
  const note = connection.prepare<[string, number]>(
    'INSERT INTO projection_versions (projection, version) VALUES (?, ?)',
  );
  for (const { name, version } of projections) note.run(name, version);
  connection.exec('COMMIT');
}

/** Rebuilds when the stored rows were made by other projections than these. */
export function bringProjectionsUpToDate(connection: Connection, projections: readonly Projection[]): void {
  const stored = connection
    .prepare<[], { projection: string; version: number }>(
      'SELECT projection, version FROM projection_versions ORDER BY projection',
    )
    .all();
  const wanted = projections
    .map(({ name, version }) => ({ projection: name, version }))
    .toSorted((left, right) => (left.projection < right.projection ? -1 : 1));
  if (JSON.stringify(stored) !== JSON.stringify(wanted)) rebuildProjections(connection, projections);
}
