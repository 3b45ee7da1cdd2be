/**
 * What the `interventions` part of `config/trading-rules.yaml` may say. The domain's own figures are the
 * loosest a file may set: a lock step may be longer, an override rarer or later, never the other way.
 */
import type { InterventionRules } from '../core/rules.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../core/time.ts';
import { checkAscending, isRising, list, record, whole, type Reader } from './readers.ts';

const ms = (min: number, max: number): Reader<number> => whole({ min, max, unit: 'ms' });
const bps = (min: number, max: number): Reader<number> => whole({ min, max, unit: 'bps' });
const points = (min: number, max: number): Reader<number> => whole({ min, max, unit: 'points' });
const YEAR_MS = 365 * DAY_MS;

export const interventions: Reader<InterventionRules> = record<InterventionRules>(
  {
    learningMs: ms(0, 30 * DAY_MS),
    lockStepsMs: list(ms(5 * MINUTE_MS, 30 * DAY_MS), { min: 1, max: 10 }),
    lockRepetitionWithinMs: ms(DAY_MS, YEAR_MS),
    journalWordsMin: whole({ min: 500, max: 5_000, unit: 'words' }),
    journalCharactersMinApi: whole({ min: 500, max: 20_000, unit: 'characters' }),
    typedKeysMinBps: bps(1_000, 10_000),
    typedKeysPerSecondMax: whole({ min: 5, max: 30 }),
    journalSimilarityMaxBps: bps(500, 9_000),
    reopenedSizeBps: bps(1, 5_000),
    reopenedForMs: ms(HOUR_MS, 7 * DAY_MS),
    sizeAfterLockBps: list(bps(1, 9_999), { min: 1, max: 10 }),
    calmTradesPerSizeStep: whole({ min: 1, max: 100 }),
    calmTradeHeldMsMin: ms(0, DAY_MS),
    calmTradeEveryMs: ms(0, DAY_MS),
    debtMax: points(1, 1_000),
    debtPaidPerTrade: points(1, 100),
    debtSizeBps: bps(1, 9_999),
    approachBelow: points(1, 30),
    approachRecallMs: ms(HOUR_MS, 30 * DAY_MS),
    approachPoints: points(0, 30),
    approachPointsMax: points(0, 30),
    manualCoolDownMs: ms(5 * MINUTE_MS, DAY_MS),
    overrideJournalCharactersMin: whole({ min: 500, max: 20_000, unit: 'characters' }),
    overridesMax: whole({ min: 0, max: 3 }),
    overridePeriodMs: ms(28 * DAY_MS, YEAR_MS),
    overrideCoolDownMs: ms(DAY_MS, 30 * DAY_MS),
    overrideDelayMs: ms(MINUTE_MS, DAY_MS),
    overrideAttemptsMax: whole({ min: 1, max: 5 }),
    overrideAttemptsWithinMs: ms(DAY_MS, 30 * DAY_MS),
    relearnWaitMs: ms(HOUR_MS, 7 * DAY_MS),
    relearnEveryMs: ms(7 * DAY_MS, YEAR_MS),
    relearnSessions: whole({ min: 10, max: 60 }),
    relearnSensitivityBps: bps(10_000, 30_000),
    lifeEventSensitivityBps: bps(10_000, 30_000),
    lifeEventUsualMs: ms(DAY_MS, 90 * DAY_MS),
    lifeEventMaxMs: ms(DAY_MS, 90 * DAY_MS),
  },
  (read, problem) => {
    for (const rising of ['lockStepsMs', 'sizeAfterLockBps'] as const) {
      const values = read[rising];
      if (values !== undefined && !isRising(values))
        problem(rising, `is ${values.join(', ')}`, 'each step above the one before');
    }
    checkAscending(read, problem, ['approachPoints', 'approachPointsMax'], true);
    checkAscending(read, problem, ['overrideCoolDownMs', 'overridePeriodMs'], true);
    checkAscending(read, problem, ['lifeEventUsualMs', 'lifeEventMaxMs'], true);
  },
);
