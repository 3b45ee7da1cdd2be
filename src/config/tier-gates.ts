/**
 * What `config/tier-gates.yaml` may say. Ceilings are the invariants' own numbers (9: 5 % of equity
 * in one position), so a file can tighten a limit and never loosen it past them. Cross checks keep
 * the ladder a ladder: ranges meet, limits never fall and nothing earned is lost on the way up.
 */
import { notional } from '../core/money.ts';
import type {
  DemotionRules,
  GateMeasures,
  GateRules,
  TierGates,
  TierRules,
  TransitionRules,
} from '../core/rules.ts';
import { DAYS_KEPT, ORDERS_KEPT } from '../core/tier-windows.ts';
import { tierRank, tiers, type Tier } from '../core/vocabulary.ts';
import {
  amount,
  checkAscending,
  decimal,
  list,
  orNull,
  plain,
  record,
  report,
  whole,
  word,
  type Reader,
} from './readers.ts';

/** LIMIT with IOC or FOK is earned by its own word. */
const entryOrderTypes = [
  'MARKET',
  'LIMIT',
  'LIMIT_MAKER',
  'IOC',
  'FOK',
  'STOP_LOSS_LIMIT',
  'STOP_LOSS',
] as const;
const executionMethods = ['whole', 'iceberg', 'twap', 'smart_routing', 'vwap'] as const;
const strategyNames = [
  'simple_arb',
  'spread_capture',
  'sma_cross',
  'multi_pair',
  'mean_reversion',
  'statistical_arb',
  'market_making',
  'custom',
] as const;

const dollars = amount({ min: notional('0'), max: notional('1000000000') });
const dollarsAboveZero = amount({ min: notional('0.01'), max: notional('1000000000') });

const tierRules: Reader<TierRules> = record<TierRules>(
  {
    capitalFrom: dollars,
    capitalTo: orNull(dollarsAboveZero),
    openPositionsMax: whole({ min: 1, max: 100 }),
    positionValueMaxBps: whole({ min: 1, max: 500, unit: 'bps of equity (invariant 9)' }),
    dailyLossMax: dollarsAboveZero,
    dailyLossMaxBps: whole({ min: 1, max: 500, unit: 'bps of equity' }),
    entriesPerDayMax: whole({ min: 1, max: 1_000 }),
    entryOrderTypes: list(word(entryOrderTypes), { min: 1, max: entryOrderTypes.length, distinct: true }),
    executionMethods: list(word(executionMethods), { min: 1, max: executionMethods.length, distinct: true }),
    strategies: list(word(strategyNames), { min: 0, max: strategyNames.length, distinct: true }),
    dashboardFigures: orNull(whole({ min: 1, max: 100 })),
  },
  (read, problem) => {
    const { capitalFrom, capitalTo } = read;
    if (
      capitalFrom !== undefined &&
      capitalTo !== undefined &&
      capitalTo !== null &&
      capitalTo <= capitalFrom
    ) {
      problem(
        'capitalTo',
        `is ${plain(capitalTo)} while capitalFrom is ${plain(capitalFrom)}`,
        'more than capitalFrom',
      );
    }
    if (read.entryOrderTypes !== undefined && !read.entryOrderTypes.includes('MARKET'))
      problem('entryOrderTypes', 'leaves out MARKET', 'MARKET, which every tier has');
    if (read.executionMethods !== undefined && !read.executionMethods.includes('whole'))
      problem('executionMethods', 'leaves out whole', 'whole, which every tier has');
  },
);

/**
 * What a tier may have at most (domain rules, "Tiers"): a file can take something away and never give it early.
 * Strategies of one's own are ARCHITECT's.
 */
const earnedFrom: Readonly<Record<string, Tier>> = {
  LIMIT: 'HUNTER',
  LIMIT_MAKER: 'HUNTER',
  IOC: 'HUNTER',
  FOK: 'HUNTER',
  STOP_LOSS_LIMIT: 'STRATEGIST',
  STOP_LOSS: 'ARCHITECT',
  iceberg: 'HUNTER',
  twap: 'HUNTER',
  smart_routing: 'HUNTER',
  vwap: 'STRATEGIST',
  multi_pair: 'HUNTER',
  mean_reversion: 'HUNTER',
  statistical_arb: 'STRATEGIST',
  market_making: 'STRATEGIST',
  custom: 'ARCHITECT',
};

/** The most of each tier (domain rules, "Tiers"), and the least it begins with. */
const most: Readonly<Record<Tier, Pick<TierRules, 'capitalFrom' | 'openPositionsMax' | 'dailyLossMax'>>> = {
  SNIPER: { capitalFrom: notional('0'), openPositionsMax: 1, dailyLossMax: notional('25') },
  HUNTER: { capitalFrom: notional('2000'), openPositionsMax: 5, dailyLossMax: notional('100') },
  STRATEGIST: { capitalFrom: notional('10000'), openPositionsMax: 10, dailyLossMax: notional('500') },
  ARCHITECT: { capitalFrom: notional('50000'), openPositionsMax: 20, dailyLossMax: notional('1000') },
};

const neverFalling = ['openPositionsMax', 'dailyLossMax', 'entriesPerDayMax'] as const;
const neverLost = ['entryOrderTypes', 'executionMethods', 'strategies'] as const;

const tierLadder: Reader<Record<Tier, TierRules>> = record<Record<Tier, TierRules>>(
  { SNIPER: tierRules, HUNTER: tierRules, STRATEGIST: tierRules, ARCHITECT: tierRules },
  (read, problem) => {
    for (const [index, tier] of tiers.entries()) {
      const rules = read[tier];
      if (rules === undefined) continue;
      const above = tiers[index + 1];
      if (above === undefined && rules.capitalTo !== null)
        problem(tier, `ends at ${plain(rules.capitalTo)}`, 'capitalTo: null for the highest tier');
      if (above !== undefined && rules.capitalTo === null)
        problem(tier, 'has no capitalTo', `where ${above} begins`);
      for (const limit of ['openPositionsMax', 'dailyLossMax'] as const)
        if (rules[limit] > most[tier][limit])
          problem(
            tier,
            `has ${limit} ${plain(rules[limit])}`,
            `at most ${plain(most[tier][limit])}, the domain's own`,
          );
      if (rules.capitalFrom < most[tier].capitalFrom)
        problem(
          tier,
          `begins at ${plain(rules.capitalFrom)}`,
          `capitalFrom of at least ${plain(most[tier].capitalFrom)}`,
        );
      for (const collection of neverLost) {
        const early = rules[collection].filter((item) => isEarlier(tier, earnedFrom[item]));
        if (early.length > 0)
          problem(tier, `has ${collection} with ${early.join(', ')}`, `what ${tier} has earned`);
      }
      const below = tiers[index - 1];
      if (below === undefined) {
        if (rules.capitalFrom !== 0n)
          problem(tier, `begins at ${plain(rules.capitalFrom)}`, 'capitalFrom: "0" for the lowest tier');
        continue;
      }
      const lower = read[below];
      if (lower === undefined) continue;
      if (lower.capitalTo !== null && lower.capitalTo !== rules.capitalFrom) {
        const relation = rules.capitalFrom < lower.capitalTo ? 'overlaps' : 'leaves a gap after';
        problem(
          tier,
          `begins at ${plain(rules.capitalFrom)} and ${relation} ${below}, which ends at ${plain(lower.capitalTo)}`,
          `capitalFrom: "${plain(lower.capitalTo)}"`,
        );
      }
      for (const limit of neverFalling) {
        if (rules[limit] < lower[limit])
          problem(
            tier,
            `has ${limit} ${plain(rules[limit])}, below ${below} with ${plain(lower[limit])}`,
            `at least that of ${below}`,
          );
      }
      for (const collection of neverLost) {
        const lost = lower[collection].filter((item) => !rules[collection].includes(item));
        if (lost.length > 0)
          problem(
            tier,
            `has ${collection} without ${lost.join(', ')} of ${below}`,
            `everything ${below} has`,
          );
      }
    }
  },
);

function isEarlier(tier: Tier, from: Tier | undefined): boolean {
  return from !== undefined && tierRank(tier) < tierRank(from);
}

type Thresholds = Readonly<Record<string, number>>;

/** A gate may be made harder here and never easier than the domain rules have it (invariant 13). */
const daysFrom = (min: number): Reader<number> => whole({ min, max: 3_650, unit: 'days' });
const percentFrom = (min: number): Reader<number> => decimal({ min, max: 100, unit: 'percent' });
const percentTo = (max: number): Reader<number> => decimal({ min: 0.1, max, unit: 'percent' });
const countFrom = (min: number): Reader<number> => whole({ min, max: 10_000 });

type Transition = {
  readonly from: Tier;
  readonly to: Tier;
  readonly equityFloor: GateRules['equityMin'];
  readonly daysFloor: number;
  readonly thresholds: Readonly<Record<string, Reader<number>>>;
};

/** Every transition and the gates it must have; a gate cannot be left out by leaving out its line. */
const transitions: readonly Transition[] = [
  {
    from: 'SNIPER',
    to: 'HUNTER',
    equityFloor: notional('2000'),
    daysFloor: 30,
    thresholds: {
      profitableDaysPercent: percentFrom(60),
      daysWithoutPositionBreach: daysFrom(14),
      promptOrdersPercent: percentFrom(90),
      drawdownMaxPercent: percentTo(10),
      profitablePairs: countFrom(3),
    },
  },
  {
    from: 'HUNTER',
    to: 'STRATEGIST',
    equityFloor: notional('10000'),
    daysFloor: 45,
    thresholds: {
      slicedOrdersPercent: percentFrom(95),
      slicedOrders: countFrom(20),
      uncorrelatedPairs: countFrom(5),
      recoveries: countFrom(1),
      marketImpactMaxPercent: percentTo(0.5),
      sharpeMin: decimal({ min: 1.5, max: 20 }),
    },
  },
  {
    from: 'STRATEGIST',
    to: 'ARCHITECT',
    equityFloor: notional('50000'),
    daysFloor: 60,
    thresholds: {
      profitableStrategies: countFrom(3),
      strategyShareMaxPercent: percentTo(40),
      crashesSurvived: countFrom(3),
      backupsRestored: countFrom(1),
      daysWithoutOverride: daysFrom(30),
    },
  },
];

const gateLadder: Reader<readonly GateRules[]> = (node, path, context) => {
  const allowed = `one entry for each of ${transitions.map((transition) => `${transition.from} to ${transition.to}`).join(', ')}, in this order`;
  if (node.kind !== 'list') return report(context, node, path, 'is not a list', allowed);
  if (node.items.length !== transitions.length)
    report(context, node, path, `has ${node.items.length} entries`, allowed);
  const rules: GateRules[] = [];
  for (const [index, transition] of transitions.entries()) {
    const item = node.items[index];
    if (item === undefined) continue;
    const read = record<{
      from: Tier;
      to: Tier;
      equityMin: GateRules['equityMin'];
      daysAtTierMin: number;
      gates: Thresholds;
    }>({
      from: word([transition.from]),
      to: word([transition.to]),
      equityMin: amount({ min: transition.equityFloor, max: notional('1000000000') }),
      daysAtTierMin: daysFrom(transition.daysFloor),
      gates: record<Thresholds>(transition.thresholds),
    })(item, `${path}[${index}]`, context);
    if (read === undefined) continue;
    const gates = Object.entries(read.gates).map(([gate, required]) => ({
      gate,
      required: String(required),
    }));
    rules.push({
      from: read.from,
      to: read.to,
      equityMin: read.equityMin,
      daysAtTierMin: read.daysAtTierMin,
      gates,
    });
  }
  return rules.length === transitions.length && node.items.length === transitions.length ? rules : undefined;
};

/** Floors and ceilings keep each of them at least as strict as the domain rules. */
const gateMeasures: Reader<GateMeasures> = record<GateMeasures>({
  tradingDays: whole({ min: 20, max: DAYS_KEPT, unit: 'days' }),
  promptWithinMs: whole({ min: 1, max: 100, unit: 'ms' }),
  promptOrders: whole({ min: 1, max: ORDERS_KEPT }),
  drawdownDays: whole({ min: 30, max: DAYS_KEPT, unit: 'days' }),
  sharpeDays: whole({ min: 30, max: DAYS_KEPT, unit: 'days' }),
  slicedFrom: amount({ min: notional('1'), max: notional('200') }),
  slicesMin: whole({ min: 3, max: 100 }),
  recoveryFromBps: whole({ min: 1_000, max: 10_000, unit: 'bps' }),
  positionSlackBps: whole({ min: 0, max: 50, unit: 'bps of equity' }),
});

const transitionRules: Reader<TransitionRules> = record<TransitionRules>(
  {
    trialHours: whole({ min: 48, max: 720, unit: 'hours' }),
    trialProfitableDays: whole({ min: 3, max: 7, unit: 'days' }),
    trialRoundTrips: whole({ min: 10, max: 1_000 }),
    trialUptimeBps: whole({ min: 9_900, max: 10_000, unit: 'bps' }),
    trialMarkEveryMs: whole({ min: 1_000, max: 600_000, unit: 'ms' }),
    trialHoursMax: whole({ min: 72, max: 2_160, unit: 'hours' }),
    trialValidHours: whole({ min: 1, max: 168, unit: 'hours' }),
    confirmWithinHours: whole({ min: 1, max: 24, unit: 'hours (invariant 13)' }),
    reflectionWords: whole({ min: 50, max: 5_000, unit: 'words' }),
    adjustmentHours: whole({ min: 48, max: 2_160, unit: 'hours' }),
    adjustmentSizeBps: whole({ min: 100, max: 5_000, unit: 'bps' }),
    watchFrom: amount({ min: notional('0'), max: notional('1800') }),
    watchFactor: decimal({ min: 1.5, max: 10 }),
  },
  (read, problem) => checkAscending(read, problem, ['trialHours', 'trialHoursMax'], false),
);

const demotionRules: Reader<DemotionRules> = record<DemotionRules>({
  dayLossBps: whole({ min: 1, max: 1_500, unit: 'bps' }),
  losingDays: whole({ min: 1, max: 3, unit: 'days' }),
  losingDayBps: whole({ min: 1, max: 500, unit: 'bps' }),
  overrides: whole({ min: 1, max: 5 }),
  overrideHours: whole({ min: 24, max: 720, unit: 'hours' }),
  correlationAbove: decimal({ min: 0.1, max: 0.8 }),
  infrastructureLoss: amount({ min: notional('1'), max: notional('500') }),
  outageMsMin: whole({ min: 1_000, max: 30_000, unit: 'ms' }),
  equityUnderHours: whole({ min: 1, max: 24, unit: 'hours' }),
  positionValueMax: amount({ min: notional('10'), max: notional('10') }),
  promotionPauseDays: whole({ min: 30, max: 3_650, unit: 'days' }),
});

export const tierGatesReader: Reader<TierGates> = record<TierGates>(
  {
    tiers: tierLadder,
    gates: gateLadder,
    measures: gateMeasures,
    transition: transitionRules,
    demotion: demotionRules,
  },
  (read, problem) => {
    if (read.tiers === undefined || read.gates === undefined) return;
    for (const gate of read.gates) {
      const from = read.tiers[gate.to].capitalFrom;
      if (gate.equityMin < from)
        problem(
          'gates',
          `let ${gate.to} be reached with ${plain(gate.equityMin)}, below where it begins`,
          `equityMin of at least ${plain(from)}`,
        );
    }
  },
);
