/**
 * How much of the usual size an entry may have on account of tilt, and why: after a journal entry, on the
 * way back from a lock, and while debt is left. The smallest of them holds. Asked by admission.
 */
import type { InterventionRules } from '../core/rules.ts';
import type { InterventionsState } from './interventions-state.ts';
import { sizeWords } from './messages.ts';

const FULL_SIZE_BPS = 10_000;

type SizeFactor = {
  readonly factor: 'tiltReopened' | 'tiltRecovery' | 'tiltDebt';
  readonly words: string;
  readonly bps: number;
};

/** Every reason for which entries are smaller now; empty when there is none. */
export function tiltSizeFactors(
  state: InterventionsState,
  at: number,
  rules: InterventionRules,
): readonly SizeFactor[] {
  const factors: SizeFactor[] = [];
  const { reopenedAt, calmTrades, debt } = state;
  if (reopenedAt !== null && !(at - reopenedAt >= rules.reopenedForMs))
    factors.push({ factor: 'tiltReopened', words: sizeWords.reopened, bps: rules.reopenedSizeBps });
  const recovery = calmTrades === null ? undefined : sizeAfter(calmTrades, rules);
  if (recovery !== undefined)
    factors.push({ factor: 'tiltRecovery', words: sizeWords.recovery, bps: recovery });
  if (debt > 0) factors.push({ factor: 'tiltDebt', words: sizeWords.debt, bps: rules.debtSizeBps });
  return factors;
}

function sizeAfter(calmTrades: number, rules: InterventionRules): number | undefined {
  return rules.sizeAfterLockBps[Math.floor(calmTrades / rules.calmTradesPerSizeStep)];
}

/** Calm trades at which the next step of size comes; null when the way back is done or there is none. */
export function calmTradesNeeded(state: InterventionsState, rules: InterventionRules): number | null {
  const { calmTrades } = state;
  if (calmTrades === null || sizeAfter(calmTrades, rules) === undefined) return null;
  return (Math.floor(calmTrades / rules.calmTradesPerSizeStep) + 1) * rules.calmTradesPerSizeStep;
}

/** The share of the usual size an entry may have now, in basis points: 10,000 is all of it. */
export function sizeMultiplierBps(state: InterventionsState, at: number, rules: InterventionRules): number {
  // Asked by every admission, and on nearly all days there is no reason.
  if (state.reopenedAt === null && state.calmTrades === null && state.debt <= 0) return FULL_SIZE_BPS;
  let multiplier = FULL_SIZE_BPS;
  for (const { bps } of tiltSizeFactors(state, at, rules)) multiplier = Math.min(multiplier, bps);
  return multiplier;
}
