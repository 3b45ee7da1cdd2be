/**
 * The rule everyone writes first, as the yardstick: the thresholds of the domain rules, each against the
 * trader's own medians, and the number of them that spoke within the last half hour is the score. Kept honest,
 * not weak: it has the same facts and learns the same medians.
 */
import type { BehaviourEvent } from '../core/behaviour.ts';
import type { TiltJudge, TiltReading, TiltSubject } from '../core/ports/tilt-judge.ts';
import type { TiltLevel } from '../core/vocabulary.ts';
import { createCountingHabits } from './counting-habits.ts';
import { countedSigns, createSignWatch, type CountedSign } from './counting-signs.ts';

const SIGN_LASTS_MS = 30 * 60_000;
/** Two signs are CAUTION, four WARNING, six LOCKED, at the usual levels of 30, 60 and 80. */
const POINTS_PER_SIGN = 15;

export function createCountingJudge(): TiltJudge {
  return { name: 'counting rule', newTrader: createSubject };
}

function createSubject(): TiltSubject {
  const habits = createCountingHabits();
  const watch = createSignWatch(habits);
  const spokenAt = new Map<CountedSign, { readonly t: number; readonly id: string }>();
  return {
    observe(event: BehaviourEvent): TiltReading {
      if (event.fact.type === 'session.start') spokenAt.clear();
      for (const sign of watch.signs(event)) spokenAt.set(sign, { t: event.t, id: event.id });
      habits.learn(event);
      const now = countedSigns.filter((sign) => {
        const spoken = spokenAt.get(sign);
        return spoken !== undefined && event.t - spoken.t <= SIGN_LASTS_MS;
      });
      const score = Math.min(100, now.length * POINTS_PER_SIGN);
      const evidence = now.map((sign) => spokenAt.get(sign)?.id ?? '');
      return { score, level: levelOf(score), indicators: now, evidence };
    },
  };
}

function levelOf(score: number): TiltLevel {
  if (score >= 80) return 'LOCKED';
  if (score >= 60) return 'WARNING';
  return score >= 30 ? 'CAUTION' : 'NORMAL';
}
