import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { TEST_KEY } from '../../tests/builders/store-folder.ts';
import { prepareDataDir, type DataDir } from './data-dir.ts';
import { openAnchor, readAnchor } from './event-log/anchor.ts';
import { beginAnew, forgetLostHistory, isLost, readLostHistory } from './lost-history.ts';

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

/** A folder whose anchor has seen 21 events, with something in the place of the store. */
function folder(): DataDir {
  const root = mkdtempSync(join(tmpdir(), 'genesis-lost-'));
  roots.push(root);
  const dir = prepareDataDir(root);
  if (!dir.ok) throw new Error(dir.error.detail);
  openAnchor(dir.value.anchor, TEST_KEY, { sequence: 21, hash: 'ab'.repeat(32) }).close();
  writeFileSync(dir.value.database, 'older');
  return dir.value;
}

const lost = {
  reason: 'why',
  anchoredSequence: 21,
  anchoredHash: 'ab'.repeat(32),
};

describe('a lost history', () => {
  it('is kept aside, noted with what the anchor saw, and the anchor begins anew', () => {
    const dir = folder();
    expect(beginAnew(dir, TEST_KEY, 'why', 5)).toEqual({ ...lost, keptAs: `${dir.database}.before-5` });
    expect(readdirSync(dirname(dir.database))).toContain('genesis.db.before-5');
    expect(existsSync(dir.database)).toBe(false);
    expect(readAnchor(dir.anchor, TEST_KEY)).toMatchObject({ kind: 'head', head: { sequence: 0 } });
    expect(readLostHistory(dir)).toMatchObject(lost);
  });

  it('stays the first loss, however often a start is killed before it is in the log', () => {
    const dir = folder();
    beginAnew(dir, TEST_KEY, 'why', 5);
    expect(beginAnew(dir, TEST_KEY, 'again', 6)).toMatchObject(lost);
    forgetLostHistory(dir);
    expect(readLostHistory(dir)).toBeNull();
  });

  it('is still a loss when its note cannot be read', () => {
    const dir = folder();
    for (const text of ['', '{', 'null', '{"reason":7}']) {
      writeFileSync(join(dir.state, 'lost-history.json'), text);
      expect(readLostHistory(dir)?.reason).toMatch(/cannot be read/);
    }
  });

  it('is never made of a store that only another key or more room would open', () => {
    for (const code of [
      'store.wrongKey',
      'store.full',
      'store.locked',
      'store.readOnly',
      'store.tooNew',
    ] as const)
      expect(isLost(code)).toBe(false);
    for (const code of ['store.rolledBack', 'store.forked', 'store.anchorMissing', 'store.damaged'] as const)
      expect(isLost(code)).toBe(true);
  });
});
