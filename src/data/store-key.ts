/**
 * Where the key of the encrypted store comes from: GENESIS_DB_KEY as 64 hex digits or as a
 * passphrase (argon2id with a stored salt), else a key file made on first run, readable by its owner
 * only (invariant 31). A database whose key is gone is never given a new one.
 */
import { argon2Sync, randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { err, ok, type Result } from '../core/result.ts';
import { syncFolder } from './event-log/anchor.ts';

export type KeyFailure = {
  readonly code:
    | 'key.passphraseTooShort'
    /** There is a database, and the file with its key is gone. */
    | 'key.missing'
    /** There is a database, and the salt its passphrase went with is gone. */
    | 'key.saltMissing'
    /** Others on this machine can read the file. */
    | 'key.exposed'
    | 'key.malformed'
    | 'key.unreadable';
  readonly detail: string;
};

export type StoreKey = { readonly hex: string; readonly origin: 'given' | 'passphrase' | 'file' | 'made' };

export type StoreKeyOptions = {
  /** GENESIS_DB_KEY, or null. */
  readonly given: string | null;
  readonly keyPath: string;
  readonly saltPath: string;
  /** Whether there is a store that the key has to fit. */
  readonly databaseExists: boolean;
};

const PASSPHRASE_MINIMUM = 12;
const HEX_KEY = /^[0-9a-fA-F]{64}$/;

/** RFC 9106's second recommended setting: 64 MiB, 3 passes; about 0.3 s, once per start. */
const ARGON2 = { memory: 65_536, passes: 3, parallelism: 1, tagLength: 32 } as const;

/** Finds, derives or makes the key. */
export function resolveStoreKey(options: StoreKeyOptions): Result<StoreKey, KeyFailure> {
  const { given } = options;
  if (given === null) return keyFromFile(options);
  if (HEX_KEY.test(given)) return ok({ hex: given.toLowerCase(), origin: 'given' });
  if (given.length < PASSPHRASE_MINIMUM) {
    return err({
      code: 'key.passphraseTooShort',
      detail: `${given.length} characters; 64 hex digits or at least ${PASSPHRASE_MINIMUM} characters are needed`,
    });
  }
  return keyFromPassphrase(given, options);
}

function keyFromFile({ keyPath, databaseExists }: StoreKeyOptions): Result<StoreKey, KeyFailure> {
  if (!existsSync(keyPath)) {
    if (databaseExists)
      return err({
        code: 'key.missing',
        detail: `${keyPath} is gone and the store cannot be opened without it`,
      });
    const hex = randomBytes(32).toString('hex');
    const written = writePrivately(keyPath, `${hex}\n`);
    return written === null ? ok({ hex, origin: 'made' }) : err(written);
  }
  const text = readPrivately(keyPath);
  if (!text.ok) return text;
  const hex = text.value.trim();
  if (!HEX_KEY.test(hex))
    return err({ code: 'key.malformed', detail: `${keyPath} does not hold 64 hex digits` });
  return ok({ hex: hex.toLowerCase(), origin: 'file' });
}

function keyFromPassphrase(
  passphrase: string,
  { saltPath, databaseExists }: StoreKeyOptions,
): Result<StoreKey, KeyFailure> {
  if (!existsSync(saltPath)) {
    if (databaseExists)
      return err({
        code: 'key.saltMissing',
        detail: `${saltPath} is gone and the passphrase alone does not open the store`,
      });
    const written = writePrivately(saltPath, `${randomBytes(16).toString('hex')}\n`);
    if (written !== null) return err(written);
  }
  const text = readPrivately(saltPath);
  if (!text.ok) return text;
  const salt = text.value.trim();
  if (!/^[0-9a-f]{32}$/.test(salt))
    return err({ code: 'key.malformed', detail: `${saltPath} does not hold a salt` });
  // Unicode has several spellings of one text; keyboards differ in which they send.
  const message = passphrase.normalize('NFC');
  const hex = argon2Sync('argon2id', { ...ARGON2, message, nonce: Buffer.from(salt, 'hex') }).toString('hex');
  return ok({ hex, origin: 'passphrase' });
}

function readPrivately(path: string): Result<string, KeyFailure> {
  try {
    const mode = statSync(path).mode & 0o777;
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      return err({
        code: 'key.exposed',
        detail: `${path} has mode ${mode.toString(8)}; run chmod 600 on it`,
      });
    }
    return ok(readFileSync(path, 'utf8'));
  } catch (thrown) {
    return err({ code: 'key.unreadable', detail: thrown instanceof Error ? thrown.message : String(thrown) });
  }
}

/** Makes the file, never overwrites one; it is on the disk before anything is encrypted with it. */
function writePrivately(path: string, text: string): KeyFailure | null {
  try {
    const file = openSync(path, 'wx', 0o600);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    syncFolder(dirname(path));
    return null;
  } catch (thrown) {
    return { code: 'key.unreadable', detail: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}
