/**
 * What lies where in `.genesis/`, and who may write there: exactly one engine per data folder
 * (invariant 29). The lock is the kernel's: it goes with the process, however that dies, so a
 * killed engine leaves nothing to clean up. Beside it stands a note that says who holds it.
 */
import Database from 'better-sqlite3-multiple-ciphers';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../core/result.ts';
import { sqliteCodeOf } from './event-log/failures.ts';
import { readNote, writeNote } from './note.ts';

export type DataDir = {
  readonly root: string;
  readonly database: string;
  readonly backups: string;
  readonly logs: string;
  readonly state: string;
  /** Head of the chain, outside the database. */
  readonly anchor: string;
  readonly keyFile: string;
  readonly saltFile: string;
  readonly lockFile: string;
  /** Who holds the lock: JSON, for messages and fencing. */
  readonly lockNote: string;
};

export function dataDirAt(root: string): DataDir {
  const state = join(root, 'state');
  return {
    root,
    database: join(root, 'data', 'genesis.db'),
    backups: join(root, 'data', 'backups'),
    logs: join(root, 'logs'),
    state,
    anchor: join(state, 'anchor'),
    keyFile: join(state, 'store.key'),
    saltFile: join(state, 'store.salt'),
    lockFile: join(state, 'engine.lock'),
    lockNote: join(state, 'engine.json'),
  };
}

export type DataDirFailure = { readonly code: 'dataDir.cannotCreate'; readonly detail: string };

/** Makes the folders that are missing, readable by their owner only. */
export function prepareDataDir(root: string): Result<DataDir, DataDirFailure> {
  const dir = dataDirAt(root);
  try {
    for (const folder of [dir.root, dir.backups, dir.logs, dir.state])
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    return ok(dir);
  } catch (thrown) {
    return err({
      code: 'dataDir.cannotCreate',
      detail: thrown instanceof Error ? thrown.message : String(thrown),
    });
  }
}

export type LockHolder = { readonly pid: number; readonly startedAt: number; readonly token: number };

export type LockFailure =
  /** Another engine runs in this folder; `holder` is null in the moment before it has said who it is. */
  | { readonly code: 'lock.held'; readonly holder: LockHolder | null }
  | { readonly code: 'lock.unavailable'; readonly detail: string };

export interface EngineLock {
  /** Greater than that of every engine before this one in this folder. */
  readonly token: number;
  release(): void;
}

/** Takes the folder for this process until it ends or lets go. */
export function acquireEngineLock(
  dir: DataDir,
  self: { readonly pid: number; readonly startedAt: number },
): Result<EngineLock, LockFailure> {
  const held = takeLock(dir);
  if (!held.ok) return held;
  try {
    const token = (readHolder(dir)?.token ?? 0) + 1;
    writeNote(dir.lockNote, { ...self, token });
    return ok({
      token,
      release() {
        if (held.value.open) held.value.close();
      },
    });
  } catch (thrown) {
    held.value.close();
    return err({
      code: 'lock.unavailable',
      detail: thrown instanceof Error ? thrown.message : String(thrown),
    });
  }
}

/** Who runs in this folder now, or null when nobody does. */
export function runningEngine(dir: DataDir): LockHolder | null {
  const held = takeLock(dir);
  if (!held.ok) return held.error.code === 'lock.held' ? held.error.holder : null;
  held.value.close();
  return null;
}

/** A write lock on an empty database file, held by an open transaction: SQLite knows every platform's locks. */
function takeLock(dir: DataDir): Result<Database.Database, LockFailure> {
  let connection: Database.Database | null = null;
  try {
    // Long enough for somebody who only asks who is running to be done.
    connection = new Database(dir.lockFile, { timeout: 250 });
    connection.exec('BEGIN IMMEDIATE');
    return ok(connection);
  } catch (thrown) {
    connection?.close();
    if (sqliteCodeOf(thrown).startsWith('SQLITE_BUSY'))
      return err({ code: 'lock.held', holder: readHolder(dir) });
    return err({
      code: 'lock.unavailable',
      detail: thrown instanceof Error ? thrown.message : String(thrown),
    });
  }
}

function readHolder(dir: DataDir): LockHolder | null {
  const note = readNote(dir.lockNote);
  if (typeof note === 'string') return null;
  const { pid, startedAt, token } = note;
  if (!Number.isSafeInteger(pid) || !Number.isSafeInteger(startedAt) || !Number.isSafeInteger(token))
    return null;
  return { pid, startedAt, token } as LockHolder;
}
