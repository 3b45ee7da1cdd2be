/** Migrations on real files (reliability.md section 3: "Migration killed midway; downgrade"). */
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStoreFolder, TEST_KEY, type StoreFolder } from '../../../../tests/builders/store-folder.ts';
import { shortLife } from '../../../../tests/builders/new-events.ts';
import { openConnection, type Connection } from '../../event-log/sqlite-connection.ts';
import { columnsOf, tableNames, tables } from '../tables.ts';
import { allMigrations } from './all-migrations.ts';
import { checkMigrated, migrate, migrationStatus, rollBackTo } from './migrate.ts';
import { compileForSqlite, type Migration } from './migration.ts';

let folder: StoreFolder;
let connection: Connection;
const now = (): number => 123;

function open(): Connection {
  const opened = openConnection({ path: folder.database, keyHex: TEST_KEY });
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value;
}

beforeEach(() => {
  folder = createStoreFolder();
  connection = open();
});
afterEach(() => {
  connection.close();
  folder.remove();
});

const next: Migration = {
  version: allMigrations.length + 1,
  name: 'the next',
  up: ({ schema, cells }) => [
    schema.createTable('later').addColumn('a', cells.text),
    schema.createTable('later_still').addColumn('a', cells.text),
  ],
  down: ({ schema }) => [schema.dropTable('later_still'), schema.dropTable('later')],
};
const breaking: Migration = {
  ...next,
  up: (tools) => [...next.up(tools), tools.raw(sql`insert into nowhere values (1)`)],
};

const names = (): readonly unknown[] =>
  connection.prepare('SELECT name FROM sqlite_schema ORDER BY name').pluck().all();

describe('migrations', () => {
  it('give every table the columns that rows are read and written by', () => {
    expect(migrate(connection, allMigrations, now)).toEqual({
      ok: true,
      value: allMigrations.map(({ name }) => name),
    });
    for (const table of tableNames) {
      const columns = connection
        .prepare<[], { name: string; notnull: number }>(`PRAGMA table_info(${table})`)
        .all();
      expect(columns.map(({ name }) => name)).toEqual(columnsOf(table));
      const nullable = Object.entries(tables[table]).map(([, token]) => (token.endsWith('?') ? 0 : 1));
      expect(
        columns.map(({ notnull }) => notnull),
        table,
      ).toEqual(nullable);
      const kind = connection
        .prepare<[string], { strict: number }>('SELECT strict FROM pragma_table_list WHERE name = ?')
        .get(table);
      expect(kind?.strict, table).toBe(1);
    }
  });

  it('run once, and are written down with their checksum and the way back', () => {
    migrate(connection, allMigrations, now);
    expect(migrate(connection, allMigrations, now)).toEqual({ ok: true, value: [] });
    expect(checkMigrated(connection, allMigrations)).toEqual({ ok: true, value: null });
    const rows = connection.prepare<[], Record<string, unknown>>('SELECT * FROM schema_version').all();
    expect(rows).toHaveLength(allMigrations.length);
    expect(rows[0]).toMatchObject({ version_id: 1, migration_name: '0001-event-store', applied_at: 123 });
    expect(rows[0]?.['checksum']).toMatch(/^[0-9a-f]{64}$/);
    expect(rows[0]?.['rollback_sql']).toContain('drop table "events"');
  });

  it('that fail midway have never happened', () => {
    migrate(connection, allMigrations, now);
    const before = names();
    expect(migrate(connection, [...allMigrations, breaking], now)).toMatchObject({ ok: false });
    expect(names()).toEqual(before);
    expect(migrate(connection, [...allMigrations, next], now)).toEqual({ ok: true, value: ['the next'] });
  });

  it('killed midway have never happened', () => {
    migrate(connection, allMigrations, now);
    const before = names();
    connection.exec('BEGIN IMMEDIATE');
    for (const statement of compileForSqlite(next).up) connection.exec(statement);
    const killed = folder.copyTo('killed');
    connection.close();
    folder = killed;
    connection = open();
    expect(names()).toEqual(before);
    expect(migrate(connection, [...allMigrations, next], now).ok).toBe(true);
  });

  it('of a newer build are refused, whatever else there is', () => {
    migrate(connection, [...allMigrations, next], now);
    expect(migrate(connection, allMigrations, now)).toMatchObject({
      ok: false,
      error: { code: 'store.tooNew' },
    });
    connection.close();
    expect(folder.open()).toMatchObject({ ok: false, error: { code: 'store.tooNew' } });
    connection = open();
  });

  it('that were changed after they ran are refused', () => {
    migrate(connection, [...allMigrations, next], now);
    const changed: Migration = { ...next, up: (tools) => next.up(tools).slice(0, 1) };
    expect(migrate(connection, [...allMigrations, changed], now)).toMatchObject({
      ok: false,
      error: { code: 'store.migrationChanged' },
    });
    connection.exec(`UPDATE schema_version SET checksum = 'x' WHERE version_id = 1`);
    expect(migrate(connection, [...allMigrations, next], now)).toMatchObject({
      ok: false,
      error: { code: 'store.migrationChanged' },
    });
  });

  it('are not run by somebody who only reads', () => {
    expect(checkMigrated(connection, allMigrations)).toMatchObject({
      ok: false,
      error: { code: 'store.migrationMissing' },
    });
    expect(names()).toEqual([]);
  });

  it('can be taken back to the beginning and run again', () => {
    migrate(connection, [...allMigrations, next], now);
    expect(rollBackTo(connection, allMigrations.length)).toEqual({ ok: true, value: ['the next'] });
    expect(migrationStatus(connection, [...allMigrations, next]).map(({ applied }) => applied)).toEqual([
      ...allMigrations.map(() => true),
      false,
    ]);
    expect(rollBackTo(connection, 0)).toEqual({
      ok: true,
      value: allMigrations.map(({ name }) => name).toReversed(),
    });
    expect(names()).toEqual(['schema_version']);
    connection.close();
    const log = folder.mustOpen();
    log.append(shortLife());
    expect(log.verify()).toMatchObject({ chain: { ok: true }, projections: { ok: true } });
    log.close();
    connection = open();
  });
});
