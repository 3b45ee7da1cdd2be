/**
 * The closed union of everything that can have happened (invariants 15 to 19). One table names each
 * event and the type of each field; the TypeScript union, the canonical encoding and the checked
 * decoding all come from it. Events are past tense, facts only, never re-evaluated on replay.
 * A new event or a new nullable field may be added; nothing is renamed or removed (docs/decisions).
 */
import type { AssetAmount, Notional, Price, Quantity } from './money.ts';
import type { OrderType, Side } from './ports/gateway.ts';
import type {
  Actor,
  CloseReason,
  MarketState,
  Mode,
  OrderPurpose,
  Tier,
  TiltLevel,
  TradingState,
} from './vocabulary.ts';

/** Figures behind a decision, amounts as decimal text: shown by `why`, never computed with. */
export type Figures = { readonly [name: string]: string | number | boolean | null };

/** What a field token stands for. A trailing `?` in the table makes the field nullable (never absent). */
export type FieldTypes = {
  readonly text: string;
  readonly integer: number;
  readonly number: number;
  readonly flag: boolean;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly notional: Notional;
  readonly amount: AssetAmount;
  readonly texts: readonly string[];
  readonly figures: Figures;
  readonly tier: Tier;
  readonly tiltLevel: TiltLevel;
  readonly marketState: MarketState;
  readonly tradingState: TradingState;
  readonly mode: Mode;
  readonly side: Side;
  readonly orderType: OrderType;
  readonly purpose: OrderPurpose;
  readonly actor: Actor;
  readonly closeReason: CloseReason;
};

export const eventFields = {
  // The engine itself
  'engine.started': {
    mode: 'mode',
    version: 'text',
    codeHash: 'text',
    configHash: 'text',
    runId: 'text',
    readOnly: 'flag',
    /** What was not as it was accepted. */
    readOnlyReason: 'text?',
  },
  /** The stored history did not prove itself; it is looked after from here on, nothing is added. */
  'engine.distrusted': { detail: 'text' },
  /** A person accepts the code and configuration that run; in force from `maturesAt` on. */
  'engine.changeRequested': { codeHash: 'text', configHash: 'text', maturesAt: 'integer' },
  'engine.changeAccepted': { codeHash: 'text', configHash: 'text' },
  'engine.stopped': { runId: 'text', reason: 'text' },
  'trading.stateChanged': { from: 'tradingState', to: 'tradingState', reason: 'text', untilMs: 'integer?' },
  /** Kill levels: 1 no new risk, 2 entries are cancelled as well, 3 everything is sold; null is 2. */
  'trading.halted': { reason: 'text', actor: 'actor', figures: 'figures', level: 'integer?' },
  'trading.rearmed': { reason: 'text', actor: 'actor' },
  /** A written line of the recovery checklist; its text stays out of the log. */
  'trading.checklistItemDone': { item: 'text', words: 'integer', textHash: 'text', actor: 'actor' },

  // The account
  'account.opened': { accountId: 'text', mode: 'mode', quoteAsset: 'text', tier: 'tier' },
  /** A balance the exchange shows and our fills do not explain: deposit, withdrawal, or the first look. */
  'balance.adopted': { asset: 'text', delta: 'amount', total: 'amount', reason: 'text' },
  'equity.marked': {
    equity: 'notional',
    peak: 'notional',
    drawdownBps: 'integer',
    dayPnl: 'notional',
    day: 'integer',
  },
  /** Equity fell through a warning, once each on the way down from a peak. */
  'account.drawdownWarned': {
    limitBps: 'integer',
    drawdownBps: 'integer',
    haltBps: 'integer',
    equity: 'notional',
    peak: 'notional',
  },
  /** Lifted by the recovery checklist, the drawdown halt is measured from here on. */
  'account.peakRebased': { from: 'notional', to: 'notional', equity: 'notional', reason: 'text' },
  /** The recovery protocol: from a drawdown until the loss is earned back. */
  'account.recoveryEntered': { peak: 'notional', equity: 'notional', drawdownBps: 'integer' },
  'account.recoveryLeft': { peak: 'notional', lowest: 'notional', equity: 'notional' },
  /** The assets of a symbol, before its first order, so that the fold needs nothing from outside. */
  'symbol.noticed': { symbol: 'text', baseAsset: 'text', quoteAsset: 'text' },
  'day.started': { day: 'integer', equity: 'notional' },

  // A history that is not here
  /** The store was gone, older than its anchor, or not readable: what was there is kept aside. */
  'history.lost': { reason: 'text', anchoredSequence: 'integer', anchoredHash: 'text', keptAs: 'text?' },
  /** What the exchange's own trades say instead. */
  'history.rebuilt': {
    trades: 'integer',
    since: 'integer?',
    equity: 'notional',
    peakEquity: 'notional',
    dayPnl: 'notional',
    entriesToday: 'integer',
    losingTradesInRow: 'integer',
    losingDaysInRow: 'integer',
    lastLossAt: 'integer?',
  },

  // What was asked, and refused
  'command.received': { commandId: 'text', actor: 'actor', command: 'text', text: 'text' },
  'command.refused': { commandId: 'text', command: 'text', code: 'text', figures: 'figures' },
  'entry.refused': {
    commandId: 'text',
    actor: 'actor',
    symbol: 'text',
    side: 'side',
    requested: 'notional?',
    stage: 'text',
    code: 'text',
    figures: 'figures',
  },

  // Orders
  'order.intended': {
    orderId: 'text',
    clientOrderId: 'text',
    positionId: 'text',
    commandId: 'text',
    purpose: 'purpose',
    actor: 'actor',
    strategy: 'text?',
    symbol: 'text',
    side: 'side',
    type: 'orderType',
    timeInForce: 'text?',
    quantity: 'quantity?',
    quoteQuantity: 'notional?',
    price: 'price?',
    stopPrice: 'price?',
    referencePrice: 'price',
    /** What the order can cost at most; counted against the limits until its outcome is known. */
    reserved: 'notional',
    intentHash: 'text',
    figures: 'figures',
    /** The order list it is sent in, by our name for it; null for an order of its own. */
    listClientOrderId: 'text?',
  },
  'order.accepted': {
    orderId: 'text',
    exchangeOrderId: 'integer',
    exchangeTime: 'integer',
    /** From the decision to the wire; null when another run sent it. */
    sentLatencyMs: 'integer?',
  },
  'order.filled': {
    orderId: 'text',
    positionId: 'text',
    symbol: 'text',
    side: 'side',
    tradeId: 'integer',
    price: 'price',
    quantity: 'quantity',
    fee: 'amount',
    feeAsset: 'text',
    /** The fee's worth in the quote asset when it was booked. */
    feeQuote: 'notional',
    isMaker: 'flag',
    exchangeTime: 'integer',
  },
  /** The exchange's own executed quantity at the end; fills may still be missing and are fetched. */
  'order.ended': { orderId: 'text', status: 'text', executedQuantity: 'quantity', reason: 'text' },
  'order.rejected': { orderId: 'text', code: 'integer', message: 'text' },
  /** Never reached the exchange, or proved absent there after the grace period. */
  'order.failed': { orderId: 'text', reason: 'text' },
  'order.unknown': { orderId: 'text', reason: 'text' },
  'order.cancelRequested': { orderId: 'text', reason: 'text' },
  'order.cancelFailed': { orderId: 'text', reason: 'text' },
  /** An order on the account that this system did not place. */
  'order.adopted': {
    orderId: 'text',
    clientOrderId: 'text',
    exchangeOrderId: 'integer',
    symbol: 'text',
    side: 'side',
    type: 'text',
    quantity: 'quantity',
    executedQuantity: 'quantity',
    price: 'price',
  },
  /** A trade on the account that no order of ours explains. */
  'trade.adopted': {
    symbol: 'text',
    tradeId: 'integer',
    exchangeOrderId: 'integer',
    side: 'side',
    price: 'price',
    quantity: 'quantity',
    fee: 'amount',
    feeAsset: 'text',
    exchangeTime: 'integer',
  },

  // Positions
  'position.opened': {
    positionId: 'text',
    symbol: 'text',
    baseAsset: 'text',
    quoteAsset: 'text',
    entryPrice: 'price',
    stopPrice: 'price',
    marketState: 'marketState',
  },
  'position.stopMoved': { positionId: 'text', stopPrice: 'price', reason: 'text' },
  /** The profit target the position has from now on; null takes it away. */
  'position.targetMoved': { positionId: 'text', targetPrice: 'price?', reason: 'text' },
  'position.reduceRequested': { positionId: 'text', quantity: 'quantity', actor: 'actor', commandId: 'text' },
  'position.closeRequested': { positionId: 'text', reason: 'closeReason', actor: 'actor', commandId: 'text' },
  'position.closed': {
    positionId: 'text',
    symbol: 'text',
    reason: 'closeReason',
    entryPrice: 'price',
    exitPrice: 'price',
    quantity: 'quantity',
    realisedPnl: 'notional',
    fees: 'notional',
    heldMs: 'integer',
  },
  /** What is left of a base asset after a close and is too small to sell. */
  'dust.kept': { asset: 'text', quantity: 'amount', positionId: 'text' },
  'protection.failed': { positionId: 'text', reason: 'text', figures: 'figures' },

  // Reconciliation
  'reconciliation.completed': {
    requestId: 'integer',
    trigger: 'text',
    openOrders: 'integer',
    fillsBooked: 'integer',
    ordersResolved: 'integer',
    externalFound: 'integer',
    differences: 'texts',
    tradeCursor: 'figures',
  },
  'reconciliation.failed': { requestId: 'integer', trigger: 'text', reason: 'text' },

  // Behaviour
  'action.recorded': { action: 'text', symbol: 'text?', figures: 'figures' },
  'tilt.scored': {
    score: 'integer',
    level: 'tiltLevel',
    indicators: 'texts',
    evidence: 'texts',
    figures: 'figures',
  },
  /** `enforced` false: shown and not acted on, while the account is in its learning days. */
  'tilt.levelChanged': {
    from: 'tiltLevel',
    to: 'tiltLevel',
    score: 'integer',
    message: 'text',
    enforced: 'flag?',
  },
  'tilt.locked': { untilMs: 'integer', reason: 'text', repetition: 'integer' },
  'tilt.lockEnded': { reason: 'text' },
  /** Points gathered while tilted (`delta` above 0), or paid down by a disciplined trade. */
  'tilt.debtChanged': { debt: 'integer', delta: 'integer', reason: 'text', evidence: 'texts' },
  /** Whether a closed trade counts on the way back from a lock, and why or why not. */
  'tilt.tradeJudged': { positionId: 'text', disciplined: 'flag', reason: 'text' },
  /** The score came close to WARNING and went again; `approaches` of the recent past, with this one. */
  'tilt.approached': { approaches: 'integer', peak: 'integer' },
  /** A person did a step of the recovery checklist; `evidence` are the events that show it. */
  'tilt.recoveryStepDone': { step: 'text', actor: 'actor', evidence: 'texts' },
  /** Every attempt counts, `granted`, `refused` (with the ration as reason) or `incomplete`; never holds the text. */
  'tilt.overrideAttempted': {
    outcome: 'text',
    reason: 'text',
    actor: 'actor',
    words: 'integer',
    textHash: 'text',
    effectiveAtMs: 'integer?',
  },
  /** A granted override `tookEffect`, or `lapsed` because new evidence came first. */
  'tilt.overrideEnded': { outcome: 'text' },
  /** The trader says an intervention was not needed: counted, and nothing is loosened by it. */
  'tilt.markedFine': { interventionId: 'text', level: 'tiltLevel' },
  /** The trader asked for their usual to be learned anew: it waits, and is withdrawn when a calm hour does not follow. */
  'tilt.relearnAsked': { maturesAtMs: 'integer', sessions: 'integer', actor: 'actor' },
  'tilt.relearnWithdrawn': { reason: 'text' },
  /** A time in life, said by the trader: thresholds are lower while it stands. */
  'tilt.lifeEventDeclared': { lifeEvent: 'text', untilMs: 'integer', actor: 'actor' },
  'tilt.lifeEventEnded': { lifeEvent: 'text', reason: 'text' },
  /** `sketch`: a bounded fingerprint of runs of words, to know an entry again that was only touched up. */
  'journal.accepted': { words: 'integer', textHash: 'text', reason: 'text', sketch: 'texts?' },
  /** Whether the text of entries is kept, encrypted in the store, for the trader to read again. */
  'journal.keepingChanged': { keep: 'flag' },

  // Tiers
  /** All gates together, daily and on demand: which pass, each with its figures, and the evidence behind them. */
  'tier.evaluated': {
    tier: 'tier',
    to: 'tier?',
    passed: 'flag',
    trigger: 'text',
    figures: 'figures',
    evidence: 'texts',
  },
  /** Simulated orders beside the account, with the forms of the tier above (docs/decisions/0016). */
  'tier.trialStarted': { trialId: 'text', to: 'tier', evidence: 'texts' },
  /** Time lived through since the last mark, by the monotonic clock of one run. */
  'tier.trialMarked': { trialId: 'text', upMs: 'integer' },
  'tier.trialOrdered': {
    trialId: 'text',
    trialOrderId: 'text',
    symbol: 'text',
    form: 'text',
    quantity: 'quantity',
    price: 'price?',
    triggerPrice: 'price?',
  },
  'tier.trialTriggered': { trialId: 'text', trialOrderId: 'text' },
  'tier.trialCancelled': { trialId: 'text', trialOrderId: 'text', reason: 'text' },
  'tier.trialFilled': {
    trialId: 'text',
    trialOrderId: 'text',
    symbol: 'text',
    side: 'side',
    form: 'text',
    price: 'price',
    quantity: 'quantity',
    fee: 'notional',
    stopPrice: 'price',
  },
  'tier.trialEnded': { trialId: 'text', to: 'tier', passed: 'flag', reason: 'text', figures: 'figures' },
  'tier.confirmed': { to: 'tier', actor: 'actor' },
  'tier.reflected': { to: 'tier', words: 'integer', textHash: 'text' },
  /** The account is worth less than its tier begins with. */
  'tier.equityFell': { tier: 'tier', equity: 'notional', minimum: 'notional' },
  'tier.equityRose': { tier: 'tier', equity: 'notional', minimum: 'notional' },
  /** A demotion trigger: emergency mode until the recovery checklist is done. */
  'tier.emergencyStarted': { trigger: 'text', tier: 'tier', figures: 'figures', evidence: 'texts' },
  'tier.checkDone': { item: 'text', actor: 'actor' },
  'tier.emergencyEnded': { reason: 'text' },
  'tilt.baselineReset': { reason: 'text' },

  // Evidence that other parts of the system write for the gates and the demotion triggers
  /** A whole execution by slices has ended; impact is how far it moved the price. */
  'execution.completed': { symbol: 'text', notional: 'notional', slices: 'integer', impactBps: 'integer?' },
  /** `lowest` over the pairs of open positions; `uncorrelated` are pairs whose correlation with each other is low. */
  'correlation.measured': { positions: 'integer', lowest: 'number?', uncorrelated: 'texts' },
  'infrastructure.failed': { what: 'text', loss: 'notional' },
  /** `recovery`, or `crash:NAME` for a historical crash survived in simulation. */
  'drill.passed': { drill: 'text', figures: 'figures' },
  'backup.verified': { backupId: 'text', figures: 'figures' },
  'tier.changed': { from: 'tier', to: 'tier', reason: 'text', evidence: 'texts' },

  // Risk: what the rules did by themselves
  'risk.breakStarted': { untilMs: 'integer', lossesInARow: 'integer' },
  'risk.breakEnded': { reason: 'text' },
  'risk.deleveraged': {
    atBps: 'integer',
    cutBps: 'integer',
    dayLossBps: 'integer',
    day: 'integer',
    equity: 'notional',
    positions: 'integer',
  },
  'risk.flashCrash': { symbol: 'text', fallBps: 'integer', withinMs: 'integer', untilMs: 'integer' },
  'risk.correlationWarned': { mean: 'number', limit: 'number', symbols: 'texts' },
  'risk.correlationCut': {
    positionId: 'text',
    symbol: 'text',
    otherSymbol: 'text',
    correlation: 'number',
    cutBps: 'integer',
  },

  // Settings of the trader's own, and the limits the files had when they were last accepted
  'setting.requested': {
    setting: 'text',
    direction: 'text',
    from: 'text',
    to: 'text',
    actor: 'actor',
    maturesAtMs: 'integer',
  },
  'setting.applied': { setting: 'text', direction: 'text', from: 'text', to: 'text', reason: 'text' },
  'setting.refused': { setting: 'text', direction: 'text', to: 'text', code: 'text', figures: 'figures' },
  'setting.withdrawn': { setting: 'text', to: 'text', reason: 'text' },
  'limits.accepted': { configHash: 'text', limits: 'figures' },

  // Market and strategies
  'market.stateChanged': { symbol: 'text', from: 'marketState', to: 'marketState', figures: 'figures' },
  'strategy.enabled': { strategy: 'text', symbol: 'text' },
  'strategy.disabled': { strategy: 'text', reason: 'text' },
  /** Switched off by the repeated-execution throttle; a person arms it again. */
  'strategy.suspended': { strategy: 'text', reason: 'text', figures: 'figures' },
  'strategy.rearmed': { strategy: 'text', actor: 'actor' },
} as const;

export type EventKind = keyof typeof eventFields;

type Token = keyof FieldTypes;
type FieldOf<T> = T extends `${infer Base extends Token}?`
  ? FieldTypes[Base] | null
  : T extends Token
    ? FieldTypes[T]
    : never;

export type EventOf<K extends EventKind> = { readonly kind: K } & {
  readonly [F in keyof (typeof eventFields)[K]]: FieldOf<(typeof eventFields)[K][F]>;
};

export type DomainEvent = { [K in EventKind]: EventOf<K> }[EventKind];

export const aggregateTypes = [
  'engine',
  'account',
  'order',
  'position',
  'tilt',
  'tier',
  'market',
  'strategy',
] as const;
export type AggregateType = (typeof aggregateTypes)[number];

/** An event on its way into the log. */
export type NewEvent = {
  readonly eventId: string;
  /** Wall clock of the engine, ms UTC. */
  readonly at: number;
  readonly aggregateType: AggregateType;
  readonly aggregateId: string;
  /** The event or command that led to this one; empty when nothing did. */
  readonly causationId: string;
  readonly event: DomainEvent;
};

/** An event in the log. */
export type EventRecord = NewEvent & {
  readonly sequence: number;
  readonly previousHash: string;
  readonly hash: string;
};
