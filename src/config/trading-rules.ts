/**
 * What `config/trading-rules.yaml` may say. Where an invariant names a number (6: reconciliation at
 * most 60 s old, 12: halt at 15 %, 14: a stop within 5 s, 21: a book at most 2 s old, 22: a clock
 * within 500 ms) that number is the ceiling: a file can be stricter, never looser.
 */
import { notional, type Quantity } from '../core/money.ts';
import type {
  ExecutionRules,
  IntegrityRules,
  MarketRules,
  RiskRules,
  SymbolLimit,
  TiltRules,
  TradingRules,
} from '../core/rules.ts';
import { indicatorRulesReader } from './indicator-rules.ts';
import { interventions } from './intervention-rules.ts';
import {
  amount,
  checkAscending,
  decimal,
  isRising,
  list,
  matching,
  plain,
  record,
  report,
  symbol,
  whole,
  type Reader,
} from './readers.ts';

const DAY_MS = 86_400_000;
const ms = (min: number, max: number): Reader<number> => whole({ min, max, unit: 'ms' });
const bps = (min: number, max: number): Reader<number> => whole({ min, max, unit: 'bps' });
const points = (min: number, max: number): Reader<number> => whole({ min, max, unit: 'points' });
const correlation: Reader<number> = decimal({ min: 0.01, max: 1 });

type NamedLimit = SymbolLimit & { readonly symbol: string };

const namedLimit: Reader<NamedLimit> = record<NamedLimit>({
  symbol: matching(/^[A-Z0-9]{2,20}$/, 'a pair such as BTCUSDT'),
  priceCollarBps: bps(1, 1_000),
  orderQuantityMax: amount({
    min: notional('0.00000001'),
    max: notional('1000000000'),
  }) as unknown as Reader<Quantity>,
});

/** A list in the file, each pair once; by pair from here on. */
const symbolLimits: Reader<RiskRules['symbolLimits']> = (node, path, context) => {
  const listed = list(namedLimit, { min: 0, max: 200 })(node, path, context);
  if (listed === undefined) return undefined;
  const limits: Record<string, SymbolLimit> = {};
  for (const { symbol: pair, ...limit } of listed) {
    if (Object.hasOwn(limits, pair)) report(context, node, path, `names ${pair} twice`, 'each pair once');
    else limits[pair] = limit;
  }
  return limits;
};

const market: Reader<MarketRules> = record<MarketRules>({
  watch: list(symbol, { min: 0, max: 20, distinct: true }),
});

const risk: Reader<RiskRules> = record<RiskRules>(
  {
    // Allowed even where the tier's share is less: more than this would let the share be passed.
    positionValueMin: amount({ min: notional('1'), max: notional('10') }),
    orderValueMax: amount({ min: notional('1'), max: notional('1000000') }),
    stopDistanceBps: bps(1, 5_000),
    stopDistanceMinBps: bps(1, 5_000),
    stopDistanceMaxBps: bps(1, 5_000),
    priceCollarBps: bps(1, 1_000),
    drawdownWarningsBps: list(bps(1, 1_500), { min: 1, max: 10 }),
    drawdownHaltBps: bps(1, 1_500),
    feeBps: bps(0, 100),
    bookAgeMaxMs: ms(100, 2_000),
    clockOffsetMaxMs: ms(10, 500),
    duplicateIntentMs: ms(0, 60_000),
    entriesPerMinuteMax: whole({ min: 1, max: 60 }),
    openOrdersMax: whole({ min: 2, max: 190 }),
    flattenSlippageMaxBps: bps(1, 1_000),
    riskPerTradeBps: bps(1, 500),
    kellyFractionBps: bps(1, 10_000),
    kellyTradesMin: whole({ min: 10, max: 1_000, unit: 'trades' }),
    marketStateSizeBps: record<RiskRules['marketStateSizeBps']>({
      DEAD: bps(0, 10_000),
      NORMAL: bps(0, 10_000),
      VOLATILE: bps(0, 10_000),
      PANIC: bps(0, 10_000),
      MAINTENANCE: bps(0, 10_000),
    }),
    volatilitySizeMinBps: bps(1, 10_000),
    losingDaysMax: whole({ min: 1, max: 2, unit: 'days' }),
    losingDaysSizeBps: bps(1, 5_000),
    losingTradesMax: whole({ min: 1, max: 3, unit: 'trades' }),
    losingBreakMs: ms(1_800_000, DAY_MS),
    recoveryFromBps: bps(1, 1_000),
    recoverySizesBps: list(bps(1, 10_000), { min: 4, max: 4 }),
    rearmedDrawdownBps: bps(0, 1_400),
    checklistWordsMin: whole({ min: 1, max: 500, unit: 'words' }),
    deleverageAtBps: list(bps(1, 1_500), { min: 1, max: 10 }),
    deleverageCutBps: list(bps(1, 10_000), { min: 1, max: 10 }),
    flashCrashBps: bps(1, 1_000),
    flashCrashWithinMs: ms(1_000, 600_000),
    flashCrashBlockMs: ms(300_000, DAY_MS),
    correlationSampleMs: ms(60_000, DAY_MS),
    correlationSamplesMax: whole({ min: 20, max: 10_000, unit: 'observations' }),
    correlationSamplesMin: whole({ min: 20, max: 10_000, unit: 'observations' }),
    correlationWarn: correlation,
    correlationRefuse: correlation,
    correlationCut: correlation,
    correlationCutBps: bps(1, 10_000),
    valueAtRiskConfidenceBps: bps(5_000, 9_990),
    openOrdersTotalMax: whole({ min: 2, max: 1_000 }),
    openOrdersValueMax: amount({ min: notional('1'), max: notional('10000000') }),
    messagesPerMinuteMax: whole({ min: 10, max: 480, unit: 'messages, 80 % of what the exchange takes' }),
    messagesReserveBps: bps(1_000, 9_000),
    loosenWaitMs: ms(3_600_000, 30 * DAY_MS),
    loosenLossWaitMs: ms(DAY_MS, 90 * DAY_MS),
    symbolLimits,
    markOutlierBps: bps(10, 2_000),
    markConfirmTrades: whole({ min: 2, max: 20 }),
    markConfirmMs: ms(250, 4_000),
  },
  (read, problem) => {
    checkAscending(read, problem, ['positionValueMin', 'orderValueMax'], true);
    checkAscending(read, problem, ['stopDistanceMinBps', 'stopDistanceBps', 'stopDistanceMaxBps'], true);
    checkAscending(read, problem, ['stopDistanceMinBps', 'stopDistanceMaxBps'], true);
    checkAscending(read, problem, ['correlationWarn', 'correlationRefuse', 'correlationCut'], false);
    checkAscending(read, problem, ['correlationSamplesMin', 'correlationSamplesMax'], true);
    checkAscending(read, problem, ['recoveryFromBps', 'drawdownHaltBps'], false);
    checkAscending(read, problem, ['rearmedDrawdownBps', 'drawdownHaltBps'], false);
    checkAscending(read, problem, ['orderValueMax', 'openOrdersValueMax'], true);
    checkAscending(read, problem, ['openOrdersMax', 'openOrdersTotalMax'], true);
    checkAscending(read, problem, ['loosenWaitMs', 'loosenLossWaitMs'], true);
    checkStages(read, problem);
    checkSymbolLimits(read, problem);
    const warnings = read.drawdownWarningsBps;
    if (warnings === undefined) return;
    if (!isRising(warnings))
      problem('drawdownWarningsBps', `is ${warnings.join(', ')}`, 'each warning above the one before');
    const highest = Math.max(...warnings);
    const halt = read.drawdownHaltBps;
    if (halt !== undefined && highest >= halt)
      problem('drawdownHaltBps', `is ${halt} while a warning comes at ${highest}`, 'more than every warning');
  },
);

type Problem = (key: keyof RiskRules, problem: string, allowed: string) => void;

/** Every loss has its cut, both rise, and the last closes all. */
function checkStages(read: Partial<RiskRules>, problem: Problem): void {
  for (const rising of ['deleverageAtBps', 'deleverageCutBps', 'recoverySizesBps'] as const) {
    const values = read[rising];
    if (values !== undefined && !isRising(values))
      problem(rising, `is ${values.join(', ')}`, 'each step above the one before');
  }
  const { deleverageAtBps: at, deleverageCutBps: cut } = read;
  if (at !== undefined && cut !== undefined && at.length !== cut.length)
    problem(
      'deleverageCutBps',
      `has ${cut.length} steps while deleverageAtBps has ${at.length}`,
      'a cut for every loss',
    );
  if (cut !== undefined && cut.at(-1) !== 10_000)
    problem('deleverageCutBps', `ends at ${plain(cut.at(-1))}`, '10000 for the last step, which closes all');
}

/** A pair's own limits are never looser than those of all. */
function checkSymbolLimits(read: Partial<RiskRules>, problem: Problem): void {
  const { symbolLimits: limits, priceCollarBps } = read;
  if (limits === undefined || priceCollarBps === undefined) return;
  for (const [pair, limit] of Object.entries(limits)) {
    if (limit.priceCollarBps > priceCollarBps)
      problem(
        'symbolLimits',
        `gives ${pair} a collar of ${limit.priceCollarBps} while priceCollarBps is ${priceCollarBps}`,
        'at most priceCollarBps',
      );
  }
}

const execution: Reader<ExecutionRules> = record<ExecutionRules>(
  {
    reconcileEveryMs: ms(1_000, 60_000),
    reconcileAgeMaxMs: ms(1_000, 60_000),
    protectWithinMs: ms(100, 5_000),
    lookUpAfterMs: ms(50, 30_000),
    lookUpProbesMin: whole({ min: 3, max: 100 }),
    absenceGraceMs: ms(1_000, 600_000),
    recvWindowMs: ms(100, 60_000),
    retryDelaysMs: list(ms(10, 600_000), { min: 1, max: 20 }),
    equityMarkEveryMs: ms(100, 600_000),
    snapshotEveryEvents: whole({ min: 10, max: 1_000_000 }),
  },
  (read, problem) => {
    checkAscending(read, problem, ['reconcileEveryMs', 'reconcileAgeMaxMs'], false);
    if (read.retryDelaysMs !== undefined && !isRising(read.retryDelaysMs)) {
      problem('retryDelaysMs', `is ${read.retryDelaysMs.join(', ')}`, 'each delay above the one before');
    }
  },
);

/** Stricter than the domain's hour is possible, looser is not. */
const integrity: Reader<IntegrityRules> = record<IntegrityRules>({
  acceptAfterMs: ms(3_600_000, 30 * DAY_MS),
  calmDrawdownMaxBps: bps(1, 1_000),
});

const tilt: Reader<TiltRules> = record<TiltRules>(
  {
    cautionFrom: points(1, 100),
    warningFrom: points(1, 100),
    lockedFrom: points(1, 100),
    lockKindsMin: whole({ min: 1, max: 3 }),
    reentryWithinMs: ms(60_000, DAY_MS),
    actionsPerSecondMax: whole({ min: 5, max: 1_000 }),
    indicators: indicatorRulesReader,
  },
  (read, problem) => {
    checkAscending(read, problem, ['cautionFrom', 'warningFrom', 'lockedFrom'], false);
  },
);

export const tradingRulesReader: Reader<TradingRules> = record<TradingRules>({
  market,
  risk,
  execution,
  integrity,
  tilt,
  interventions,
});
