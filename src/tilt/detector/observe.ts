/**
 * The tilt detector: one pure fold over behaviour facts, the same in the engine and in the evaluation.
 * State is bounded and replaying the facts gives every score again, to the bit. What the score rests on is
 * told in `read`: no fact, no points.
 */
import type { BehaviourEvent } from '../../core/behaviour.ts';
import { ALERT, hourCellOf, initialBaseline, STRESSED, type Baseline } from '../baseline/baseline.ts';
import { learnMaximum, learnSession } from '../baseline/learn.ts';
import { learnOpening } from '../baseline/learn-opening.ts';
import { countedOnce } from './agreement.ts';
import { calibrate, heightOf, TEACHING_BELOW, type Calibration } from './calibration.ts';
import { initialEvidence, mixture, startOver, type Evidence } from './evidence.ts';
import { PATTERNS } from './patterns.ts';
import { initialSession, type Session } from './session.ts';
import { Recorder, STRESSED_FROM } from './recorder.ts';
import { Step } from './step.ts';

export type Detection = {
  readonly baseline: Baseline;
  readonly calibration: Calibration;
  readonly session: Session;
  readonly evidence: Evidence;
  /** 0 to 100, as of the last fact. */
  readonly score: number;
  readonly newestAt: number;
};

export const initialDetection: Detection = {
  baseline: initialBaseline,
  calibration: calibrate(initialBaseline),
  session: initialSession,
  evidence: initialEvidence,
  score: 0,
  newestAt: 0,
};

export const SESSION_GAP_MS: number = 30 * 60_000;
/** Sessions of fewer orders show too little to teach how high evidence goes. */
const ORDERS_MIN = 4;

/** `muted` leaves channels out, to measure what they are worth; the engine mutes none. */
export function observe(
  state: Detection,
  { t, id, fact }: BehaviourEvent,
  muted: ReadonlySet<number> | null = null,
): Detection {
  const at = Number.isFinite(t) ? t : state.newestAt;
  let { baseline, calibration, session, evidence } = state;
  const elapsed = session.startedAt === null ? 0 : Math.max(0, at - session.lastAt);
  const starts = fact.type === 'session.start' || session.startedAt === null || session.ended;
  if ((starts && fact.type !== 'session.end') || elapsed >= SESSION_GAP_MS) {
    if (session.startedAt !== null && !session.ended) {
      baseline = endSession(baseline, session, calibration);
      calibration = calibrate(baseline);
    }
    session = nextSession(session, at);
    evidence = initialEvidence;
  }
  if (fact.type === 'session.end') {
    if (session.ended || session.startedAt === null) return { ...state, newestAt: at };
    baseline = endSession(baseline, { ...session, lastAt: at }, calibration);
    return {
      baseline,
      calibration: calibrate(baseline),
      session: { ...session, ended: true, lastAt: at },
      evidence,
      // A session that ends after a gap had begun with it, empty.
      score: evidence === state.evidence ? state.score : 0,
      newestAt: at,
    };
  }
  const recorder = new Recorder(session, evidence, baseline, at, id, muted);
  const step = new Step(recorder);
  step.pass(at - session.lastAt);
  step.take(fact);
  recorder.settle();
  const next = recorder.evidence();
  const weights = weightsOf(recorder.session);
  const raw = mixture(next.pattern, weights);
  const { score, value, height } = heightOf(raw, recorder.session.orders, calibration, () =>
    countedOnce(next, weights),
  );
  recorder.session.lastAt = at;
  recorder.session.highest = Math.max(recorder.session.highest, height);
  recorder.session.highestValue = Math.max(recorder.session.highestValue, value);
  return { baseline, calibration, session: recorder.session, evidence: next, score, newestAt: at };
}

function nextSession(before: Session, at: number): Session {
  const { open, stops, volatility } = before;
  return { ...initialSession, open, stops, volatility, startedAt: at, lastAt: at, lastActionAt: at };
}

function endSession(baseline: Baseline, session: Session, { bar, step }: Calibration): Baseline {
  if (session.silent) return baseline;
  if (session.orders === 0 && session.sums.rateCount.every((count) => count === 0)) return baseline;
  const taught =
    session.highest < TEACHING_BELOW
      ? learnSession(
          baseline,
          {
            ...session.sums,
            exposure: session.exposure,
            hourCell: hourCellOf(session.startedAt ?? session.lastAt),
            profile: session.volatility >= STRESSED_FROM ? STRESSED : ALERT,
          },
          session.lastAt,
        )
      : baseline;
  const { openingCount: count, openingSum } = session;
  const at = session.startedAt ?? session.lastAt;
  const opened =
    count === 0 ? taught : learnOpening(taught, baseline, { mean: openingSum / count, count, at });
  return session.orders < ORDERS_MIN
    ? opened
    : learnMaximum(opened, session.highestValue, bar + TEACHING_BELOW * step);
}

/** Before anything is seen: how likely each shape is. Losses make a chase likelier, wins an over-confidence. */
const PRIOR: readonly number[] = [0.24, 0.16, 0.12, 0.12, 0.1, 0.12, 0.14];
function weightsOf(session: Session): readonly number[] {
  if (session.lossStreak < 2 && session.winStreak < 2) return PRIOR;
  const weights: number[] = [...PRIOR];
  const losses = Math.min(3, session.lossStreak) - 1;
  const wins = Math.min(3, session.winStreak) - 1;
  if (losses > 0) {
    weights[0]! *= 1 + losses / 2;
    weights[1]! *= 1 + losses / 2;
  }
  if (wins > 0) weights[4]! *= 1 + wins / 2;
  let sum = 0;
  for (let index = 0; index < PATTERNS; index += 1) sum += weights[index]!;
  for (let index = 0; index < PATTERNS; index += 1) weights[index]! /= sum;
  return weights;
}

/** What may be learned from what is seen: `heights` of a session in which an intervention was in force, to know false alarms. */
export type Teaching = 'usual' | 'heights' | 'nothing';

/** A session in which an intervention was in force does not become the usual, whatever its own evidence was. */
export function withoutTeaching(state: Detection): Detection {
  const { session } = state;
  if (session.highest >= TEACHING_BELOW) return state;
  return { ...state, session: { ...session, highest: TEACHING_BELOW } };
}

/** Nothing at all is learned of this session. */
export function silenced(state: Detection): Detection {
  return state.session.silent ? state : { ...state, session: { ...state.session, silent: true } };
}

/** Evidence that was answered (a lock served, a journal written) is laid aside; what is usual stays known. */
export function answered(state: Detection): Detection {
  return { ...state, evidence: startOver(state.evidence, state.session.exposure), score: 0 };
}

/** The trader's usual is learned anew; that it was is kept. This session was measured against the one that is gone. */
export function resetBaseline(state: Detection): Detection {
  const baseline = { ...initialBaseline, resets: state.baseline.resets + 1 };
  return { ...silenced(answered(state)), baseline, calibration: calibrate(baseline) };
}
