/**
 * Traders as the generator draws them: every habit from a wide prior, so that a scalper who types fast and
 * sizes freely and a swing trader with one fixed stake both occur. The priors and where they come from stand in
 * docs/tilt-evaluation.md; a figure here without a source there is ours and chosen wide.
 */
import { clamp, type Draws } from './draws.ts';
import { calmMood, channels, type Channel, type Mood } from './mood.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

export type Trader = {
  readonly name: string;
  /** From the end of one trade to the wish for the next; median, and deviation of the logarithm. */
  readonly gapMedianMs: number;
  readonly gapSpread: number;
  readonly holdMedianMs: number;
  readonly holdSpread: number;
  readonly decisionCenterMs: number;
  readonly decisionTailMs: number;
  readonly tradesMedian: number;
  readonly tradesSpread: number;
  readonly stakeMedian: number;
  readonly stakeSpread: number;
  /** Stakes are rounded to this; 0 is free. */
  readonly stakeGrid: number;
  readonly winShare: number;
  readonly stopShare: number;
  readonly rewardRatio: number;
  /** How much longer losers are held than winners. */
  readonly disposition: number;
  readonly keyIntervalMs: number;
  readonly keySpread: number;
  readonly errorShare: number;
  readonly pasteShare: number;
  readonly previewsExtra: number;
  readonly abandonShare: number;
  readonly limitShare: number;
  readonly cancelShare: number;
  readonly fastCancelShare: number;
  readonly amendsPerTrade: number;
  readonly viewsPerHour: number;
  readonly settingsPerSession: number;
  readonly loosenShare: number;
  readonly disconnectsPerHour: number;
  readonly symbols: readonly string[];
  readonly sameSymbolShare: number;
  readonly openAtOnce: number;
  readonly hourUsual: number;
  readonly hourSpread: number;
  /** What a calm loss does to the next pause and stake, as shifts of the logarithm. */
  readonly calmLossGap: number;
  readonly calmLossStake: number;
  /** Exponents of volatility: how a busy market moves calm behaviour. */
  readonly stressGap: number;
  readonly stressDecision: number;
  readonly stressStake: number;
  readonly stressViews: number;
  /** Deviation of the logarithm from day to day, for pace and for hands. */
  readonly dayPace: number;
  readonly dayHands: number;
  readonly dayStake: number;
  readonly growthPerSession: number;
  /** A deposit or a withdrawal: from this session on the stake is multiplied. */
  readonly stepAt: number | null;
  readonly stepFactor: number;
  /** Some people speed up after losses, some freeze and then bet more. */
  readonly lossDirection: 'faster' | 'freezes';
  /** How strongly tilt shows in each channel in this person; some channels stay silent. */
  readonly weights: Mood;
};

const allSymbols: readonly string[] = [
  'BTCUSDT',
  'ETHUSDT',
  'SOLUSDT',
  'BNBUSDT',
  'XRPUSDT',
  'ADAUSDT',
  'DOGEUSDT',
  'LINKUSDT',
];

/** Medians over traders. */
const priors = {
  gapMedianMs: 240_000,
  decisionCenterMs: 4_500,
  keyIntervalMs: 190,
  tradesMedian: 14,
  stakeMedian: 180,
} as const;

export function drawTrader(name: string, draws: Draws): Trader {
  const gapMedianMs = clamp(draws.lognormal(priors.gapMedianMs, 1), 20 * SECOND_MS, 120 * MINUTE_MS);
  const decisionCenterMs = clamp(draws.lognormal(priors.decisionCenterMs, 0.5), 800, 30 * SECOND_MS);
  const pace = Math.log(gapMedianMs / priors.gapMedianMs);
  return {
    name,
    gapMedianMs,
    gapSpread: draws.uniform(0.5, 1.1),
    holdMedianMs: clamp(draws.lognormal(gapMedianMs, 0.7), 10 * SECOND_MS, 240 * MINUTE_MS),
    holdSpread: draws.uniform(0.5, 1),
    decisionCenterMs,
    decisionTailMs: decisionCenterMs * draws.uniform(0.3, 1.2),
    tradesMedian: clamp(priors.tradesMedian * Math.exp(-0.3 * pace + 0.4 * draws.normal()), 4, 60),
    tradesSpread: draws.uniform(0.3, 0.6),
    stakeMedian: draws.lognormal(priors.stakeMedian, 1.1),
    stakeSpread: draws.chance(0.3) ? draws.uniform(0, 0.05) : draws.uniform(0.08, 0.45),
    stakeGrid: draws.chance(0.5) ? draws.pick([5, 10, 25]) : 0,
    winShare: draws.uniform(0.36, 0.62),
    stopShare: draws.lognormal(0.012, 0.5),
    rewardRatio: draws.lognormal(1.15, 0.35),
    disposition: draws.lognormal(1.4, 0.3),
    keyIntervalMs: clamp(draws.lognormal(priors.keyIntervalMs, 0.35), 70, 600),
    keySpread: draws.uniform(0.1, 0.25),
    errorShare: clamp(draws.lognormal(0.04, 0.6), 0.003, 0.2),
    pasteShare: draws.chance(0.3) ? draws.uniform(0.02, 0.3) : 0.01,
    previewsExtra: draws.uniform(0, 0.8),
    abandonShare: draws.uniform(0.02, 0.25),
    limitShare: draws.chance(0.3) ? 0 : draws.uniform(0.1, 0.8),
    cancelShare: draws.uniform(0.03, 0.3),
    fastCancelShare: draws.uniform(0.02, 0.2),
    amendsPerTrade: draws.lognormal(0.25, 0.8),
    viewsPerHour: clamp(draws.lognormal(45, 0.8), 4, 400),
    settingsPerSession: draws.uniform(0, 0.5),
    loosenShare: draws.uniform(0.3, 0.6),
    disconnectsPerHour: draws.lognormal(0.12, 0.9),
    symbols: drawSymbols(draws),
    sameSymbolShare: draws.uniform(0.2, 0.7),
    openAtOnce: draws.chance(0.6) ? 1 : draws.random.between(2, 5),
    hourUsual: draws.uniform(0, 24),
    hourSpread: draws.uniform(0.5, 3),
    calmLossGap: 0.1 + 0.25 * draws.normal(),
    calmLossStake: -0.04 + 0.08 * draws.normal(),
    stressGap: draws.uniform(0.1, 0.7),
    stressDecision: draws.uniform(0, 0.35),
    stressStake: 0.05 + 0.12 * draws.normal(),
    stressViews: draws.uniform(0.2, 0.9),
    dayPace: draws.uniform(0.08, 0.3),
    dayHands: draws.uniform(0.04, 0.14),
    dayStake: draws.uniform(0.02, 0.15),
    growthPerSession: 0.004 * draws.normal(),
    stepAt: draws.chance(0.1) ? draws.random.between(3, 45) : null,
    stepFactor: draws.pick([0.5, 1.5, 2]),
    lossDirection: draws.chance(0.75) ? 'faster' : 'freezes',
    weights: drawWeights(draws),
  };
}

function drawSymbols(draws: Draws): readonly string[] {
  const wanted = draws.random.between(1, 6);
  const left = [...allSymbols];
  const chosen: string[] = [];
  while (chosen.length < wanted) chosen.push(...left.splice(draws.random.between(0, left.length - 1), 1));
  return chosen;
}

function drawWeights(draws: Draws): Mood {
  const weights: Record<Channel, number> = { ...calmMood };
  for (const channel of channels)
    weights[channel] = draws.chance(0.12) ? draws.uniform(0, 0.3) : draws.uniform(0.6, 1.3);
  return weights;
}
