/** A trader's own medians for the counting rule: the last values of each habit, sorted once a session. */
import type { BehaviourEvent } from '../core/behaviour.ts';
import { medianOf } from './statistics/bootstrap.ts';

const KEPT = 150;
const VALUES_MIN = 10;
const HOUR_MS = 3_600_000;

export type CountedHabit = 'decisionMs' | 'keyMs' | 'errorShare' | 'tradesPerHour';

export interface CountingHabits {
  /** Null until enough was seen in earlier sessions. */
  usual(habit: CountedHabit): number | null;
  /** True when some earlier session was within two hours of this time of day, or none is known. */
  isUsualHour(t: number): boolean;
  learn(event: BehaviourEvent): void;
}

export function createCountingHabits(): CountingHabits {
  const values: Record<CountedHabit, number[]> = {
    decisionMs: [],
    keyMs: [],
    errorShare: [],
    tradesPerHour: [],
  };
  const medians: Record<CountedHabit, number | null> = {
    decisionMs: null,
    keyMs: null,
    errorShare: null,
    tradesPerHour: null,
  };
  const hours = new Set<number>();
  let startedAt: number | null = null;
  let opened = 0;

  function keep(habit: CountedHabit, value: number): void {
    if (!Number.isFinite(value)) return;
    values[habit].push(value);
    if (values[habit].length > KEPT) values[habit].shift();
  }

  return {
    usual: (habit) => medians[habit],
    isUsualHour(t): boolean {
      if (hours.size === 0) return true;
      const hour = Math.floor(t / HOUR_MS) % 24;
      return [...hours].some((known) => Math.min((hour - known + 24) % 24, (known - hour + 24) % 24) <= 2);
    },
    learn({ t, fact }): void {
      if (fact.type === 'session.start') {
        startedAt = t;
        opened = 0;
        return;
      }
      if (fact.type === 'keys' && fact.count > 0) {
        keep('keyMs', fact.durationMs / fact.count);
        keep('errorShare', fact.errors / fact.count);
      }
      if (fact.type === 'order' && !fact.reduces) {
        opened += 1;
        if (fact.decisionMs !== null) keep('decisionMs', fact.decisionMs);
      }
      if (fact.type !== 'session.end' || startedAt === null) return;
      keep('tradesPerHour', opened / Math.max(0.25, (t - startedAt) / HOUR_MS));
      hours.add(Math.floor(startedAt / HOUR_MS) % 24);
      for (const habit of Object.keys(values) as CountedHabit[]) {
        const enough = habit === 'tradesPerHour' ? 3 : VALUES_MIN;
        if (values[habit].length >= enough) medians[habit] = medianOf(values[habit]);
      }
      startedAt = null;
    },
  };
}
