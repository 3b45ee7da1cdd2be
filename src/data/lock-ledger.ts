/**
 * The lock ledger on disk, in the user's own state folder and not in any data folder: one small note per
 * exchange account, named by a hash of its key, sealed with a MAC. Any account's lock stands for all of
 * the same mode. The seal tells an edited note from ours; an edited one is believed where it is the
 * stricter. Whoever deletes the folder deletes the ledger: it stops a moment, not a plan (docs/tilt.md).
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { longest, stands, type LedgerLock, type LockLedger } from '../core/ports/lock-ledger.ts';
import { DAY_MS } from '../core/time.ts';
import { readNote, writeNote } from './note.ts';

export type LockLedgerOptions = {
  readonly folder: string;
  readonly mode: string;
  /** What tells the account from others: its API key. Only a hash of it is written. */
  readonly account: string;
  /** The machine's time where the engine's runs at another pace; otherwise the engine's own is used. */
  readonly realNow: ((engineNow: number) => number) | null;
};

/** No lock is longer (command grammar), so nothing in a note that was touched is believed beyond. */
const LOCK_MAX_MS = 30 * DAY_MS;
/** How long a reading serves: another engine of this user may lock meanwhile. */
const READ_EVERY_MS = 2_000;

export function createLockLedger(options: LockLedgerOptions): LockLedger {
  const { folder, mode } = options;
  const realOf = options.realNow ?? ((engineNow: number): number => engineNow);
  const own = `${mode}-${createHash('sha256').update(`genesis lock ${mode} ${options.account}`).digest('hex').slice(0, 32)}.json`;
  let read: { readonly at: number; readonly locks: readonly LedgerLock[] } | null = null;

  const notes = (): readonly string[] => {
    try {
      return readdirSync(folder).filter((name) => name.startsWith(`${mode}-`) && name.endsWith('.json'));
    } catch {
      return [];
    }
  };

  const write = (name: string, locks: readonly LedgerLock[]): void => {
    const body = JSON.stringify(locks);
    writeNote(join(folder, name), { locks: body, seal: sealOf(folder, name, body) });
    read = null;
  };

  /** In real time. */
  const locksIn = (name: string, real: number): readonly LedgerLock[] => {
    const note = readNote(join(folder, name));
    if (note === 'absent' || note === 'unreadable') return [];
    const { locks, seal } = note;
    if (typeof locks !== 'string') return [];
    const isOurs = typeof seal === 'string' && isSeal(seal, sealOf(folder, name, locks));
    return parsed(locks).map((lock) =>
      isOurs ? lock : { ...lock, untilMs: Math.min(lock.untilMs, real + LOCK_MAX_MS) },
    );
  };

  const all = (real: number): readonly LedgerLock[] => {
    const fresh = read !== null && real >= read.at && real - read.at < READ_EVERY_MS ? read.locks : null;
    if (fresh !== null) return fresh;
    const locks = notes().flatMap((name) => locksIn(name, real));
    read = { at: real, locks };
    return locks;
  };

  return {
    record(lock, now) {
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        const real = realOf(now);
        const moved = { ...lock, untilMs: lock.untilMs - now + real };
        const known = locksIn(own, real).filter((other) => stands(other, real));
        write(own, longest([...known, moved]));
        return true;
      } catch {
        return false;
      }
    },
    standing(now) {
      const real = realOf(now);
      return longest(all(real).filter((lock) => stands(lock, real))).map((lock) => ({
        ...lock,
        untilMs: lock.untilMs - real + now,
      }));
    },
    ended(kind, untilMs, now) {
      const real = realOf(now);
      const endReal = untilMs - now + real;
      for (const name of notes()) {
        const locks = locksIn(name, real);
        const left = locks.filter((lock) => lock.kind !== kind || lock.untilMs > endReal);
        if (left.length === locks.length) continue;
        try {
          write(name, left);
        } catch {
          // It stands a while longer; the journal and the checklist end it again.
        }
      }
    },
  };
}

function parsed(text: string): readonly LedgerLock[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.filter(isLock).slice(0, 4) : [];
  } catch {
    return [];
  }
}

function isLock(value: unknown): value is LedgerLock {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, untilMs, repetition } = value as Record<string, unknown>;
  return (
    (kind === 'evidence' || kind === 'asked' || kind === 'pause') &&
    Number.isSafeInteger(untilMs) &&
    Number.isSafeInteger(repetition) &&
    (repetition as number) >= 0 &&
    (repetition as number) <= 1_000
  );
}

function sealOf(folder: string, name: string, body: string): string {
  return createHmac('sha256', keyIn(folder)).update(`${name}\n${body}`).digest('hex');
}

function isSeal(given: string, right: string): boolean {
  return given.length === right.length && timingSafeEqual(Buffer.from(given), Buffer.from(right));
}

/** Made once per user; a folder without it makes a new one, and older notes then count as touched. */
function keyIn(folder: string): Buffer {
  const path = join(folder, 'seal.key');
  try {
    const key = readFileSync(path);
    if (key.length === 32) return key;
  } catch {
    // Made below.
  }
  const key = randomBytes(32);
  writeFileSync(path, key, { mode: 0o600 });
  return key;
}
