/**
 * Reading what the log's projections hold: for the API, reports and analytics, never for decisions
 * (the engine decides on its own folded state). Everything is as of the last committed event. Times
 * are ms UTC; `from` is inclusive, `to` exclusive. Implementations: memory, SQLite.
 */
import type { AggregateType, EventKind, EventRecord } from '../events.ts';
import type { AssetAmount, Notional, Price, Quantity } from '../money.ts';
import type {
  CloseReason,
  MarketState,
  Mode,
  OrderPurpose,
  OrderStatus,
  Tier,
  TiltLevel,
} from '../vocabulary.ts';
import type { Side } from './gateway.ts';

export type StoredAccount = {
  readonly accountId: string;
  readonly mode: Mode;
  readonly quoteAsset: string;
  /** Equity at the last mark, moved by deposits and withdrawals since. */
  readonly balance: Notional;
  readonly peakBalance: Notional;
  readonly drawdownBps: number;
  readonly dayPnl: Notional;
  readonly tier: Tier;
  readonly tierStartedAt: number;
  readonly gatesPassed: readonly string[];
  readonly lockedFeatures: readonly string[];
  readonly createdAt: number;
  readonly updatedAt: number;
};

export type StoredPosition = {
  readonly positionId: string;
  readonly accountId: string;
  readonly symbol: string;
  readonly baseAsset: string | null;
  readonly quoteAsset: string | null;
  readonly side: 'LONG' | 'SHORT';
  /** Average of the entry fills. */
  readonly entryPrice: Price;
  /** Of the last fill, not of the market. */
  readonly currentPrice: Price | null;
  /** Held now; once closed, what was closed. */
  readonly quantity: Quantity;
  readonly value: Notional;
  readonly stopLoss: Price | null;
  /** At `currentPrice` while open, realised once closed; after fees. */
  readonly pnl: Notional;
  /** Percent of what was paid, four decimals. */
  readonly pnlPercent: string;
  readonly fees: Notional;
  readonly exitPrice: Price | null;
  readonly openedAt: number;
  readonly closedAt: number | null;
  readonly closeReason: CloseReason | null;
  readonly marketState: MarketState | null;
};

export type StoredOrder = {
  readonly orderId: string;
  readonly positionId: string | null;
  readonly clientOrderId: string;
  readonly exchangeOrderId: string | null;
  readonly symbol: string;
  /** Ours, or the exchange's own word for somebody else's order. */
  readonly type: string;
  readonly side: Side;
  readonly purpose: OrderPurpose;
  readonly strategy: string | null;
  readonly price: Price | null;
  readonly stopPrice: Price | null;
  readonly referencePrice: Price | null;
  readonly quantity: Quantity | null;
  readonly quoteQuantity: Notional | null;
  readonly filledQuantity: Quantity;
  readonly filledValue: Notional;
  readonly status: OrderStatus;
  readonly statusReason: string | null;
  readonly sliceNumber: number | null;
  readonly totalSlices: number | null;
  /** From the intent to the exchange's acceptance. */
  readonly latencyMs: number | null;
  /** How much worse than the price of the decision, percent, four decimals; negative is better. */
  readonly slippagePercent: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly executedAt: number | null;
};

export type StoredSession = {
  readonly sessionId: string;
  readonly accountId: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly startingBalance: Notional;
  readonly endingBalance: Notional | null;
  readonly totalTrades: number;
  readonly winningTrades: number;
  readonly losingTrades: number;
  readonly maxDrawdown: Notional;
  readonly tiltEvents: number;
  readonly type: 'NORMAL' | 'RECOVERY' | 'PAPER';
};

export type StoredTiltProfile = {
  readonly profileId: string;
  readonly accountId: string;
  readonly score: number;
  readonly level: TiltLevel;
  readonly indicators: readonly string[];
  readonly consecutiveLosses: number;
  readonly lastInterventionAt: number | null;
  readonly lockedUntil: number | null;
  readonly recoveryRequired: boolean;
  readonly journalEntriesRequired: number;
};

export type StoredTiltEvent = {
  readonly eventId: string;
  readonly type: string;
  readonly indicators: readonly string[];
  readonly scoreBefore: number;
  readonly scoreAfter: number;
  readonly message: string | null;
  readonly response: string | null;
  readonly at: number;
};

export type StoredMarketState = {
  readonly stateId: string;
  readonly symbol: string;
  readonly state: MarketState;
  readonly detectedAt: number;
  /** Null while it lasts. */
  readonly durationSeconds: number | null;
};

/** A correlation as seen from `positionA`. */
export type StoredCorrelation = {
  readonly positionA: string;
  readonly positionB: string;
  /** Between -1 and 1, decimal text. */
  readonly coefficient: string | null;
  readonly calculatedAt: number;
};

export type Period = { readonly from: number; readonly to: number };

export type EventQuery = {
  /** At most this many, newest first. */
  readonly limit: number;
  /** Only events recorded later than this, ms UTC. */
  readonly after?: number;
  /** Only events before this one, for the next page. */
  readonly beforeSequence?: number;
  readonly kinds?: readonly EventKind[];
  readonly aggregateType?: AggregateType;
  readonly aggregateId?: string;
};

export type EquityPoint = {
  readonly at: number;
  readonly equity: Notional;
  readonly peak: Notional;
  readonly dayPnl: Notional;
};

/** A booked fill of ours, or a trade on the account that nobody here ordered (`orderId` null). */
export type StoredFill = {
  readonly sequence: number;
  readonly orderId: string | null;
  readonly positionId: string | null;
  readonly symbol: string;
  readonly tradeId: number;
  readonly side: Side;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly fee: AssetAmount;
  readonly feeAsset: string;
  readonly exchangeTime: number;
};

export interface AccountRepository {
  current(): Promise<StoredAccount | null>;
}

export interface PositionRepository {
  byId(positionId: string): Promise<StoredPosition | null>;
  /** Oldest first. */
  open(): Promise<readonly StoredPosition[]>;
  /** By the moment of closing, oldest first. */
  closed(period: Period): Promise<readonly StoredPosition[]>;
  /** Newest first. */
  bySymbol(symbol: string, limit: number): Promise<readonly StoredPosition[]>;
  correlationsOf(positionId: string): Promise<readonly StoredCorrelation[]>;
}

export interface OrderRepository {
  byId(orderId: string): Promise<StoredOrder | null>;
  byClientOrderId(clientOrderId: string): Promise<StoredOrder | null>;
  /** PENDING, SUBMITTED, PARTIAL and UNKNOWN, oldest first. */
  open(): Promise<readonly StoredOrder[]>;
  /** Oldest first. */
  ofPosition(positionId: string): Promise<readonly StoredOrder[]>;
  /** Newest first: order ids grow with time. */
  recent(limit: number): Promise<readonly StoredOrder[]>;
}

export interface SessionRepository {
  byId(sessionId: string): Promise<StoredSession | null>;
  /** The one that has not ended. */
  current(): Promise<StoredSession | null>;
  /** Newest first. */
  recent(limit: number): Promise<readonly StoredSession[]>;
}

export interface TiltRepository {
  profile(): Promise<StoredTiltProfile | null>;
  /** Newest first. */
  events(limit: number): Promise<readonly StoredTiltEvent[]>;
}

export interface MarketStateRepository {
  current(symbol: string): Promise<StoredMarketState | null>;
  /** Newest first. */
  history(symbol: string, limit: number): Promise<readonly StoredMarketState[]>;
}

export interface EventRepository {
  find(query: EventQuery): Promise<readonly EventRecord[]>;
  byId(eventId: string): Promise<EventRecord | null>;
}

/** What performance, taxes and reports are computed from, oldest first. */
export interface PerformanceRepository {
  equityCurve(period: Period): Promise<readonly EquityPoint[]>;
  /** By the moment of recording. */
  fills(period: Period): Promise<readonly StoredFill[]>;
}

export interface Repositories {
  readonly accounts: AccountRepository;
  readonly positions: PositionRepository;
  readonly orders: OrderRepository;
  readonly sessions: SessionRepository;
  readonly tilt: TiltRepository;
  readonly marketStates: MarketStateRepository;
  readonly events: EventRepository;
  readonly performance: PerformanceRepository;
  close(): Promise<void>;
}
