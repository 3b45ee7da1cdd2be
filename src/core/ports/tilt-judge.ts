/**
 * Whoever judges behaviour, as the evaluation harness sees it: one subject per trader, fed with that
 * trader's facts in order of time, whose earlier sessions teach the baseline of the later ones. The harness
 * and the detector meet here only, so that neither knows how the other works.
 */
import type { BehaviourEvent } from '../behaviour.ts';
import type { TiltLevel } from '../vocabulary.ts';

export type TiltReading = {
  /** 0 to 100. */
  readonly score: number;
  readonly level: TiltLevel;
  /** Names of what speaks now, strongest first. */
  readonly indicators: readonly string[];
  /** Ids of the facts behind the score; empty only at 0. */
  readonly evidence: readonly string[];
};

export interface TiltSubject {
  /** Never throws, whatever the facts say; the reading after this fact. */
  observe(event: BehaviourEvent): TiltReading;
}

export interface TiltJudge {
  readonly name: string;
  newTrader(): TiltSubject;
  /** The same judge with one part left out each, named after it ("without size"); for ablations. */
  variants?(): readonly TiltJudge[];
}
