/**
 * `<data-dir>/state/api.json`, mode 0600: where the running engine listens and the keys of this run.
 * Written by the engine process when it listens, read by the console and the command line
 * (invariant 31: keys live here and nowhere else; they are new at each start).
 */
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Random } from '../core/ports/random.ts';

/** A pair of keys: one reads as it is, the other signs and its secret never travels. */
export type KeySet = {
  readonly read: string;
  readonly trade: string;
  readonly secret: string;
};

/** The console's keys act as the trader; the others are for scripts and are rationed. */
export type ApiKeys = { readonly console: KeySet; readonly outside: KeySet };

export type ApiFile = {
  readonly url: string;
  readonly pid: number;
  readonly version: string;
  readonly startedAt: number;
  readonly keys: ApiKeys;
};

/** Fresh keys: 256 bits each. */
export function createApiKeys(random: Random): ApiKeys {
  const key = (prefix: string): string => `${prefix}_${Buffer.from(random.bytes(32)).toString('base64url')}`;
  const set = (): KeySet => ({ read: key('read'), trade: key('trade'), secret: key('secret') });
  return { console: set(), outside: set() };
}

export function apiFilePath(dataDir: string): string {
  return join(dataDir, 'state', 'api.json');
}

/** Writes the file so that a reader sees the old one or the new one, never half. */
export function writeApiFile(dataDir: string, file: ApiFile): void {
  const path = apiFilePath(dataDir);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.tmp`;
  writeFileSync(draft, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, path);
}

/** The file of the engine that runs or ran last; null when there is none or it does not read. */
export function readApiFile(dataDir: string): ApiFile | null {
  try {
    const file: unknown = JSON.parse(readFileSync(apiFilePath(dataDir), 'utf8'));
    return isApiFile(file) ? file : null;
  } catch {
    return null;
  }
}

/** Takes the file away when the engine of this process ends; another engine's file stays. */
export function removeApiFile(dataDir: string, pid: number): void {
  if (readApiFile(dataDir)?.pid === pid) rmSync(apiFilePath(dataDir), { force: true });
}

function isApiFile(value: unknown): value is ApiFile {
  if (typeof value !== 'object' || value === null) return false;
  const { url, pid, keys } = value as Partial<ApiFile>;
  return (
    typeof url === 'string' &&
    /^http:\/\/127\.0\.0\.1:\d{1,5}$/.test(url) &&
    typeof pid === 'number' &&
    Number.isSafeInteger(pid) &&
    isKeySet(keys?.console) &&
    isKeySet(keys?.outside)
  );
}

function isKeySet(value: KeySet | undefined): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    [value.read, value.trade, value.secret].every((key) => typeof key === 'string')
  );
}
