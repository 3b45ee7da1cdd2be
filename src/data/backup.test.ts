import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEventMaker, orderIntended, shortLife } from '../../tests/builders/new-events.ts';
import { createStoreFolder, TEST_KEY, type StoreFolder } from '../../tests/builders/store-folder.ts';
import { backUp, rehearse, restore, verifyBackup, type RestoreOptions } from './backup.ts';
import { allProjections } from './repositories/projections/all-projections.ts';

let folder: StoreFolder;
let target: string;
beforeEach(() => {
  folder = createStoreFolder();
  target = join(folder.root, 'backup.db');
});
afterEach(() => folder.remove());

const SOUND = { chain: { ok: true }, projections: { ok: true }, file: { ok: true } };
const make = createEventMaker(4_000);

const save = (): ReturnType<typeof backUp> =>
  backUp({ database: folder.database, key: TEST_KEY, target, projections: allProjections });

const bringBack = (changes: Partial<RestoreOptions> = {}): ReturnType<typeof restore> =>
  restore({
    backup: target,
    database: folder.database,
    anchorPath: folder.anchor,
    key: TEST_KEY,
    projections: allProjections,
    now: () => 77,
    ...changes,
  });

function live(): void {
  const log = folder.mustOpen();
  log.append(shortLife());
  log.close();
}

describe('a rehearsal', () => {
  const scratch = (): string => join(folder.root, 'scratch.db');
  const rehearsed = (database = folder.database): ReturnType<typeof rehearse> =>
    rehearse({ backup: target, scratch: scratch(), database, key: TEST_KEY, projections: allProjections });

  it('brings a backup back beside a store in use, and leaves nothing behind', () => {
    const log = folder.mustOpen();
    log.append(shortLife());
    const head = log.head();
    save();
    log.append([make(orderIntended(51))]);
    const before = log.head();
    expect(rehearsed()).toEqual({ ok: true, value: head });
    expect(log.head()).toEqual(before);
    log.close();
    for (const suffix of ['', '-wal', '-shm', '.anchor']) expect(existsSync(scratch() + suffix)).toBe(false);
  });

  it('finds one that is damaged, gone, or of another history', () => {
    live();
    save();
    const other = createStoreFolder();
    const log = other.mustOpen();
    log.append([make(orderIntended(52))]);
    log.append(shortLife());
    log.close();
    expect(rehearsed(other.database)).toMatchObject({ ok: false, error: { code: 'backup.foreign' } });
    other.remove();
    const bytes = readFileSync(target);
    bytes.fill(0, 5_000, 9_000);
    writeFileSync(target, bytes);
    expect(rehearsed().ok).toBe(false);
    target = join(folder.root, 'nowhere.db');
    expect(rehearsed()).toMatchObject({ ok: false, error: { code: 'backup.missing' } });
    expect(existsSync(scratch())).toBe(false);
  });
});

describe('a backup', () => {
  it('is made while the store is in use, is encrypted, and has the same head', () => {
    const log = folder.mustOpen();
    log.append(shortLife());
    const saved = save();
    expect(saved).toMatchObject({ ok: true, value: { path: target, head: log.head() } });
    log.append([make(orderIntended(50))]);
    log.close();
    expect(readFileSync(target).toString('latin1')).not.toContain('BTCUSDT');
    expect(readFileSync(target).subarray(0, 15).toString('latin1')).not.toBe('SQLite format 3');
    expect(verifyBackup(target, TEST_KEY, allProjections)).toEqual({
      ok: true,
      value: saved.ok ? saved.value.head : null,
    });
    expect(verifyBackup(target, 'cd'.repeat(32), allProjections)).toMatchObject({
      ok: false,
      error: { code: 'store.wrongKey' },
    });
  });

  it('never overwrites another', () => {
    live();
    expect(save().ok).toBe(true);
    expect(save()).toMatchObject({ ok: false, error: { code: 'backup.exists' } });
  });

  it('of a damaged store does not get its name', () => {
    live();
    const bytes = readFileSync(folder.database);
    bytes.fill(1, bytes.length - 20_000, bytes.length - 15_000);
    writeFileSync(folder.database, bytes);
    expect(save().ok).toBe(false);
    expect(existsSync(target)).toBe(false);
  });
});

describe('a restore', () => {
  it('brings back a store that is gone, with the same head', () => {
    live();
    const saved = save();
    writeFileSync(folder.database, '');
    expect(bringBack()).toMatchObject({
      ok: true,
      value: { lost: 0, movedAside: `${folder.database}.before-77` },
    });
    const log = folder.mustOpen();
    expect(log.head()).toEqual(saved.ok ? saved.value.head : null);
    expect(log.verify()).toMatchObject({ events: shortLife().length, ...SOUND });
    log.append([make(orderIntended(60))]);
    log.close();
  });

  it('does not forget events unless a person accepts it, and keeps the store it replaces', () => {
    live();
    save();
    const log = folder.mustOpen();
    log.append([make(orderIntended(61)), make(orderIntended(62))]);
    log.close();
    expect(bringBack()).toMatchObject({ ok: false, error: { code: 'backup.older', lost: 2 } });
    expect(folder.mustOpen().head().sequence).toBe(shortLife().length + 2);
    const noted: number[] = [];
    expect(bringBack({ acceptOlder: true, noteLoss: (lost) => noted.push(lost) })).toMatchObject({
      ok: true,
      value: { lost: 2 },
    });
    expect(noted).toEqual([2]);
    const restored = folder.mustOpen();
    expect(restored.verify()).toMatchObject({ events: shortLife().length, ...SOUND });
    restored.close();
    expect(verifyBackup(`${folder.database}.before-77`, TEST_KEY, allProjections)).toMatchObject({
      ok: true,
      value: { sequence: shortLife().length + 2 },
    });
  });

  it('of a damaged or missing backup changes nothing', () => {
    live();
    save();
    const bytes = readFileSync(target);
    bytes.fill(0, 40_000, 45_000);
    writeFileSync(target, bytes);
    const before = readFileSync(folder.database);
    expect(bringBack().ok).toBe(false);
    expect(bringBack({ backup: join(folder.root, 'none.db') })).toMatchObject({
      ok: false,
      error: { code: 'backup.missing' },
    });
    expect(readFileSync(folder.database)).toEqual(before);
  });
});
