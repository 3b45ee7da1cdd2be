/**
 * What the trader said about themselves, as a fold: a time in life in which to be stopped sooner, and the wish
 * that their usual be learned anew. Both are recorded and end by events alone; a clock that steps back neither
 * shortens nor lengthens them by more than the step (invariant 28).
 */
import { lifeEvents, type LifeEvent } from '../core/vocabulary.ts';
import { remember, type Observed } from './indicators/indicator.ts';

/** Stands until `tilt.lifeEventEnded`, whatever the clock says. */
export type DeclaredEvent = {
  readonly event: LifeEvent;
  readonly declaredAt: number;
  readonly untilMs: number;
};

export type DeclaredState = {
  readonly life: readonly DeclaredEvent[];
  /** Asked for, and when it is due. */
  readonly relearn: { readonly askedAt: number; readonly maturesAt: number } | null;
  /** When the usual was last begun anew, for whichever reason. */
  readonly relearnedAt: number | null;
  readonly newestAt: number;
};

export const initialDeclared: DeclaredState = { life: [], relearn: null, relearnedAt: null, newestAt: 0 };

/** Folds one event in. Events that change nothing here return the same state. */
export function evolveDeclared(state: DeclaredState, observed: Observed): DeclaredState {
  const { at } = observed;
  if (!Number.isFinite(at)) return state;
  const settled = at < state.newestAt ? rebase(state, at) : state;
  const next = fold(settled, observed);
  return next === settled ? settled : { ...next, newestAt: Math.max(at, next.newestAt) };
}

function fold(state: DeclaredState, { event, at }: Observed): DeclaredState {
  switch (event.kind) {
    case 'tilt.lifeEventDeclared': {
      const known = lifeEvents.find((name) => name === event.lifeEvent);
      if (known === undefined) return state;
      const others = state.life.filter((declared) => declared.event !== known);
      const declared: DeclaredEvent = { event: known, declaredAt: at, untilMs: event.untilMs };
      return { ...state, life: remember(others, declared, lifeEvents.length) };
    }
    case 'tilt.lifeEventEnded':
      return { ...state, life: state.life.filter((declared) => declared.event !== event.lifeEvent) };
    case 'tilt.relearnAsked':
      return { ...state, relearn: { askedAt: at, maturesAt: event.maturesAtMs } };
    case 'tilt.relearnWithdrawn':
      return { ...state, relearn: null };
    case 'tilt.baselineReset':
      return { ...state, relearn: null, relearnedAt: at };
    default:
      return state;
  }
}

function rebase(state: DeclaredState, at: number): DeclaredState {
  const { relearn, relearnedAt } = state;
  const step = relearn === null ? 0 : Math.max(0, relearn.askedAt - at);
  return {
    life: state.life.map((declared) => {
      const back = Math.max(0, declared.declaredAt - at);
      if (back === 0) return declared;
      return { ...declared, declaredAt: declared.declaredAt - back, untilMs: declared.untilMs - back };
    }),
    relearn:
      relearn === null || step === 0
        ? relearn
        : { askedAt: relearn.askedAt - step, maturesAt: relearn.maturesAt - step },
    relearnedAt: relearnedAt === null ? null : Math.min(relearnedAt, at),
    newestAt: at,
  };
}
