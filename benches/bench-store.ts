/** The encrypted store and the shipped rules, as the product opens them, in a folder of the bench's own. */
import { join } from 'node:path';
import { loadRules } from '../src/config/load-config.ts';
import type { Rules } from '../src/core/rules.ts';
import { openSqliteEventLog } from '../src/data/event-log/sqlite-event-log.ts';
import { allProjections } from '../src/data/repositories/projections/all-projections.ts';

type Opened = Extract<ReturnType<typeof openSqliteEventLog>, { readonly ok: true }>;

/** Throws when the store cannot be opened. */
export function openBenchStore(folder: string): Opened['value'] {
  const opened = openSqliteEventLog({
    path: join(folder, 'store.db'),
    key: 'ab'.repeat(32),
    anchorPath: join(folder, 'anchor'),
    projections: allProjections,
    now: () => Date.now(),
  });
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value;
}

export function shippedRules(): Rules {
  const rules = loadRules(join(import.meta.dirname, '..', 'config'));
  if (!rules.ok) throw new Error('the shipped configuration is valid');
  return rules.value;
}
