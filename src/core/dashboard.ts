/**
 * What the engine shows of itself: plain JSON (amounts as decimal text, times in ms UTC), computed on
 * demand from folded state and the market view. The API serves it, the console and scripts read it.
 * Fields may be added, never renamed.
 */
import type { Explanation } from './refusals.ts';
import type {
  MarketState,
  Mode,
  OrderPurpose,
  OrderStatus,
  Tier,
  TiltLevel,
  TradingState,
} from './vocabulary.ts';

export type MarketPanel = {
  readonly symbol: string;
  readonly display: string;
  readonly baseAsset: string;
  readonly bid: string | null;
  readonly ask: string | null;
  readonly last: string | null;
  readonly priceDecimals: number;
  readonly spreadBps: number | null;
  readonly state: MarketState;
  /** Age of the newest book picture. */
  readonly ageMs: number | null;
  readonly stale: boolean;
  /** Closes of the last one-minute candles, oldest first, for a small chart. */
  readonly closes: readonly number[];
};

export type AccountPanel = {
  readonly accountId: string;
  readonly equity: string;
  readonly balance: string;
  readonly quoteFree: string;
  readonly quoteAsset: string;
  readonly dayPnl: string;
  readonly dayPnlBps: number;
  readonly dailyLossLimit: string;
  readonly dailyLossLeft: string;
  readonly peak: string;
  readonly drawdownBps: number;
  readonly entriesToday: number;
  readonly entriesMax: number;
  /** What is left of closed positions and is too small to sell; part of the equity. */
  readonly dust: readonly DustPanel[];
};

export type DustPanel = {
  readonly asset: string;
  readonly quantity: string;
  /** Marked at the best bid, else what it cost. */
  readonly value: string;
};

export type PositionPanel = {
  readonly positionId: string;
  readonly symbol: string;
  readonly display: string;
  readonly side: 'LONG' | 'SHORT';
  readonly quantity: string;
  readonly entryPrice: string;
  readonly markPrice: string | null;
  readonly value: string | null;
  readonly pnlDollars: string | null;
  readonly pnlBps: number | null;
  readonly stopPrice: string | null;
  readonly stopDistanceBps: number | null;
  /** The profit target asked for, and whether it rests at the exchange. */
  readonly targetPrice: string | null;
  readonly targetResting: boolean;
  /** A stop of ours rests on the exchange for it. */
  readonly protected: boolean;
  readonly closing: boolean;
  readonly openedAt: number;
};

export type OrderPanel = {
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
  readonly type: string;
  readonly purpose: OrderPurpose;
  readonly status: OrderStatus;
  readonly quantity: string | null;
  readonly filledQuantity: string;
  readonly price: string | null;
  readonly stopPrice: string | null;
  readonly createdAt: number;
};

export type GatePanel = {
  readonly gate: string;
  readonly currentValue: string;
  readonly requiredValue: string;
  readonly passed: boolean;
};

export type TierPanel = {
  readonly tier: Tier;
  readonly startedAt: number;
  readonly next: Tier | null;
  readonly gates: readonly GatePanel[];
  readonly features: readonly string[];
  readonly lockedFeatures: readonly string[];
  /** How many figures this tier's screen shows; null is all of them. */
  readonly dashboardFigures: number | null;
};

export type TiltPanel = {
  readonly score: number;
  readonly level: TiltLevel;
  readonly indicators: readonly { readonly name: string; readonly points: number; readonly words: string }[];
  readonly lockedUntil: number | null;
  readonly journalRequired: number;
  /** Words the required entry needs; 0 when none is. */
  readonly journalWords: number;
};

/** An order that is carried out in slices over time. */
export type ExecutionPanel = {
  readonly executionId: string;
  readonly method: string;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
  /** `running`, `paused`, `finishing`, … */
  readonly state: string;
  readonly slicesDone: number;
  readonly slicesTotal: number;
  readonly filledQuantity: string;
  readonly wantedQuantity: string;
  readonly arrivalPrice: string | null;
  readonly averagePrice: string | null;
  readonly slippageBps: number | null;
  readonly startedAt: number;
  readonly endsAt: number | null;
};

/** One market closely: asked for only while somebody looks at it. Numbers are for charts, text for figures. */
export type MarketDetail = {
  readonly symbol: string;
  /** One-minute candles, oldest first, the last one still forming. */
  readonly candles: readonly {
    readonly at: number;
    readonly open: number;
    readonly high: number;
    readonly low: number;
    readonly close: number;
    readonly volume: number;
  }[];
  /** Best first: price and quantity. */
  readonly bids: readonly (readonly [price: string, quantity: string])[];
  readonly asks: readonly (readonly [price: string, quantity: string])[];
};

/** What the risk engine holds against: every meter of the Risk view. Shares and limits in basis points. */
export type RiskPanel = {
  /** Each limit that binds now, with its use: `dailyLoss`, `drawdown`, `openPositions`, `exposure`, … */
  readonly limits: readonly {
    readonly limit: string;
    readonly words: string;
    readonly used: string;
    readonly max: string;
    readonly usedBps: number;
  }[];
  readonly exposure: string;
  readonly exposureBps: number;
  readonly drawdown: {
    readonly bps: number;
    readonly warningsBps: readonly number[];
    readonly haltBps: number;
  };
  /** Steps of staged deleveraging on the day's loss. */
  readonly deleveraging: readonly {
    readonly atBps: number;
    readonly cutBps: number;
    readonly done: boolean;
  }[];
  /** Why entries are smaller than usual now; the product of all is the size left. */
  readonly sizeFactors: readonly {
    readonly factor: string;
    readonly words: string;
    readonly bps: number;
  }[];
  readonly losingTradesInRow: number;
  readonly losingDaysInRow: number;
  readonly breakUntil: number | null;
  readonly recovery: {
    readonly quarter: number;
    readonly sizeBps: number;
    readonly lost: string;
    readonly earnedBack: string;
  } | null;
  readonly correlation: {
    readonly symbols: readonly string[];
    /** Row by row, null where there are too few observations. */
    readonly matrix: readonly (readonly (number | null)[])[];
    readonly mean: number | null;
    readonly warnAbove: number;
    readonly refuseAbove: number;
    readonly cutAbove: number;
  } | null;
  readonly valueAtRisk: {
    readonly confidenceBps: number;
    readonly valueAtRisk: string;
    readonly expectedShortfall: string;
    readonly observations: number;
    /** Within this time. */
    readonly horizonMs: number;
  } | null;
  readonly latches: readonly {
    readonly latch: string;
    readonly reason: string;
    readonly since: number;
    readonly untilMs: number | null;
  }[];
  /** What has to be done, by a person, before entries reopen. */
  readonly checklist: readonly { readonly item: string; readonly words: string; readonly done: boolean }[];
  /** Settings that wait to be loosened. */
  readonly pendingSettings: readonly {
    readonly setting: string;
    readonly from: string;
    readonly to: string;
    readonly maturesAt: number;
    readonly waitsFor: string | null;
  }[];
};

/** The way to the next tier, and what followed from the way down. */
export type TierJourneyPanel = {
  /** `gates` are being earned → `trial` on paper → `phrase` → `reflection` → `adjustment` at half limits. */
  readonly stage: 'gates' | 'trial' | 'phrase' | 'reflection' | 'adjustment' | 'emergency' | 'settled';
  readonly watched: boolean;
  readonly evidence: readonly {
    readonly gate: string;
    readonly words: string;
    readonly events: readonly string[];
  }[];
  readonly trial: {
    readonly startedAt: number;
    readonly endsAt: number;
    readonly profitableDays: number;
    readonly profitableDaysMin: number;
    readonly roundTrips: number;
    readonly roundTripsMin: number;
    readonly uptimeBps: number;
    readonly uptimeMinBps: number;
  } | null;
  readonly phrase: string;
  readonly adjustmentUntil: number | null;
  readonly promotionNotBefore: number | null;
  readonly checklist: readonly { readonly item: string; readonly words: string; readonly done: boolean }[];
  readonly history: readonly {
    readonly at: number;
    readonly from: Tier;
    readonly to: Tier;
    readonly reason: string;
  }[];
};

/** The mirror: what the tilt detector saw, what it cost, and the way back. */
export type TiltMirrorPanel = {
  readonly sessionsLearned: number;
  /** Times in life the trader declared, and a usual that is learned anew: thresholds are lower meanwhile. */
  readonly lifeEvents: readonly {
    readonly event: string;
    readonly words: string;
    readonly untilMs: number;
  }[];
  readonly relearning: boolean;
  /** When a usual that was asked to be learned anew is due; null when none is. */
  readonly relearnAt: number | null;
  readonly learning: boolean;
  readonly profile: string;
  readonly history: readonly { readonly at: number; readonly score: number }[];
  readonly suggestion: string;
  readonly debt: number;
  readonly sizeBps: number;
  readonly sizeReasons: readonly { readonly words: string; readonly bps: number }[];
  readonly calmTrades: number | null;
  readonly calmTradesNeeded: number | null;
  readonly prompt: string | null;
  readonly checklist: readonly { readonly item: string; readonly words: string; readonly done: boolean }[];
  readonly overrides: {
    readonly used: number;
    readonly max: number;
    readonly notBefore: number | null;
    /** An override that was granted opens entries then; null when none is under way. */
    readonly effectiveAt: number | null;
  };
  readonly interventionNotBefore: number | null;
  /** Dollars won or lost by trades entered at or above a score. */
  readonly costAbove: readonly { readonly score: number; readonly trades: number; readonly pnl: string }[];
  /** Interventions that bound, and how many of them the trader called fine. */
  readonly falseAlarms: { readonly interventions: number; readonly fine: number };
  /** Which way back was taken how often, and after how many of them a day went without an intervention. */
  readonly waysBack: readonly { readonly step: string; readonly taken: number; readonly calmAfter: number }[];
  /** UTC hours at which drift is likeliest, from the trader's own history, with a range of 90 %. */
  readonly dangerousHours: readonly {
    readonly hour: number;
    readonly chance: number;
    readonly low: number;
    readonly high: number;
    readonly activeHours: number;
  }[];
};

/** What was earned, for the Performance view: from events only. */
export type PerformancePanel = {
  readonly equityCurve: readonly { readonly at: number; readonly equity: string }[];
  readonly days: readonly { readonly day: number; readonly pnl: string; readonly trades: number }[];
  readonly byStrategy: readonly PerformanceRow[];
  readonly bySymbol: readonly PerformanceRow[];
  readonly byHour: readonly PerformanceRow[];
};
export type PerformanceRow = {
  readonly name: string;
  readonly trades: number;
  readonly wins: number;
  readonly pnl: string;
};

export type Notice = {
  readonly at: number;
  readonly tone: 'plain' | 'good' | 'quiet' | 'caution';
  readonly text: string;
  /** The command it answers, if any; `done` says no more will follow for it. */
  readonly commandId: string | null;
  readonly done: boolean;
};

export type Dashboard = {
  readonly mode: Mode;
  readonly version: string;
  readonly at: number;
  readonly uptimeMs: number;
  readonly tradingState: TradingState;
  readonly stateReason: string;
  readonly pausedUntil: number | null;
  readonly readOnly: boolean;
  readonly streams: { readonly market: string; readonly user: string };
  readonly clockOffsetMs: number | null;
  readonly sequence: number;
  readonly markets: readonly MarketPanel[];
  readonly account: AccountPanel;
  readonly positions: readonly PositionPanel[];
  readonly orders: readonly OrderPanel[];
  readonly tier: TierPanel;
  readonly tilt: TiltPanel;
  /** Null where this engine cannot say; a view then says so instead of showing a zero. */
  readonly risk: RiskPanel | null;
  readonly tierJourney: TierJourneyPanel | null;
  readonly tiltMirror: TiltMirrorPanel | null;
  readonly performance: PerformancePanel | null;
  /** What is being carried out in slices now. */
  readonly executions: readonly ExecutionPanel[];
  readonly strategies: readonly {
    readonly strategy: string;
    readonly symbol: string;
    readonly enabled: boolean;
  }[];
  readonly notices: readonly Notice[];
};

/** The answer to a command, at once. What follows (fills, stop, close) arrives as notices with its id. */
export type CommandReply = {
  readonly commandId: string;
  readonly outcome: 'accepted' | 'refused' | 'answered';
  /** Lines for a person. */
  readonly lines: readonly string[];
  readonly refusal: {
    readonly code: string;
    readonly figures: Readonly<Record<string, string | number | boolean | null>>;
    readonly explanation: Explanation;
  } | null;
};

/** What would happen, before anything is sent: size after limits and why, stop, worst loss, fees. */
export type Preview = {
  readonly outcome: 'wouldSend' | 'refused' | 'answered';
  readonly lines: readonly string[];
  readonly figures: Readonly<Record<string, string | number | boolean | null>>;
};
