/**
 * What `config/tier-gates.yaml` may say. Ceilings are the invariants' own numbers (9: 5 % of equity
 * in one position), so a file can tighten a limit and never loosen it past them. Cross checks keep
 * the ladder a ladder: ranges meet, limits never fall and nothing earned is lost on the way up.
 */
import { notional } from '../core/money.ts';
import type { GateRules, TierGates, TierRules } from '../core/rules.ts';
import { tiers, type Tier } from '../core/vocabulary.ts';
import { amount, decimal, list, orNull, plain, record, report, whole, word, type Reader } from './readers.ts';

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

type Thresholds = Readonly<Record<string, number>>;

const days = whole({ min: 1, max: 3_650, unit: 'days' });
const percent = decimal({ min: 0.1, max: 100, unit: 'percent' });
const count = whole({ min: 1, max: 10_000 });

type Transition = {
  readonly from: Tier;
  readonly to: Tier;
  readonly thresholds: Readonly<Record<string, Reader<number>>>;
};

/** Every transition and the gates it must have; a gate cannot be left out by leaving out its line. */
const transitions: readonly Transition[] = [
  {
    from: 'SNIPER',
    to: 'HUNTER',
    thresholds: {
      profitableDaysPercent: percent,
      daysWithoutPositionBreach: days,
      promptOrdersPercent: percent,
      drawdownMaxPercent: percent,
      profitablePairs: count,
    },
  },
  {
    from: 'HUNTER',
    to: 'STRATEGIST',
    thresholds: {
      slicedOrdersPercent: percent,
      slicedOrders: count,
      uncorrelatedPairs: count,
      recoveries: count,
      marketImpactMaxPercent: percent,
      sharpeMin: decimal({ min: 0.1, max: 20 }),
    },
  },
  {
    from: 'STRATEGIST',
    to: 'ARCHITECT',
    thresholds: {
      profitableStrategies: count,
      strategyShareMaxPercent: percent,
      crashesSurvived: count,
      backupsRestored: count,
      daysWithoutOverride: days,
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
      equityMin: dollarsAboveZero,
      daysAtTierMin: days,
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

export const tierGatesReader: Reader<TierGates> = record<TierGates>(
  { tiers: tierLadder, gates: gateLadder },
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
