/**
 * How storage says no. Opening refuses with a value (`OpenFailure`); appending throws
 * (`EventLogFailure`), because a batch that is not durable must never be acted upon and the engine
 * halts (reliability.md section 3, storage faults). An I/O error is never retried as success.
 */
export type OpenFailureCode =
  /** The linked SQLite is older than 3.51.3, which has a WAL-reset corruption race. */
  | 'store.sqliteTooOld'
  /** The linked SQLite has no authenticated page cipher. */
  | 'store.cipherMissing'
  | 'store.cannotOpen'
  | 'store.readOnly'
  | 'store.locked'
  | 'store.wrongKey'
  /** A plain, unencrypted SQLite file lies there. */
  | 'store.notEncrypted'
  | 'store.notADatabase'
  /** Its size is no whole number of pages: something cut it. */
  | 'store.torn'
  | 'store.damaged'
  | 'store.full'
  /** A migration already applied is not the one this build has. */
  | 'store.migrationChanged'
  /** Opened for reading only, and this build's schema is not there yet. */
  | 'store.migrationMissing'
  /** Made by a newer build. */
  | 'store.tooNew'
  /** The anchor has seen events that the database no longer has. */
  | 'store.rolledBack'
  /** The database has another event where the anchor has seen one. */
  | 'store.forked'
  | 'store.anchorMissing'
  | 'store.anchorDamaged'
  /** The last event's hash is not the hash of what is stored. */
  | 'store.chainBroken';

export type OpenFailure = {
  readonly code: OpenFailureCode;
  /** What was found, in words and numbers, without secrets. */
  readonly detail: string;
};

export type LogFailureCode =
  | 'log.full'
  | 'log.locked'
  | 'log.readOnly'
  | 'log.io'
  | 'log.damaged'
  /** Somebody else wrote, or an id was used twice: nothing was stored. */
  | 'log.conflict'
  /** Stored, but the anchor outside the database could not follow. */
  | 'log.anchor'
  | 'log.unreadable'
  /** An earlier failure left the outcome of a write in doubt; only opening again clears it. */
  | 'log.latched'
  | 'log.closed'
  | 'log.unknown';

export class EventLogFailure extends Error {
  override readonly name = 'EventLogFailure';
  readonly code: LogFailureCode;

  constructor(code: LogFailureCode, detail: string) {
    super(`${code}: ${detail}`);
    this.code = code;
  }
}

/** SQLite's own result code (`SQLITE_FULL`, …) of an exception, or the empty string. */
export function sqliteCodeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}

/** Names what SQLite threw. */
export function logFailureOf(thrown: unknown): EventLogFailure {
  if (thrown instanceof EventLogFailure) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const code = sqliteCodeOf(thrown);
  return new EventLogFailure(codeFor(code), code === '' ? message : `${code} ${message}`);
}

/** True when the store is as it was before the failed call, so that a later call may be tried. */
export function leavesStoreSound(code: LogFailureCode): boolean {
  return (
    code === 'log.full' ||
    code === 'log.locked' ||
    code === 'log.readOnly' ||
    code === 'log.conflict' ||
    code === 'log.closed'
  );
}

function codeFor(sqliteCode: string): LogFailureCode {
  if (sqliteCode.startsWith('SQLITE_FULL')) return 'log.full';
  if (sqliteCode.startsWith('SQLITE_BUSY') || sqliteCode.startsWith('SQLITE_LOCKED')) return 'log.locked';
  if (sqliteCode.startsWith('SQLITE_READONLY')) return 'log.readOnly';
  if (sqliteCode.startsWith('SQLITE_IOERR') || sqliteCode.startsWith('SQLITE_CANTOPEN')) return 'log.io';
  if (sqliteCode.startsWith('SQLITE_CORRUPT') || sqliteCode.startsWith('SQLITE_NOTADB')) return 'log.damaged';
  if (sqliteCode.startsWith('SQLITE_CONSTRAINT')) return 'log.conflict';
  return 'log.unknown';
}
