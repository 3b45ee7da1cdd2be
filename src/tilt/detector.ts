/**
 * The detector's half of tilt as the engine keeps it: events of the log become facts of behaviour
 * (behaviour-of.ts), facts are folded by the one detector (detector/observe.ts), and its score is told
 * with the indicators that explain it. Pure: time comes with each event, so that replaying the log gives
 * every score again (invariants 16, 17). What follows from a score is the other half
 * (interventions-state.ts); the two meet in tilt-state.ts. State is bounded: cost does not grow with history.
 */
import type { TiltRules } from '../core/rules.ts';
import { behaviourOf, initialBehaviourContext, type BehaviourContext } from './behaviour-of.ts';
import { sharesOf } from './detector/explain.ts';
import {
  answered,
  initialDetection,
  observe,
  resetBaseline,
  SESSION_GAP_MS,
  silenced,
  type Teaching,
  withoutTeaching,
  type Detection,
} from './detector/observe.ts';
import { indicatorOf } from './indicators/all-indicators.ts';
import { severityOf, type Contribution, type Indicator, type Observed } from './indicators/indicator.ts';
import { sightOf } from './indicators/sight.ts';

export type DetectorState = {
  readonly detection: Detection;
  readonly behaviour: BehaviourContext;
};

export const initialDetector: DetectorState = {
  detection: initialDetection,
  behaviour: initialBehaviourContext,
};

/** Folds one event in. Events that say nothing about behaviour return the same state. */
export function evolveDetector(state: DetectorState, observed: Observed, teaching: Teaching): DetectorState {
  const { event, at } = observed;
  if (!Number.isFinite(at)) return state;
  switch (event.kind) {
    case 'tilt.lockEnded':
    case 'tilt.overrideEnded':
    case 'journal.accepted':
      // An entry of one's own wish was held to no length, and an override that lapsed ended nothing.
      if (event.kind === 'journal.accepted' && event.reason === 'own wish') return state;
      if (event.kind === 'tilt.overrideEnded' && event.outcome !== 'tookEffect') return state;
      // What was answered is answered: the next trade is judged by itself.
      return { ...state, detection: answered(state.detection) };
    case 'tilt.baselineReset':
      // After a demotion (domain rules), or asked for by the trader.
      return { ...state, detection: resetBaseline(state.detection) };
    default: {
      const { context, facts } = behaviourOf(state.behaviour, observed);
      if (facts.length === 0 && context === state.behaviour) return state;
      let { detection } = state;
      for (const fact of facts) detection = observe(detection, fact);
      if (facts.length > 0 && teaching === 'heights') detection = withoutTeaching(detection);
      if (facts.length > 0 && teaching === 'nothing') detection = silenced(detection);
      return { detection, behaviour: context };
    }
  }
}

export type DetectorScore = {
  /** 0 to 100, whole. */
  readonly score: number;
  /** Greatest first; empty means a score of 0. */
  readonly contributions: readonly Contribution[];
  /** Orders of this session, refused wishes among them: a lock rests on one at least. */
  readonly orders: number;
};

/**
 * The score at `at`: every point comes with the events behind it; no event, no points. It fades as time passes
 * without any, to nothing where a session ends.
 */
export function scoreDetector({ detection }: DetectorState, at: number, rules: TiltRules): DetectorScore {
  const idle = Number.isFinite(at) ? Math.max(0, at - detection.session.lastAt) : 0;
  const left = Math.max(0, 1 - idle / SESSION_GAP_MS);
  const score = Math.min(100, Math.round(detection.score * left));
  const { orders } = detection.session;
  if (score === 0) return { score, contributions: [], orders };
  return { score, contributions: contributionsOf(detection, score, rules), orders };
}

function contributionsOf(detection: Detection, score: number, rules: TiltRules): readonly Contribution[] {
  const sight = sightOf(detection);
  const found = new Map<Indicator, { points: number; readonly evidence: Set<string> }>();
  for (const { channel, share, evidence } of sharesOf(detection)) {
    const indicator = indicatorOf(channel);
    const known = found.get(indicator) ?? { points: 0, evidence: new Set<string>() };
    known.points += share * score;
    for (const id of evidence) known.evidence.add(id);
    found.set(indicator, known);
  }
  const contributions: Contribution[] = [];
  for (const [indicator, { points, evidence }] of found) {
    const rounded = Math.round(points * 10) / 10;
    if (rounded <= 0) continue;
    const { reach, words } = indicator.look(sight, rules.indicators);
    contributions.push({
      indicator: indicator.name,
      points: rounded,
      severity: severityOf(reach),
      words,
      evidence: [...evidence],
      newestAt: detection.session.lastAt,
    });
  }
  return contributions.toSorted((left, right) => right.points - left.points);
}
