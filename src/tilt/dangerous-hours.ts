/**
 * At which hours of the day drift is likely for this trader: their own hours, each leaning on the rate of
 * all of them until it has seen enough, with a range that says how little is known. A prediction from
 * history, not a measurement; it changes no limit.
 */
import type { HourOfDay } from './mirror-state.ts';

export type DangerousHour = {
  /** UTC, 0 to 23. */
  readonly hour: number;
  /** Chance that an active hour goes above NORMAL, and a range that holds it nine times in ten. */
  readonly chance: number;
  readonly low: number;
  readonly high: number;
  readonly activeHours: number;
};

/** An hour leans on the rate of all hours as if it had seen this many at that rate. */
const LEANING_HOURS = 10;
/** Before any history: one active hour in twenty. */
const FIRST_GUESS = { tilted: 1, active: 20 };
/** Standard normal quantile of 95 %: a range of 90 %. */
const QUANTILE = 1.645;
/** Fewer active hours than this say nothing about an hour. */
const ACTIVE_MIN = 5;

/** Hours with history, the likeliest first. */
export function dangerousHours(hours: readonly HourOfDay[]): readonly DangerousHour[] {
  let tilted = FIRST_GUESS.tilted;
  let active = FIRST_GUESS.active;
  for (const hour of hours) {
    tilted += hour.tilted;
    active += hour.active;
  }
  const overall = Math.min(1, tilted / active);
  return hours
    .map((hour, index) => predicted(hour, index, overall))
    .filter(({ activeHours }) => activeHours >= ACTIVE_MIN)
    .toSorted((left, right) => right.chance - left.chance);
}

function predicted({ active, tilted }: HourOfDay, hour: number, overall: number): DangerousHour {
  const seen = active + LEANING_HOURS;
  const chance = Math.min(1, (Math.min(tilted, active) + LEANING_HOURS * overall) / seen);
  // Wilson's range: never below 0 nor above 1, and wide where little was seen.
  const square = QUANTILE * QUANTILE;
  const centre = (chance + square / (2 * seen)) / (1 + square / seen);
  const half =
    (QUANTILE * Math.sqrt((chance * (1 - chance)) / seen + square / (4 * seen * seen))) / (1 + square / seen);
  return {
    hour,
    chance,
    low: Math.max(0, Math.min(chance, centre - half)),
    high: Math.min(1, Math.max(chance, centre + half)),
    activeHours: active,
  };
}
