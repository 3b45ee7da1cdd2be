/**
 * Brings a database to the schema of this build, in one transaction: killed midway, it never
 * happened (reliability.md section 3, "Migration killed midway; downgrade"). Refuses a database
 * made by a newer build and one whose applied migrations are not ours (invariant 30).
 */
import { sql } from 'kysely';
import { err, ok, type Result } from '../../../core/result.ts';
import type { Connection } from '../../event-log/sqlite-connection.ts';
import { openFailureOf } from '../../event-log/sqlite-connection.ts';
import type { OpenFailure } from '../../event-log/failures.ts';
import {
  compileForSqlite,
  createSqliteBuilder,
  type CompiledMigration,
  type Migration,
} from './migration.ts';

type AppliedRow = {
  readonly version_id: number;
  readonly migration_name: string;
  readonly checksum: string;
  readonly rollback_sql: string | null;
};

export type MigrationStatus = { readonly version: number; readonly name: string; readonly applied: boolean };

/** Applies what is missing; the answer lists what it applied. Throws nothing: SQLite's refusals come back by name. */
export function migrate(
  connection: Connection,
  migrations: readonly Migration[],
  now: () => number,
): Result<readonly string[], OpenFailure> {
  const compiled = migrations.map(compileForSqlite);
  try {
    const before = pendingOf(connection, compiled);
    if (!before.ok) return before;
    if (before.value.length === 0) return ok([]);
    connection.exec('BEGIN IMMEDIATE');
    // Somebody else may have migrated while we waited for the lock.
    const pending = pendingOf(connection, compiled);
    if (!pending.ok) {
      connection.exec('ROLLBACK');
      return pending;
    }
    createVersionTable(connection);
    for (const migration of pending.value) {
      for (const statement of migration.up) connection.exec(statement);
      connection
        .prepare(
          'INSERT INTO schema_version (version_id, migration_name, applied_at, checksum, rollback_sql) VALUES (?, ?, ?, ?, ?)',
        )
        .run(migration.version, migration.name, now(), migration.checksum, migration.down.join(';\n'));
    }
    connection.exec('COMMIT');
    return ok(pending.value.map((migration) => migration.name));
  } catch (thrown) {
    if (connection.inTransaction) connection.exec('ROLLBACK');
    return err(openFailureOf(thrown));
  }
}

/** Checks without changing anything: ok when the database has exactly the migrations of this build. */
export function checkMigrated(
  connection: Connection,
  migrations: readonly Migration[],
): Result<null, OpenFailure> {
  try {
    const pending = pendingOf(connection, migrations.map(compileForSqlite));
    if (!pending.ok) return pending;
    if (pending.value.length === 0) return ok(null);
    return err({
      code: 'store.migrationMissing',
      detail: pending.value.map((migration) => migration.name).join(', '),
    });
  } catch (thrown) {
    return err(openFailureOf(thrown));
  }
}

/** Undoes the newest migrations down to `version` with the statements stored beside them, in one transaction. */
export function rollBackTo(connection: Connection, version: number): Result<readonly string[], OpenFailure> {
  try {
    connection.exec('BEGIN IMMEDIATE');
    const undone: string[] = [];
    for (const row of appliedRows(connection).toReversed()) {
      if (row.version_id <= version) break;
      connection.exec(row.rollback_sql ?? '');
      connection.prepare('DELETE FROM schema_version WHERE version_id = ?').run(row.version_id);
      undone.push(row.migration_name);
    }
    connection.exec('COMMIT');
    return ok(undone);
  } catch (thrown) {
    if (connection.inTransaction) connection.exec('ROLLBACK');
    return err(openFailureOf(thrown));
  }
}

export function migrationStatus(
  connection: Connection,
  migrations: readonly Migration[],
): readonly MigrationStatus[] {
  const applied = new Set(appliedRows(connection).map((row) => row.version_id));
  return migrations.map(({ version, name }) => ({ version, name, applied: applied.has(version) }));
}

function pendingOf(
  connection: Connection,
  migrations: readonly CompiledMigration[],
): Result<readonly CompiledMigration[], OpenFailure> {
  const applied = appliedRows(connection);
  for (const [index, row] of applied.entries()) {
    const ours = migrations[index];
    if (ours === undefined) {
      return err({
        code: 'store.tooNew',
        detail: `the database has migration ${row.migration_name}, which this build does not know`,
      });
    }
    if (
      ours.version !== row.version_id ||
      ours.name !== row.migration_name ||
      ours.checksum !== row.checksum
    ) {
      return err({
        code: 'store.migrationChanged',
        detail: `${row.migration_name} was applied with checksum ${row.checksum}, this build has ${ours.name} ${ours.checksum}`,
      });
    }
  }
  return ok(migrations.slice(applied.length));
}

function appliedRows(connection: Connection): readonly AppliedRow[] {
  const exists = connection
    .prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_version'`)
    .get();
  if (exists === undefined) return [];
  return connection
    .prepare<[], AppliedRow>(
      'SELECT version_id, migration_name, checksum, rollback_sql FROM schema_version ORDER BY version_id',
    )
    .all();
}

function createVersionTable(connection: Connection): void {
  const statement = createSqliteBuilder()
    .schema.createTable('schema_version')
    .ifNotExists()
    .addColumn('version_id', 'integer', (column) => column.primaryKey())
    .addColumn('migration_name', 'text', (column) => column.notNull())
    .addColumn('applied_at', 'integer', (column) => column.notNull())
    .addColumn('checksum', 'text', (column) => column.notNull())
    .addColumn('rollback_sql', 'text')
    .modifyEnd(sql`strict`);
  connection.exec(statement.compile().sql);
}
