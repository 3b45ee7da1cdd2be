/** Small notes beside the store, as JSON: written whole or not at all, and synced. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from './event-log/anchor.ts';

/** What a note says: nothing there, not readable, or its fields. */
export type Note = 'absent' | 'unreadable' | Readonly<Record<string, unknown>>;

/** Durable on return. Throws what the file system throws. */
export function writeNote(path: string, note: Readonly<Record<string, unknown>>): void {
  const draft = `${path}.new`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(file, `${JSON.stringify(note)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
  syncFolder(dirname(path));
}

/** Never throws. */
export function readNote(path: string): Note {
  try {
    const note: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof note === 'object' && note !== null ? (note as Record<string, unknown>) : 'unreadable';
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT' ? 'absent' : 'unreadable';
  }
}
