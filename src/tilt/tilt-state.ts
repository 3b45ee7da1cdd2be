/**
 * Tilt as the engine keeps it: what the detector has seen, what is in force, what the mirror remembers, and what the
 * trader declared: four folds over the same log, and the score with the level they add up to. `at` is the engine's time in ms UTC; it may step
 * back, which never lengthens nor shortens anything by more than the step. Rules: domain rules, "Tilt".
 */
import { evolveDeclared, initialDeclared, type DeclaredState } from './declared-state.ts';
import { evolveDetector, initialDetector, scoreDetector, type DetectorState } from './detector.ts';
import type { Teaching } from './detector/observe.ts';
import { evolveMirror, initialMirror, type MirrorState } from './mirror-state.ts';
import type { Observed } from './indicators/indicator.ts';
import { levelOf, type Scored, type TiltRuleSet } from './interventions.ts';
import { evolveInterventions, initialInterventions, type InterventionsState } from './interventions-state.ts';

export type TiltState = {
  readonly detector: DetectorState;
  readonly interventions: InterventionsState;
  readonly mirror: MirrorState;
  readonly declared: DeclaredState;
};

export const initialTilt: TiltState = {
  detector: initialDetector,
  interventions: initialInterventions,
  mirror: initialMirror,
  declared: initialDeclared,
};

/** Folds one event into all; what stands before it says whether it may teach the detector. */
export function evolveTilt(state: TiltState, observed: Observed): TiltState {
  const detector = evolveDetector(state.detector, observed, teachingOf(state));
  const interventions = evolveInterventions(state.interventions, observed);
  const mirror = evolveMirror(state.mirror, observed, state.interventions);
  const declared = evolveDeclared(state.declared, observed);
  return detector === state.detector &&
    interventions === state.interventions &&
    mirror === state.mirror &&
    declared === state.declared
    ? state
    : { detector, interventions, mirror, declared };
}

/** A time in life is not usual: what is done in it teaches nothing. */
function teachingOf({ declared, interventions }: TiltState): Teaching {
  if (declared.life.length > 0) return 'nothing';
  return interventions.level === 'NORMAL' ? 'usual' : 'heights';
}

/** The score at `at` with the level it means now. */
export function scoreTilt(state: TiltState, at: number, rules: TiltRuleSet): Scored {
  const scored = scoreDetector(state.detector, at, rules.tilt);
  return { ...scored, level: levelOf(state.interventions, scored, at, rules) };
}
