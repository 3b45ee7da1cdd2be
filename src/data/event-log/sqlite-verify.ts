/** Proving a SQLite store from its pages to its projections (invariants 15 and 30); damage is an answer, never an exception. */
import type { LogHead } from '../../core/ports/event-log.ts';
import type { Projection } from '../repositories/projections/projection.ts';
import { readTable } from '../repositories/sqlite/sqlite-tables.ts';
import type { AnchorState } from './anchor.ts';
import { EMPTY_HEAD, type StoredEvent } from './chain.ts';
import { indexFault } from './event-index.ts';
import { logFailureOf } from './failures.ts';
import { projectedThrough } from './projection-rebuild.ts';
import type { Connection } from './sqlite-connection.ts';
import { compareTables, faulty, SOUND, walkChain, type Verdict, type Verification } from './verification.ts';

/** Walks `stored`, which is the whole log; `head` is what the log believes its head to be. */
export function verifyStore(
  connection: Connection,
  stored: Iterable<StoredEvent>,
  head: LogHead,
  seen: AnchorState,
  projections: readonly Projection[],
): Verification {
  // One view of the store for all that follows: an engine in another process may go on appending.
  connection.exec('BEGIN');
  try {
    const file = fileVerdict(connection);
    // Rows may lag the events; they are compared with the events they say they show.
    const through = projectedThrough(connection);
    const walk = walkChain(stored, seen.kind === 'head' ? seen.head : null, projections, through);
    const strangeIndex = indexFault(connection);
    const rows =
      strangeIndex === null
        ? compareTables((table) => readTable(connection, table), walk.tables, projections)
        : faulty('verify.projectionDiffers', strangeIndex);
    const followed = walk.chain.ok ? anchorVerdict(seen, walk.events) : walk.chain;
    // A history on a damaged page is not whole, even where this walk did not meet the page.
    const chain = followed.ok ? file : followed;
    return { events: walk.events, head: walk.head, chain, projections: rows, file };
  } catch (thrown) {
    const damage = faulty('verify.damagedFile', logFailureOf(thrown).message);
    return { events: head.sequence, head, chain: damage, projections: damage, file: damage };
  } finally {
    if (connection.inTransaction) connection.exec('ROLLBACK');
  }
}

/** What a caller knows instead of an anchor file; null is nothing. */
export function seenAs(anchored: LogHead | null): AnchorState {
  return { kind: 'head', head: anchored ?? EMPTY_HEAD };
}

/** SQLite's own check reads, decrypts and authenticates every page in use. */
function fileVerdict(connection: Connection): Verdict {
  try {
    const found = String(connection.pragma('quick_check(1)', { simple: true }));
    return found === 'ok' ? SOUND : faulty('verify.damagedFile', found);
  } catch (thrown) {
    return faulty('verify.damagedFile', logFailureOf(thrown).message);
  }
}

/** Of an anchor that names no head to compare with. */
function anchorVerdict(seen: AnchorState, events: number): Verdict {
  if (seen.kind === 'absent' && events > 0) return faulty('verify.anchorMissing', 'there is no anchor');
  if (seen.kind === 'damaged' || seen.kind === 'wrongKey')
    return faulty('verify.anchorDamaged', 'the anchor cannot be read');
  return SOUND;
}
