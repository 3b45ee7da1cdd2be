/**
 * Opens an encrypted SQLite file the one way GENESIS does: SQLCipher 4 format, raw key, WAL,
 * foreign keys, and refusals by name (dependencies.md section 2, reliability.md section 1: SQLite
 * 3.51.3 or later and an authenticated page cipher).
 */
import Database from 'better-sqlite3-multiple-ciphers';
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { err, ok, type Result } from '../../core/result.ts';
import { sqliteCodeOf, type OpenFailure } from './failures.ts';

export type Connection = Database.Database;
export type Synchronous = 'FULL' | 'NORMAL';

export type ConnectionOptions = {
  readonly path: string;
  /** 64 hex digits. */
  readonly keyHex: string;
  /** Reads only, and never creates the file. */
  readonly readOnly?: boolean;
  readonly synchronous?: Synchronous;
  /** How long SQLite waits for somebody else's lock. */
  readonly busyTimeoutMs?: number;
};

const SQLITE_MINIMUM: readonly [number, number, number] = [3, 51, 3];
const PAGE_BYTES = 4096;
const PLAIN_HEADER = 'SQLite format 3\0';

/** Opens the file, or makes an empty one; 'store.wrongKey' also stands for "no database under this key". */
export function openConnection(options: ConnectionOptions): Result<Connection, OpenFailure> {
  const shape = inspectFile(options.path);
  if (shape !== null) return err(shape);
  const readOnly = options.readOnly ?? false;
  let connection: Connection;
  try {
    // Made by hand for its mode, which SQLite gives to the files beside it too.
    if (!readOnly && !existsSync(options.path)) closeSync(openSync(options.path, 'a', 0o600));
    connection = new Database(options.path, {
      readonly: readOnly,
      fileMustExist: readOnly,
      timeout: options.busyTimeoutMs ?? 2_000,
    });
  } catch (thrown) {
    return err(openFailureOf(thrown));
  }
  try {
    connection.pragma(`cipher='sqlcipher'`);
    connection.pragma('legacy=4');
    connection.pragma(`key="x'${options.keyHex}'"`);
    const engine = checkEngine(connection);
    if (engine !== null) {
      connection.close();
      return err(engine);
    }
    // The first read of a page is what proves the key.
    connection.prepare('SELECT count(*) FROM sqlite_schema').get();
    if (!readOnly) connection.pragma('journal_mode=WAL');
    const mode = connection.pragma('journal_mode', { simple: true });
    if (!readOnly && mode !== 'wal') {
      connection.close();
      return err({ code: 'store.cannotOpen', detail: `journal mode is ${String(mode)}, not wal` });
    }
    connection.pragma(`synchronous=${options.synchronous ?? 'FULL'}`);
    // Only macOS tells a sync from a sync that reaches the disk; elsewhere this changes nothing.
    connection.pragma('fullfsync=ON');
    connection.pragma('checkpoint_fullfsync=ON');
    connection.pragma('foreign_keys=ON');
    connection.pragma('recursive_triggers=ON');
    connection.pragma('trusted_schema=OFF');
    connection.pragma('temp_store=MEMORY');
    connection.pragma('cache_size=-16000');
    return ok(connection);
  } catch (thrown) {
    connection.close();
    return err(openFailureOf(thrown));
  }
}

/** Names what SQLite threw while opening. */
export function openFailureOf(thrown: unknown): OpenFailure {
  const code = sqliteCodeOf(thrown);
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const detail = code === '' ? message : `${code}: ${message}`;
  if (code.startsWith('SQLITE_NOTADB')) return { code: 'store.wrongKey', detail };
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_IOERR'))
    return { code: 'store.damaged', detail };
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
    return { code: 'store.locked', detail };
  if (code.startsWith('SQLITE_READONLY')) return { code: 'store.readOnly', detail };
  if (code.startsWith('SQLITE_FULL')) return { code: 'store.full', detail };
  return { code: 'store.cannotOpen', detail };
}

function inspectFile(path: string): OpenFailure | null {
  let bytes: number;
  try {
    bytes = statSync(path).size;
  } catch {
    return null;
  }
  if (bytes === 0) return null;
  const header = Buffer.alloc(16);
  try {
    const file = openSync(path, 'r');
    readSync(file, header, 0, 16, 0);
    closeSync(file);
  } catch (thrown) {
    return openFailureOf(thrown);
  }
  if (header.toString('latin1') === PLAIN_HEADER)
    return { code: 'store.notEncrypted', detail: 'the file is a plain SQLite database' };
  if (bytes % PAGE_BYTES !== 0)
    return { code: 'store.torn', detail: `${bytes} bytes are no whole number of ${PAGE_BYTES}-byte pages` };
  return null;
}

function checkEngine(connection: Connection): OpenFailure | null {
  const facts = connection
    .prepare<[], { version: string; cipher: string; hmac: number }>(
      `SELECT sqlite_version() AS version, sqlite3mc_config('cipher') AS cipher, sqlite3mc_config('sqlcipher', 'hmac_use') AS hmac`,
    )
    .get();
  const version = facts?.version ?? '0';
  if (!isAtLeast(version, SQLITE_MINIMUM)) {
    return {
      code: 'store.sqliteTooOld',
      detail: `SQLite ${version}; ${SQLITE_MINIMUM.join('.')} or later is needed`,
    };
  }
  if (facts?.cipher !== 'sqlcipher' || facts.hmac !== 1) {
    return {
      code: 'store.cipherMissing',
      detail: `cipher ${facts?.cipher ?? 'none'}, page authentication ${facts?.hmac === 1 ? 'on' : 'off'}`,
    };
  }
  return null;
}

/** Compares dotted versions number by number. */
export function isAtLeast(version: string, minimum: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  for (const [index, wanted] of minimum.entries()) {
    const part = parts[index] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}
