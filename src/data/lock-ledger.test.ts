import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LedgerLock, LockLedger } from '../core/ports/lock-ledger.ts';
import { createMemoryLockLedger } from '../core/ports/lock-ledger.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../core/time.ts';
import { createLockLedger } from './lock-ledger.ts';

const noon = Date.UTC(2026, 5, 1, 12);
let folder: string;
beforeEach(() => (folder = join(mkdtempSync(join(tmpdir(), 'genesis-locks-')), 'locks')));
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const ledger = (account = 'key one', mode = 'paper'): LockLedger =>
  createLockLedger({ folder, mode, account, realNow: null });
const evidence = (untilMs: number, repetition = 1): LedgerLock => ({ kind: 'evidence', untilMs, repetition });
const asked = (untilMs: number): LedgerLock => ({ kind: 'asked', untilMs, repetition: 0 });
const noteOf = (): string => join(folder, readdirSync(folder).find((name) => name.endsWith('.json')) ?? '');

describe.each([
  ['in memory', createMemoryLockLedger],
  ['on disk', () => ledger()],
])('a lock ledger %s', (_name, open) => {
  it('knows a lock until its rule ends it, and one that was asked for until its time', () => {
    const locks = open();
    locks.record(evidence(noon + MINUTE_MS), noon);
    locks.record(asked(noon + HOUR_MS), noon);
    expect(locks.standing(noon + 2 * MINUTE_MS)).toEqual([evidence(noon + MINUTE_MS), asked(noon + HOUR_MS)]);
    locks.ended('evidence', noon + 2 * MINUTE_MS, noon + 2 * MINUTE_MS);
    expect(locks.standing(noon + 5 * MINUTE_MS)).toEqual([asked(noon + HOUR_MS)]);
    expect(locks.standing(noon + HOUR_MS)).toEqual([]);
  });

  it('knows a pause until it is answered, and a lock beside it is untouched', () => {
    const locks = open();
    const pause: LedgerLock = { kind: 'pause', untilMs: noon, repetition: 0 };
    locks.record(pause, noon);
    locks.record(evidence(noon + MINUTE_MS), noon);
    locks.ended('evidence', noon + HOUR_MS, noon + HOUR_MS);
    expect(locks.standing(noon + HOUR_MS)).toEqual([pause]);
    locks.record(evidence(noon + 2 * HOUR_MS), noon + HOUR_MS);
    locks.ended('pause', noon + HOUR_MS, noon + HOUR_MS);
    expect(locks.standing(noon + HOUR_MS)).toEqual([evidence(noon + 2 * HOUR_MS)]);
  });

  it('keeps the longest and is not shortened', () => {
    const locks = open();
    locks.record(evidence(noon + HOUR_MS, 2), noon);
    locks.record(evidence(noon + MINUTE_MS, 1), noon);
    expect(locks.standing(noon)).toEqual([evidence(noon + HOUR_MS, 2)]);
  });

  it('forgets what nobody ended after a month', () => {
    const locks = open();
    locks.record(evidence(noon), noon);
    expect(locks.standing(noon + 30 * DAY_MS - 1)).toHaveLength(1);
    expect(locks.standing(noon + 30 * DAY_MS)).toEqual([]);
  });
});

describe('the ledger on disk', () => {
  it('outlives the process, and binds another account of the same mode only', () => {
    ledger().record(evidence(noon + HOUR_MS), noon);
    expect(ledger('key two').standing(noon)).toEqual([evidence(noon + HOUR_MS)]);
    expect(ledger('key one', 'live').standing(noon)).toEqual([]);
  });

  it('is readable by its owner only and holds no key', () => {
    ledger('a very secret api key').record(evidence(noon + HOUR_MS), noon);
    expect(readFileSync(noteOf(), 'utf8')).not.toContain('secret');
    expect(statSync(noteOf()).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'seal.key')).mode & 0o777).toBe(0o600);
  });

  it('of an engine at another pace speaks the machine’s time', () => {
    const fast = createLockLedger({ folder, mode: 'paper', account: 'fast', realNow: () => noon });
    const engineNow = noon + 90 * DAY_MS;
    fast.record(evidence(engineNow + HOUR_MS), engineNow);
    expect(ledger().standing(noon)).toEqual([evidence(noon + HOUR_MS)]);
    expect(fast.standing(engineNow)).toEqual([evidence(engineNow + HOUR_MS)]);
  });

  it('is believed where it was touched, though never beyond the longest lock there is', () => {
    ledger().record(evidence(noon + HOUR_MS), noon);
    writeFileSync(
      noteOf(),
      readFileSync(noteOf(), 'utf8').replace(String(noon + HOUR_MS), String(noon + 99 * DAY_MS)),
    );
    expect(ledger().standing(noon)).toEqual([evidence(noon + 30 * DAY_MS)]);
  });

  it.each(['', '{', '[]', '{"locks":7}', '{"locks":"[{}]","seal":"x"}', '\u0000'.repeat(40)])(
    'that does not read (%j) locks nobody and stops nothing',
    (content) => {
      ledger().record(evidence(noon + HOUR_MS), noon);
      writeFileSync(noteOf(), content);
      expect(ledger().standing(noon)).toEqual([]);
      expect(ledger().record(evidence(noon + MINUTE_MS), noon)).toBe(true);
      expect(ledger().standing(noon)).toEqual([evidence(noon + MINUTE_MS)]);
    },
  );

  it('that cannot be written says so', () => {
    writeFileSync(folder, 'a file where the folder should be');
    expect(ledger().record(evidence(noon + HOUR_MS), noon)).toBe(false);
    expect(ledger().standing(noon)).toEqual([]);
  });
});
