/**
 * What opening a store looks at before anybody may write: the last event's own hash, and what the
 * anchor has seen (invariants 15 and 30). The whole chain is `verify`'s business.
 */
import { statSync } from 'node:fs';
import type { LogHead } from '../../core/ports/event-log.ts';
import type { AnchorState } from './anchor.ts';
import { EMPTY_HEAD, hashOf } from './chain.ts';
import type { OpenFailure } from './failures.ts';
import type { Connection } from './sqlite-connection.ts';
import { EVENT_COLUMNS, storedFromRow, type EventRow } from './stored-row.ts';

export type Tail = { readonly head: LogHead; readonly fault: OpenFailure | null };

/** The head, and what is wrong with the last event. */
export function readTail(connection: Connection): Tail {
  const row = connection
    .prepare<[], EventRow>(`SELECT ${EVENT_COLUMNS} FROM events ORDER BY sequence DESC LIMIT 1`)
    .raw()
    .get();
  if (row === undefined) return { head: EMPTY_HEAD, fault: null };
  const last = storedFromRow(row);
  const head: LogHead = { sequence: last.sequence, hash: last.hash };
  const isWhole = hashOf(last) === last.hash;
  return {
    head,
    fault: isWhole
      ? null
      : { code: 'store.chainBroken', detail: `event ${last.sequence} is not what its hash was made from` },
  };
}

/** The anchor may lag the database, never the other way round. */
export function anchorFault(
  connection: Connection,
  head: LogHead,
  anchored: AnchorState,
): OpenFailure | null {
  switch (anchored.kind) {
    case 'absent':
      return head.sequence === 0
        ? null
        : { code: 'store.anchorMissing', detail: `the log has ${head.sequence} events and no anchor` };
    case 'wrongKey':
      return { code: 'store.wrongKey', detail: 'the anchor was written under another key' };
    case 'damaged':
      return { code: 'store.anchorDamaged', detail: 'the anchor file cannot be read' };
    case 'head': {
      const { sequence, hash } = anchored.head;
      if (sequence > head.sequence) {
        return {
          code: 'store.rolledBack',
          detail: `the anchor has seen event ${sequence}, the log ends at ${head.sequence}`,
        };
      }
      if (sequence === 0) return null;
      const stored = connection
        .prepare<[number], string>('SELECT hash FROM events WHERE sequence = ?')
        .pluck()
        .get(sequence);
      return stored === hash
        ? null
        : { code: 'store.forked', detail: `event ${sequence} is not the one the anchor has seen` };
    }
  }
}

/** False for a file that is not there and for an empty one. */
export function existsWithContent(path: string): boolean {
  try {
    return statSync(path).size > 0;
  } catch {
    return false;
  }
}
