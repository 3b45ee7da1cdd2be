/** What learning one's usual anew means, as it is said before and after it is asked for. Read as text with messages.ts. */
import { RELEARN_PHRASE } from '../core/commands.ts';
import { durationOfMs, momentOfMs, percentOfBps } from '../core/explain-figures.ts';
import type { InterventionRules } from '../core/rules.ts';

export function relearnMeaning(sessions: number, rules: InterventionRules): readonly string[] {
  return [
    `This lets go of what ${sessions} ${sessions === 1 ? 'session has' : 'sessions have'} taught about your usual: pace, sizes, hours, hands. It does not come back; journal, limits, tier, debt and past interventions stay.`,
    `Until ${rules.relearnSessions} calm sessions are learned again, a warning binds as now and comes sooner, at ${percentOfBps(Math.round(100_000_000 / rules.relearnSensitivityBps))} of its threshold.`,
    `It waits ${durationOfMs(rules.relearnWaitMs)}, is withdrawn by anything unusual meanwhile, and lies ${durationOfMs(rules.relearnEveryMs)} from the next one.`,
    `If that is what you want, type: tilt reset ${RELEARN_PHRASE}`,
  ];
}

export function relearnAsked(maturesAtMs: number): readonly string[] {
  return [
    `Noted. At ${momentOfMs(maturesAtMs)} your usual is begun anew, if the account stays calm until then; otherwise this is withdrawn and all stays as it is. There is nothing you need to do.`,
  ];
}
