/**
 * Why an entry is smaller than the 5 % rule would let it be: each reason by its name and share, so that the
 * approval, `why` and the Risk view can say it. The size left is the product of all (domain rules, "sizing").
 */
import type { Notional } from '../../core/money.ts';
import type { RiskRules } from '../../core/rules.ts';
import { tierRank, type MarketState, type Tier } from '../../core/vocabulary.ts';
import { recoveryAt } from './recovery.ts';
import type { RiskState } from './risk-state.ts';
import { daysHalve } from './streaks.ts';

export type SizeFactor = { readonly factor: string; readonly words: string; readonly bps: number };

export type FactorInput = {
  readonly tier: Tier;
  readonly rules: RiskRules;
  readonly state: RiskState;
  readonly equity: Notional;
  /** Size left by tilt recovery. */
  readonly sizeMultiplierBps: number;
  readonly marketState: MarketState;
  /** Volatility over its own usual; 1 is usual, null is unknown. */
  readonly volatilityRatio: number | null;
};

const WHOLE_BPS = 10_000;
const NONE: readonly SizeFactor[] = [];

/** Every reason that makes size smaller now; empty when nothing does. */
export function sizeFactors(input: FactorInput): readonly SizeFactor[] {
  const { rules, state } = input;
  let factors: SizeFactor[] | null = null;
  const add = (factor: string, bps: number, words: string): void => {
    if (bps >= WHOLE_BPS) return;
    factors ??= [];
    factors.push({ factor, words, bps });
  };
  add('tilt', input.sizeMultiplierBps, 'smaller after an unusual spell, until calm trades add up');
  const stateBps = rules.marketStateSizeBps[input.marketState];
  if (stateBps < WHOLE_BPS) add('marketState', stateBps, `the market is ${input.marketState.toLowerCase()}`);
  if (tierRank(input.tier) >= tierRank('STRATEGIST') && input.volatilityRatio !== null)
    add('volatility', volatilityBps(input.volatilityRatio, rules), 'prices move more than is usual here');
  if (daysHalve(state.streaks, rules))
    add(
      'losingDays',
      rules.losingDaysSizeBps,
      `${state.streaks.losingDaysInARow} losing days in a row, until a winning day`,
    );
  const recovery = recoveryAt(state.recovery, state.peakEquity, input.equity, rules);
  if (recovery !== null)
    add('recovery', recovery.sizeBps, `the loss is earned back in quarters: ${recovery.quarter} of 4 so far`);
  return factors ?? NONE;
}

/** Twice the usual volatility halves the size, down to the least share. */
function volatilityBps(ratio: number, rules: RiskRules): number {
  if (!(ratio > 1)) return WHOLE_BPS;
  return Math.max(rules.volatilitySizeMinBps, Math.floor(WHOLE_BPS / ratio));
}

/** The product of all, floored to a basis point. */
export function productBps(factors: readonly SizeFactor[]): number {
  let product = WHOLE_BPS;
  for (const { bps } of factors) product = Math.floor((product * bps) / WHOLE_BPS);
  return product;
}
