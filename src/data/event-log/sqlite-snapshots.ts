/** Snapshots of folded state beside the events (invariant 17): one counts only when the chain has its hash at its place. */
import { hash as digest } from 'node:crypto';
import { invariant } from '../../core/invariant.ts';
import type { StateSnapshot } from '../../core/ports/event-log.ts';
import type { Connection } from './sqlite-connection.ts';

/** The newest are enough: an older one is only read when a newer one is damaged. */
const SNAPSHOTS_KEPT = 3;

/** The newest snapshot that is on the chain and is what its own hash was made from. */
export function latestSnapshot(connection: Connection): StateSnapshot | null {
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

/** Throws what SQLite throws, with the transaction open. */
export function saveSnapshot(connection: Connection, snapshot: StateSnapshot, at: number): void {
  const hash = connection
    .prepare<[number], string>('SELECT hash FROM events WHERE sequence = ?')
    .pluck()
    .get(snapshot.sequence);
  invariant(hash === snapshot.hash, 'a snapshot is taken at an event of this log');
  connection.exec('BEGIN IMMEDIATE');
  connection
    .prepare(
      'INSERT OR REPLACE INTO snapshots (sequence, hash, schema, state, state_hash, created_at) VALUES (?, ?, ?, ?, ?, ?)',
    )
    .run(
      snapshot.sequence,
      snapshot.hash,
      snapshot.schema,
      snapshot.state,
      digest('sha256', snapshot.state, 'hex'),
      at,
    );
  connection
    .prepare(
      'DELETE FROM snapshots WHERE sequence NOT IN (SELECT sequence FROM snapshots ORDER BY sequence DESC LIMIT ?)',
    )
    .run(SNAPSHOTS_KEPT);
  connection.exec('COMMIT');
}
