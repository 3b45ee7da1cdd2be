/**
 * Backups of the store and their return. A backup is an encrypted copy made by SQLite itself
 * (`VACUUM INTO`: the driver's own backup call fails on encrypted files, and its serialisation is
 * plain text) and is verified before it counts. A restore verifies again, and never goes behind
 * what the anchor has seen unless told to.
 */
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { LogHead } from '../core/ports/event-log.ts';
import { err, ok, type Result } from '../core/result.ts';
import { readAnchor, resetAnchor, syncFolder } from './event-log/anchor.ts';
import { logFailureOf, type OpenFailure } from './event-log/failures.ts';
import { openConnection } from './event-log/sqlite-connection.ts';
import { openSqliteEventLog } from './event-log/sqlite-event-log.ts';
import type { VerificationFault } from './event-log/verification.ts';
import type { Projection } from './repositories/projections/projection.ts';

export type BackupFailure =
  | OpenFailure
  | {
      readonly code: 'backup.exists' | 'backup.missing' | 'backup.failed' | 'backup.foreign';
      readonly detail: string;
    }
  | { readonly code: 'backup.faulty'; readonly detail: string; readonly fault: VerificationFault }
  /** The backup ends before what the anchor has seen: `lost` events would be forgotten. */
  | { readonly code: 'backup.older'; readonly detail: string; readonly lost: number };

export type BackupReport = { readonly path: string; readonly bytes: number; readonly head: LogHead };

export type BackupOptions = {
  readonly database: string;
  /** 64 hex digits; the backup is under the same key. */
  readonly key: string;
  readonly target: string;
  readonly projections: readonly Projection[];
};

/** Copies the store while it is in use, verifies the copy, then gives it its name. */
export function backUp({
  database,
  key,
  target,
  projections,
}: BackupOptions): Result<BackupReport, BackupFailure> {
  if (existsSync(target)) return err({ code: 'backup.exists', detail: target });
  const opened = openConnection({ path: database, keyHex: key, readOnly: true });
  if (!opened.ok) return opened;
  const draft = `${target}.new`;
  try {
    rmSync(draft, { force: true });
    opened.value.prepare<[string]>('VACUUM INTO ?').run(draft);
  } catch (thrown) {
    return err({ code: 'backup.failed', detail: logFailureOf(thrown).message });
  } finally {
    opened.value.close();
  }
  const head = verifyBackup(draft, key, projections);
  if (!head.ok) return head;
  syncFile(draft);
  renameSync(draft, target);
  syncFolder(dirname(target));
  return ok({ path: target, bytes: statSync(target).size, head: head.value });
}

/** Walks the whole backup; the answer is its head. */
export function verifyBackup(
  path: string,
  key: string,
  projections: readonly Projection[],
): Result<LogHead, BackupFailure> {
  if (!existsSync(path)) return err({ code: 'backup.missing', detail: path });
  // A backup stands alone: it has no anchor, and is compared with the store's by whoever restores it.
  const opened = openSqliteEventLog({
    path,
    key,
    anchorPath: `${path}.anchor`,
    projections,
    now: () => 0,
    inspect: true,
  });
  if (!opened.ok) return opened;
  const { file, chain, projections: rows, head } = opened.value.verify({ anchored: null });
  opened.value.close();
  for (const verdict of [file, chain, rows]) {
    if (!verdict.ok)
      return err({ code: 'backup.faulty', detail: verdict.fault.detail, fault: verdict.fault });
  }
  return ok(head);
}

export type RestoreOptions = {
  readonly backup: string;
  readonly database: string;
  readonly anchorPath: string;
  readonly key: string;
  readonly projections: readonly Projection[];
  /** Names the database that is moved aside; ms UTC. */
  readonly now: () => number;
  /** A person has accepted that events after the backup are forgotten; the exchange still knows what was traded. */
  readonly acceptOlder?: boolean;
  /** Called before anything moves when events are to be forgotten, with their number and the anchored head. */
  readonly noteLoss?: (lost: number, anchored: LogHead) => void;
};

export type RestoreReport = {
  readonly head: LogHead;
  readonly lost: number;
  readonly movedAside: string | null;
};

/** Puts a verified backup in the place of the store; the caller holds the engine lock. The old store is kept beside it. */
export function restore(options: RestoreOptions): Result<RestoreReport, BackupFailure> {
  const { backup, database, anchorPath, key, projections } = options;
  const head = verifyBackup(backup, key, projections);
  if (!head.ok) return head;
  const seen = readAnchor(anchorPath, key);
  const lost = seen.kind === 'head' ? Math.max(0, seen.head.sequence - head.value.sequence) : 0;
  if (lost > 0 && options.acceptOlder !== true) {
    return err({
      code: 'backup.older',
      detail: `the store has seen ${lost} events that the backup has not`,
      lost,
    });
  }
  try {
    if (lost > 0 && seen.kind === 'head') options.noteLoss?.(lost, seen.head);
    const draft = `${database}.restoring`;
    copyFileSync(backup, draft);
    syncFile(draft);
    const movedAside = moveAside(database, options.now());
    renameSync(draft, database);
    syncFolder(dirname(database));
    resetAnchor(anchorPath, key, head.value);
    return ok({ head: head.value, lost, movedAside });
  } catch (thrown) {
    return err({ code: 'backup.failed', detail: thrown instanceof Error ? thrown.message : String(thrown) });
  }
}

export type RehearsalOptions = Omit<BackupOptions, 'target'> & {
  readonly backup: string;
  /** Where the copy is brought back for the moment. */
  readonly scratch: string;
};

/**
 * Brings a backup back beside the store, walks all of it and asks whether it is of this history. The store is only
 * read, also while it is in use; the copy is taken away again.
 */
export function rehearse(options: RehearsalOptions): Result<LogHead, BackupFailure> {
  const { backup, scratch, database, key, projections } = options;
  if (!existsSync(backup)) return err({ code: 'backup.missing', detail: backup });
  try {
    copyFileSync(backup, scratch);
    const head = verifyBackup(scratch, key, projections);
    if (!head.ok) return head;
    return isOfHistory(head.value, database, key)
      ? head
      : err({ code: 'backup.foreign', detail: 'it is whole, and not of this history' });
  } catch (thrown) {
    return err({ code: 'backup.failed', detail: thrown instanceof Error ? thrown.message : String(thrown) });
  } finally {
    for (const suffix of ['', '-wal', '-shm', '.anchor']) rmSync(scratch + suffix, { force: true });
  }
}

/** Whether the store has the event that the backup ends with, under the same hash. */
function isOfHistory(head: LogHead, database: string, key: string): boolean {
  const opened = openConnection({ path: database, keyHex: key, readOnly: true });
  if (!opened.ok) return false;
  try {
    const row = opened.value
      .prepare<[number], { readonly hash: string }>('SELECT hash FROM events WHERE sequence = ?')
      .get(head.sequence);
    return row !== undefined && row.hash === head.hash;
  } finally {
    opened.value.close();
  }
}

/** The database and its write-ahead log belong together: a new database must not meet an old log. */
export function moveAside(database: string, at: number): string | null {
  if (!existsSync(database)) return null;
  const aside = `${database}.before-${at}`;
  for (const suffix of ['-wal', '-shm', '']) {
    if (existsSync(database + suffix)) renameSync(database + suffix, aside + suffix);
  }
  return aside;
}

function syncFile(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
