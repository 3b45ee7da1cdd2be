/**
 * All gates of the next step, read together: each with its figures, whether it passes and the events behind it
 * (invariant 13). A gate the configuration names and nobody reads would be a gap: that throws.
 */
import { formatPlaces, type Notional } from '../../core/money.ts';
import { invariant } from '../../core/invariant.ts';
import type { TierGates } from '../../core/rules.ts';
import { dayNumber } from '../../core/time.ts';
import type { Tier } from '../../core/vocabulary.ts';
import { backupsGate } from './gates/backups.ts';
import { crashesGate } from './gates/crashes.ts';
import { daysAtTierGate } from './gates/days-at-tier.ts';
import { drawdownGate } from './gates/drawdown.ts';
import { equityGate } from './gates/equity.ts';
import type { Gate, GateInput, Reading } from './gates/gate.ts';
import { marketImpactGate } from './gates/market-impact.ts';
import { overridesGate } from './gates/overrides.ts';
import { positionBreachGate } from './gates/position-breach.ts';
import { profitableDaysGate } from './gates/profitable-days.ts';
import { profitablePairsGate } from './gates/profitable-pairs.ts';
import { profitableStrategiesGate, strategyShareGate } from './gates/profitable-strategies.ts';
import { promptOrdersGate } from './gates/prompt-orders.ts';
import { recoveryGate } from './gates/recovery.ts';
import { sharpeGate } from './gates/sharpe.ts';
import { slicedCountGate, slicedShareGate } from './gates/sliced-orders.ts';
import { uncorrelatedPairsGate } from './gates/uncorrelated-pairs.ts';
import type { TierState } from './tier-state.ts';

/** By the names of config/tier-gates.yaml, with the words a person reads. */
const table: Readonly<Record<string, { readonly read: Gate; readonly words: string }>> = {
  equity: { read: equityGate, words: 'equity in dollars' },
  'days at tier': { read: daysAtTierGate, words: 'days at this tier' },
  profitableDaysPercent: { read: profitableDaysGate, words: 'percent of the last trading days in profit' },
  daysWithoutPositionBreach: { read: positionBreachGate, words: 'days within the position limit' },
  promptOrdersPercent: { read: promptOrdersGate, words: 'percent of orders that left at once' },
  drawdownMaxPercent: { read: drawdownGate, words: 'percent of drawdown, at most' },
  profitablePairs: { read: profitablePairsGate, words: 'pairs traded at a profit' },
  slicedOrdersPercent: { read: slicedShareGate, words: 'percent of large orders sliced' },
  slicedOrders: { read: slicedCountGate, words: 'large orders' },
  uncorrelatedPairs: { read: uncorrelatedPairsGate, words: 'pairs that move apart' },
  recoveries: { read: recoveryGate, words: 'deep drawdowns earned back' },
  marketImpactMaxPercent: { read: marketImpactGate, words: 'percent moved by any order, at most' },
  sharpeMin: { read: sharpeGate, words: 'Sharpe ratio above' },
  profitableStrategies: { read: profitableStrategiesGate, words: 'strategies in profit' },
  strategyShareMaxPercent: { read: strategyShareGate, words: 'percent of profit from one strategy, at most' },
  crashesSurvived: { read: crashesGate, words: 'historical crashes survived' },
  backupsRestored: { read: backupsGate, words: 'backups restored and verified' },
  daysWithoutOverride: { read: overridesGate, words: 'days without an override' },
};

export type GateReading = Reading & {
  readonly gate: string;
  readonly words: string;
  readonly required: string;
};
export type Evaluation = {
  readonly from: Tier;
  /** Null at the top of the ladder: there is nothing to pass. */
  readonly to: Tier | null;
  readonly passed: boolean;
  readonly readings: readonly GateReading[];
};

/** Reads every gate of the next step at `now`. */
export function evaluateGates(
  state: TierState,
  now: number,
  gates: TierGates,
  positionValueMin: Notional,
): Evaluation {
  const rule = gates.gates.find((candidate) => candidate.from === state.tier);
  if (rule === undefined) return { from: state.tier, to: null, passed: false, readings: [] };
  const input: GateInput = {
    state,
    now,
    today: dayNumber(now),
    rule,
    measures: gates.measures,
    limits: gates.tiers[state.tier],
    positionValueMin,
  };
  const named = [
    { gate: 'equity', required: formatPlaces(rule.equityMin, 2) },
    { gate: 'days at tier', required: String(rule.daysAtTierMin) },
    ...rule.gates,
  ];
  const readings = named.map(({ gate, required }): GateReading => {
    const known = table[gate];
    invariant(known !== undefined, `every gate of the configuration is read: ${gate}`);
    return { gate, words: known.words, required, ...known.read(input, required) };
  });
  return { from: rule.from, to: rule.to, passed: readings.every(({ passed }) => passed), readings };
}
