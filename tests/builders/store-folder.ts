/** A folder of its own for one test's store, and shorthand for opening what lies there. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Result } from '../../src/core/result.ts';
import type { OpenFailure } from '../../src/data/event-log/failures.ts';
import {
  openSqliteEventLog,
  type SqliteEventLog,
  type SqliteEventLogOptions,
} from '../../src/data/event-log/sqlite-event-log.ts';
import { allProjections } from '../../src/data/repositories/projections/all-projections.ts';

export const TEST_KEY: string = 'ab'.repeat(32);

export interface StoreFolder {
  readonly root: string;
  readonly database: string;
  readonly anchor: string;
  open(changes?: Partial<SqliteEventLogOptions>): Result<SqliteEventLog, OpenFailure>;
  /** Opens what must open. */
  mustOpen(changes?: Partial<SqliteEventLogOptions>): SqliteEventLog;
  /** The store as a killed process would leave it now: database, write-ahead log and anchor. */
  copyTo(name: string): StoreFolder;
  remove(): void;
}

export function createStoreFolder(root: string = mkdtempSync(join(tmpdir(), 'genesis-store-'))): StoreFolder {
  const database = join(root, 'genesis.db');
  const anchor = join(root, 'anchor');
  const open = (changes: Partial<SqliteEventLogOptions> = {}): Result<SqliteEventLog, OpenFailure> =>
    openSqliteEventLog({
      path: database,
      key: TEST_KEY,
      anchorPath: anchor,
      projections: allProjections,
      now: () => 1_000,
      synchronous: 'NORMAL',
      ...changes,
    });
  return {
    root,
    database,
    anchor,
    open,
    mustOpen(changes) {
      const opened = open(changes);
      if (!opened.ok) throw new Error(`${opened.error.code}: ${opened.error.detail}`);
      return opened.value;
    },
    copyTo(name) {
      const target = createStoreFolder(join(root, name));
      mkdirSync(target.root, { recursive: true });
      for (const file of [database, `${database}-wal`, anchor]) {
        if (existsSync(file)) copyFileSync(file, file.replace(root, target.root));
      }
      return target;
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
