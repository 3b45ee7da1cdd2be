/** What `config/trading-rules.yaml` may say about where a tilt indicator calls itself noticeable. */
import type { IndicatorRules } from '../core/rules.ts';
import { decimal, record, whole, type Reader } from './readers.ts';

const DAY_MS = 86_400_000;
const bps = (min: number, max: number): Reader<number> => whole({ min, max, unit: 'bps' });
const howOften = whole({ min: 1, max: 1_000 });
const howManyTimes = decimal({ min: 1.1, max: 1_000 });
export const indicatorRulesReader: Reader<IndicatorRules> = record<IndicatorRules>({
  decisionSlowerBps: bps(100, 100_000),
  decisionFasterBps: bps(100, 9_900),
  quickCancelShareBps: bps(100, 10_000),
  paceAboveBps: bps(10_100, 1_000_000),
  paceBelowBps: bps(1, 9_900),
  staringTimes: howOften,
  reentriesAfterStop: howOften,
  quickTradesAfterLoss: howOften,
  sizeSwingTimes: howManyTimes,
  sizeAfterLossAboveBps: bps(100, 100_000),
  amendmentsPerOrder: howOften,
  oddHourOrders: howOften,
  typingOffBps: bps(100, 100_000),
  reflexes: howOften,
  priceChecksPerMinute: howOften,
  disconnects: howOften,
  disconnectsWithinMs: whole({ min: 60_000, max: DAY_MS, unit: 'ms' }),
  settingsLoosened: howOften,
  appearanceTimes: howManyTimes,
  abandonedTimes: howManyTimes,
  addingTimes: howManyTimes,
  lossDeeperBps: bps(100, 100_000),
});
