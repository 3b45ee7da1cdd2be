/** Storage faults on real files (reliability.md section 3, "Storage"): each is refused or reported by name. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import Database from 'better-sqlite3-multiple-ciphers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { notional } from '../../core/money.ts';
import { createEventMaker, orderIntended, shortLife } from '../../../tests/builders/new-events.ts';
import { createStoreFolder, TEST_KEY, type StoreFolder } from '../../../tests/builders/store-folder.ts';
import { allProjections } from '../repositories/projections/all-projections.ts';
import { isAtLeast, openConnection } from './sqlite-connection.ts';
import type { SqliteEventLog } from './sqlite-event-log.ts';

const isFull = process.env['GENESIS_TEST_PROFILE'] === 'full';
let folder: StoreFolder;
beforeEach(() => {
  folder = createStoreFolder();
});
afterEach(() => folder.remove());

/** Changes the store as somebody with the key and a SQLite shell would. */
function tamper(target: StoreFolder, sql: string): void {
  const opened = openConnection({ path: target.database, keyHex: TEST_KEY });
  if (!opened.ok) throw new Error(opened.error.detail);
  opened.value.exec(
    `DROP TRIGGER events_refuse_update; DROP TRIGGER events_refuse_delete; PRAGMA foreign_keys=OFF; ${sql}`,
  );
  opened.value.close();
}

function withLife(): void {
  const log = folder.mustOpen();
  log.append(shortLife());
  log.checkpoint();
  log.close();
}

const codeOf = (opened: ReturnType<StoreFolder['open']>): string => {
  if (opened.ok) {
    opened.value.close();
    return 'opened';
  }
  return opened.error.code;
};

function inspected<T>(look: (log: SqliteEventLog) => T, target: StoreFolder = folder): T {
  const log = target.mustOpen({ inspect: true });
  try {
    return look(log);
  } finally {
    log.close();
  }
}

describe('opening a store', () => {
  it('asserts the SQLite it runs on', () => {
    expect(isAtLeast('3.51.3', [3, 51, 3])).toBe(true);
    expect(isAtLeast('3.53.4', [3, 51, 3])).toBe(true);
    expect(isAtLeast('3.51.2', [3, 51, 3])).toBe(false);
    expect(isAtLeast('3.9.99', [3, 51, 3])).toBe(false);
    expect(isAtLeast('4.0', [3, 51, 3])).toBe(true);
  });

  it('nothing readable lies in the files', () => {
    const log = folder.mustOpen();
    log.append(shortLife());
    for (const file of [folder.database, `${folder.database}-wal`]) {
      const bytes = readFileSync(file).toString('latin1');
      for (const word of ['SQLite format', 'BTCUSDT', 'account.opened', 'CREATE TABLE'])
        expect(bytes).not.toContain(word);
    }
    log.close();
  });

  it('runs with a write-ahead log that is synced on every commit', () => {
    const log = folder.mustOpen({ synchronous: 'FULL' });
    expect(log.connection.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(log.connection.pragma('synchronous', { simple: true })).toBe(2);
    expect(log.connection.pragma('foreign_keys', { simple: true })).toBe(1);
    log.close();
  });

  it('the files are for their owner only', () => {
    const log = folder.mustOpen();
    log.append(shortLife());
    for (const file of [folder.anchor, folder.database, `${folder.database}-wal`, `${folder.database}-shm`]) {
      expect(statSync(file).mode & 0o077, file).toBe(0);
    }
    log.close();
  });

  it('a wrong key is told from a damaged file', () => {
    withLife();
    expect(codeOf(folder.open({ key: 'cd'.repeat(32) }))).toBe('store.wrongKey');
    expect(codeOf(folder.open({ key: 'cd'.repeat(32), anchorPath: `${folder.anchor}.none` }))).toBe(
      'store.wrongKey',
    );
    writeFileSync(folder.database, Buffer.alloc(8_192, 7));
    expect(codeOf(folder.open())).toBe('store.notADatabase');
  });

  it('a plain database, a cut file and a folder are refused by name', () => {
    new Database(folder.database).exec('CREATE TABLE t (a)').close();
    expect(codeOf(folder.open())).toBe('store.notEncrypted');
    rmSync(folder.database);
    withLife();
    truncateSync(folder.database, statSync(folder.database).size - 1_000);
    expect(codeOf(folder.open())).toBe('store.torn');
    expect(
      codeOf(folder.open({ path: `${folder.root}/nowhere/genesis.db`, anchorPath: `${folder.root}/none` })),
    ).toBe('store.cannotOpen');
  });

  it('whole pages cut from the end are noticed', () => {
    withLife();
    truncateSync(folder.database, statSync(folder.database).size - 8 * 4_096);
    const opened = folder.open();
    expect(opened.ok ? opened.value.verify().chain.ok && opened.value.verify().projections.ok : false).toBe(
      false,
    );
    if (opened.ok) opened.value.close();
  });

  it('a file that may only be read is refused, and can be inspected', () => {
    withLife();
    chmodSync(folder.database, 0o400);
    const code = codeOf(folder.open());
    // Root may write to any file.
    expect(
      process.getuid?.() === 0 ? ['opened', 'store.readOnly'] : ['store.readOnly', 'store.cannotOpen'],
    ).toContain(code);
    expect(inspected((log) => log.head().sequence)).toBe(shortLife().length);
  });
});

describe('the anchor outside the database', () => {
  it('notices a database that was put back to an earlier state', () => {
    const log = folder.mustOpen();
    log.append(shortLife().slice(0, 5));
    log.checkpoint();
    const earlier = folder.copyTo('earlier');
    log.append(shortLife().slice(5));
    log.close();
    copyFileSync(earlier.database, folder.database);
    const opened = folder.open();
    expect(opened).toEqual({
      ok: false,
      error: { code: 'store.rolledBack', detail: 'the anchor has seen event 21, the log ends at 5' },
    });
    expect(inspected((seen) => seen.verify().chain)).toMatchObject({
      ok: false,
      fault: { code: 'verify.rolledBack' },
    });
  });

  it('notices a database that is gone', () => {
    withLife();
    rmSync(folder.database);
    expect(codeOf(folder.open())).toBe('store.rolledBack');
    expect(existsSync(folder.database)).toBe(false);
  });

  it('notices another history of the same length', () => {
    withLife();
    const other = createStoreFolder();
    const log = other.mustOpen();
    log.append(shortLife().map((event) => ({ ...event, at: event.at + 1 })));
    log.close();
    copyFileSync(other.database, folder.database);
    other.remove();
    expect(codeOf(folder.open())).toBe('store.forked');
    expect(inspected((seen) => seen.verify().chain)).toMatchObject({ fault: { code: 'verify.forked' } });
  });

  it('may lag the database: killed between commit and anchor is no fault', () => {
    const log = folder.mustOpen();
    log.append(shortLife().slice(0, 5));
    const anchorThen = readFileSync(folder.anchor);
    log.append(shortLife().slice(5));
    log.close();
    writeFileSync(folder.anchor, anchorThen);
    expect(folder.mustOpen().head().sequence).toBe(shortLife().length);
  });

  it('is missed when it is gone, and never made up for a log with events', () => {
    withLife();
    rmSync(folder.anchor);
    expect(codeOf(folder.open())).toBe('store.anchorMissing');
    expect(inspected((log) => log.verify().chain)).toMatchObject({ fault: { code: 'verify.anchorMissing' } });
  });

  it('survives a torn write of its newest slot', () => {
    const log = folder.mustOpen();
    for (const event of shortLife()) log.append([event]);
    const killed = folder.copyTo('killed');
    log.close();
    const bytes = readFileSync(killed.anchor);
    const text = bytes.toString('latin1');
    const newest = text.indexOf(` ${log.head().hash}`) - String(shortLife().length).length;
    for (let cut = newest; cut < newest + 100; cut += 9) {
      const torn = Buffer.from(bytes);
      torn.fill(0, cut, newest + 159);
      writeFileSync(killed.anchor, torn);
      expect(codeOf(killed.open())).toBe('opened');
      writeFileSync(killed.anchor, bytes);
    }
  });

  it('with both slots unreadable is refused by name', () => {
    withLife();
    const bytes = readFileSync(folder.anchor);
    bytes.fill(0, 160);
    writeFileSync(folder.anchor, bytes);
    expect(codeOf(folder.open())).toBe('store.anchorDamaged');
    writeFileSync(folder.anchor, '');
    expect(codeOf(folder.open())).toBe('store.anchorDamaged');
  });
});

describe('append-only', () => {
  it.each([
    ['UPDATE events SET event_data = event_data', 'append-only'],
    ['DELETE FROM events', 'append-only'],
    [
      `INSERT INTO events SELECT sequence + 5, 'x', event_type, aggregate_id, aggregate_type, event_data, event_metadata, created_at, previous_hash, hash FROM events LIMIT 1`,
      'follows the last one',
    ],
    [
      `INSERT OR REPLACE INTO events SELECT sequence, 'x', event_type, aggregate_id, aggregate_type, event_data, event_metadata, created_at, previous_hash, hash FROM events LIMIT 1`,
      'follows the last one',
    ],
    [
      `INSERT OR REPLACE INTO events SELECT sequence + 21, event_id, event_type, aggregate_id, aggregate_type, event_data, event_metadata, created_at, previous_hash, hash FROM events LIMIT 1`,
      'follows the last one',
    ],
  ])('the database refuses %s', (sql, reason) => {
    const log = folder.mustOpen();
    log.append(shortLife());
    expect(() => log.connection.exec(sql)).toThrow(reason);
    expect(log.verify().chain.ok).toBe(true);
    log.close();
  });
});

describe('verify names the damage', () => {
  it.each([
    [
      'an edited event',
      `UPDATE events SET event_data = replace(event_data, '500', '900') WHERE sequence = 3`,
      'verify.editedEvent',
      'event 3',
    ],
    [
      'an edited time',
      'UPDATE events SET created_at = created_at + 1 WHERE sequence = 9',
      'verify.editedEvent',
      'event 9',
    ],
    [
      'an edited cause',
      `UPDATE events SET event_metadata = '{"causationId":"x"}' WHERE sequence = 9`,
      'verify.editedEvent',
      'event 9',
    ],
    [
      'an edited kind',
      `UPDATE events SET event_type = 'order.failed' WHERE sequence = 9`,
      'verify.editedEvent',
      'event 9',
    ],
    ['an event taken out', 'DELETE FROM events WHERE sequence = 7', 'verify.missingEvent', 'event 7'],
    ['the first event taken out', 'DELETE FROM events WHERE sequence = 1', 'verify.missingEvent', 'event 1'],
    [
      'a hash made up',
      `UPDATE events SET hash = previous_hash WHERE sequence = 4`,
      'verify.editedEvent',
      'event 4',
    ],
  ])('%s', (_name, sql, code, place) => {
    withLife();
    tamper(folder, sql);
    const { chain } = inspected((log) => log.verify());
    expect(chain).toMatchObject({ ok: false, fault: { code } });
    expect(chain.ok ? '' : chain.fault.detail).toContain(place);
  });

  it.each([
    ['an edited row', `UPDATE accounts SET tier = 'HUNTER'`, 'accounts'],
    ['a missing row', 'DELETE FROM tilt_events', 'tilt_events'],
    [
      'a row from nowhere',
      `INSERT INTO market_states (state_id, symbol, state, detected_at) VALUES ('x', 'BTCUSDT', 'PANIC', 1)`,
      'market_states',
    ],
    ['an index entry taken out', `DELETE FROM event_types WHERE sequence = 4`, 'event_types has 20 entries'],
    [
      'an index entry led astray',
      `UPDATE event_ids SET sequence = 5 WHERE sequence = 4`,
      'event_ids has 21 entries, 20 of them right',
    ],
    ['a forged balance', `UPDATE accounts SET balance = '50000'`, 'balance is 50000'],
  ])('%s in a projection', (_name, sql, place) => {
    withLife();
    tamper(folder, sql);
    const { chain, projections } = inspected((log) => log.verify());
    expect(chain.ok).toBe(true);
    expect(projections).toMatchObject({ ok: false, fault: { code: 'verify.projectionDiffers' } });
    expect(projections.ok ? '' : projections.fault.detail).toContain(place);
    const log = folder.mustOpen();
    log.rebuildProjections();
    expect(log.verify().projections.ok).toBe(true);
    log.close();
  });

  it('sees one state of a store that another process goes on writing', () => {
    const writer = folder.mustOpen();
    writer.append(shortLife());
    writer.settle();
    const make = createEventMaker(500);
    let number = 500;
    // Each event looked at lets the writer store two more.
    const interrupted = allProjections.map((projection) => ({
      ...projection,
      project: (...[record, rows]: Parameters<typeof projection.project>) => {
        number += 1;
        writer.append([
          make(orderIntended(number)),
          make({ kind: 'day.started', day: 1, equity: notional('1') }),
        ]);
        return projection.project(record, rows);
      },
    }));
    const reader = folder.mustOpen({ inspect: true, projections: interrupted });
    expect(reader.verify()).toMatchObject({
      events: shortLife().length,
      chain: { ok: true },
      projections: { ok: true },
    });
    reader.close();
    expect(writer.head().sequence).toBeGreaterThan(shortLife().length + 20);
    expect(writer.verify()).toMatchObject({ chain: { ok: true }, projections: { ok: true } });
    writer.close();
  });

  it('a tail removed together with a chain that ends cleanly is a roll-back', () => {
    withLife();
    tamper(folder, 'DELETE FROM events WHERE sequence > 18');
    expect(codeOf(folder.open())).toBe('store.rolledBack');
  });

  it('a last event that was edited is refused when opening', () => {
    withLife();
    tamper(folder, `UPDATE events SET event_data = '{}' WHERE sequence = 21`);
    expect(codeOf(folder.open())).toBe('store.chainBroken');
  });

  it('a snapshot whose text or hash was edited is passed over', () => {
    const log = folder.mustOpen();
    const records = log.append(shortLife());
    for (const sequence of [4, 8, 12])
      log.saveSnapshot({
        sequence,
        hash: records[sequence - 1]?.hash ?? '',
        schema: 1,
        state: `"${sequence}"`,
      });
    log.close();
    tamper(
      folder,
      `UPDATE snapshots SET hash = '${'0'.repeat(64)}' WHERE sequence = 12; UPDATE snapshots SET state = '"9"' WHERE sequence = 8`,
    );
    expect(inspected((seen) => seen.latestSnapshot()?.state)).toBe('"4"');
  });

  it('any flipped bit of a page is noticed, never read as truth', () => {
    withLife();
    const bytes = readFileSync(folder.database);
    const flips = isFull ? 2_000 : 120;
    const unnoticed: string[] = [];
    for (let flip = 0; flip < flips; flip += 1) {
      const at = Math.floor((bytes.length * flip) / flips) + (flip % 7);
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (flip % 8));
      writeFileSync(folder.database, damaged);
      const opened = folder.open({ inspect: true });
      if (opened.ok) {
        const { file, chain, projections } = opened.value.verify();
        opened.value.close();
        if (file.ok && chain.ok && projections.ok) unnoticed.push(`bit ${flip % 8} of byte ${at}`);
      }
    }
    expect(unnoticed).toEqual([]);
  });
});
