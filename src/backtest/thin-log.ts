/**
 * An event log that keeps nothing: numbers events without a gap and hands them back, so that a year
 * of history costs no memory. What a backtest reports is collected from the events as they pass. It
 * proves nothing afterwards and must never stand behind real or paper money.
 */
import type { EventRecord } from '../core/events.ts';
import type { EventLog } from '../core/ports/event-log.ts';

const none: readonly EventRecord[] = [];

export function createThinLog(): EventLog {
  let sequence = 0;
  return {
    append(events): readonly EventRecord[] {
      return events.map((event) => ({ ...event, sequence: (sequence += 1), previousHash: '', hash: '' }));
    },
    head: () => ({ sequence, hash: '' }),
    read: () => none,
    history: () => none,
    latestSnapshot: () => null,
    saveSnapshot(): void {},
    settle(): void {},
    checkpoint(): void {},
    close(): void {},
  };
}
