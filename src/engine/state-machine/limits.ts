/**
 * The limits that hold now: the tier's own, halved while it is new, and the cap of an emergency. Admission, the
 * dashboard and the taking back of resting entries all ask here (domain rules, "Gates", "Demotion").
 */
import { bpsFloor, smaller, type Notional } from '../../core/money.ts';
import type { RiskRules, TierGates, TierRules } from '../../core/rules.ts';
import { HOUR_MS } from '../../core/time.ts';
import type { TierState } from './tier-state.ts';

/** Until when the limits are half, or null. */
export function adjustmentUntil(state: TierState, gates: TierGates): number | null {
  return state.risenAt === null ? null : state.risenAt + gates.transition.adjustmentHours * HOUR_MS;
}

export function limitsNow(state: TierState, gates: TierGates, now: number): TierRules {
  const limits = gates.tiers[state.tier];
  const until = adjustmentUntil(state, gates);
  if (until === null || now >= until) return limits;
  const sizeBps = gates.transition.adjustmentSizeBps;
  const part = (count: number): number => Math.max(1, Math.floor((count * sizeBps) / 10_000));
  return {
    ...limits,
    openPositionsMax: part(limits.openPositionsMax),
    positionValueMaxBps: part(limits.positionValueMaxBps),
    dailyLossMax: bpsFloor(limits.dailyLossMax, sizeBps),
    dailyLossMaxBps: part(limits.dailyLossMaxBps),
    entriesPerDayMax: part(limits.entriesPerDayMax),
  };
}

/** The most any order may be worth now; in an emergency the smallest position and no more. */
export function orderValueMaxNow(state: TierState, gates: TierGates, risk: RiskRules): Notional {
  return state.emergency === null
    ? risk.orderValueMax
    : smaller(risk.orderValueMax, gates.demotion.positionValueMax);
}
