/**
 * The event log on encrypted SQLite (invariants 1, 15 to 17, 29, 30). A batch, and the projection
 * rows it touches, are one transaction with prepared statements; after the commit the head goes to
 * the anchor outside the database. Opening checks key, schema, the last event's hash and the
 * anchor; `verify` walks everything. Schema: repositories/migrations/0001-initial.ts.
 */
import { hash as digest } from 'node:crypto';
import { statSync } from 'node:fs';
import type { EventRecord, NewEvent } from '../../core/events.ts';
import { invariant } from '../../core/invariant.ts';
import type { EventLog, LogHead, StateSnapshot } from '../../core/ports/event-log.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { allMigrations } from '../repositories/migrations/all-migrations.ts';
import { checkMigrated, migrate } from '../repositories/migrations/migrate.ts';
import { applyEvent, projectionsByKind, type Projection } from '../repositories/projections/projection.ts';
import { createSqliteTables, readTable } from '../repositories/sqlite/sqlite-tables.ts';
import { openAnchor, readAnchor, type Anchor, type AnchorState } from './anchor.ts';
import { chainAfter, EMPTY_HEAD, hashOf, readStored, recordOf, type StoredEvent } from './chain.ts';
import { EventLogFailure, leavesStoreSound, logFailureOf, type OpenFailure } from './failures.ts';
import { bringProjectionsUpToDate, rebuildProjections } from './projection-rebuild.ts';
import { openConnection, openFailureOf, type Connection, type Synchronous } from './sqlite-connection.ts';
import { EVENT_COLUMNS, metadataOf, storedFromRow, type EventRow } from './stored-row.ts';
import { compareTables, faulty, walkChain, type Verification } from './verification.ts';

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
  /** FULL survives a power cut; NORMAL only a killed process. */
  readonly synchronous?: Synchronous;
  /** Read whatever opens, write nothing, judge nothing: for `verify`, `replay` and read-only starts. */
  readonly inspect?: boolean;
};

export interface SqliteEventLog extends EventLog {
  /** Walks the chain, compares anchor and projections. Never throws for damage: it is in the answer. */
  verify(options?: VerifyOptions): Verification;
  /** Empties the projections' tables and fills them from the events, in one transaction. */
  rebuildProjections(): void;
  /** Moves the write-ahead log into the database and syncs the anchor: for a quiet moment. */
  checkpoint(): void;
  /** The connection, for backups and tests. */
  readonly connection: Connection;
}

export type VerifyOptions = {
  /** Compare with this instead of the anchor file; null for a backup, which stands alone. */
  readonly anchored: LogHead | null;
};

const READ_PAGE = 512;
const SNAPSHOTS_KEPT = 3;

/** Opens or creates the store; refuses by name and changes nothing when it does. */
export function openSqliteEventLog(options: SqliteEventLogOptions): Result<SqliteEventLog, OpenFailure> {
  const inspect = options.inspect ?? false;
  const anchored = readAnchor(options.anchorPath, options.key);
  if (!inspect && !existsWithContent(options.path) && anchored.kind === 'head' && anchored.head.sequence > 0) {
    return err({ code: 'store.rolledBack', detail: `the database is gone; the anchor has seen event ${anchored.head.sequence}` });
  }
  const opened = openConnection({ path: options.path, keyHex: options.key, readOnly: inspect, synchronous: options.synchronous ?? 'FULL' });
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
  const schema = inspect ? checkMigrated(connection, allMigrations) : migrate(connection, allMigrations, options.now);
  if (!schema.ok) return refuse(schema.error);
  try {
    const tail = readTail(connection);
    if (inspect) return ok(createLog(connection, options, tail.head, null));
    const fault = tail.fault ?? anchorFault(connection, tail.head, anchored);
    if (fault !== null) return refuse(fault);
    bringProjectionsUpToDate(connection, options.projections);
    return ok(createLog(connection, options, tail.head, openAnchor(options.anchorPath, options.key, tail.head)));
  } catch (thrown) {
    return refuse(openFailureOf(thrown));
  }
}

function createLog(connection: Connection, options: SqliteEventLogOptions, headAtOpen: LogHead, anchor: Anchor | null): SqliteEventLog {
  const byKind = projectionsByKind(options.projections);
  const tables = createSqliteTables(connection);
  const begin = connection.prepare<[]>('BEGIN IMMEDIATE');
  const commit = connection.prepare<[]>('COMMIT');
  const insert = connection.prepare<[number, string, string, string, string, string, string | null, number, string, string]>(
    `INSERT INTO events (${EVENT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const page = connection.prepare<[number, number], EventRow>(`SELECT ${EVENT_COLUMNS} FROM events WHERE sequence >= ? ORDER BY sequence LIMIT ?`).raw();
  const byAggregate = connection
    .prepare<[string, number], EventRow>(`SELECT ${EVENT_COLUMNS} FROM events WHERE aggregate_id = ? ORDER BY sequence DESC LIMIT ?`)
    .raw();
  let head = headAtOpen;
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

  function append(events: readonly NewEvent[]): readonly EventRecord[] {
    const out = requireWritable();
    if (events.length === 0) return [];
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
      begin.run();
      for (const [index, stored] of batch.entries()) {
        insert.run(
          stored.sequence, stored.eventId, stored.kind, stored.aggregateId, stored.aggregateType, stored.data,
          metadataOf(stored.causationId), stored.at, stored.previousHash, stored.hash,
        );
        applyEvent(byKind, records[index] as EventRecord, tables);
      }
      commit.run();
    } catch (thrown) {
      throw abandon(thrown);
    }
    head = { sequence: next.sequence, hash: next.hash };
    try {
      out.write(head);
    } catch (thrown) {
      latch = 'the anchor could not follow the log';
      throw new EventLogFailure('log.anchor', thrown instanceof Error ? thrown.message : String(thrown));
    }
    return records;
  }

  function* stored(fromSequence: number): Generator<StoredEvent> {
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
      for (const event of stored(fromSequence)) yield readStored(event);
    } catch (thrown) {
      throw thrown instanceof Error && 'code' in thrown ? logFailureOf(thrown) : thrown;
    }
  }

  function verify(asked?: VerifyOptions): Verification {
    requireOpen();
    const seen = asked === undefined ? readAnchor(options.anchorPath, options.key) : given(asked.anchored);
    try {
      const walk = walkChain(stored(1), seen.kind === 'head' ? seen.head : null, options.projections);
      let chain = walk.chain;
      if (chain.ok && seen.kind === 'absent' && walk.events > 0) chain = faulty('verify.anchorMissing', 'there is no anchor');
      if (chain.ok && (seen.kind === 'damaged' || seen.kind === 'wrongKey')) chain = faulty('verify.anchorDamaged', 'the anchor cannot be read');
      const projections = compareTables((table) => readTable(connection, table), walk.tables, options.projections);
      return { events: walk.events, head: walk.head, chain, projections };
    } catch (thrown) {
      const damage = faulty('verify.damagedFile', logFailureOf(thrown).message);
      return { events: head.sequence, head, chain: damage, projections: damage };
    }
  }

  return {
    connection,
    append,
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
        rebuildProjections(connection, options.projections);
      } catch (thrown) {
        throw abandon(thrown);
      }
    },
    checkpoint() {
      const out = requireWritable();
      connection.pragma('wal_checkpoint(TRUNCATE)');
      out.sync();
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      anchor?.sync();
      anchor?.close();
      connection.close();
    },
  };
}

function given(anchored: LogHead | null): AnchorState {
  return { kind: 'head', head: anchored ?? EMPTY_HEAD };
}

type Tail = { readonly head: LogHead; readonly fault: OpenFailure | null };

/** The head, and what is wrong with the last event. */
function readTail(connection: Connection): Tail {
  const row = connection.prepare<[], EventRow>(`SELECT ${EVENT_COLUMNS} FROM events ORDER BY sequence DESC LIMIT 1`).raw().get();
  if (row === undefined) return { head: EMPTY_HEAD, fault: null };
  const last = storedFromRow(row);
  const head: LogHead = { sequence: last.sequence, hash: last.hash };
  const count = connection.prepare<[], number>('SELECT hash FROM events WHERE sequence = 1').pluck().get();
  const isWhole = hashOf(last) === last.hash && count !== undefined;
  return { head, fault: isWhole ? null : { code: 'store.chainBroken', detail: `event ${last.sequence} is not what its hash was made from` } };
}

/** The anchor may lag the database, never the other way round. */
function anchorFault(connection: Connection, head: LogHead, anchored: AnchorState): OpenFailure | null {
  switch (anchored.kind) {
    case 'absent':
      return head.sequence === 0 ? null : { code: 'store.anchorMissing', detail: `the log has ${head.sequence} events and no anchor` };
    case 'wrongKey':
      return { code: 'store.wrongKey', detail: 'the anchor was written under another key' };
    case 'damaged':
      return { code: 'store.anchorDamaged', detail: 'the anchor file cannot be read' };
    case 'head': {
      const { sequence, hash } = anchored.head;
      if (sequence > head.sequence) {
        return { code: 'store.rolledBack', detail: `the anchor has seen event ${sequence}, the log ends at ${head.sequence}` };
      }
      if (sequence === 0) return null;
      const stored = connection.prepare<[number], string>('SELECT hash FROM events WHERE sequence = ?').pluck().get(sequence);
      return stored === hash ? null : { code: 'store.forked', detail: `event ${sequence} is not the one the anchor has seen` };
    }
  }
}

function latestSnapshot(connection: Connection): StateSnapshot | null {
  const rows = connection
    .prepare<[], StateSnapshot & { readonly state_hash: string }>(
      `SELECT s.sequence, s.hash, s.schema, s.state, s.state_hash FROM snapshots s
       JOIN events e ON e.sequence = s.sequence AND e.hash = s.hash ORDER BY s.sequence DESC`,
    )
    .iterate();
  for (const row of rows) {
    if (digest('sha256', row.state, 'hex') === row.state_hash) {
      return { sequence: row.sequence, hash: row.hash, schema: row.schema, state: row.state };
    }
  }
  return null;
}

function saveSnapshot(connection: Connection, snapshot: StateSnapshot, at: number): void {
  const hash = connection.prepare<[number], string>('SELECT hash FROM events WHERE sequence = ?').pluck().get(snapshot.sequence);
  invariant(hash === snapshot.hash, 'a snapshot is taken at an event of this log');
  connection.exec('BEGIN IMMEDIATE');
  connection
    .prepare('INSERT OR REPLACE INTO snapshots (sequence, hash, schema, state, state_hash, created_at) VALUES (?, ?, ?, ?, ?, ?)')
    .run(snapshot.sequence, snapshot.hash, snapshot.schema, snapshot.state, digest('sha256', snapshot.state, 'hex'), at);
  connection
    .prepare('DELETE FROM snapshots WHERE sequence NOT IN (SELECT sequence FROM snapshots ORDER BY sequence DESC LIMIT ?)')
    .run(SNAPSHOTS_KEPT);
  connection.exec('COMMIT');
}

function existsWithContent(path: string): boolean {
  try {
    return statSync(path).size > 0;
  } catch {
    return false;
  }
}
