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
};

export type TiltPanel = {
  readonly score: number;
  readonly level: TiltLevel;
  readonly indicators: readonly { readonly name: string; readonly points: number; readonly words: string }[];
  readonly lockedUntil: number | null;
  readonly journalRequired: number;
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
