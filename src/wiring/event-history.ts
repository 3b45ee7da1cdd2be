/** Every event of a store, read beside a running engine or without one; nothing is changed. */
import type { EventRecord } from '../core/events.ts';
import { ok, type Result } from '../core/result.ts';
import { openSqliteEventLog } from '../data/event-log/sqlite-event-log.ts';
import type { OpenFailure } from '../data/event-log/failures.ts';
import { allProjections } from '../data/repositories/projections/all-projections.ts';

export type EventHistory = { readonly records: Iterable<EventRecord>; close(): void };

export function openEventHistory(
  dir: { readonly database: string; readonly anchor: string },
  key: string,
): Result<EventHistory, OpenFailure> {
  const opened = openSqliteEventLog({
    path: dir.database,
    key,
    anchorPath: dir.anchor,
    projections: allProjections,
    now: () => Date.now(),
    inspect: true,
  });
  return opened.ok ? ok({ records: opened.value.read(1), close: () => opened.value.close() }) : opened;
}
