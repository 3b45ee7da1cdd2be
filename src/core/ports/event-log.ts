/**
 * The append-only event log (invariants 1, 15, 16). `append` returns only when the batch is durable;
 * it is all or nothing. If it throws, nothing of the batch may be acted upon and the engine halts.
 */
import type { EventRecord, NewEvent } from '../events.ts';

export type LogHead = { readonly sequence: number; readonly hash: string };

export interface EventLog {
  /** Assigns gap-free sequence numbers, chains hashes, commits durably; projections follow (`settle`). */
  append(events: readonly NewEvent[]): readonly EventRecord[];
  /** Brings the projections up to the head: for a quiet moment, and before their rows are read. Throws when it cannot. */
  settle(): void;
  head(): LogHead;
  /** In sequence order, starting with the first record whose sequence is ≥ `fromSequence`. */
  read(fromSequence: number): Iterable<EventRecord>;
  /** Newest first, at most `limit`. */
  history(aggregateId: string, limit: number): readonly EventRecord[];
  /** Latest snapshot of the folded state, or null. */
  latestSnapshot(): StateSnapshot | null;
  saveSnapshot(snapshot: StateSnapshot): void;
  /** Settles, and the housekeeping beyond that: for a quiet moment, never between a decision and the wire. */
  checkpoint(): void;
  close(): void;
}

/** The folded state after `sequence`, canonically encoded; `schema` changes when the state's shape does. */
export type StateSnapshot = {
  readonly sequence: number;
  readonly hash: string;
  readonly schema: number;
  readonly state: string;
};
