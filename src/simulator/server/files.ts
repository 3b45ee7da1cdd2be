/** Small files written so that a reader sees the old or the new one, never a part. */
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';

/** Writes beside, syncs, renames over; the mode holds from the first byte. */
export function replaceFile(path: string, text: string, mode: number): void {
  const draft = `${path}.${process.pid}.new`;
  const file = openSync(draft, 'w', mode);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}
