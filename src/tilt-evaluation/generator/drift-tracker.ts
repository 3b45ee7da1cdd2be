/**
 * Where in a session the drift begins, grows and ends: at a random trade between a fifth and the half of the
 * session, and then at the next loss (or win) for the kinds that need one; grows over a few trades; in a third of
 * the sessions it passes again before the end.
 */
import { archetypeOf, type ArchetypeName } from './archetypes.ts';
import type { Draws } from './draws.ts';
import { driftMood } from './drift.ts';
import { calmMood, type Mood } from './mood.ts';
import type { Trader } from './trader.ts';

export interface DriftTracker {
  mood(t: number): Mood;
  /** A wish to trade, carried out or abandoned. */
  decided(t: number): void;
  opened(t: number): void;
  closed(t: number, result: number): void;
  isDrifting(): boolean;
  onsetMs(): number | null;
  /** Opening orders the session is long by now: who drifts cannot stop. */
  tradesWanted(): number;
}

const FORCED_SHARE = 0.65;
const PASSES_SHARE = 0.3;

export function createDriftTracker(
  name: ArchetypeName,
  trader: Trader,
  tradesPlanned: number,
  draws: Draws,
): DriftTracker {
  const archetype = archetypeOf(name);
  const drifts = archetype.group !== 'calm';
  const planned = drifts ? Math.max(tradesPlanned, 6) : tradesPlanned;
  const strength = draws.uniform(...archetype.intensity);
  const ramp = draws.uniform(...archetype.ramp);
  const from = Math.max(1, Math.floor(draws.uniform(0.2, 0.5) * planned));
  const tradesAfter = draws.uniform(6, 14);
  const passesAfter = draws.chance(PASSES_SHARE) ? draws.uniform(7, 16) : Infinity;
  let wanted = planned;
  let opened = 0;
  let onset: number | null = null;
  let stepsSince = 0;
  let openedSince = 0;
  let lossesSince = 0;
  let lastLoss: number | null = null;

  function begin(t: number, lost: boolean): void {
    onset = t;
    lossesSince = lost ? 1 : 0;
    wanted = Math.max(planned, Math.ceil(opened + tradesAfter));
  }

  const intensity = (): number =>
    onset === null || stepsSince > passesAfter ? 0 : strength * Math.min(1, (stepsSince + 1) / ramp);

  return {
    mood: (t) =>
      onset === null
        ? calmMood
        : driftMood(name, trader, {
            intensity: intensity(),
            tradesSince: openedSince,
            lossesSince,
            sinceLossMs: lastLoss === null ? null : t - lastLoss,
          }),
    decided(t): void {
      if (onset !== null) stepsSince += 1;
      else if (
        drifts &&
        opened >= from &&
        (archetype.onset === 'anyTime' || opened >= FORCED_SHARE * planned)
      )
        begin(t, false);
    },
    opened(): void {
      opened += 1;
      if (onset !== null) openedSince += 1;
    },
    closed(t, result): void {
      if (result < 0) lastLoss = t;
      if (onset !== null) {
        if (result < 0) lossesSince += 1;
        return;
      }
      const fits = archetype.onset === 'anyTime' || (archetype.onset === 'loss' ? result < 0 : result > 0);
      if (drifts && fits && opened >= from) begin(t, result < 0);
    },
    isDrifting: () => intensity() > 0,
    onsetMs: () => onset,
    tradesWanted: () => wanted,
  };
}
