/** Whether the saved state, from which a start takes its shortcut, is what the events before it give (invariant 17). */
import type { EventLog } from '../core/ports/event-log.ts';
import { faulty, SOUND, type Verdict } from '../data/event-log/verification.ts';
import { encodeEngineState, evolve, initialState, STATE_SCHEMA } from '../engine/state.ts';

/** Folds the log from its first event to the newest snapshot. Never throws for damage: it is in the answer. */
export function proveSnapshot(log: Pick<EventLog, 'latestSnapshot' | 'read'>): Verdict {
  try {
    const snapshot = log.latestSnapshot();
    // One of another shape is not used by a start either.
    if (snapshot === null || snapshot.schema !== STATE_SCHEMA) return SOUND;
    let state = initialState;
    for (const record of log.read(1)) {
      state = evolve(state, record);
      if (record.sequence === snapshot.sequence) break;
    }
    return encodeEngineState(state) === snapshot.state
      ? SOUND
      : faulty(
          'verify.snapshotDiffers',
          `the state saved at event ${snapshot.sequence} is not what the events give`,
        );
  } catch (thrown) {
    return faulty('verify.snapshotDiffers', thrown instanceof Error ? thrown.message : String(thrown));
  }
}
