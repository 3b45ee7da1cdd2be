/**
 * The end of a ban, kept in a small file over restarts (failure 9): an engine that starts again in
 * the middle of a ban has to stay silent too. Unreadable content counts as no ban; a write that
 * fails is forgiven, because the ban holds in memory and a trading engine must not stop over it.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { BanStore } from './settings.ts';

export function createFileBanStore(path: string): BanStore {
  return {
    load(): number | null {
      try {
        const text = readFileSync(path, 'utf8').trim();
        return /^\d{13}$/.test(text) ? Number(text) : null;
      } catch {
        return null;
      }
    },
    save(untilMs): void {
      try {
        writeFileSync(`${path}.tmp`, `${Math.ceil(untilMs)}\n`);
        renameSync(`${path}.tmp`, path);
      } catch {
        // Forgiven: see above.
      }
    },
  };
}
