/**
 * The closed list of reasons for which something is refused. Each carries its numbers; the sentence
 * shown to a person (what happened, why it is all right, what to do next) is made from them in
 * one place. Order of precedence is the order of the list within a stage.
 */
import type { Figures } from './events.ts';

export const refusalCodes = [
  // the command itself
  'command.unreadable',
  'command.unknownSymbol',
  'command.amountNotPositive',
  'command.amountTooPrecise',
  'command.amountTooLarge',
  'command.noPosition',
  'command.nothingToCancel',
  'command.stopOnlyTightens',
  'command.stopOutOfRange',
  'command.targetOutOfRange',
  'command.phraseWrong',
  'command.durationOutOfRange',
  'command.unknownStrategy',
  'command.notHere',
  'command.busy',
  'command.checklistOpen',
  'setting.unknown',
  'setting.outOfRange',
  'setting.unchanged',
  'journal.notAccepted',
  // the state of the engine
  'engine.readOnly',
  'engine.historyUnproved',
  'engine.starting',
  'engine.reconciling',
  'engine.reconciliationStale',
  'engine.reduceOnly',
  'engine.paused',
  'engine.halted',
  // risk
  'risk.strategySuspended',
  'risk.symbolNotTrading',
  'risk.bookMissing',
  'risk.bookStale',
  'risk.bookCrossed',
  'risk.clockOffset',
  'risk.outcomeUnknown',
  'risk.flashCrash',
  'risk.marketState',
  'risk.drawdownHalt',
  'risk.dailyLoss',
  'risk.losingStreak',
  'risk.dailyEntries',
  'risk.positionExists',
  'risk.openPositions',
  'risk.openOrders',
  'risk.openOrdersTotal',
  'risk.messageCap',
  'risk.entryRate',
  'risk.duplicateIntent',
  'risk.correlation',
  'risk.priceTick',
  'risk.wouldTake',
  'risk.triggerPassed',
  'risk.positionValue',
  'risk.belowMinimum',
  'risk.belowExchangeMinimum',
  'risk.aboveExchangeMaximum',
  'risk.orderQuantity',
  'risk.orderValue',
  'risk.openOrdersValue',
  'risk.balance',
  'risk.priceCollar',
  'risk.exitUnsellable',
  'risk.guardFailed',
  // tilt
  'tilt.locked',
  'tilt.paused',
  'tilt.reentryAfterStop',
  'tilt.coolDown',
  'tilt.overrideNotNeeded',
  'tilt.overrideLocked',
  'tilt.noRecovery',
  'tilt.relearnNotNow',
  'tilt.lifeEventStands',
  // tier
  'tier.orderType',
  'tier.executionMethod',
  'tier.strategy',
  'tier.shortEntry',
  'tier.grantRevoked',
  'tier.notLoaded',
  'tier.top',
  'tier.gates',
  'tier.tooSoon',
  'tier.emergency',
  'tier.noTrial',
  'tier.trialRuns',
  'tier.trialForm',
  'tier.notConfirmed',
  'tier.journalFirst',
  'tier.noSuchItem',
] as const;
export type RefusalCode = (typeof refusalCodes)[number];

export type Refusal = {
  readonly code: RefusalCode;
  readonly figures: Figures;
};

export function refusal(code: RefusalCode, figures: Figures): Refusal {
  return { code, figures };
}

/** What happened, why it is all right, what to do next. Calm; no exclamation marks, no blame. */
export type Explanation = {
  readonly what: string;
  readonly why: string;
  readonly next: string;
};

/** The same three with places for figures (explain.ts). */
export type ExplanationTemplate = Explanation;
