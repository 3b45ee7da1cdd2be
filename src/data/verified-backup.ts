/**
 * That a backup was brought back and found whole, noted beside the store until the engine has written it into the
 * log (it is evidence of the gate to ARCHITECT). The note is signed with the store's key: one that was written by
 * hand says nothing.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DataDir } from './data-dir.ts';
import { readNote, writeNote } from './note.ts';

export type VerifiedBackup = {
  /** Hash of its last event. */
  readonly backupId: string;
  readonly events: number;
  /** Put in the place of the store, or only brought back beside it. */
  readonly way: 'restored' | 'rehearsed';
};

/** Durable on return. Throws what the file system throws. */
export function noteVerifiedBackup(dir: DataDir, keyHex: string, backup: VerifiedBackup): void {
  writeNote(notePath(dir), { ...backup, signature: signatureOf(backup, keyHex) });
}

/** What was noted and is not in the log yet; null for none, and for a note that is not ours. */
export function readVerifiedBackup(dir: DataDir, keyHex: string): VerifiedBackup | null {
  const note = readNote(notePath(dir));
  if (typeof note === 'string') return null;
  const { backupId, events, way, signature } = note;
  if (typeof backupId !== 'string' || typeof events !== 'number' || typeof signature !== 'string')
    return null;
  if (way !== 'restored' && way !== 'rehearsed') return null;
  const backup: VerifiedBackup = { backupId, events, way };
  const [given, ours] = [Buffer.from(signature), Buffer.from(signatureOf(backup, keyHex))];
  return given.length === ours.length && timingSafeEqual(given, ours) ? backup : null;
}

/** It is in the log now. */
export function forgetVerifiedBackup(dir: DataDir): void {
  rmSync(notePath(dir), { force: true });
}

function signatureOf({ backupId, events, way }: VerifiedBackup, keyHex: string): string {
  return createHmac('sha256', `genesis verified backup ${keyHex}`)
    .update(`${backupId} ${events} ${way}`)
    .digest('hex');
}

function notePath(dir: DataDir): string {
  return join(dir.state, 'backup-verified.json');
}
