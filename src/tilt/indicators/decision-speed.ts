/**
 * Time from the first key of an entry command to Enter, against the trader's own median (leaning on
 * a first guess until there are enough decisions of theirs). Much faster than usual is one
 * occurrence. Only calm decisions teach the median, and never the one being judged; a pasted line
 * has no typing time and says nothing.
 */
import type { TiltRules } from '../../core/rules.ts';
import type { TiltLevel } from '../../core/vocabulary.ts';
import { notAfter, remember, weigh, type Contribution, type Observed, type Trace } from './indicator.ts';

const DECISIONS_KEPT = 16;
/** Odd, so that the median is one of the values. */
const LEARNED_KEPT = 31;
/** A line left half typed over lunch is not a decision time. */
const DECISION_MAX_MS = 600_000;

export type Decision = Trace & {
  readonly decisionMs: number;
  /** The trader's median before this decision, and how many it rests on. */
  readonly ownMs: number;
  readonly ownCount: number;
};

export type DecisionSpeed = {
  readonly decisions: readonly Decision[];
  /** The last calm decisions in ms, oldest first. */
  readonly learned: readonly number[];
  readonly medianMs: number;
};

export const initialDecisionSpeed: DecisionSpeed = { decisions: [], learned: [], medianMs: 0 };

export function evolveDecisionSpeed(
  state: DecisionSpeed,
  { event, at, eventId }: Observed,
  level: TiltLevel,
): DecisionSpeed {
  if (event.kind !== 'action.recorded' || event.action !== 'command') return state;
  const { command, decisionMs, pasted } = event.figures;
  if (command !== 'buy' && command !== 'slice') return state;
  if (pasted === true || typeof decisionMs !== 'number') return state;
  if (!(decisionMs >= 0 && decisionMs <= DECISION_MAX_MS)) return state;
  const decision: Decision = {
    at,
    eventId,
    decisionMs,
    ownMs: state.medianMs,
    ownCount: state.learned.length,
  };
  const decisions = remember(state.decisions, decision, DECISIONS_KEPT);
  if (level !== 'NORMAL') return { ...state, decisions };
  const learned = remember(state.learned, decisionMs, LEARNED_KEPT);
  return { decisions, learned, medianMs: median(learned) };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[sorted.length >> 1] ?? 0;
}

export function rebaseDecisionSpeed(state: DecisionSpeed, at: number): DecisionSpeed {
  return { ...state, decisions: notAfter(state.decisions, at) };
}

/** What was to be expected of a decision: the own median and the first guess, weighed by their counts. */
function expectedMs(decision: Decision, rules: TiltRules): number {
  const weight = rules.decisionBaselineWeight;
  return (
    (decision.ownMs * decision.ownCount + rules.decisionBaselineMs * weight) / (decision.ownCount + weight)
  );
}

/** Points for every decision faster than the threshold. */
export function scoreDecisionSpeed(state: DecisionSpeed, at: number, rules: TiltRules): Contribution | null {
  if (state.decisions.length === 0) return null;
  const share = 1 - rules.decisionFasterBps / 10_000;
  return weigh(
    {
      indicator: 'decisionSpeed',
      traces: state.decisions,
      fires: (decision) => decision.decisionMs < expectedMs(decision, rules) * share,
      points: rules.decisionPoints,
      pointsMax: rules.decisionPointsMax,
      decayPerMinute: rules.decayPerMinute,
      words: (newest) =>
        `decided in ${seconds(newest.decisionMs)} s, where about ${seconds(expectedMs(newest, rules))} s is usual for you`,
    },
    at,
  );
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
