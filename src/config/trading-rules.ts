/**
 * What `config/trading-rules.yaml` may say. Where an invariant names a number (6: reconciliation at
 * most 60 s old, 12: halt at 15 %, 14: a stop within 5 s, 21: a book at most 2 s old, 22: a clock
 * within 500 ms) that number is the ceiling: a file can be stricter, never looser.
 */
import { notional } from '../core/money.ts';
import type {
  ExecutionRules,
  IntegrityRules,
  MarketRules,
  RiskRules,
  TiltRules,
  TradingRules,
} from '../core/rules.ts';
import { indicatorRulesReader } from './indicator-rules.ts';
import { interventions } from './intervention-rules.ts';
import { amount, checkAscending, isRising, list, record, symbol, whole, type Reader } from './readers.ts';

const DAY_MS = 86_400_000;
const ms = (min: number, max: number): Reader<number> => whole({ min, max, unit: 'ms' });
const bps = (min: number, max: number): Reader<number> => whole({ min, max, unit: 'bps' });
const points = (min: number, max: number): Reader<number> => whole({ min, max, unit: 'points' });

const market: Reader<MarketRules> = record<MarketRules>({
  watch: list(symbol, { min: 0, max: 20, distinct: true }),
});

const risk: Reader<RiskRules> = record<RiskRules>(
  {
    positionValueMin: amount({ min: notional('1'), max: notional('1000') }),
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
    markOutlierBps: bps(10, 2_000),
    markConfirmTrades: whole({ min: 2, max: 20 }),
    markConfirmMs: ms(250, 4_000),
  },
  (read, problem) => {
    checkAscending(read, problem, ['positionValueMin', 'orderValueMax'], true);
    checkAscending(read, problem, ['stopDistanceMinBps', 'stopDistanceBps', 'stopDistanceMaxBps'], true);
    checkAscending(read, problem, ['stopDistanceMinBps', 'stopDistanceMaxBps'], true);
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
