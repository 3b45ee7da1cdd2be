/**
 * The shape of `config/*.yaml` after validation: every number of the domain rules that the engine
 * uses, none of them a literal in code. Loaded once at start; the loader reports all problems at once.
 */
import type { Notional, Quantity } from './money.ts';
import type { MarketState, Tier } from './vocabulary.ts';

export type TierRules = {
  readonly capitalFrom: Notional;
  readonly capitalTo: Notional | null;
  readonly openPositionsMax: number;
  /** Position value including reservations, in basis points of equity. */
  readonly positionValueMaxBps: number;
  readonly dailyLossMax: Notional;
  /** The daily loss limit is the smaller of the two. */
  readonly dailyLossMaxBps: number;
  readonly entriesPerDayMax: number;
  readonly entryOrderTypes: readonly string[];
  readonly executionMethods: readonly string[];
  readonly strategies: readonly string[];
  readonly dashboardFigures: number | null;
};

export type GateRules = {
  readonly from: Tier;
  readonly to: Tier;
  readonly equityMin: Notional;
  readonly daysAtTierMin: number;
  /** Further gates by name with their threshold, for display and for the tier machine. */
  readonly gates: readonly { readonly gate: string; readonly required: string }[];
};

/** How the gates are measured: windows, and what counts. */
export type GateMeasures = {
  readonly tradingDays: number;
  readonly promptWithinMs: number;
  readonly promptOrders: number;
  readonly drawdownDays: number;
  readonly sharpeDays: number;
  readonly slicedFrom: Notional;
  readonly slicesMin: number;
  readonly recoveryFromBps: number;
  readonly positionSlackBps: number;
};

/** From the last gate to the next tier: trial, sentence, reflection, adjustment. */
export type TransitionRules = {
  readonly trialHours: number;
  readonly trialProfitableDays: number;
  readonly trialRoundTrips: number;
  readonly trialUptimeBps: number;
  readonly trialMarkEveryMs: number;
  readonly trialHoursMax: number;
  readonly trialValidHours: number;
  readonly confirmWithinHours: number;
  readonly reflectionWords: number;
  readonly adjustmentHours: number;
  readonly adjustmentSizeBps: number;
  readonly watchFrom: Notional;
  readonly watchFactor: number;
};

/** What takes a tier away, and what follows. */
export type DemotionRules = {
  readonly dayLossBps: number;
  readonly losingDays: number;
  readonly losingDayBps: number;
  readonly overrides: number;
  readonly overrideHours: number;
  readonly correlationAbove: number;
  readonly infrastructureLoss: Notional;
  /** Blind for shorter than this is no failure. */
  readonly outageMsMin: number;
  readonly equityUnderHours: number;
  readonly positionValueMax: Notional;
  readonly promotionPauseDays: number;
};

export type TierGates = {
  readonly tiers: Readonly<Record<Tier, TierRules>>;
  readonly gates: readonly GateRules[];
  readonly measures: GateMeasures;
  readonly transition: TransitionRules;
  readonly demotion: DemotionRules;
};

export type RiskRules = {
  readonly positionValueMin: Notional;
  readonly orderValueMax: Notional;
  readonly stopDistanceBps: number;
  readonly stopDistanceMinBps: number;
  readonly stopDistanceMaxBps: number;
  readonly priceCollarBps: number;
  readonly drawdownWarningsBps: readonly number[];
  readonly drawdownHaltBps: number;
  /** Taker fee assumed before the exchange has told ours, in basis points. */
  readonly feeBps: number;
  readonly bookAgeMaxMs: number;
  readonly clockOffsetMaxMs: number;
  readonly duplicateIntentMs: number;
  readonly entriesPerMinuteMax: number;
  readonly openOrdersMax: number;
  readonly flattenSlippageMaxBps: number;
  /** What an entry may lose at its stop, fees included, in basis points of equity. */
  readonly riskPerTradeBps: number;
  readonly kellyFractionBps: number;
  readonly kellyTradesMin: number;
  readonly marketStateSizeBps: Readonly<Record<MarketState, number>>;
  readonly volatilitySizeMinBps: number;
  readonly losingDaysMax: number;
  readonly losingDaysSizeBps: number;
  readonly losingTradesMax: number;
  readonly losingBreakMs: number;
  readonly recoveryFromBps: number;
  /** Sizes while the first, second, third and last quarter of the loss is earned back. */
  readonly recoverySizesBps: readonly number[];
  /** How far under its reference peak the account stands after a drawdown halt was lifted. */
  readonly rearmedDrawdownBps: number;
  readonly checklistWordsMin: number;
  /** Steps of staged deleveraging: the day's loss, and what it cuts of every open position. */
  readonly deleverageAtBps: readonly number[];
  readonly deleverageCutBps: readonly number[];
  readonly flashCrashBps: number;
  readonly flashCrashWithinMs: number;
  readonly flashCrashBlockMs: number;
  readonly correlationSampleMs: number;
  readonly correlationSamplesMax: number;
  readonly correlationSamplesMin: number;
  readonly correlationWarn: number;
  readonly correlationRefuse: number;
  readonly correlationCut: number;
  readonly correlationCutBps: number;
  readonly valueAtRiskConfidenceBps: number;
  readonly openOrdersTotalMax: number;
  readonly openOrdersValueMax: Notional;
  readonly messagesPerMinuteMax: number;
  /** The share of the messages that only cancels and exits may use. */
  readonly messagesReserveBps: number;
  readonly loosenWaitMs: number;
  readonly loosenLossWaitMs: number;
  /** Tighter limits of single symbols. */
  /** By pair. */
  readonly symbolLimits: Readonly<Record<string, SymbolLimit>>;
  /** A bid farther than this from the last one believed values nothing until confirmed. */
  readonly markOutlierBps: number;
  /** By this many trades near it, or by having stood this long. */
  readonly markConfirmTrades: number;
  readonly markConfirmMs: number;
};

export type SymbolLimit = {
  readonly priceCollarBps: number;
  readonly orderQuantityMax: Quantity;
};

export type ExecutionRules = {
  readonly reconcileEveryMs: number;
  /** Entries need a reconciliation younger than this (invariant 6). */
  readonly reconcileAgeMaxMs: number;
  /** A position without its stop for longer than this is flattened (invariant 14). */
  readonly protectWithinMs: number;
  readonly lookUpAfterMs: number;
  readonly lookUpProbesMin: number;
  /** Absence is believed only after recvWindow plus this: a delayed request may still arrive. */
  readonly absenceGraceMs: number;
  readonly recvWindowMs: number;
  readonly retryDelaysMs: readonly number[];
  readonly equityMarkEveryMs: number;
  readonly snapshotEveryEvents: number;
};

/** How a changed program or configuration is accepted (invariant 30). */
export type IntegrityRules = {
  /** On a day that is not calm, acceptance takes effect after this. */
  readonly acceptAfterMs: number;
  /** Above this drawdown a day is not calm, in basis points. */
  readonly calmDrawdownMaxBps: number;
};

/** Where each indicator speaks of itself as noticeable. They explain the score; none trips a level. */
export type IndicatorRules = {
  readonly decisionSlowerBps: number;
  readonly decisionFasterBps: number;
  readonly quickCancelShareBps: number;
  readonly paceAboveBps: number;
  readonly paceBelowBps: number;
  readonly staringTimes: number;
  readonly reentriesAfterStop: number;
  readonly quickTradesAfterLoss: number;
  readonly sizeSwingTimes: number;
  readonly sizeAfterLossAboveBps: number;
  readonly amendmentsPerOrder: number;
  readonly oddHourOrders: number;
  readonly typingOffBps: number;
  readonly reflexes: number;
  readonly priceChecksPerMinute: number;
  readonly disconnects: number;
  readonly disconnectsWithinMs: number;
  readonly settingsLoosened: number;
  readonly appearanceTimes: number;
  readonly abandonedTimes: number;
  readonly addingTimes: number;
  readonly lossDeeperBps: number;
};

export type TiltRules = {
  readonly cautionFrom: number;
  readonly warningFrom: number;
  readonly lockedFrom: number;
  /** LOCKED needs evidence of at least this many kinds: one indicator never locks alone. */
  readonly lockKindsMin: number;
  /** An entry into a pair this soon after its stop is refused, whatever the score. */
  readonly reentryWithinMs: number;
  /** Reports of a console that are taken in a second; the rest is let go. */
  readonly actionsPerSecondMax: number;
  readonly indicators: IndicatorRules;
};

/** What follows from a tilt score, and the way back. */
export type InterventionRules = {
  /** From the account's first day: only LOCKED-class evidence intervenes. */
  readonly learningMs: number;
  readonly lockStepsMs: readonly number[];
  /** A lock this soon after the last one takes the next step. */
  readonly lockRepetitionWithinMs: number;
  readonly journalWordsMin: number;
  readonly journalCharactersMinApi: number;
  /** A required entry at the console: keys pressed per character, and how fast a hand can be. */
  readonly typedKeysMinBps: number;
  readonly typedKeysPerSecondMax: number;
  /** Share of an earlier entry's runs of words that may come again. */
  readonly journalSimilarityMaxBps: number;
  /** Size of entries, and for how long, once a journal entry has reopened a pause. */
  readonly reopenedSizeBps: number;
  readonly reopenedForMs: number;
  /** Sizes on the way back from a lock; each step takes this many calm trades. */
  readonly sizeAfterLockBps: readonly number[];
  readonly calmTradesPerSizeStep: number;
  readonly calmTradeHeldMsMin: number;
  readonly calmTradeEveryMs: number;
  /** Points gathered while tilted, paid down by disciplined trades. */
  readonly debtMax: number;
  readonly debtPaidPerTrade: number;
  readonly debtSizeBps: number;
  /** Coming close to WARNING again and again brings it nearer. */
  readonly approachBelow: number;
  readonly approachRecallMs: number;
  readonly approachPoints: number;
  readonly approachPointsMax: number;
  readonly manualCoolDownMs: number;
  readonly overrideJournalCharactersMin: number;
  readonly overridesMax: number;
  readonly overridePeriodMs: number;
  readonly overrideCoolDownMs: number;
  readonly overrideDelayMs: number;
  readonly overrideAttemptsMax: number;
  readonly overrideAttemptsWithinMs: number;
  /** Learning the trader's usual anew: how long it waits, how far two lie apart, how many sessions it takes. */
  readonly relearnWaitMs: number;
  readonly relearnEveryMs: number;
  readonly relearnSessions: number;
  /** CAUTION and WARNING begin sooner until then: thresholds are divided by this share of one. */
  readonly relearnSensitivityBps: number;
  /** The same for all levels while a declared time in life stands, and how long one may. */
  readonly lifeEventSensitivityBps: number;
  readonly lifeEventUsualMs: number;
  readonly lifeEventMaxMs: number;
};

export type MarketRules = {
  /** Pairs followed with best prices and candles besides those that are traded. */
  readonly watch: readonly string[];
};

export type TradingRules = {
  readonly market: MarketRules;
  readonly risk: RiskRules;
  readonly execution: ExecutionRules;
  readonly tilt: TiltRules;
  readonly integrity: IntegrityRules;
  readonly interventions: InterventionRules;
};

export type Rules = {
  readonly tierGates: TierGates;
  readonly trading: TradingRules;
  /** SHA-256 of the files' bytes, for the start event. */
  readonly configHash: string;
};
