/**
 * The event log in memory, for backtests and simulation (invariants 15 to 17). It is honest where it
 * matters: events are kept as their encoded text and decoded on every read, and a `MemoryDisk`
 * outlives the log opened on it, so that a crash loses what a real one would lose. Failpoints make
 * the next append throw before or after it became durable.
 */
import type { EventRecord, NewEvent } from '../../core/events.ts';
import { invariant } from '../../core/invariant.ts';
import type { EventLog, LogHead, StateSnapshot } from '../../core/ports/event-log.ts';
import type { MemoryTables } from '../repositories/memory/memory-tables.ts';
import { applyEvent, projectionsByKind, type Projection } from '../repositories/projections/projection.ts';
import { chainAfter, EMPTY_HEAD, readStored, recordOf, type StoredEvent } from './chain.ts';
import { createOrderGuard } from './order-guard.ts';
import { EventLogFailure, leavesStoreSound, type LogFailureCode } from './failures.ts';
import { compareTables, SOUND, walkChain, type Verification } from './verification.ts';

const SNAPSHOTS_KEPT = 3;
/** As in SQLite: events without their rows at which an append itself projects them. */
const PROJECTION_BACKLOG = 512;

/** What survives the process: the tests' stand-in for a disk. Opaque; make one and hand it to the log. */
export type MemoryDisk = {
  events: StoredEvent[];
  /** Events that a power cut cannot take. */
  synced: number;
  snapshots: StateSnapshot[];
  eventIds: Set<string>;
  /** The head as kept outside the log; it may lag the events, never the other way round. */
  anchor: LogHead;
};

export function createMemoryDisk(): MemoryDisk {
  return { events: [], synced: 0, snapshots: [], eventIds: new Set(), anchor: EMPTY_HEAD };
}

export type MemoryEventLogOptions = {
  /** Defaults to a new, empty disk. */
  readonly disk?: MemoryDisk;
  /** As in SQLite: with NORMAL an append survives a killed process, not a power cut, until `sync`. */
  readonly synchronous?: 'FULL' | 'NORMAL';
  /** None by default: a backtest pays for no rows that nobody reads. */
  readonly projections?: readonly Projection[];
};

export interface MemoryEventLog extends EventLog {
  readonly disk: MemoryDisk;
  /** The projections' rows, settled, for the memory repositories. */
  readonly tables: MemoryTables;
  verify(): Verification;
  /** Power-safe up to the head; what a checkpoint does under NORMAL. */
  sync(): void;
  /**
   * The next append throws: before anything was stored, or after the batch became durable (the
   * caller must not act on it, and finds it after opening again).
   */
  failNextAppend(when: 'before' | 'after', code: LogFailureCode): void;
  /** The process dies and the machine with it: unsynced events are lost but for the first `keepUnsynced`. */
  crash(keepUnsynced?: number): void;
}

export function createMemoryEventLog(options: MemoryEventLogOptions = {}): MemoryEventLog {
  const disk = options.disk ?? createMemoryDisk();
  const synchronous = options.synchronous ?? 'FULL';
  const projections = options.projections ?? [];
  const byKind = projectionsByKind(projections);
  // Rows are made from the events again, as a database would find them.
  const tables = walkChain(disk.events, null, projections).tables;
  let waiting: EventRecord[] = [];
  const orderGuard = createOrderGuard(tables.latest('orders')?.order_id ?? '', (orderId) => {
    settle();
    return tables.get('orders', orderId) !== null;
  });
  let head: LogHead = headOf(disk);
  let closed = false;
  let latched = false;
  let failpoint: { when: 'before' | 'after'; code: LogFailureCode } | null = null;

  function requireOpen(): void {
    if (closed) throw new EventLogFailure('log.closed', 'the log has been closed');
  }

  function fail(code: LogFailureCode): never {
    if (!leavesStoreSound(code)) latched = true;
    throw new EventLogFailure(code, 'failpoint');
  }

  function settle(): void {
    if (waiting.length === 0) return;
    tables.atomically(() => {
      for (const record of waiting) applyEvent(byKind, record, tables);
    });
    waiting = [];
  }

  function append(events: readonly NewEvent[]): readonly EventRecord[] {
    requireOpen();
    if (latched) throw new EventLogFailure('log.latched', 'an earlier write failed; open the log again');
    const armed = failpoint;
    failpoint = null;
    if (armed?.when === 'before') fail(armed.code);
    const batch: StoredEvent[] = [];
    let next = head;
    const ids = new Set<string>();
    for (const fresh of events) {
      if (ids.has(fresh.eventId) || disk.eventIds.has(fresh.eventId)) {
        throw new EventLogFailure('log.conflict', `event id ${fresh.eventId} has been used`);
      }
      ids.add(fresh.eventId);
      const stored = chainAfter(next, fresh);
      batch.push(stored);
      next = { sequence: stored.sequence, hash: stored.hash };
    }
    const greatestOrder = orderGuard.requireFresh(events);
    const records = batch.map((stored, index) => recordOf(events[index] as NewEvent, stored));
    for (const stored of batch) {
      disk.events.push(stored);
      disk.eventIds.add(stored.eventId);
    }
    head = { sequence: next.sequence, hash: next.hash };
    disk.anchor = head;
    orderGuard.stored(greatestOrder);
    if (projections.length > 0) waiting.push(...records);
    if (waiting.length >= PROJECTION_BACKLOG) settle();
    if (synchronous === 'FULL') disk.synced = disk.events.length;
    if (armed?.when === 'after') {
      latched = true;
      throw new EventLogFailure(armed.code, 'failpoint');
    }
    return records;
  }

  function* read(fromSequence: number): Generator<EventRecord> {
    requireOpen();
    for (let index = Math.max(0, fromSequence - 1); index < disk.events.length; index += 1) {
      yield readStored(disk.events[index] as StoredEvent);
    }
  }

  return {
    disk,
    get tables() {
      settle();
      return tables;
    },
    settle,
    verify() {
      requireOpen();
      const walk = walkChain(disk.events, disk.anchor, projections, head.sequence - waiting.length);
      return {
        events: walk.events,
        head: walk.head,
        chain: walk.chain,
        file: SOUND,
        projections: compareTables((table) => tables.rows(table), walk.tables, projections),
      };
    },
    append,
    head: () => head,
    read,
    history(aggregateId, limit) {
      requireOpen();
      const found: EventRecord[] = [];
      for (let index = disk.events.length - 1; index >= 0 && found.length < limit; index -= 1) {
        const stored = disk.events[index] as StoredEvent;
        if (stored.aggregateId === aggregateId) found.push(readStored(stored));
      }
      return found;
    },
    latestSnapshot() {
      requireOpen();
      return disk.snapshots.findLast((snapshot) => isOnChain(disk, snapshot)) ?? null;
    },
    checkpoint() {
      settle();
    },
    saveSnapshot(snapshot) {
      requireOpen();
      invariant(isOnChain(disk, snapshot), 'a snapshot is taken at an event of this log');
      disk.snapshots = [...disk.snapshots.filter((kept) => kept.sequence !== snapshot.sequence), snapshot]
        .toSorted((left, right) => left.sequence - right.sequence)
        .slice(-SNAPSHOTS_KEPT);
    },
    sync() {
      disk.synced = disk.events.length;
    },
    failNextAppend(when, code) {
      failpoint = { when, code };
    },
    crash(keepUnsynced = 0) {
      closed = true;
      for (const lost of disk.events.splice(disk.synced + keepUnsynced)) disk.eventIds.delete(lost.eventId);
      disk.synced = disk.events.length;
      disk.anchor = headOf(disk);
      disk.snapshots = disk.snapshots.filter((snapshot) => isOnChain(disk, snapshot));
    },
    close() {
      closed = true;
    },
  };
}

function headOf(disk: MemoryDisk): LogHead {
  const last = disk.events.at(-1);
  return last === undefined ? EMPTY_HEAD : { sequence: last.sequence, hash: last.hash };
}

/** The state before the first event is not worth a snapshot; every other one names an event and its hash. */
function isOnChain(disk: MemoryDisk, snapshot: StateSnapshot): boolean {
  return disk.events[snapshot.sequence - 1]?.hash === snapshot.hash;
}
