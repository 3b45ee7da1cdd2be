// What a judge said over a session, told fact by fact.
import { describe, expect, it } from 'vitest';
import type { BehaviourEvent, BehaviourFact } from '../core/behaviour.ts';
import type { TiltLevel } from '../core/vocabulary.ts';
import { createSessionScorer, type SessionScore } from './session-scorer.ts';

const view: BehaviourFact = { type: 'view', name: 'chart' };
const order: BehaviourFact = {
  type: 'order',
  id: 'o',
  symbol: 'BTCUSDT',
  side: 'BUY',
  notional: 10,
  kind: 'MARKET',
  decisionMs: null,
  afterLossMs: null,
  reduces: false,
};

type Step = readonly [number, BehaviourFact, number, TiltLevel];

function scored(onsetMs: number | null, steps: readonly Step[]): SessionScore {
  const scorer = createSessionScorer(onsetMs);
  for (const [t, fact, score, level] of steps) {
    const event: BehaviourEvent = { t, id: String(t), fact };
    scorer.take(event, { score, level, indicators: [], evidence: [] });
  }
  return scorer.score();
}

describe('a session', () => {
  it('that jumps to LOCKED reached the levels below at the same moment', () => {
    const { first, maxScore } = scored(null, [
      [1, order, 0, 'NORMAL'],
      [2, order, 85, 'LOCKED'],
      [3, order, 20, 'NORMAL'],
      [4, order, 40, 'CAUTION'],
    ]);
    expect(first).toEqual({
      CAUTION: { t: 2, trades: 2 },
      WARNING: { t: 2, trades: 2 },
      LOCKED: { t: 2, trades: 2 },
    });
    expect(maxScore).toBe(85);
  });

  it('that was at the level before its onset has a delay of nothing when it still is, and its own when it is again', () => {
    const still = scored(10, [
      [5, order, 35, 'CAUTION'],
      [11, view, 35, 'CAUTION'],
      [12, order, 35, 'CAUTION'],
    ]);
    const again = scored(10, [
      [5, order, 35, 'CAUTION'],
      [6, order, 5, 'NORMAL'],
      [11, order, 5, 'NORMAL'],
      [12, order, 35, 'CAUTION'],
    ]);
    expect(still.delay).toEqual({ CAUTION: 0, WARNING: null, LOCKED: null });
    expect(again.delay.CAUTION).toBe(2);
    expect(again.first.CAUTION).toEqual({ t: 5, trades: 1 });
  });

  it('that never drifts has no delay, whatever the judge says', () => {
    expect(scored(null, [[1, order, 90, 'LOCKED']]).delay).toEqual({
      CAUTION: null,
      WARNING: null,
      LOCKED: null,
    });
  });

  it('counts readings that are no score, and is not moved by them', () => {
    const steps: readonly Step[] = [NaN, Infinity, -1, 101, 100, 0].map((score, t) => [
      t,
      view,
      score,
      'NORMAL',
    ]);
    expect(scored(null, steps)).toMatchObject({ faultyReadings: 4, maxScore: 100 });
  });
});
