/**
 * The detector's half of tilt: indicators as a fold over the log, and a score computed from them. Pure:
 * time comes with each event, there is no clock and no chance, so that replaying the log gives every
 * score again (invariants 16, 17). What follows from a score is the other half (interventions-state.ts);
 * the two meet in tilt-state.ts and know nothing of each other but the level, which says whether an
 * event may teach the baseline. State is bounded: cost does not grow with history.
 */
import type { TiltRules } from '../core/rules.ts';
import type { TiltLevel } from '../core/vocabulary.ts';
import {
  evolveDecisionSpeed,
  initialDecisionSpeed,
  rebaseDecisionSpeed,
  scoreDecisionSpeed,
  type DecisionSpeed,
} from './indicators/decision-speed.ts';
import type { Contribution, Observed } from './indicators/indicator.ts';
import {
  evolveReentryAfterStop,
  initialReentryAfterStop,
  rebaseReentryAfterStop,
  scoreReentryAfterStop,
  type ReentryAfterStop,
} from './indicators/reentry-after-stop.ts';
import {
  evolveTradeFrequency,
  initialTradeFrequency,
  rebaseTradeFrequency,
  scoreTradeFrequency,
  type TradeFrequency,
} from './indicators/trade-frequency.ts';

export type DetectorState = {
  readonly tradeFrequency: TradeFrequency;
  readonly reentryAfterStop: ReentryAfterStop;
  readonly decisionSpeed: DecisionSpeed;
  /** The greatest time kept anywhere above, to notice a clock that stepped back. */
  readonly newestAt: number;
};

export const initialDetector: DetectorState = {
  tradeFrequency: initialTradeFrequency,
  reentryAfterStop: initialReentryAfterStop,
  decisionSpeed: initialDecisionSpeed,
  newestAt: 0,
};

/** Folds one event in. Events that say nothing about behaviour return the same state. */
export function evolveDetector(state: DetectorState, observed: Observed, level: TiltLevel): DetectorState {
  const { at } = observed;
  if (!Number.isFinite(at)) return state;
  const settled = at < state.newestAt ? rebase(state, at) : state;
  const next = fold(settled, observed, level);
  return next === settled ? settled : { ...next, newestAt: Math.max(at, next.newestAt) };
}

function fold(state: DetectorState, observed: Observed, level: TiltLevel): DetectorState {
  switch (observed.event.kind) {
    case 'order.intended':
    case 'entry.refused':
    case 'position.closed':
      return withIndicators(state, observed);
    case 'action.recorded': {
      const decisionSpeed = evolveDecisionSpeed(state.decisionSpeed, observed, level);
      return decisionSpeed === state.decisionSpeed ? state : { ...state, decisionSpeed };
    }
    default:
      return state;
  }
}

function withIndicators(state: DetectorState, observed: Observed): DetectorState {
  const tradeFrequency = evolveTradeFrequency(state.tradeFrequency, observed);
  const reentryAfterStop = evolveReentryAfterStop(state.reentryAfterStop, observed);
  if (tradeFrequency === state.tradeFrequency && reentryAfterStop === state.reentryAfterStop) return state;
  return { ...state, tradeFrequency, reentryAfterStop };
}

/** The clock stepped back to `at`: what it put into the future happened now. */
function rebase(state: DetectorState, at: number): DetectorState {
  return {
    tradeFrequency: rebaseTradeFrequency(state.tradeFrequency, at),
    reentryAfterStop: rebaseReentryAfterStop(state.reentryAfterStop, at),
    decisionSpeed: rebaseDecisionSpeed(state.decisionSpeed, at),
    newestAt: at,
  };
}

export type DetectorScore = {
  /** 0 to 100, whole. */
  readonly score: number;
  /** Greatest first; empty means a score of 0. */
  readonly contributions: readonly Contribution[];
};

const calmScore: DetectorScore = { score: 0, contributions: [] };

/** The score at `at`: every point comes with the events behind it; no event, no points. */
export function scoreDetector(state: DetectorState, at: number, rules: TiltRules): DetectorScore {
  const time = Number.isFinite(at) ? at : state.newestAt;
  const contributions: Contribution[] = [];
  for (const contribution of [
    scoreTradeFrequency(state.tradeFrequency, time, rules),
    scoreReentryAfterStop(state.reentryAfterStop, time, rules),
    scoreDecisionSpeed(state.decisionSpeed, time, rules),
  ]) {
    if (contribution !== null) contributions.push(contribution);
  }
  if (contributions.length === 0) return calmScore;
  contributions.sort((left, right) => right.points - left.points);
  let sum = 0;
  for (const { points } of contributions) sum += points;
  return { score: Math.min(100, Math.round(sum)), contributions };
}
