/**
 * What the simulated exchange's core offers to whoever stands in front of it (the REST and
 * WebSocket server, the backtester, the simulation tests). Pure and synchronous: time comes in,
 * events come out; no clock, no network, no randomness of its own.
 * Names, statuses and reasons follow Binance Spot's published documentation.
 */
import type { AssetAmount, Notional, Price, Quantity } from '../../core/money.ts';
import type { Result } from '../../core/result.ts';
import type { SelfTradeMode, SymbolSpec, SymbolStatus } from './symbol-spec.ts';

export { selfTradeModes } from './symbol-spec.ts';
export type { SelfTradeMode, SymbolSpec, SymbolStatus } from './symbol-spec.ts';

export const orderTypes = [
  'LIMIT',
  'MARKET',
  'STOP_LOSS',
  'STOP_LOSS_LIMIT',
  'TAKE_PROFIT',
  'TAKE_PROFIT_LIMIT',
  'LIMIT_MAKER',
] as const;
export type VenueOrderType = (typeof orderTypes)[number];
export type VenueSide = 'BUY' | 'SELL';
export type TimeInForce = 'GTC' | 'IOC' | 'FOK';
export type VenueOrderStatus =
  | 'NEW'
  | 'PENDING_NEW'
  | 'PARTIALLY_FILLED'
  | 'FILLED'
  | 'CANCELED'
  | 'REJECTED'
  | 'EXPIRED'
  | 'EXPIRED_IN_MATCH';
export type ExecutionType =
  'NEW' | 'CANCELED' | 'REPLACED' | 'REJECTED' | 'TRADE' | 'EXPIRED' | 'TRADE_PREVENTION';

export type Balance = { readonly asset: string; readonly free: AssetAmount; readonly locked: AssetAmount };

/** The books of one asset over all limited accounts; `outside` is what unlimited ones and the outside market received. */
export type AssetTotals = {
  readonly asset: string;
  readonly deposited: AssetAmount;
  readonly held: AssetAmount;
  readonly fees: AssetAmount;
  readonly outside: AssetAmount;
};

export type AccountSpec = {
  readonly accountId: number;
  readonly balances: readonly { readonly asset: string; readonly free: AssetAmount }[];
  /** Fee rates in hundredths of a basis point: 0.1 % = 1,000. */
  readonly makerRate: number;
  readonly takerRate: number;
  /** Pay fees in BNB at 25 % off while enough of it is free. */
  readonly feesInBnb: boolean;
  /** Market makers of the simulated market own unlimited balances and pay nothing. */
  readonly unlimited: boolean;
};

export type PlaceOrder = {
  readonly accountId: number;
  readonly symbol: string;
  readonly side: VenueSide;
  readonly type: VenueOrderType;
  readonly timeInForce: TimeInForce | null;
  readonly quantity: Quantity | null;
  readonly quoteOrderQuantity: Notional | null;
  readonly price: Price | null;
  readonly stopPrice: Price | null;
  readonly trailingDeltaBps: number | null;
  readonly icebergQuantity: Quantity | null;
  /** Already defaulted by the server when the client gave none. */
  readonly clientOrderId: string;
  readonly selfTradeMode: SelfTradeMode | null;
  readonly strategyId: number | null;
  readonly strategyType: number | null;
};

export type Fill = {
  readonly tradeId: number;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly quoteQuantity: Notional;
  readonly commission: AssetAmount;
  readonly commissionAsset: string;
  readonly isMaker: boolean;
};

export type VenueOrder = {
  readonly orderId: number;
  readonly accountId: number;
  readonly symbol: string;
  readonly clientOrderId: string;
  readonly side: VenueSide;
  readonly type: VenueOrderType;
  readonly timeInForce: TimeInForce;
  readonly originalQuantity: Quantity;
  readonly originalQuoteQuantity: Notional;
  readonly executedQuantity: Quantity;
  readonly cumulativeQuote: Notional;
  readonly price: Price;
  readonly stopPrice: Price;
  readonly trailingDeltaBps: number | null;
  readonly trailingTime: number | null;
  readonly icebergQuantity: Quantity;
  readonly status: VenueOrderStatus;
  readonly orderListId: number;
  readonly selfTradeMode: SelfTradeMode;
  readonly preventedQuantity: Quantity;
  readonly preventedMatchId: number | null;
  readonly strategyId: number | null;
  readonly strategyType: number | null;
  /** Entered the book (a stop that has not triggered has not). */
  readonly working: boolean;
  readonly workingTime: number | null;
  readonly time: number;
  readonly updateTime: number;
  readonly expiryReason: string | null;
};

/** Code and message exactly as the exchange says them. */
export type VenueReject = { readonly code: number; readonly message: string };

/** What happened, in order. The server turns these into streams; nothing else may. */
export type VenueEvent =
  | {
      readonly kind: 'execution';
      readonly at: number;
      readonly executionId: number;
      readonly executionType: ExecutionType;
      readonly order: VenueOrder;
      readonly fill: Fill | null;
      /**
       * On a cancel: the cancel request's own client id (stream field `c`); on REPLACED: the new client
       * id, while `order` still carries the one it had; else the order's.
       */
      readonly requestClientOrderId: string;
      readonly rejectReason: string;
      /**
       * On TRADE_PREVENTION: the order it did not trade with. `quantity` × `price` is the trade that was
       * prevented (stream `pl`, `pL`); `lastPreventedQuantity` what this order lost by it (stream `B`).
       */
      readonly preventedWith: {
        readonly accountId: number;
        readonly orderId: number;
        readonly quantity: Quantity;
        readonly price: Price;
        readonly lastPreventedQuantity: Quantity;
      } | null;
    }
  | {
      readonly kind: 'balances';
      readonly at: number;
      readonly accountId: number;
      readonly balances: readonly Balance[];
    }
  | {
      readonly kind: 'balanceUpdate';
      readonly at: number;
      readonly accountId: number;
      readonly asset: string;
      readonly delta: AssetAmount;
    }
  | {
      readonly kind: 'listStatus';
      readonly at: number;
      readonly list: VenueOrderList;
      readonly rejectReason: string;
    }
  | {
      readonly kind: 'trade';
      readonly at: number;
      readonly symbol: string;
      readonly tradeId: number;
      readonly price: Price;
      readonly quantity: Quantity;
      readonly buyerIsMaker: boolean;
      readonly buyerOrderId: number;
      readonly sellerOrderId: number;
    }
  | {
      readonly kind: 'symbolStatus';
      readonly at: number;
      readonly symbol: string;
      readonly status: SymbolStatus;
    };

/** A self-trade that did not happen, as `myPreventedMatches` tells it; null where the mode spares that side. */
export type PreventedMatch = {
  readonly symbol: string;
  readonly preventedMatchId: number;
  readonly takerAccountId: number;
  readonly takerOrderId: number;
  readonly makerAccountId: number;
  readonly makerOrderId: number;
  readonly selfTradeMode: SelfTradeMode;
  readonly price: Price;
  readonly takerPreventedQuantity: Quantity | null;
  readonly makerPreventedQuantity: Quantity | null;
  readonly transactTime: number;
};

export type Placed = {
  readonly order: VenueOrder;
  readonly fills: readonly Fill[];
  readonly preventedMatches: readonly PreventedMatch[];
};

export type OrderRef = { readonly orderId: number } | { readonly clientOrderId: string };

export type CancelOrder = {
  readonly accountId: number;
  readonly symbol: string;
  readonly order: OrderRef;
  readonly requestClientOrderId: string;
  readonly restriction: 'ONLY_NEW' | 'ONLY_PARTIALLY_FILLED' | null;
};

export type CancelReplaced = {
  readonly cancelled: Result<VenueOrder, VenueReject>;
  readonly placed: Result<Placed, VenueReject> | null;
};

export type ListKind = 'OCO' | 'OTO' | 'OTOCO';
export type ListStatus = 'RESPONSE' | 'EXEC_STARTED' | 'UPDATED' | 'ALL_DONE';
export type ListOrderStatus = 'EXECUTING' | 'ALL_DONE' | 'REJECT';
export type VenueOrderList = {
  readonly orderListId: number;
  readonly accountId: number;
  readonly symbol: string;
  readonly contingencyType: 'OCO' | 'OTO';
  readonly listStatusType: ListStatus;
  readonly listOrderStatus: ListOrderStatus;
  readonly listClientOrderId: string;
  readonly transactionTime: number;
  readonly orders: readonly {
    readonly symbol: string;
    readonly orderId: number;
    readonly clientOrderId: string;
  }[];
};

/** OCO: two `orders` (above, below). OTO: working, pending. OTOCO: working, pending above, pending below. */
export type PlaceOrderList = {
  readonly accountId: number;
  readonly symbol: string;
  readonly kind: ListKind;
  readonly listClientOrderId: string;
  readonly orders: readonly PlaceOrder[];
};

export type BookLevel = { readonly price: Price; readonly quantity: Quantity };
export type BookDepth = {
  readonly lastUpdateId: number;
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
};
/** Absolute sizes of the levels touched since the last call; zero removes. First and last update ids inclusive. */
export type BookDelta = BookDepth & { readonly firstUpdateId: number };

/** An account's own trade, for `myTrades`. */
export type AccountTrade = Fill & {
  readonly symbol: string;
  readonly orderId: number;
  readonly orderListId: number;
  readonly time: number;
  readonly isBuyer: boolean;
};

/**
 * One exchange. Every call that changes something takes `now` (ms), appends to an internal event
 * queue in the exact order things happened, and returns its own answer; `drain` empties the queue.
 */
export interface Venue {
  symbols(): readonly SymbolSpec[];
  symbol(symbol: string): SymbolSpec | null;
  setSymbol(now: number, spec: SymbolSpec): void;
  /** The exchange's reference price: the measure of the price filters in place of the average while it is set. */
  setReferencePrice(symbol: string, reference: Price | null): void;
  openAccount(spec: AccountSpec): void;
  /** Deposit (positive) or withdrawal (negative): emits balanceUpdate and balances. */
  transfer(now: number, accountId: number, asset: string, delta: AssetAmount): Result<null, VenueReject>;

  place(now: number, order: PlaceOrder): Result<Placed, VenueReject>;
  /** The checks made before an order reaches the matching engine, as `order/test` does: neither balance nor book is asked. */
  test(now: number, order: PlaceOrder): Result<null, VenueReject>;
  cancel(now: number, request: CancelOrder): Result<VenueOrder, VenueReject>;
  /** `requestClientOrderId` is the cancel's own client id, told with every order it ends. */
  cancelAll(
    now: number,
    accountId: number,
    symbol: string,
    requestClientOrderId?: string,
  ): Result<readonly VenueOrder[], VenueReject>;
  /**
   * Cancels one order and places another. Refused as a whole, with nothing done, when the new order
   * would not reach the matching engine (-1013 and the like). `placed` is null when it was not
   * attempted because the cancel failed and failure is not allowed. A new order that the engine
   * refuses after the cancel succeeded is told to its account as REJECTED.
   */
  cancelReplace(
    now: number,
    cancel: CancelOrder,
    order: PlaceOrder,
    allowFailure: boolean,
  ): Result<CancelReplaced, VenueReject>;
  amend(
    now: number,
    accountId: number,
    symbol: string,
    order: OrderRef,
    newQuantity: Quantity,
    newClientOrderId: string,
  ): Result<VenueOrder, VenueReject>;
  placeList(
    now: number,
    list: PlaceOrderList,
  ): Result<{ readonly list: VenueOrderList; readonly placed: readonly Placed[] }, VenueReject>;
  cancelList(
    now: number,
    accountId: number,
    symbol: string,
    list: { readonly orderListId: number } | { readonly listClientOrderId: string },
    requestClientOrderId: string,
  ): Result<{ readonly list: VenueOrderList; readonly orders: readonly VenueOrder[] }, VenueReject>;

  order(accountId: number, symbol: string, order: OrderRef): VenueOrder | null;
  openOrders(accountId: number, symbol: string | null): readonly VenueOrder[];
  /** Oldest first, orders with id ≥ fromOrderId. */
  allOrders(accountId: number, symbol: string, fromOrderId: number, limit: number): readonly VenueOrder[];
  orderList(accountId: number, orderListId: number): VenueOrderList | null;
  orderLists(accountId: number, openOnly: boolean): readonly VenueOrderList[];
  trades(accountId: number, symbol: string, fromTradeId: number, limit: number): readonly AccountTrade[];
  /** Self-trades that were prevented and in which this account took part, oldest first. */
  preventedMatches(accountId: number, symbol: string): readonly PreventedMatch[];
  balances(accountId: number): readonly Balance[];
  account(accountId: number): AccountSpec | null;
  /** Per asset, deposited = held + fees + outside, always. */
  totals(): readonly AssetTotals[];

  depth(symbol: string, limit: number): BookDepth;
  /** Book changes since the last call for this symbol, or null when nothing changed. */
  takeDelta(symbol: string): BookDelta | null;
  bestBid(symbol: string): BookLevel | null;
  bestAsk(symbol: string): BookLevel | null;
  lastPrice(symbol: string): Price | null;
  /** Volume-weighted average price over the filter's minutes; falls back to the last price. */
  averagePrice(now: number, symbol: string): Price | null;
  /** Shown quantity that trades before this resting order does; null when it does not rest. */
  queueAhead(accountId: number, symbol: string, order: OrderRef): Quantity | null;

  /**
   * Replaces all resting quantity of the unlimited market-maker accounts on this symbol with these
   * levels (best first) in one step, for markets replayed from recordings. Client orders keep their
   * time priority ahead of the new quantity at their price, and are matched when crossed.
   */
  setLiquidity(now: number, symbol: string, bids: readonly BookLevel[], asks: readonly BookLevel[]): void;
  /**
   * A trade of the outside market at this price: prints it, and fills client orders resting at a
   * better price (and, after the queue ahead is consumed, at the same price); triggers stops.
   */
  printTrade(now: number, symbol: string, at: Price, size: Quantity, buyerIsMaker: boolean): void;

  drain(): readonly VenueEvent[];
  /** Everything that must survive a restart, as plain JSON (amounts as decimal strings). */
  snapshot(): unknown;
  restore(snapshot: unknown): void;
}
