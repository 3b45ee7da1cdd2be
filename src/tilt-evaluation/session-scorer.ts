/**
 * What a judge said over one session: the highest score, and for each level the first moment at which it was
 * reached, with the number of trades until then. `trades` is the number of orders that open a position (orders
 * with `reduces: false`) since the session began, the one being judged included.
 */
import type { BehaviourEvent } from '../core/behaviour.ts';
import type { TiltReading } from '../core/ports/tilt-judge.ts';
import type { TiltLevel } from '../core/vocabulary.ts';

export type AlarmLevel = Exclude<TiltLevel, 'NORMAL'>;
export const alarmLevels: readonly AlarmLevel[] = ['CAUTION', 'WARNING', 'LOCKED'];

export type LevelMoment = { readonly t: number; readonly trades: number };
export type FirstMoments = Readonly<Record<AlarmLevel, LevelMoment | null>>;

export type SessionScore = {
  readonly maxScore: number;
  readonly first: FirstMoments;
  readonly trades: number;
  /** Trades from the onset to the first moment at this level after it; null when there was none. */
  readonly delay: Readonly<Record<AlarmLevel, number | null>>;
  /** Readings that were no number between 0 and 100; a judge should have none. */
  readonly faultyReadings: number;
};

export interface SessionScorer {
  take(event: BehaviourEvent, reading: TiltReading): void;
  score(): SessionScore;
}

const rank: Readonly<Record<TiltLevel, number>> = { NORMAL: 0, CAUTION: 1, WARNING: 2, LOCKED: 3 };

export function createSessionScorer(onsetMs: number | null): SessionScorer {
  let maxScore = 0;
  let trades = 0;
  let tradesAtOnset = 0;
  let faultyReadings = 0;
  const first: Record<AlarmLevel, LevelMoment | null> = { CAUTION: null, WARNING: null, LOCKED: null };
  const delay: Record<AlarmLevel, number | null> = { CAUTION: null, WARNING: null, LOCKED: null };

  return {
    take({ t, fact }, { score, level }): void {
      if (fact.type === 'order' && !fact.reduces) trades += 1;
      if (Number.isFinite(score) && score >= 0 && score <= 100) maxScore = Math.max(maxScore, score);
      else faultyReadings += 1;
      const after = onsetMs !== null && t > onsetMs;
      if (!after) tradesAtOnset = trades;
      for (const alarm of alarmLevels) {
        if (rank[level] < rank[alarm]) return;
        first[alarm] ??= { t, trades };
        if (after) delay[alarm] ??= trades - tradesAtOnset;
      }
    },
    score: () => ({ maxScore, first: { ...first }, trades, delay: { ...delay }, faultyReadings }),
  };
}
