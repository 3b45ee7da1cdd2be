import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../tests/e2e/processes.ts';
import { prepareDataDir, type DataDir } from './data-dir.ts';
import { forgetVerifiedBackup, noteVerifiedBackup, readVerifiedBackup } from './verified-backup.ts';

const KEY = 'a'.repeat(64);
const backup = { backupId: 'f'.repeat(64), events: 120, way: 'rehearsed' } as const;
const folders: { readonly dispose: () => void }[] = [];
afterEach(() => folders.splice(0).forEach((folder) => folder.dispose()));

function dataDir(): DataDir {
  const folder = temporaryFolder();
  folders.push(folder);
  const dir = prepareDataDir(folder.path);
  if (!dir.ok) throw new Error(dir.error.code);
  return dir.value;
}

test('a note is read as it was written, until it is forgotten', () => {
  const dir = dataDir();
  expect(readVerifiedBackup(dir, KEY)).toBeNull();
  noteVerifiedBackup(dir, KEY, backup);
  expect(readVerifiedBackup(dir, KEY)).toEqual(backup);
  forgetVerifiedBackup(dir);
  expect(readVerifiedBackup(dir, KEY)).toBeNull();
});

test('a note of another store, one that was touched and one written by hand say nothing', () => {
  const dir = dataDir();
  noteVerifiedBackup(dir, KEY, backup);
  expect(readVerifiedBackup(dir, 'b'.repeat(64))).toBeNull();
  const path = join(dir.state, 'backup-verified.json');
  const text = readFileSync(path, 'utf8');
  for (const forged of [
    text.replace('120', '121'),
    text.replace('rehearsed', 'restored'),
    text.replace(/"signature":"\w+"/, '"signature":""'),
    text.replace('rehearsed', 'dreamt'),
    JSON.stringify(backup),
    '[]',
    '{',
  ]) {
    expect(forged).not.toBe(text);
    writeFileSync(path, forged);
    expect(readVerifiedBackup(dir, KEY)).toBeNull();
  }
});
