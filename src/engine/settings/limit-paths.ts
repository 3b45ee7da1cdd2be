/**
 * Every configured figure that can be made tighter or looser, by its place in the rules, and which way is
 * tighter. A figure that is not named here may be edited at will; one that is named is loosened only by
 * waiting (domain rules, "Tilt": loss limits 24 hours, others one hour), and taking it out of the file is
 * loosening it. Values are exact text. limit-paths.test.ts holds that every figure is either here or free
 * for a reason.
 */
import { formatFixed, parseFixed, type Notional } from '../../core/money.ts';
import type { Rules } from '../../core/rules.ts';
import { tiers } from '../../core/vocabulary.ts';
import type { Settings } from './settings-state.ts';

export type LimitPath = {
  readonly path: string;
  /** Which values bind more. */
  readonly tighter: 'lower' | 'higher';
  readonly isLossLimit: boolean;
};

const lower = (path: string, isLossLimit = false): LimitPath => ({ path, tighter: 'lower', isLossLimit });
const higher = (path: string, isLossLimit = false): LimitPath => ({ path, tighter: 'higher', isLossLimit });
const places = [0, 1, 2, 3] as const;
/** A figure that is not in the file: nothing bounds. */
export const NONE = 'none';
const SYMBOL_LIMITS = 'trading.risk.symbolLimits';

/** The places that every configuration has. */
const fixedPaths: readonly LimitPath[] = [
  ...tiers.flatMap((tier) => [
    lower(`tierGates.tiers.${tier}.openPositionsMax`),
    lower(`tierGates.tiers.${tier}.positionValueMaxBps`, true),
    lower(`tierGates.tiers.${tier}.dailyLossMax`, true),
    lower(`tierGates.tiers.${tier}.dailyLossMaxBps`, true),
    lower(`tierGates.tiers.${tier}.entriesPerDayMax`),
    higher(`tierGates.tiers.${tier}.capitalFrom`),
  ]),
  ...[0, 1, 2].flatMap((gate) => [
    higher(`tierGates.gates.${gate}.equityMin`),
    higher(`tierGates.gates.${gate}.daysAtTierMin`),
  ]),
  ...['tradingDays', 'promptOrders', 'drawdownDays', 'sharpeDays', 'slicesMin', 'recoveryFromBps'].map(
    (name) => higher(`tierGates.measures.${name}`),
  ),
  ...['promptWithinMs', 'slicedFrom', 'positionSlackBps'].map((name) => lower(`tierGates.measures.${name}`)),
  ...[
    'trialHours',
    'trialProfitableDays',
    'trialRoundTrips',
    'trialUptimeBps',
    'reflectionWords',
    'adjustmentHours',
    'watchFactor',
  ].map((name) => higher(`tierGates.transition.${name}`)),
  ...['watchFrom', 'trialHoursMax', 'trialValidHours', 'confirmWithinHours', 'adjustmentSizeBps'].map(
    (name) => lower(`tierGates.transition.${name}`),
  ),
  ...[
    'dayLossBps',
    'losingDays',
    'losingDayBps',
    'infrastructureLoss',
    'outageMsMin',
    'positionValueMax',
  ].map((name) => lower(`tierGates.demotion.${name}`, true)),
  ...['overrides', 'correlationAbove', 'equityUnderHours'].map((name) => lower(`tierGates.demotion.${name}`)),
  ...['overrideHours', 'promotionPauseDays'].map((name) => higher(`tierGates.demotion.${name}`)),
  lower('trading.risk.positionValueMin', true),
  lower('trading.risk.orderValueMax'),
  lower('trading.risk.stopDistanceBps', true),
  lower('trading.risk.stopDistanceMaxBps', true),
  lower('trading.risk.priceCollarBps'),
  lower('trading.risk.drawdownHaltBps', true),
  lower('trading.risk.bookAgeMaxMs'),
  lower('trading.risk.clockOffsetMaxMs'),
  higher('trading.risk.duplicateIntentMs'),
  lower('trading.risk.entriesPerMinuteMax'),
  lower('trading.risk.openOrdersMax'),
  lower('trading.risk.openOrdersTotalMax'),
  lower('trading.risk.openOrdersValueMax'),
  lower('trading.risk.messagesPerMinuteMax'),
  lower('trading.risk.flattenSlippageMaxBps'),
  lower('trading.risk.riskPerTradeBps', true),
  lower('trading.risk.kellyFractionBps'),
  lower('trading.risk.losingDaysMax', true),
  lower('trading.risk.losingDaysSizeBps', true),
  lower('trading.risk.losingTradesMax', true),
  higher('trading.risk.losingBreakMs', true),
  lower('trading.risk.recoveryFromBps', true),
  ...places.map((place) => lower(`trading.risk.recoverySizesBps.${place}`, true)),
  higher('trading.risk.rearmedDrawdownBps', true),
  higher('trading.risk.checklistWordsMin'),
  ...places.map((place) => lower(`trading.risk.deleverageAtBps.${place}`, true)),
  ...places.map((place) => higher(`trading.risk.deleverageCutBps.${place}`, true)),
  lower('trading.risk.flashCrashBps'),
  higher('trading.risk.flashCrashWithinMs'),
  higher('trading.risk.flashCrashBlockMs'),
  higher('trading.risk.kellyTradesMin'),
  lower('trading.risk.volatilitySizeMinBps'),
  higher('trading.risk.messagesReserveBps'),
  lower('trading.risk.correlationWarn'),
  // With more observations asked for, or longer ones, nothing is alike for longer.
  lower('trading.risk.correlationSampleMs'),
  lower('trading.risk.correlationSamplesMin'),
  higher('trading.risk.correlationCutBps'),
  lower('trading.risk.correlationRefuse'),
  lower('trading.risk.correlationCut'),
  ...['DEAD', 'NORMAL', 'VOLATILE', 'PANIC', 'MAINTENANCE'].map((state) =>
    lower(`trading.risk.marketStateSizeBps.${state}`),
  ),
  higher('trading.risk.loosenWaitMs'),
  higher('trading.risk.loosenLossWaitMs', true),
  lower('trading.tilt.warningFrom'),
  lower('trading.tilt.lockedFrom'),
  lower('trading.tilt.cautionFrom'),
  lower('trading.tilt.lockKindsMin'),
  higher('trading.tilt.reentryWithinMs'),
  ...[0, 1, 2].map((step) => higher(`trading.interventions.lockStepsMs.${step}`)),
  ...[0, 1, 2].map((step) => lower(`trading.interventions.sizeAfterLockBps.${step}`)),
  ...[
    'lockRepetitionWithinMs',
    'journalWordsMin',
    'journalCharactersMinApi',
    'typedKeysMinBps',
    'reopenedForMs',
    'calmTradesPerSizeStep',
    'calmTradeHeldMsMin',
    'calmTradeEveryMs',
    'debtMax',
    'approachBelow',
    'approachRecallMs',
    'approachPoints',
    'approachPointsMax',
    'manualCoolDownMs',
    'overrideJournalCharactersMin',
    'overridePeriodMs',
    'overrideCoolDownMs',
    'overrideDelayMs',
    'overrideAttemptsWithinMs',
    'relearnWaitMs',
    'relearnEveryMs',
    'relearnSessions',
    'relearnSensitivityBps',
    'lifeEventSensitivityBps',
    'lifeEventUsualMs',
    'lifeEventMaxMs',
  ].map((name) => higher(`trading.interventions.${name}`)),
  ...[
    'learningMs',
    'typedKeysPerSecondMax',
    'journalSimilarityMaxBps',
    'reopenedSizeBps',
    'debtPaidPerTrade',
    'debtSizeBps',
    'overridesMax',
    'overrideAttemptsMax',
  ].map((name) => lower(`trading.interventions.${name}`)),
  higher('trading.integrity.acceptAfterMs'),
  lower('trading.integrity.calmDrawdownMaxBps'),
];

const byPath: ReadonlyMap<string, LimitPath> = new Map(fixedPaths.map((limit) => [limit.path, limit]));

export function limitOf(path: string): LimitPath | undefined {
  return byPath.get(path) ?? (path.startsWith(`${SYMBOL_LIMITS}.`) ? lower(path) : undefined);
}

/** The places these rules have and those that were accepted once: a pair may have got limits, or lost them. */
export function limitPathsOf(rules: Rules, accepted: Settings['accepted']): readonly LimitPath[] {
  const symbols = Object.keys(rules.trading.risk.symbolLimits).flatMap((symbol) => [
    `${SYMBOL_LIMITS}.${symbol}.priceCollarBps`,
    `${SYMBOL_LIMITS}.${symbol}.orderQuantityMax`,
  ]);
  const known = [...accepted.keys()].filter((path) => path.startsWith(`${SYMBOL_LIMITS}.`));
  return [...fixedPaths, ...[...new Set([...symbols, ...known])].map((path) => lower(path))];
}

/** The figure at this place as exact text; `none` where the rules have none. */
export function figureAt(rules: Rules, path: string): string {
  let node: unknown = rules;
  for (const key of path.split('.')) {
    if (typeof node !== 'object' || node === null) return NONE;
    node = (node as Readonly<Record<string, unknown>>)[key];
  }
  if (typeof node === 'bigint') return `$${formatFixed(node)}`;
  return typeof node === 'number' ? String(node) : NONE;
}

/** The rules with this figure in its place, also where the file has left it out. */
export function withFigure(rules: Rules, path: string, figure: string): Rules {
  return replaced(rules, path.split('.'), valueOf(figure)) as Rules;
}

function replaced(node: unknown, keys: readonly string[], value: bigint | number): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  if (Array.isArray(node)) {
    const items = [...(node as readonly unknown[])];
    items[Number(key)] = replaced(items[Number(key)], rest, value);
    return items;
  }
  const record = (node ?? {}) as Readonly<Record<string, unknown>>;
  return { ...record, [key]: replaced(record[key], rest, value) };
}

/** Amounts of money are written with a dollar sign, so that none is read as a number. */
function valueOf(figure: string): bigint | number {
  if (!figure.startsWith('$')) return Number(figure.slice(0, 40));
  const parsed = parseFixed<Notional>(figure.slice(1));
  return parsed.ok ? parsed.value : 0n;
}

/** -1 when `left` is the smaller figure, 1 when it is the greater, 0 when they are equal. */
export function compareFigures(left: string, right: string): number {
  const [one, other] = [valueOf(left), valueOf(right)];
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Whether `to` binds less than `from`. */
export function isLooser(limit: Pick<LimitPath, 'tighter'>, from: string, to: string): boolean {
  if (from === NONE || to === NONE) return from !== to && to === NONE;
  const order = compareFigures(to, from);
  return limit.tighter === 'lower' ? order > 0 : order < 0;
}
