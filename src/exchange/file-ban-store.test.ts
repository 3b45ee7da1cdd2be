// The ban's end on disk.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFileBanStore } from './file-ban-store.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'genesis-ban-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('a ban’s end is found again by the next start', () => {
  const path = join(folder, 'ban');
  expect(createFileBanStore(path).load()).toBeNull();
  createFileBanStore(path).save(1_767_225_600_000.5);
  expect(createFileBanStore(path).load()).toBe(1_767_225_600_001);
});

it.each(['', 'soon', '-1', '12', '9'.repeat(40)])('a file that says %j is no ban', (text) => {
  const path = join(folder, 'ban');
  writeFileSync(path, text);
  expect(createFileBanStore(path).load()).toBeNull();
});

it('a folder that cannot be written to stops nothing', () => {
  const store = createFileBanStore(join(folder, 'missing', 'ban'));
  expect(() => store.save(1_767_225_600_000)).not.toThrow();
  expect(store.load()).toBeNull();
});
