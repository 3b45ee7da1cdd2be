/**
 * The exchange of a backtest: the engine's gateway straight onto the matching core, without a network.
 * Requests arrive after the latency and answers come back after it again, all on virtual time; every
 * answer and stream report has the form the live gateway gives it. Nothing is ever lost here: faults
 * are the business of the simulation.
 */
import { ZERO_QUANTITY } from '../core/money.ts';
import type {
  ExchangeFill,
  ExchangeOrder,
  ExchangeOrderStatus,
  ExchangeTrade,
  Gateway,
  GatewayListener,
  GatewayReport,
  OrderListRequest,
  OrderRequest,
} from '../core/ports/gateway.ts';
import type { MarketUpdate } from '../core/ports/market-feed.ts';
import type { Timers } from '../core/ports/timers.ts';
import type { Price } from '../core/money.ts';
import type {
  AccountTrade,
  Fill,
  Placed,
  PlaceOrder,
  Venue,
  VenueOrder,
} from '../simulator/matching/venue-api.ts';
import { rulesOfSpec } from './symbol-rules.ts';

export type BacktestGatewayOptions = {
  readonly venue: Venue;
  readonly accountId: number;
  readonly timers: Timers;
  /** One way, in ms. */
  readonly latencyMs: number;
  readonly listener: GatewayListener;
};

export interface BacktestGateway extends Gateway {
  /** What the market told, at once. */
  market(update: MarketUpdate): void;
  /** The filters changed. */
  symbolsChanged(): void;
  /** Sends what happened at the venue since the last call on its way to the engine. */
  pump(): void;
  /** Prices of the account's resting stops on this symbol. */
  stopPrices(symbol: string): readonly Price[];
}

const TRADES_PER_READ = 1_000;

export function createBacktestGateway(options: BacktestGatewayOptions): BacktestGateway {
  const { venue, accountId, timers, latencyMs, listener } = options;
  let stopped = false;
  /** Resting stops by exchange order id. */
  const stops = new Map<number, { readonly symbol: string; readonly price: Price }>();

  const answer = (report: GatewayReport): void => {
    timers.after(latencyMs, () => {
      if (!stopped) listener(report);
    });
  };

  /** Runs at the venue after the latency; what it set off follows its own answer, as a stream would. */
  const atVenue = (work: () => GatewayReport): void => allAtVenue(() => [work()]);
  const allAtVenue = (work: () => readonly GatewayReport[]): void => {
    timers.after(latencyMs, () => {
      if (stopped) return;
      for (const report of work()) answer(report);
      pump();
    });
  };

  function pump(): void {
    for (const event of venue.drain()) {
      if (event.kind === 'execution' && event.order.accountId === accountId) {
        noteStop(event.order);
        answer({
          kind: 'order',
          source: 'stream',
          order: pictureOf(event.order),
          fills: event.fill === null ? [] : [fillOf(event.fill, event.at)],
        });
      } else if (event.kind === 'balances' && event.accountId === accountId) {
        answer({ kind: 'balances', balances: event.balances, exchangeTime: event.at });
      }
    }
  }

  function noteStop(order: VenueOrder): void {
    if (order.type !== 'STOP_LOSS') return;
    if (order.status === 'NEW' && !order.working) {
      stops.set(order.orderId, { symbol: order.symbol, price: order.stopPrice });
    } else {
      stops.delete(order.orderId);
    }
  }

  function placed(request: OrderRequest): GatewayReport {
    const result = venue.place(timers.now(), placing(accountId, request));
    if (!result.ok) {
      const { code, message } = result.error;
      return { kind: 'rejected', clientOrderId: request.clientOrderId, code, message, httpStatus: 400 };
    }
    return placedReport(result.value);
  }

  function listed(list: OrderListRequest): readonly GatewayReport[] {
    const { symbol, quantity, stop, target } = list;
    const leg = {
      symbol,
      side: 'SELL',
      timeInForce: null,
      quantity,
      quoteQuantity: null,
      lane: 'reduce',
    } as const;
    const above: OrderRequest = { ...leg, ...target, type: 'LIMIT_MAKER', stopPrice: null };
    const below: OrderRequest = { ...leg, ...stop, type: 'STOP_LOSS', price: null };
    const result = venue.placeList(timers.now(), {
      accountId,
      symbol,
      kind: 'OCO',
      listClientOrderId: list.listClientOrderId,
      orders: [placing(accountId, above), placing(accountId, below)],
    });
    if (result.ok) return result.value.placed.map(placedReport);
    const { code, message } = result.error;
    return [stop, target].map(({ clientOrderId }) => ({
      kind: 'rejected',
      clientOrderId,
      code,
      message,
      httpStatus: 400,
    }));
  }

  /** Every trade of the account on this symbol from the cursor on. */
  function tradesFrom(symbol: string, cursor: number): readonly ExchangeTrade[] {
    const trades: ExchangeTrade[] = [];
    for (let from = cursor; ;) {
      const page = venue.trades(accountId, symbol, from, TRADES_PER_READ);
      trades.push(...page.map(tradeOf));
      const last = page.at(-1);
      if (page.length < TRADES_PER_READ || last === undefined) return trades;
      from = last.tradeId + 1;
    }
  }

  return {
    start(): void {
      answer({ kind: 'symbols', symbols: venue.symbols().map(rulesOfSpec) });
      answer({ kind: 'clock', offsetMs: 0, roundTripMs: 2 * latencyMs });
      answer({ kind: 'streams', health: { market: 'connected', user: 'connected' } });
    },
    submit(request): void {
      atVenue(() => placed(request));
    },
    submitList(list): void {
      allAtVenue(() => listed(list));
    },
    cancel({ clientOrderId, symbol }): void {
      atVenue(() => {
        const result = venue.cancel(timers.now(), {
          accountId,
          symbol,
          order: { clientOrderId },
          requestClientOrderId: '',
          restriction: null,
        });
        if (result.ok) return { kind: 'order', source: 'reply', order: pictureOf(result.value), fills: [] };
        const { code, message } = result.error;
        return { kind: 'cancelRejected', clientOrderId, code, message };
      });
    },
    lookUp({ clientOrderId, symbol }): void {
      atVenue(() => {
        const order = venue.order(accountId, symbol, { clientOrderId });
        if (order === null) return { kind: 'absent', clientOrderId };
        const fills = tradesFrom(symbol, 0).filter((trade) => trade.exchangeOrderId === order.orderId);
        return { kind: 'order', source: 'lookup', order: pictureOf(order), fills };
      });
    },
    readAccount(requestId, tradeCursor): void {
      atVenue(() => {
        const trades: ExchangeTrade[] = [];
        const cursor: Record<string, number> = {};
        for (const [symbol, from] of Object.entries(tradeCursor)) {
          const read = tradesFrom(symbol, from);
          trades.push(...read);
          const last = read.at(-1);
          if (last !== undefined) cursor[symbol] = last.tradeId;
        }
        return {
          kind: 'account',
          requestId,
          balances: venue.balances(accountId),
          openOrders: venue.openOrders(accountId, null).map(pictureOf),
          trades,
          tradeCursor: cursor,
          exchangeTime: timers.now(),
        };
      });
    },
    stop(): void {
      stopped = true;
    },
    market(update): void {
      if (!stopped) listener({ kind: 'market', update });
    },
    symbolsChanged(): void {
      if (!stopped) listener({ kind: 'symbols', symbols: venue.symbols().map(rulesOfSpec) });
    },
    pump,
    stopPrices(symbol): readonly Price[] {
      if (stops.size === 0) return [];
      return [...stops.values()].filter((stop) => stop.symbol === symbol).map(({ price }) => price);
    },
  };
}

const statuses: Readonly<Record<VenueOrder['status'], ExchangeOrderStatus>> = {
  NEW: 'NEW',
  PENDING_NEW: 'NEW',
  PARTIALLY_FILLED: 'PARTIALLY_FILLED',
  FILLED: 'FILLED',
  CANCELED: 'CANCELED',
  REJECTED: 'REJECTED',
  EXPIRED: 'EXPIRED',
  EXPIRED_IN_MATCH: 'EXPIRED',
};

function placing(accountId: number, request: OrderRequest): PlaceOrder {
  const { symbol, side, type, timeInForce, quantity, quoteQuantity, price, stopPrice, clientOrderId } =
    request;
  return {
    accountId,
    symbol,
    side,
    type,
    timeInForce,
    quantity,
    quoteOrderQuantity: quoteQuantity,
    price,
    stopPrice,
    trailingDeltaBps: null,
    icebergQuantity: null,
    clientOrderId,
    selfTradeMode: null,
    strategyId: null,
    strategyType: null,
  };
}

function placedReport({ order, fills }: Placed): GatewayReport {
  return {
    kind: 'order',
    source: 'reply',
    order: pictureOf(order),
    fills: fills.map((fill) => fillOf(fill, order.updateTime)),
  };
}

function pictureOf(order: VenueOrder): ExchangeOrder {
  return {
    symbol: order.symbol,
    clientOrderId: order.clientOrderId,
    exchangeOrderId: order.orderId,
    side: order.side,
    type: order.type,
    status: statuses[order.status],
    rawStatus: order.status,
    quantity: order.originalQuantity > ZERO_QUANTITY ? order.originalQuantity : order.executedQuantity,
    executedQuantity: order.executedQuantity,
    cumulativeQuote: order.cumulativeQuote,
    price: order.price,
    stopPrice: order.stopPrice,
    exchangeTime: order.updateTime,
  };
}

function fillOf(fill: Fill, at: number): ExchangeFill {
  return {
    tradeId: fill.tradeId,
    price: fill.price,
    quantity: fill.quantity,
    fee: fill.commission,
    feeAsset: fill.commissionAsset,
    isMaker: fill.isMaker,
    exchangeTime: at,
  };
}

function tradeOf(trade: AccountTrade): ExchangeTrade {
  return {
    ...fillOf(trade, trade.time),
    symbol: trade.symbol,
    exchangeOrderId: trade.orderId,
    side: trade.isBuyer ? 'BUY' : 'SELL',
  };
}
