/** The faults that happen at a moment: keeps the clock for them and hands each to the one who does it. */
import type { Cancel, Timers } from '../../core/ports/timers.ts';
import type { Faults, FaultRule, MomentFault } from './faults.ts';

export type MomentActs = Readonly<Record<MomentFault, (rule: FaultRule) => void>>;

export interface FaultMoments {
  /** To be called when the plan has changed. */
  schedule(): void;
  stop(): void;
}

export function createFaultMoments(given: {
  readonly faults: Faults;
  readonly timers: Timers;
  readonly now: () => number;
  readonly acts: MomentActs;
}): FaultMoments {
  const { faults, timers, acts } = given;
  let timer: Cancel | null = null;

  function strike(): void {
    for (const rule of faults.due(given.now())) acts[rule.kind as MomentFault](rule);
    schedule();
  }

  function schedule(): void {
    timer?.();
    const at = faults.nextAt();
    timer = at === null ? null : timers.after(Math.max(0, at - timers.now()), strike);
  }

  return {
    schedule,
    stop() {
      timer?.();
      timer = null;
    },
  };
}
