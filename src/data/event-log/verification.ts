/**
 * Proving the log: walks the hash chain, compares it with the anchor, and builds the projections
 * anew to compare them with the stored rows (invariants 15 and 30; what `genesis verify` prints).
 */
import type { LogHead } from '../../core/ports/event-log.ts';
import { createMemoryTables, type MemoryTables } from '../repositories/memory/memory-tables.ts';
import { applyEvent, projectionsByKind, type Projection } from '../repositories/projections/projection.ts';
import type { Row, TableName } from '../repositories/tables.ts';
import { EMPTY_HEAD, hashOf, readStored, type StoredEvent } from './chain.ts';
import { EventLogFailure } from './failures.ts';

export type VerificationFault = {
  readonly code:
    /** A sequence number is absent between two that are there. */
    | 'verify.missingEvent'
    /** An event's stored hash is not the hash of its content: it was edited. */
    | 'verify.editedEvent'
    /** An event names another predecessor than the one it follows. */
    | 'verify.brokenLink'
    | 'verify.unreadableEvent'
    /** The anchor has seen events that are no longer there. */
    | 'verify.rolledBack'
    /** The anchor has seen another event in this place. */
    | 'verify.forked'
    | 'verify.anchorMissing'
    | 'verify.anchorDamaged'
    /** A stored row is not what the events say. */
    | 'verify.projectionDiffers'
    /** The state that was saved to shorten a start is not what the events give. */
    | 'verify.snapshotDiffers'
    /** The file itself cannot be read through. */
    | 'verify.damagedFile';
  readonly detail: string;
};

export type Verdict = { readonly ok: true } | { readonly ok: false; readonly fault: VerificationFault };

export type Verification = {
  readonly events: number;
  readonly head: LogHead;
  readonly chain: Verdict;
  readonly projections: Verdict;
  /** Every page of the file, also those that hold neither events nor rows. */
  readonly file: Verdict;
};

export const SOUND: Verdict = { ok: true };

export function faulty(code: VerificationFault['code'], detail: string): Verdict {
  return { ok: false, fault: { code, detail } };
}

/** What the walk over all events found; the tables hold the projections of the events asked for, up to the first fault. */
export type Walk = {
  readonly events: number;
  readonly head: LogHead;
  readonly chain: Verdict;
  readonly tables: MemoryTables;
};

/**
 * Walks every stored event once. `anchored` is the head the anchor has seen, null when there is no
 * anchor to ask; events after `projectedThrough` are proved but not projected.
 */
export function walkChain(
  stored: Iterable<StoredEvent>,
  anchored: LogHead | null,
  projections: readonly Projection[],
  projectedThrough: number = Number.MAX_SAFE_INTEGER,
): Walk {
  const byKind = projectionsByKind(projections);
  const tables = createMemoryTables();
  let head = EMPTY_HEAD;
  let chain = SOUND;
  let isAnchorSeen = anchored === null || anchored.sequence === 0;
  for (const event of stored) {
    chain = linkFault(head, event) ?? SOUND;
    if (chain.ok && anchored !== null && event.sequence === anchored.sequence) {
      isAnchorSeen = true;
      if (event.hash !== anchored.hash)
        chain = faulty('verify.forked', `event ${event.sequence} is not the one the anchor has seen`);
    }
    if (!chain.ok) break;
    try {
      const record = readStored(event);
      if (record.sequence <= projectedThrough) tables.atomically(() => applyEvent(byKind, record, tables));
    } catch (thrown) {
      if (!(thrown instanceof EventLogFailure)) throw thrown;
      chain = faulty('verify.unreadableEvent', thrown.message);
      break;
    }
    head = { sequence: event.sequence, hash: event.hash };
  }
  if (chain.ok && !isAnchorSeen) {
    chain = faulty(
      'verify.rolledBack',
      `the anchor has seen event ${anchored?.sequence ?? 0}, the log ends at ${head.sequence}`,
    );
  }
  return { events: head.sequence, head, chain, tables };
}

/** Compares stored rows with the ones the events give; the first difference is named. */
export function compareTables(
  stored: <T extends TableName>(table: T) => readonly Row<T>[],
  rebuilt: MemoryTables,
  projections: readonly Projection[],
): Verdict {
  for (const projection of projections) {
    for (const table of projection.tables) {
      const difference = firstDifference(inKeyOrder(stored(table)), rebuilt.rows(table));
      if (difference !== null) return faulty('verify.projectionDiffers', `${table}: ${difference}`);
    }
  }
  return SOUND;
}

function linkFault(head: LogHead, event: StoredEvent): Verdict | null {
  if (event.sequence !== head.sequence + 1)
    return faulty('verify.missingEvent', `event ${head.sequence + 1} is missing`);
  if (hashOf(event) !== event.hash)
    return faulty('verify.editedEvent', `event ${event.sequence} is not what its hash was made from`);
  if (event.previousHash !== head.hash)
    return faulty('verify.brokenLink', `event ${event.sequence} does not follow event ${head.sequence}`);
  return null;
}

/** The order of the rebuilt rows; a database may order text beyond ASCII in its own way. */
function inKeyOrder<T extends Readonly<Record<string, unknown>>>(rows: readonly T[]): readonly T[] {
  const keyOf = (row: T): string => String(Object.values(row)[0]);
  return rows.toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
}

function firstDifference(
  stored: readonly Readonly<Record<string, unknown>>[],
  rebuilt: readonly Readonly<Record<string, unknown>>[],
): string | null {
  const length = Math.max(stored.length, rebuilt.length);
  for (let index = 0; index < length; index += 1) {
    const left = stored[index];
    const right = rebuilt[index];
    const key = Object.values(right ?? left ?? {})[0];
    if (left === undefined) return `row ${String(key)} is missing`;
    if (right === undefined) return `row ${String(key)} comes from no event`;
    for (const column of Object.keys(right)) {
      if (left[column] !== right[column])
        return `row ${String(key)}, ${column} is ${String(left[column])}, the events say ${String(right[column])}`;
    }
  }
  return null;
}
