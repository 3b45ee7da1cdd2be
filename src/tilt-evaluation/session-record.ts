/**
 * One judged session as the figures need it: small, without its facts, so that thousands of traders fit in
 * memory.
 */
import type { Group } from './generator/archetypes.ts';
import type { AlarmLevel, SessionScore } from './session-scorer.ts';

export type SessionRecord = {
  /** Number of the trader, from 0. */
  readonly trader: number;
  readonly group: Group;
  /** As the generator or the log names it. */
  readonly kind: string;
  readonly stressed: boolean;
  readonly maxScore: number;
  readonly trades: number;
  readonly reached: Readonly<Record<AlarmLevel, boolean>>;
  readonly delay: Readonly<Record<AlarmLevel, number | null>>;
  /** The onset is known, so that a delay means something. */
  readonly timed: boolean;
};

export type SessionTruth = Pick<SessionRecord, 'trader' | 'group' | 'kind' | 'stressed' | 'timed'>;

export function recordOf(truth: SessionTruth, score: SessionScore): SessionRecord {
  const { maxScore, trades, delay, first } = score;
  return {
    ...truth,
    maxScore,
    trades,
    delay,
    reached: {
      CAUTION: first.CAUTION !== null,
      WARNING: first.WARNING !== null,
      LOCKED: first.LOCKED !== null,
    },
  };
}
