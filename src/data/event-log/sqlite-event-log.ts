/**
 * The event log on encrypted SQLite (invariants 1, 15 to 17, 29, 30). A batch is one
 * transaction that holds its events and nothing else; after the commit the head goes to the anchor
 * outside the database, and projections and indexes follow at a quiet moment. Opening checks key, schema, the last event's hash and the
 * anchor; `verify` walks everything. Schema: repositories/migrations/0001-initial.ts.
 */
import type { EventRecord, NewEvent } from '../../core/events.ts';
import type { EventLog, LogHead } from '../../core/ports/event-log.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { allMigrations } from '../repositories/migrations/all-migrations.ts';
import { checkMigrated, migrate } from '../repositories/migrations/migrate.ts';
import type { Projection } from '../repositories/projections/projection.ts';
import { openAnchor, readAnchor, type Anchor } from './anchor.ts';
import { chainAfter, readStored, recordOf, type StoredEvent } from './chain.ts';
import { EventLogFailure, leavesStoreSound, logFailureOf, type OpenFailure } from './failures.ts';
import { createIdGuard, INDEX_BACKLOG, indexedThrough, indexEvents } from './event-index.ts';
import { createOrderGuard } from './order-guard.ts';
import {
  createProjector,
  projectedThrough,
  PROJECTION_BACKLOG,
  type Projector,
} from './projection-rebuild.ts';
import { latestSnapshot, saveSnapshot } from './sqlite-snapshots.ts';
import { anchorFault, existsWithContent, readTail } from './store-checks.ts';
import { openConnection, openFailureOf, type Connection, type Synchronous } from './sqlite-connection.ts';
import { seenAs, verifyStore } from './sqlite-verify.ts';
import { reserveWal } from './wal-reserve.ts';
import { EVENT_COLUMNS, metadataOf, storedFromRow, type EventRow } from './stored-row.ts';
import type { Verification } from './verification.ts';

export type SqliteEventLogOptions = {
  readonly path: string;
  /** 64 hex digits (store-key.ts). */
  readonly key: string;
  /** Where the head is anchored, outside the database. */
  readonly anchorPath: string;
  /** In the order in which an event passes them. */
  readonly projections: readonly Projection[];
  /** Wall clock for `applied_at` and `created_at` of snapshots, ms UTC. */
  readonly now: () => number;
  /**
   * FULL survives a power cut; NORMAL only a killed process: after a power cut the anchor may be
   * ahead of the database, which is then refused as rolled back until a person accepts it.
   */
  readonly synchronous?: Synchronous;
  /** Read whatever opens, write nothing, judge nothing: for `verify`, `replay` and read-only starts. */
  readonly inspect?: boolean;
  /** Goes on after a last event that is not what its hash was made from: for an engine that then only looks after what is open. */
  readonly goOnAfterEdit?: boolean;
};

export interface SqliteEventLog extends EventLog {
  /** Walks the chain, compares anchor and projections. Never throws for damage: it is in the answer. */
  verify(options?: VerifyOptions): Verification;
  /** Empties the projections' tables and fills them from the events, in one transaction. */
  rebuildProjections(): void;
  /** Settles, indexes what is not indexed yet, moves the write-ahead log into the database, syncs the anchor: for a quiet moment. */
  checkpoint(): void;
  /** The connection, for backups and tests. */
  readonly connection: Connection;
}

export type VerifyOptions = {
  /** Compare with this instead of the anchor file; null for a backup, which stands alone. */
  readonly anchored: LogHead | null;
};

const READ_PAGE = 512;
/**
 * Events after which a settled log moves its write-ahead log into the database too: well before
 * SQLite would do so by itself, inside a commit that an order waits for (wal-reserve.ts).
 */
const CHECKPOINT_EVENTS = 128;

/** Opens or creates the store; refuses by name and changes nothing when it does. */
export function openSqliteEventLog(options: SqliteEventLogOptions): Result<SqliteEventLog, OpenFailure> {
  const inspect = options.inspect ?? false;
  const anchored = readAnchor(options.anchorPath, options.key);
  if (
    !inspect &&
    !existsWithContent(options.path) &&
    anchored.kind === 'head' &&
    anchored.head.sequence > 0
  ) {
    return err({
      code: 'store.rolledBack',
      detail: `the database is gone; the anchor has seen event ${anchored.head.sequence}`,
    });
  }
  const opened = openConnection({
    path: options.path,
    keyHex: options.key,
    readOnly: inspect,
    synchronous: options.synchronous ?? 'FULL',
  });
  if (!opened.ok) {
    // The anchor knows whether the key is right; then what lies there is no database of ours, or its first page is damaged.
    const isKeyProved = opened.error.code === 'store.wrongKey' && anchored.kind === 'head';
    return isKeyProved ? err({ code: 'store.notADatabase', detail: opened.error.detail }) : opened;
  }
  const connection = opened.value;
  const refuse = (failure: OpenFailure): Result<SqliteEventLog, OpenFailure> => {
    connection.close();
    return err(failure);
  };
  const schema = inspect
    ? checkMigrated(connection, allMigrations)
    : migrate(connection, allMigrations, options.now);
  if (!schema.ok) return refuse(schema.error);
  try {
    const tail = readTail(connection);
    const projector = createProjector(connection, options.projections);
    if (inspect) return ok(createLog(connection, options, tail.head, null, projector));
    const edited = options.goOnAfterEdit === true ? null : tail.fault;
    const fault = edited ?? anchorFault(connection, tail.head, anchored);
    if (fault !== null) return refuse(fault);
    projector.bringUpToDate();
    // Only syncs get faster by it.
    if (options.synchronous !== 'NORMAL') reserveWal(connection, options.path);
    return ok(
      createLog(
        connection,
        options,
        tail.head,
        openAnchor(options.anchorPath, options.key, tail.head),
        projector,
      ),
    );
  } catch (thrown) {
    return refuse(openFailureOf(thrown));
  }
}

function createLog(
  connection: Connection,
  options: SqliteEventLogOptions,
  headAtOpen: LogHead,
  anchor: Anchor | null,
  projector: Projector,
): SqliteEventLog {
  const begin = connection.prepare<[]>('BEGIN IMMEDIATE');
  const commit = connection.prepare<[]>('COMMIT');
  const insert = connection.prepare<
    [number, string, string, string, string, string, string | null, number, string, string]
  >(`INSERT INTO events (${EVENT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const page = connection
    .prepare<[number, number], EventRow>(
      `SELECT ${EVENT_COLUMNS} FROM events WHERE sequence >= ? ORDER BY sequence LIMIT ?`,
    )
    .raw();
  const byAggregate = connection
    .prepare<[string, number], EventRow>(
      `SELECT ${EVENT_COLUMNS} FROM events WHERE sequence IN
         (SELECT sequence FROM events_by_aggregate WHERE aggregate_id = ? ORDER BY sequence DESC LIMIT ?)
       ORDER BY sequence DESC`,
    )
    .raw();
  const knownOrder = connection
    .prepare<[string], number>('SELECT 1 FROM orders WHERE finished IN (0, 1) AND order_id = ?')
    .pluck();
  const idGuard = createIdGuard(connection);
  const orderGuard = createOrderGuard(greatestOrderId(connection), (orderId) => {
    settle();
    return knownOrder.get(orderId) !== undefined;
  });
  let indexed = indexedThrough(connection);
  let projected = projectedThrough(connection);
  let head = headAtOpen;
  let checkpointed = headAtOpen.sequence;
  let latch: string | null = null;
  let isClosed = false;

  function requireOpen(): void {
    if (isClosed) throw new EventLogFailure('log.closed', 'the log has been closed');
  }

  function requireWritable(): Anchor {
    requireOpen();
    if (latch !== null) throw new EventLogFailure('log.latched', latch);
    if (anchor === null) throw new EventLogFailure('log.readOnly', 'the log was opened to be inspected');
    return anchor;
  }

  /** Undoes what is open, and decides whether this log may be written again. */
  function abandon(thrown: unknown): EventLogFailure {
    const failure = logFailureOf(thrown);
    try {
      if (connection.inTransaction) connection.exec('ROLLBACK');
    } catch {
      latch = `a batch could not be rolled back after ${failure.code}`;
    }
    if (!leavesStoreSound(failure.code)) latch ??= `an earlier write failed with ${failure.message}`;
    return failure;
  }

  /** When the indexes cannot follow (a full disk), the events are stored all the same and the views still find them. */
  function catchUpIndexes(): void {
    try {
      indexed = indexEvents(connection);
    } catch (thrown) {
      abandon(thrown);
    }
  }

  function settle(): void {
    requireWritable();
    if (projected === head.sequence) return;
    try {
      projected = projector.follow();
      if (head.sequence - checkpointed >= CHECKPOINT_EVENTS) moveWal();
    } catch (thrown) {
      throw abandon(thrown);
    }
  }

  /** Never waits for a reader, and leaves the file its length: what has been reserved stays reserved. */
  function moveWal(): void {
    connection.pragma('wal_checkpoint(PASSIVE)');
    checkpointed = head.sequence;
  }

  /** The batch is stored already: rows that cannot follow now stay behind, and say how far they are. */
  function boundBacklog(): void {
    if (head.sequence - indexed >= INDEX_BACKLOG) catchUpIndexes();
    if (head.sequence - projected < PROJECTION_BACKLOG || latch !== null) return;
    try {
      settle();
    } catch (thrown) {
      if (!(thrown instanceof EventLogFailure)) throw thrown;
    }
  }

  function append(events: readonly NewEvent[]): readonly EventRecord[] {
    const out = requireWritable();
    if (events.length === 0) return [];
    const greatestId = idGuard.requireFresh(events);
    const greatestOrder = orderGuard.requireFresh(events);
    const records: EventRecord[] = [];
    let next = head;
    // Encoding comes before the transaction: an event that cannot be written is a bug and touches nothing.
    const batch: StoredEvent[] = [];
    for (const fresh of events) {
      const stored = chainAfter(next, fresh);
      batch.push(stored);
      records.push(recordOf(fresh, stored));
      next = stored;
    }
    try {
      // One statement is a transaction by itself.
      const isAlone = batch.length === 1;
      if (!isAlone) begin.run();
      for (const stored of batch) {
        insert.run(
          stored.sequence,
          stored.eventId,
          stored.kind,
          stored.aggregateId,
          stored.aggregateType,
          stored.data,
          metadataOf(stored.causationId),
          stored.at,
          stored.previousHash,
          stored.hash,
        );
      }
      if (!isAlone) commit.run();
    } catch (thrown) {
      throw abandon(thrown);
    }
    head = { sequence: next.sequence, hash: next.hash };
    idGuard.stored(greatestId);
    orderGuard.stored(greatestOrder);
    try {
      out.write(head);
    } catch (thrown) {
      latch = 'the anchor could not follow the log';
      throw new EventLogFailure('log.anchor', thrown instanceof Error ? thrown.message : String(thrown));
    }
    boundBacklog();
    return records;
  }

  function* storedFrom(fromSequence: number): Generator<StoredEvent> {
    let from = Math.max(1, fromSequence);
    for (;;) {
      requireOpen();
      // A page at a time, so that the connection is free for appends between two records.
      const rows = page.all(from, READ_PAGE);
      for (const row of rows) yield storedFromRow(row);
      const last = rows.at(-1);
      if (last === undefined || rows.length < READ_PAGE) return;
      from = last[0] + 1;
    }
  }

  function* read(fromSequence: number): Generator<EventRecord> {
    try {
      for (const event of storedFrom(fromSequence)) yield readStored(event);
    } catch (thrown) {
      throw thrown instanceof Error && 'code' in thrown ? logFailureOf(thrown) : thrown;
    }
  }

  function verify(asked?: VerifyOptions): Verification {
    requireOpen();
    const seen = asked === undefined ? readAnchor(options.anchorPath, options.key) : seenAs(asked.anchored);
    return verifyStore(connection, storedFrom(1), head, seen, options.projections);
  }

  return {
    connection,
    append,
    settle,
    head: () => head,
    read,
    history(aggregateId, limit) {
      requireOpen();
      return byAggregate.all(aggregateId, limit).map((row) => readStored(storedFromRow(row)));
    },
    latestSnapshot() {
      requireOpen();
      return latestSnapshot(connection);
    },
    saveSnapshot(snapshot) {
      requireWritable();
      try {
        saveSnapshot(connection, snapshot, options.now());
      } catch (thrown) {
        throw abandon(thrown);
      }
    },
    verify,
    rebuildProjections() {
      requireWritable();
      try {
        projected = projector.rebuild();
        indexed = indexEvents(connection);
      } catch (thrown) {
        throw abandon(thrown);
      }
    },
    checkpoint() {
      const out = requireWritable();
      settle();
      if (indexed < head.sequence) catchUpIndexes();
      moveWal();
      out.sync();
    },
    close() {
      if (isClosed) return;
      try {
        if (anchor !== null && latch === null) settle();
      } catch (thrown) {
        // The rows follow when the store is opened again.
        if (!(thrown instanceof EventLogFailure)) throw thrown;
      }
      isClosed = true;
      anchor?.sync();
      anchor?.close();
      connection.close();
    },
  };
}

/** Of both halves apart, each from the end of its part of the key. */
function greatestOrderId(connection: Connection): string {
  const greatest = connection.prepare<[number], string | null>(
    'SELECT max(order_id) FROM orders WHERE finished = ?',
  );
  const open = greatest.pluck().get(0) ?? '';
  const finished = greatest.pluck().get(1) ?? '';
  return open > finished ? open : finished;
}
