import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveStoreKey, type StoreKeyOptions } from './store-key.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'genesis-key-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const resolve = (changes: Partial<StoreKeyOptions> = {}): ReturnType<typeof resolveStoreKey> =>
  resolveStoreKey({
    given: null,
    keyPath: join(root, 'store.key'),
    saltPath: join(root, 'store.salt'),
    databaseExists: false,
    ...changes,
  });

const codeOf = (answer: ReturnType<typeof resolve>): string =>
  answer.ok ? answer.value.origin : answer.error.code;
const hexOf = (answer: ReturnType<typeof resolve>): string =>
  answer.ok ? answer.value.hex : answer.error.code;

describe('the key of the store', () => {
  it('is made on the first run, for its owner only, and found on the next', () => {
    const made = resolve();
    expect(codeOf(made)).toBe('made');
    expect(hexOf(made)).toMatch(/^[0-9a-f]{64}$/);
    expect(statSync(join(root, 'store.key')).mode & 0o777).toBe(0o600);
    expect(resolve({ databaseExists: true })).toEqual({
      ok: true,
      value: { hex: hexOf(made), origin: 'file' },
    });
  });

  it('is never made anew for a store that has one', () => {
    expect(codeOf(resolve({ databaseExists: true }))).toBe('key.missing');
    expect(codeOf(resolve({ databaseExists: true, given: 'correct horse battery' }))).toBe('key.saltMissing');
  });

  it('is not taken from a file that others can read', () => {
    resolve();
    chmodSync(join(root, 'store.key'), 0o640);
    expect(codeOf(resolve())).toBe('key.exposed');
  });

  it('is refused when the file holds something else', () => {
    writeFileSync(join(root, 'store.key'), 'not a key\n', { mode: 0o600 });
    expect(codeOf(resolve())).toBe('key.malformed');
  });

  it('may be given as 64 hex digits, and no file is made', () => {
    expect(resolve({ given: 'AB'.repeat(32) })).toEqual({
      ok: true,
      value: { hex: 'ab'.repeat(32), origin: 'given' },
    });
    expect(codeOf(resolve({ databaseExists: true }))).toBe('key.missing');
  });

  it('may be a passphrase: the same one gives the same key, another one another key', () => {
    const first = hexOf(resolve({ given: 'correct horse battery' }));
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(hexOf(resolve({ given: 'correct horse battery', databaseExists: true }))).toBe(first);
    expect(hexOf(resolve({ given: 'correct horse batterz', databaseExists: true }))).not.toBe(first);
    expect(readFileSync(join(root, 'store.salt'), 'utf8')).toMatch(/^[0-9a-f]{32}\n$/);
  });

  it('a passphrase that anybody could guess is refused', () => {
    expect(codeOf(resolve({ given: 'short' }))).toBe('key.passphraseTooShort');
  });

  it('no refusal says anything of a secret', () => {
    const made = hexOf(resolve());
    chmodSync(join(root, 'store.key'), 0o644);
    expect(JSON.stringify(resolve())).not.toContain(made.slice(0, 8));
    expect(JSON.stringify(resolve({ given: 'hunter2' }))).not.toContain('hunter2');
  });
});
