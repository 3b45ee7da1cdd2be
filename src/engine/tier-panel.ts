/** What the dashboard shows of the tier: gates with their evidence, features, and the way up or back. Pure reading. */
import type { TierJourneyPanel, TierPanel } from '../core/dashboard.ts';
import type { Notional } from '../core/money.ts';
import type { TierRules } from '../core/rules.ts';
import { HOUR_MS } from '../core/time.ts';
import type { Kernel } from './kernel.ts';
import type { Evaluation } from './state-machine/evaluate.ts';
import { adjustmentUntil } from './state-machine/limits.ts';
import {
  missingItems,
  promotionNotBefore,
  recoveryItems,
  recoveryWords,
  RESPONSIBILITY_PHRASE,
} from './state-machine/transition.ts';
import type { TierState } from './state-machine/tier-state.ts';
import { trialProgress } from './state-machine/trial.ts';
import { isWatched } from './state-machine/watch.ts';

export function tierPanel(kernel: Kernel, evaluation: Evaluation): TierPanel {
  const { tier, startedAt } = kernel.state().tier;
  const { tiers } = kernel.rules.tierGates;
  const features = featuresOf(tiers[tier]);
  const all = evaluation.to === null ? [] : featuresOf(tiers[evaluation.to]);
  return {
    tier,
    startedAt,
    next: evaluation.to,
    gates: evaluation.readings.map(({ gate, current, required, passed }) => ({
      gate,
      currentValue: current,
      requiredValue: required,
      passed,
    })),
    features,
    lockedFeatures: all.filter((feature) => !features.includes(feature)),
    dashboardFigures: tiers[tier].dashboardFigures,
  };
}

function featuresOf({ entryOrderTypes, executionMethods, strategies }: TierRules): readonly string[] {
  return [...entryOrderTypes, ...executionMethods, ...strategies];
}

export function tierJourneyPanel(kernel: Kernel, evaluation: Evaluation, equity: Notional): TierJourneyPanel {
  const state = kernel.state().tier;
  const { tierGates } = kernel.rules;
  const now = kernel.timers.now();
  const missing = missingItems(state, tierGates);
  return {
    stage: stageOf(state, evaluation, now, kernel),
    watched: isWatched(state.tier, equity, tierGates),
    evidence: evaluation.readings.map(({ gate, words, evidence }) => ({ gate, words, events: evidence })),
    trial: trialOf(state, now, kernel),
    phrase: RESPONSIBILITY_PHRASE,
    adjustmentUntil: adjustmentUntil(state, tierGates),
    promotionNotBefore: promotionNotBefore(state, tierGates),
    checklist:
      state.emergency === null
        ? []
        : recoveryItems.map((item) => ({
            item,
            words: recoveryWords[item],
            done: !missing.includes(item),
          })),
    history: state.history.map(({ at, from, to, reason }) => ({ at, from, to, reason })),
  };
}

function stageOf(
  state: TierState,
  evaluation: Evaluation,
  now: number,
  { rules }: Kernel,
): TierJourneyPanel['stage'] {
  const { transition } = rules.tierGates;
  if (state.emergency !== null) return 'emergency';
  if (state.trial !== null) return 'trial';
  const { trialPassed, confirmed } = state;
  if (trialPassed !== null && now - trialPassed.at <= transition.trialValidHours * HOUR_MS)
    return confirmed !== null && now - confirmed.at <= transition.confirmWithinHours * HOUR_MS
      ? 'reflection'
      : 'phrase';
  const until = adjustmentUntil(state, rules.tierGates);
  if (until !== null && now < until) return 'adjustment';
  return evaluation.to === null ? 'settled' : 'gates';
}

function trialOf({ trial }: TierState, now: number, { rules }: Kernel): TierJourneyPanel['trial'] {
  if (trial === null) return null;
  const { transition } = rules.tierGates;
  const progress = trialProgress(trial, now, transition);
  return {
    startedAt: trial.startedAt,
    endsAt: trial.startedAt + transition.trialHours * HOUR_MS,
    profitableDays: progress.profitableDays,
    profitableDaysMin: transition.trialProfitableDays,
    roundTrips: progress.roundTrips,
    roundTripsMin: transition.trialRoundTrips,
    uptimeBps: progress.uptimeBps,
    uptimeMinBps: transition.trialUptimeBps,
  };
}
