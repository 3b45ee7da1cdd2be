/**
 * Projection rows in memory: behind the memory event log, and the fresh copy that `verify` compares
 * the stored rows with. Refuses what the SQLite schema refuses by its keys, and can undo the
 * changes of a batch that did not become durable.
 */
import { clientOrderIdOf } from '../../../core/ids.ts';
import { EventLogFailure } from '../../event-log/failures.ts';
import type { Change, LookupColumn, TableStore } from '../projections/projection.ts';
import { keyColumnOf, tableNames, type Cell, type Row, type TableName } from '../tables.ts';

type AnyRow = Readonly<Record<string, Cell>>;

export interface MemoryTables extends TableStore {
  /** Every row in the order of its key. */
  rows<T extends TableName>(table: T): readonly Row<T>[];
  /** Runs `work`; when it throws, every change it made is undone. */
  atomically(work: () => void): void;
}

export function createMemoryTables(): MemoryTables {
  const stored = new Map<TableName, Map<string, AnyRow>>(tableNames.map((table) => [table, new Map()]));
  const greatest = new Map<string, string>();
  const journal: (() => void)[] = [];

  const rowsOf = (table: TableName): Map<string, AnyRow> => stored.get(table) as Map<string, AnyRow>;

  /** Remembers the greatest key overall and per lookup value; keys are never removed but by undoing. */
  function noteKey(slot: string, key: string): void {
    const before = greatest.get(slot);
    if (before !== undefined && before >= key) return;
    greatest.set(slot, key);
    journal.push(() => (before === undefined ? greatest.delete(slot) : greatest.set(slot, before)));
  }

  function insertRow(table: TableName, row: AnyRow): void {
    const key = String(row[keyColumnOf(table)]);
    const rows = rowsOf(table);
    if (rows.has(key)) throw new EventLogFailure('log.conflict', `${table} has ${key} already`);
    // The same rule as the schema's: an own client order id is the order's id in other letters (invariant 2).
    if (
      table === 'orders' &&
      row['purpose'] !== 'external' &&
      row['client_order_id'] !== clientOrderIdOf(key)
    ) {
      throw new EventLogFailure(
        'log.conflict',
        `${row['client_order_id']} is not the client order id of ${key}`,
      );
    }
    rows.set(key, row);
    journal.push(() => rows.delete(key));
    noteKey(table, key);
    if (table === 'market_states') noteKey(`${table}.symbol=${row['symbol']}`, key);
    if (table === 'trading_sessions') noteKey(`${table}.account_id=${row['account_id']}`, key);
  }

  function patchRow(table: TableName, key: string, values: AnyRow): void {
    const rows = rowsOf(table);
    const before = rows.get(key);
    if (before === undefined) return;
    rows.set(key, { ...before, ...values });
    journal.push(() => rows.set(key, before));
  }

  return {
    apply(change: Change): void {
      if (change.kind === 'insert') insertRow(change.table, change.row);
      else patchRow(change.table, change.key, change.values);
    },
    get<T extends TableName>(table: T, key: string): Row<T> | null {
      return (rowsOf(table).get(key) as Row<T> | undefined) ?? null;
    },
    latest<T extends TableName>(table: T): Row<T> | null {
      const key = greatest.get(table);
      return key === undefined ? null : ((rowsOf(table).get(key) as Row<T> | undefined) ?? null);
    },
    latestWith<T extends TableName>(table: T, column: LookupColumn<T>, value: string): Row<T> | null {
      const key = greatest.get(`${table}.${column as string}=${value}`);
      return key === undefined ? null : ((rowsOf(table).get(key) as Row<T> | undefined) ?? null);
    },
    rows<T extends TableName>(table: T): readonly Row<T>[] {
      const entries = [...rowsOf(table)].toSorted(([left], [right]) => (left < right ? -1 : 1));
      return entries.map(([, row]) => row as Row<T>);
    },
    atomically(work) {
      journal.length = 0;
      try {
        work();
      } catch (thrown) {
        for (const undo of journal.toReversed()) undo();
        throw thrown;
      } finally {
        journal.length = 0;
      }
    },
  };
}
