/**
 * The engine's side of the exchange. Calls return at once and never throw for what the exchange or
 * the network did: every answer comes back as a `GatewayReport` through the listener given at
 * construction. Nothing in the engine awaits. Two implementations: `exchange/` (ccxt and ws, live
 * and paper alike) and `backtest/` (straight onto the matching core).
 *
 * The gateway never resends an order and never decides an unknown outcome: it reports `unknown`
 * and the engine asks it to look the order up (invariants 2 and 4).
 */
import type { AssetAmount, Notional, Price, Quantity } from '../money.ts';
import type { SymbolRules } from '../symbols.ts';
import type { MarketUpdate } from './market-feed.ts';

export type Side = 'BUY' | 'SELL';
export type OrderType = 'MARKET' | 'LIMIT' | 'LIMIT_MAKER' | 'STOP_LOSS' | 'STOP_LOSS_LIMIT';
export type TimeInForce = 'GTC' | 'IOC' | 'FOK';

/** Which share of the rate budget pays, and which circuit breaker applies. */
export type Lane = 'enter' | 'reduce' | 'query';

export type OrderRequest = {
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce | null;
  /** Exactly one of `quantity` and `quoteQuantity` is given; the latter for MARKET buys only. */
  readonly quantity: Quantity | null;
  readonly quoteQuantity: Notional | null;
  readonly price: Price | null;
  readonly stopPrice: Price | null;
  readonly lane: 'enter' | 'reduce';
};

/**
 * A sell pair of which one cancels the other: a stop below the market and a limit above it that never takes
 * liquidity. The exchange accepts both or neither; each leg is an order of its own, looked up and reported by
 * its own client order id, and cancelling one cancels both.
 */
export type OrderListRequest = {
  readonly listClientOrderId: string;
  readonly symbol: string;
  readonly quantity: Quantity;
  readonly stop: { readonly clientOrderId: string; readonly stopPrice: Price };
  readonly target: { readonly clientOrderId: string; readonly price: Price };
};

export type CancelRequest = {
  readonly clientOrderId: string;
  readonly symbol: string;
};

export type ExchangeOrderStatus =
  | 'NEW'
  | 'PARTIALLY_FILLED'
  | 'FILLED'
  | 'CANCELED'
  | 'REJECTED'
  | 'EXPIRED'
  /** Anything this build does not know: flagged, never a crash. */
  | 'OTHER';

export type ExchangeFill = {
  readonly tradeId: number;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly fee: AssetAmount;
  readonly feeAsset: string;
  readonly isMaker: boolean;
  readonly exchangeTime: number;
};

/** An order as the exchange has it. */
export type ExchangeOrder = {
  readonly symbol: string;
  readonly clientOrderId: string;
  readonly exchangeOrderId: number;
  readonly side: Side;
  /** Known types, else the exchange's own word. */
  readonly type: string;
  readonly status: ExchangeOrderStatus;
  readonly rawStatus: string;
  readonly quantity: Quantity;
  readonly executedQuantity: Quantity;
  readonly cumulativeQuote: Notional;
  readonly price: Price;
  readonly stopPrice: Price;
  readonly exchangeTime: number;
};

export type ExchangeBalance = {
  readonly asset: string;
  readonly free: AssetAmount;
  readonly locked: AssetAmount;
};

/** One of the account's own trades, from the trade history. */
export type ExchangeTrade = ExchangeFill & {
  readonly symbol: string;
  readonly exchangeOrderId: number;
  readonly side: Side;
};

export type StreamHealth = {
  readonly market: 'connected' | 'silent' | 'disconnected';
  readonly user: 'connected' | 'silent' | 'disconnected';
};

export type GatewayReport =
  /** Handed to the network: bytes may have left. Informational; `latencyMs` is decision to wire. */
  | { readonly kind: 'sent'; readonly clientOrderId: string; readonly latencyMs: number }
  /** The exchange's word on an order, from a reply, a look-up or the user stream; repeats and any order are normal. */
  | {
      readonly kind: 'order';
      readonly source: 'reply' | 'lookup' | 'stream';
      readonly order: ExchangeOrder;
      readonly fills: readonly ExchangeFill[];
    }
  /** The exchange refused it: it does not exist there and never will. */
  | {
      readonly kind: 'rejected';
      readonly clientOrderId: string;
      readonly code: number;
      readonly message: string;
      readonly httpStatus: number;
    }
  /** It never left this machine (breaker open, budget, ban, clock guard): certain. */
  | { readonly kind: 'notSent'; readonly clientOrderId: string; readonly reason: NotSentReason }
  /** It may or may not exist: look it up. */
  | { readonly kind: 'unknown'; readonly clientOrderId: string; readonly reason: string }
  /** A look-up said there is no such order (which proves nothing until the grace period has passed). */
  | { readonly kind: 'absent'; readonly clientOrderId: string }
  /** A look-up itself failed; ask again. */
  | { readonly kind: 'lookupFailed'; readonly clientOrderId: string; readonly reason: string }
  | {
      readonly kind: 'cancelRejected';
      readonly clientOrderId: string;
      readonly code: number;
      readonly message: string;
    }
  | { readonly kind: 'cancelUnknown'; readonly clientOrderId: string; readonly reason: string }
  | {
      readonly kind: 'balances';
      readonly balances: readonly ExchangeBalance[];
      readonly exchangeTime: number;
    }
  /** An independent, complete read of the account, answering `readAccount(requestId)`. */
  | {
      readonly kind: 'account';
      readonly requestId: number;
      readonly balances: readonly ExchangeBalance[];
      readonly openOrders: readonly ExchangeOrder[];
      /** Every trade with id ≥ the cursor given per symbol, complete and ascending; without a cursor the newest 1,000. */
      readonly trades: readonly ExchangeTrade[];
      /** Per symbol: the greatest trade id read (cursor for next time), absent when none. */
      readonly tradeCursor: Readonly<Record<string, number>>;
      readonly exchangeTime: number;
    }
  | { readonly kind: 'accountFailed'; readonly requestId: number; readonly reason: string }
  | { readonly kind: 'symbols'; readonly symbols: readonly SymbolRules[] }
  | { readonly kind: 'clock'; readonly offsetMs: number; readonly roundTripMs: number }
  | { readonly kind: 'streams'; readonly health: StreamHealth }
  /** Keys revoked or refused (-2015, -2014): the engine halts. */
  | { readonly kind: 'unauthorised'; readonly message: string }
  | {
      readonly kind: 'limits';
      readonly weightUsed: number;
      readonly weightLimit: number;
      readonly bannedUntil: number | null;
    }
  | { readonly kind: 'market'; readonly update: MarketUpdate }
  /**
   * Something from the exchange could not be read and was set aside. From `user` it may have been a
   * fill: the engine reads the account. `sample` is printable ASCII, at most 200 characters.
   */
  | {
      readonly kind: 'quarantined';
      readonly origin: 'market' | 'user' | 'rest';
      readonly reason: string;
      readonly sample: string;
    };

export type NotSentReason =
  'breakerOpen' | 'rateBudget' | 'banned' | 'clockOffset' | 'notConnected' | 'closed';

export type GatewayListener = (report: GatewayReport) => void;

export interface Gateway {
  /**
   * Loads symbol rules, measures the clock, opens streams for these symbols. Reports `symbols`, `clock`,
   * `streams`. Symbols only watched come over a connection of their own, with best prices in place of books.
   */
  start(symbols: readonly string[], watched?: readonly string[]): void;
  submit(order: OrderRequest): void;
  /** Places both legs in one request on the reduce lane. Every outcome is reported once for each leg. */
  submitList(list: OrderListRequest): void;
  cancel(request: CancelRequest): void;
  /** Asks for one order by its client order id, with its fills; answers `order`, `absent` or `lookupFailed`. */
  lookUp(request: CancelRequest): void;
  /** Reads balances, all open orders and, per symbol, trades from the cursor on; answers `account` or `accountFailed`. */
  readAccount(requestId: number, tradeCursor: Readonly<Record<string, number>>): void;
  stop(): void;
}
