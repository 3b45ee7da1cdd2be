/**
 * The last stretch before HUNTER, where accounts are lost: from a little under its capital on, what is unusual
 * counts for more (domain rules, "Gates"). Tilt divides its thresholds by this factor.
 */
import type { Notional } from '../../core/money.ts';
import type { TierGates } from '../../core/rules.ts';
import type { Tier } from '../../core/vocabulary.ts';

export function isWatched(tier: Tier, equity: Notional, gates: TierGates): boolean {
  return tier === 'SNIPER' && equity >= gates.transition.watchFrom;
}

/** 1, or how much more sensitive tilt is now. */
export function tiltSensitivity(tier: Tier, equity: Notional, gates: TierGates): number {
  return isWatched(tier, equity, gates) ? gates.transition.watchFactor : 1;
}
