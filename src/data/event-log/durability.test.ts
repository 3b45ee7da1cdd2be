/**
 * What is left after a crash (invariants 1, 15; reliability.md section 3, "Storage"): nothing that
 * was acknowledged is lost, nothing half-done is found, and a failed write is never taken for done.
 */
import { spawn } from 'node:child_process';
import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NewEvent } from '../../core/events.ts';
import {
  accountOpened,
  createEventMaker,
  orderFilled,
  orderIntended,
  shortLife,
} from '../../../tests/builders/new-events.ts';
import { createStoreFolder, TEST_KEY, type StoreFolder } from '../../../tests/builders/store-folder.ts';
import { EventLogFailure } from './failures.ts';
import { openConnection } from './sqlite-connection.ts';
import type { SqliteEventLog } from './sqlite-event-log.ts';

const isFull = process.env['GENESIS_TEST_PROFILE'] === 'full';
const SOUND = { chain: { ok: true }, projections: { ok: true }, file: { ok: true } };

let folder: StoreFolder;
beforeEach(() => {
  folder = createStoreFolder();
});
afterEach(() => folder.remove());

/** Fifty events in batches of one to three. */
function fiftyEvents(): readonly (readonly NewEvent[])[] {
  const make = createEventMaker();
  const events = [make(accountOpened())];
  for (let number = 1; events.length < 50; number += 1)
    events.push(make(orderIntended(number)), make(orderFilled(number)));
  const batches: NewEvent[][] = [];
  for (let from = 0; from < 50; from += batches.at(-1)?.length ?? 1)
    batches.push(events.slice(from, Math.min(50, from + 1 + (batches.length % 3))));
  return batches;
}

function thrownBy(work: () => unknown): EventLogFailure {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof EventLogFailure) return thrown;
    throw thrown;
  }
  throw new Error('nothing was thrown');
}

// These wait for a disk and for processes that others may keep busy.
const PATIENCE_MS = isFull ? 300_000 : 60_000;

describe('a write-ahead log cut anywhere', { timeout: PATIENCE_MS }, () => {
  it('opens to a prefix of what was appended, or is refused by name', () => {
    const log = folder.mustOpen();
    log.connection.pragma('wal_autocheckpoint=0');
    log.checkpoint();
    const heads = new Map<number, string>([[0, log.head().hash]]);
    for (const batch of fiftyEvents()) {
      log.append(batch);
      heads.set(log.head().sequence, log.head().hash);
    }
    const killed = folder.copyTo('killed');
    log.close();
    const wal = readFileSync(`${killed.database}-wal`);
    const database = readFileSync(killed.database);
    const anchor = readFileSync(killed.anchor);
    const frames = Math.floor((wal.length - 32) / (24 + 4_096));
    const offsets = [0, 1, 31, 32, 33, wal.length - 1, wal.length];
    // The quick profile looks at some of the frames, the full one at each.
    for (let frame = 1; frame <= frames; frame += isFull ? 1 : 11) {
      const boundary = 32 + frame * (24 + 4_096);
      offsets.push(boundary - 1, boundary, boundary + 1);
    }
    const prefixes = new Set<number>();
    for (const offset of offsets.filter((at) => at <= wal.length)) {
      // As it would be found by somebody whose anchor had not been written since the start, so that prefixes open.
      restoreFiles(killed, database, wal.subarray(0, offset), anchor);
      const inspected = killed.open({ inspect: true });
      if (!inspected.ok) throw new Error(`offset ${offset}: ${inspected.error.code}`);
      const { head, events } = inspected.value.verify({ anchored: null });
      expect(heads.get(events), `offset ${offset}`).toBe(head.hash);
      inspected.value.close();
      prefixes.add(events);
      const opened = killed.open();
      const answer = opened.ok ? 'opened' : opened.error.code;
      expect(answer, `offset ${offset}`).toBe(events === 50 ? 'opened' : 'store.rolledBack');
      if (opened.ok) opened.value.close();
    }
    expect(prefixes).toContain(50);
    expect(prefixes.size).toBeGreaterThanOrEqual(isFull ? heads.size : heads.size / 3);
  });

  it('with a flipped bit opens to a prefix or is refused, never to something else', () => {
    const log = folder.mustOpen();
    log.connection.pragma('wal_autocheckpoint=0');
    const heads = new Map<number, string>([[0, log.head().hash]]);
    for (const batch of fiftyEvents()) {
      log.append(batch);
      heads.set(log.head().sequence, log.head().hash);
    }
    const killed = folder.copyTo('killed');
    log.close();
    const wal = readFileSync(`${killed.database}-wal`);
    const database = readFileSync(killed.database);
    const anchor = readFileSync(killed.anchor);
    const flips = isFull ? 1_000 : 30;
    for (let flip = 0; flip < flips; flip += 1) {
      const at = Math.floor((wal.length * flip) / flips) + (flip % 5);
      const damaged = Buffer.from(wal);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (flip % 8));
      restoreFiles(killed, database, damaged, anchor);
      const opened = killed.open();
      if (!opened.ok) continue;
      // Frames that were checkpointed or overwritten later may carry any bits.
      expect(opened.value.verify()).toMatchObject({ events: 50, ...SOUND });
      opened.value.close();
    }
  });
});

function restoreFiles(target: StoreFolder, database: Buffer, wal: Buffer, anchor: Buffer): void {
  for (const name of readdirSync(target.root)) unlinkSync(join(target.root, name));
  writeFileSync(target.database, database);
  if (wal.length > 0) writeFileSync(`${target.database}-wal`, wal);
  writeFileSync(target.anchor, anchor);
}

describe('a write that fails', () => {
  function filled(): SqliteEventLog {
    const log = folder.mustOpen();
    log.append(shortLife());
    return log;
  }

  const make = createEventMaker(5_000);
  const batch = (from: number): readonly NewEvent[] =>
    Array.from({ length: 20 }, (_, index) => make(orderIntended(from + index)));

  it('a full disk is named, leaves nothing half-done, and writing goes on when there is room again', () => {
    const log = filled();
    const pages = Number(log.connection.pragma('page_count', { simple: true }));
    log.connection.pragma(`max_page_count=${pages + 2}`);
    let number = 100;
    let failure: EventLogFailure | null = null;
    let before = log.head();
    while (failure === null) {
      before = log.head();
      try {
        log.append(batch(number));
      } catch (thrown) {
        failure = thrown as EventLogFailure;
      }
      number += 20;
    }
    expect(failure.code).toBe('log.full');
    expect(log.head()).toEqual(before);
    expect(log.verify()).toMatchObject({ events: log.head().sequence, ...SOUND });
    log.connection.pragma('max_page_count=100000');
    log.append(batch(number));
    expect(log.verify()).toMatchObject({ events: log.head().sequence, ...SOUND });
    log.close();
  });

  it('a lock held by somebody else is named, and nothing is stored', () => {
    const log = filled();
    log.connection.pragma('busy_timeout=20');
    const other = openConnection({ path: folder.database, keyHex: TEST_KEY });
    if (!other.ok) throw new Error(other.error.detail);
    other.value.exec('BEGIN IMMEDIATE');
    expect(thrownBy(() => log.append(batch(100))).code).toBe('log.locked');
    other.value.exec('ROLLBACK');
    other.value.close();
    log.append(batch(100));
    expect(log.verify()).toMatchObject({ events: shortLife().length + 20, ...SOUND });
    log.close();
  });

  it('a second writer is found out, and its events are not overwritten', () => {
    const first = filled();
    const second = folder.mustOpen();
    second.append(batch(100));
    expect(thrownBy(() => first.append(batch(200))).code).toBe('log.conflict');
    expect(second.verify()).toMatchObject({ events: shortLife().length + 20, ...SOUND });
    first.close();
    second.close();
  });

  it('a log opened to be inspected refuses to write', () => {
    filled().close();
    const log = folder.mustOpen({ inspect: true });
    expect(thrownBy(() => log.append(batch(100))).code).toBe('log.readOnly');
    log.close();
  });

  // On Linux a file can be pulled away under SQLite: its descriptor is made to lead somewhere else.
  // That device gives back zeros for what was in the file, which the next write then finds.
  const faults = [
    {
      what: 'no space is left on the device',
      path: '/dev/full',
      flags: 'r+',
      code: 'log.full',
      next: 'log.damaged',
    },
    {
      what: 'the sync fails after the write',
      path: '/dev/null',
      flags: 'r+',
      code: 'log.io',
      next: 'log.latched',
    },
    { what: 'the write itself fails', path: '/dev/null', flags: 'r', code: 'log.io', next: 'log.latched' },
  ] as const;
  it.runIf(process.platform === 'linux').each(faults)(
    '$what: named, not acknowledged, and the past is whole',
    ({ path, flags, code, next }) => {
      const log = folder.mustOpen({ synchronous: 'FULL' });
      log.append(shortLife());
      const descriptor = descriptorOf(`${folder.database}-wal`);
      closeSync(descriptor);
      expect(openSync(path, flags)).toBe(descriptor);
      expect(thrownBy(() => log.append(batch(100))).code).toBe(code);
      expect(log.head().sequence).toBe(shortLife().length);
      expect(thrownBy(() => log.append(batch(200))).code).toBe(next);
      const left = folder.copyTo('left');
      try {
        log.close();
      } catch {
        // Its write-ahead log leads nowhere: closing may fail, the files are as they are.
      }
      const again = left.mustOpen();
      expect(again.verify()).toMatchObject({ events: shortLife().length, ...SOUND });
      again.close();
    },
  );

  it('an anchor that cannot follow stops the log, and the events are found after opening again', () => {
    const log = filled();
    const descriptor = process.platform === 'linux' ? descriptorOf(folder.anchor) : null;
    if (descriptor === null) return log.close();
    closeSync(descriptor);
    expect(openSync('/dev/full', 'r+')).toBe(descriptor);
    expect(thrownBy(() => log.append(batch(100))).code).toBe('log.anchor');
    expect(thrownBy(() => log.append(batch(200))).code).toBe('log.latched');
    const left = folder.copyTo('left');
    log.connection.close();
    const again = left.mustOpen();
    expect(again.verify()).toMatchObject({ events: shortLife().length + 20, ...SOUND });
    again.close();
  });
});

function descriptorOf(path: string): number {
  const found = readdirSync('/proc/self/fd').find((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`) === path;
    } catch {
      return false;
    }
  });
  if (found === undefined) throw new Error(`${path} is not open`);
  return Number(found);
}

describe('a killed process', { timeout: PATIENCE_MS }, () => {
  async function killAfter(lines: number, synchronous: string): Promise<number> {
    const child = spawn(
      process.execPath,
      [
        fileURLToPath(new URL('../../../tests/builders/appending-child.ts', import.meta.url)),
        folder.root,
        synchronous,
      ],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let output = '';
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => {
      complaint += chunk.toString();
    });
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.split('\n').length > lines) child.kill('SIGKILL');
    });
    await new Promise((resolve) => child.once('close', resolve));
    const acknowledged = output.split('\n').slice(0, -1).map(Number);
    if (acknowledged.length < lines) throw new Error(complaint);
    return acknowledged.at(-1) ?? 0;
  }

  it('loses nothing that it had acknowledged, round after round', async () => {
    for (let round = 0; round < (isFull ? 25 : 3); round += 1) {
      const acknowledged = await killAfter(3 + round * 17, round % 2 === 0 ? 'FULL' : 'NORMAL');
      const log = folder.mustOpen();
      expect(log.head().sequence).toBeGreaterThanOrEqual(acknowledged);
      expect(log.verify()).toMatchObject({ events: log.head().sequence, ...SOUND });
      log.close();
    }
  });

  it('a database cut to nothing after that is not opened as a new one', async () => {
    await killAfter(3, 'NORMAL');
    truncateSync(folder.database, 0);
    expect(statSync(folder.database).size).toBe(0);
    const opened = folder.open();
    expect(opened.ok ? 'opened' : opened.error.code).toBe('store.rolledBack');
  });
});
