/** The way of offline commands (verify, backup, restore) to a store: its folder, its key, and calm refusals. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { readEnvironment } from '../config/environment.ts';
import { dataDirAt, type DataDir } from '../data/data-dir.ts';
import { resolveStoreKey } from '../data/store-key.ts';
import { configProblemLines, startFailureWords } from './start-failure.ts';

export type StoreAccess = { readonly dir: DataDir; readonly key: string };

/** Folder and key of the store, or null after saying what is in the way. */
export function accessStore(wantedDir: string | undefined, mayBeAbsent: boolean): StoreAccess | null {
  const environment = readEnvironment(process.env, 'paper');
  if (!environment.ok) return complain(configProblemLines(environment.error));
  const dir = dataDirAt(resolve(wantedDir ?? environment.value.dataDir ?? '.genesis'));
  const isThere = existsSync(dir.database);
  if (!isThere && !mayBeAbsent) {
    return complain([
      `There is no store in ${dir.root}.`,
      'Nothing was changed.',
      'Give the right folder with --data-dir, or start an engine first.',
    ]);
  }
  const key = resolveStoreKey({
    given: environment.value.databaseKey?.reveal() ?? null,
    keyPath: dir.keyFile,
    saltPath: dir.saltFile,
    databaseExists: isThere,
  });
  return key.ok ? { dir, key: key.value.hex } : complain(startFailureWords(key.error.code, key.error.detail));
}

/** Says it on stderr and sets a failure status. */
export function complain(lines: readonly string[]): null {
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exitCode = 1;
  return null;
}
