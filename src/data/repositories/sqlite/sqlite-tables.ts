/**
 * Projection rows in SQLite, read and written with prepared statements on the event log's own
 * connection, inside its transaction. Nothing is cached, so a rolled-back batch leaves nothing behind.
 */
import type Database from 'better-sqlite3-multiple-ciphers';
import type { Connection } from '../../event-log/sqlite-connection.ts';
import type { Change, LookupColumn, TableStore } from '../projections/projection.ts';
import { columnsOf, keyColumnOf, tableNames, type Cell, type Row, type TableName } from '../tables.ts';

type Statement = Database.Statement<Cell[]>;
type Insert = { readonly columns: readonly string[]; readonly statement: Statement; readonly cells: Cell[] };

export function createSqliteTables(connection: Connection): TableStore {
  const inserts = new Map<TableName, Insert>();
  const patches = new Map<string, Statement>();
  const reads = new Map<string, Statement>();

  function insertInto(table: TableName): Insert {
    const known = inserts.get(table);
    if (known !== undefined) return known;
    const columns = columnsOf(table);
    const places = columns.map(() => '?').join(', ');
    const statement = connection.prepare<Cell[]>(
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places})`,
    );
    const made: Insert = { columns, statement, cells: columns.map(() => null) };
    inserts.set(table, made);
    return made;
  }

  function reader(sql: string): Statement {
    let statement = reads.get(sql);
    if (statement === undefined) {
      statement = connection.prepare<Cell[]>(sql);
      reads.set(sql, statement);
    }
    return statement;
  }

  return {
    apply(change: Change): void {
      if (change.kind === 'insert') {
        const { columns, statement, cells } = insertInto(change.table);
        const row = change.row as Readonly<Record<string, Cell>>;
        for (let index = 0; index < columns.length; index += 1)
          cells[index] = row[columns[index] as string] ?? null;
        statement.run(...cells);
        return;
      }
      const names = Object.keys(change.values);
      const sql = `UPDATE ${change.table} SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE ${keyIs(change.table)}`;
      let statement = patches.get(sql);
      if (statement === undefined) {
        statement = connection.prepare<Cell[]>(sql);
        patches.set(sql, statement);
      }
      statement.run(...(Object.values(change.values) as Cell[]), change.key);
    },
    get<T extends TableName>(table: T, key: string): Row<T> | null {
      return (reader(`SELECT * FROM ${table} WHERE ${keyIs(table)}`).get(key) as Row<T> | undefined) ?? null;
    },
    latest<T extends TableName>(table: T): Row<T> | null {
      return (
        (reader(`SELECT * FROM ${table} ORDER BY ${keyColumnOf(table)} DESC LIMIT 1`).get() as
          Row<T> | undefined) ?? null
      );
    },
    latestWith<T extends TableName>(table: T, column: LookupColumn<T>, value: string): Row<T> | null {
      const sql = `SELECT * FROM ${table} WHERE ${column as string} = ? ORDER BY ${keyColumnOf(table)} DESC LIMIT 1`;
      return (reader(sql).get(value) as Row<T> | undefined) ?? null;
    },
  };
}

/** Orders are kept in two halves, open and finished; a key is looked for in both. */
function keyIs(table: TableName): string {
  return `${table === 'orders' ? 'finished IN (0, 1) AND ' : ''}${keyColumnOf(table)} = ?`;
}

/** Every row of a table in the order of its key. */
export function readTable<T extends TableName>(connection: Connection, table: T): readonly Row<T>[] {
  return connection.prepare<[], Row<T>>(`SELECT * FROM ${table} ORDER BY ${keyColumnOf(table)}`).all();
}

/** Empties the projections' tables, children first: the first half of building them again. */
export function emptyTables(connection: Connection, only: readonly TableName[]): void {
  for (const table of tableNames.toReversed()) {
    if (only.includes(table)) connection.exec(`DELETE FROM ${table}`);
  }
}
