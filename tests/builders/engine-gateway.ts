/**
 * The exchange as a test plays it. It keeps the account's balances, open orders and trades, so that an
 * account read is honest; what it does not do is answer by itself, unless asked to.
 */
import {
  notional,
  notionalFloor,
  price,
  quantity,
  ZERO_AMOUNT,
  ZERO_NOTIONAL,
  ZERO_PRICE,
  ZERO_QUANTITY,
  type AssetAmount,
  type Notional,
  type Price,
  type Quantity,
} from '../../src/core/money.ts';
import type {
  CancelRequest,
  ExchangeFill,
  ExchangeOrder,
  ExchangeTrade,
  Gateway,
  GatewayListener,
  GatewayReport,
  OrderListRequest,
  OrderRequest,
} from '../../src/core/ports/gateway.ts';
import type { SymbolRules } from '../../src/core/symbols.ts';
import type { VirtualTimers } from '../../src/core/virtual-timers.ts';

export const SYMBOL = 'BTCUSDT';

/** BTCUSDT with round filters: tick 0.01, step 0.00001, $5 at least. */
export function symbolRules(change: Partial<SymbolRules> = {}): SymbolRules {
  return {
    symbol: SYMBOL,
    baseAsset: 'BTC',
    quoteAsset: 'USDT',
    status: 'TRADING',
    tickSize: price('0.01'),
    minPrice: price('0.01'),
    maxPrice: price('1000000'),
    stepSize: quantity('0.00001'),
    minQuantity: quantity('0.00001'),
    maxQuantity: quantity('9000'),
    marketStepSize: ZERO_QUANTITY,
    marketMinQuantity: ZERO_QUANTITY,
    marketMaxQuantity: quantity('100'),
    minNotional: notional('5'),
    maxNotional: notional('9000000'),
    bidUpBps: 50_000,
    bidDownBps: 2_000,
    askUpBps: 50_000,
    askDownBps: 2_000,
    maxOrders: 200,
    maxAlgoOrders: 5,
    ocoAllowed: true,
    ...change,
  };
}

export type FillSpec = {
  readonly quantity?: Quantity;
  readonly price?: Price;
  /** 0.1 % of what was received, in it, unless said otherwise. */
  readonly fee?: AssetAmount;
  readonly feeAsset?: string;
};

/** The exchange as the test plays it. */
export interface ScriptedGateway extends Gateway {
  /** Every order in the order it came, the legs of a list as two: the stop, then the target. */
  readonly submitted: OrderRequest[];
  readonly lists: OrderListRequest[];
  readonly started: { readonly wanted: readonly string[]; readonly watched: readonly string[] }[];
  readonly cancels: CancelRequest[];
  readonly lookUps: CancelRequest[];
  readonly reads: { readonly requestId: number; readonly cursor: Readonly<Record<string, number>> }[];
  readonly balances: Map<string, bigint>;
  /** Orders the exchange has, by client id. */
  readonly orders: Map<string, ExchangeOrder>;
  /** Off: an account read waits for `answerRead`. */
  answersReads: boolean;
  /** On: look-ups are answered from the orders above, `absent` when there is none. */
  answersLookUps: boolean;
  /** On: cancels are carried out at once. */
  answersCancels: boolean;
  report(report: GatewayReport): void;
  answerRead(requestId: number): void;
  /** The exchange takes the order and tells nobody. */
  takeSilently(request: OrderRequest): ExchangeOrder;
  accept(request: OrderRequest): void;
  fill(clientOrderId: string, spec?: FillSpec, told?: boolean): ExchangeFill;
  end(clientOrderId: string, status: 'CANCELED' | 'EXPIRED', told?: boolean): void;
  /** Somebody else's trade on the account. */
  foreignTrade(side: 'BUY' | 'SELL', size: Quantity, at: Price): ExchangeTrade;
  last(): OrderRequest;
  connect(user?: 'connected' | 'disconnected'): void;
}

/** What the exchange knows; it outlives the engine. */
export type ScriptedExchange = {
  readonly timers: VirtualTimers;
  readonly balances: Map<string, bigint>;
  readonly orders: Map<string, ExchangeOrder>;
  readonly trades: ExchangeTrade[];
  readonly numbers: { order: number; trade: number };
  readonly touch: Map<string, { readonly bid: Price; readonly ask: Price }>;
};

/** A gateway to this exchange; nothing is answered before the test says so. */
export function createScriptedGateway(
  world: ScriptedExchange,
  symbols: readonly SymbolRules[],
  listener: GatewayListener,
): ScriptedGateway {
  const { balances, orders, trades, numbers, timers } = world;
  const move = (asset: string, delta: bigint): void => {
    balances.set(asset, (balances.get(asset) ?? 0n) + delta);
  };
  const rulesOf = (symbol: string): SymbolRules => {
    const rules = symbols.find((known) => known.symbol === symbol);
    if (rules === undefined) throw new Error(`no such symbol: ${symbol}`);
    return rules;
  };
  const order = (clientOrderId: string): ExchangeOrder => {
    const found = orders.get(clientOrderId);
    if (found === undefined) throw new Error(`the exchange has no order ${clientOrderId}`);
    return found;
  };
  const change = (clientOrderId: string, fields: Partial<ExchangeOrder>): ExchangeOrder => {
    const next = { ...order(clientOrderId), ...fields, exchangeTime: timers.now() };
    orders.set(clientOrderId, next);
    return next;
  };
  const isOpen = ({ status }: ExchangeOrder): boolean => status === 'NEW' || status === 'PARTIALLY_FILLED';
  const settle = (
    symbol: string,
    side: 'BUY' | 'SELL',
    fill: ExchangeFill,
    exchangeOrderId: number,
  ): ExchangeTrade => {
    const { baseAsset, quoteAsset } = rulesOf(symbol);
    const sign = side === 'BUY' ? 1n : -1n;
    move(baseAsset, sign * fill.quantity);
    move(quoteAsset, -sign * notionalFloor(fill.price, fill.quantity));
    move(fill.feeAsset, -fill.fee);
    const trade = { ...fill, symbol, side, exchangeOrderId };
    trades.push(trade);
    return trade;
  };
  const fillsOf = (exchangeOrderId: number): readonly ExchangeFill[] =>
    trades.filter((trade) => trade.exchangeOrderId === exchangeOrderId);

  /** The leg that still rests beside this one. */
  const otherLeg = (clientOrderId: string): string | null => {
    for (const { stop, target } of gateway.lists) {
      const legs = [stop.clientOrderId, target.clientOrderId];
      if (!legs.includes(clientOrderId)) continue;
      const other = legs.find((leg) => leg !== clientOrderId) ?? '';
      const known = orders.get(other);
      return known !== undefined && isOpen(known) ? other : null;
    }
    return null;
  };

  const gateway: ScriptedGateway = {
    submitted: [],
    lists: [],
    started: [],
    cancels: [],
    lookUps: [],
    reads: [],
    balances,
    orders,
    answersReads: true,
    answersLookUps: false,
    answersCancels: true,
    report: listener,
    start(wanted, watched = []): void {
      gateway.started.push({ wanted, watched });
      listener({ kind: 'symbols', symbols });
      listener({ kind: 'clock', offsetMs: 3, roundTripMs: 20 });
    },
    connect(user = 'connected'): void {
      listener({ kind: 'streams', health: { market: 'connected', user } });
    },
    submit: (request) => void gateway.submitted.push(request),
    submitList(list): void {
      const { symbol, quantity: size, stop, target } = list;
      const leg = {
        symbol,
        side: 'SELL',
        timeInForce: null,
        quantity: size,
        quoteQuantity: null,
        lane: 'reduce',
      } as const;
      gateway.lists.push(list);
      gateway.submitted.push({ ...leg, ...stop, type: 'STOP_LOSS', price: null });
      gateway.submitted.push({ ...leg, ...target, type: 'LIMIT_MAKER', stopPrice: null });
    },
    cancel(request): void {
      gateway.cancels.push(request);
      const known = orders.get(request.clientOrderId);
      if (!gateway.answersCancels || known === undefined) return;
      if (!isOpen(known)) {
        const { clientOrderId } = request;
        listener({ kind: 'cancelRejected', clientOrderId, code: -2011, message: 'Unknown order sent.' });
        return;
      }
      gateway.end(request.clientOrderId, 'CANCELED');
      const other = otherLeg(request.clientOrderId);
      if (other !== null) gateway.end(other, 'CANCELED');
    },
    lookUp(request): void {
      gateway.lookUps.push(request);
      if (!gateway.answersLookUps) return;
      const { clientOrderId } = request;
      const known = orders.get(clientOrderId);
      if (known === undefined) listener({ kind: 'absent', clientOrderId });
      else listener({ kind: 'order', source: 'lookup', order: known, fills: fillsOf(known.exchangeOrderId) });
    },
    readAccount(requestId, cursor): void {
      gateway.reads.push({ requestId, cursor });
      if (gateway.answersReads) gateway.answerRead(requestId);
    },
    answerRead(requestId): void {
      const cursor = gateway.reads.find((read) => read.requestId === requestId)?.cursor ?? {};
      const open = [...orders.values()].filter(isOpen);
      const seen = trades.filter((trade) => trade.tradeId >= (cursor[trade.symbol] ?? 0));
      // Asked from one beyond what is booked: with no trade seen, what is booked stays what it was.
      const tradeCursor: Record<string, number> = {};
      for (const [symbol, from] of Object.entries(cursor)) tradeCursor[symbol] = from - 1;
      for (const trade of seen)
        tradeCursor[trade.symbol] = Math.max(tradeCursor[trade.symbol] ?? 0, trade.tradeId);
      listener({
        kind: 'account',
        requestId,
        balances: [...balances].map(([asset, total]) => ({
          asset,
          free: total as AssetAmount,
          locked: ZERO_AMOUNT,
        })),
        openOrders: open,
        trades: seen,
        tradeCursor,
        exchangeTime: timers.now(),
      });
    },
    stop(): void {},
    takeSilently(request): ExchangeOrder {
      const taken: ExchangeOrder = {
        symbol: request.symbol,
        clientOrderId: request.clientOrderId,
        exchangeOrderId: numbers.order,
        side: request.side,
        type: request.type,
        status: 'NEW',
        rawStatus: 'NEW',
        quantity: request.quantity ?? ZERO_QUANTITY,
        executedQuantity: ZERO_QUANTITY,
        cumulativeQuote: ZERO_NOTIONAL,
        price: request.price ?? ZERO_PRICE,
        stopPrice: request.stopPrice ?? ZERO_PRICE,
        exchangeTime: timers.now(),
      };
      numbers.order += 1;
      orders.set(request.clientOrderId, taken);
      return taken;
    },
    accept(request): void {
      listener({ kind: 'order', source: 'reply', order: gateway.takeSilently(request), fills: [] });
    },
    fill(clientOrderId, spec = {}, told = true): ExchangeFill {
      const before = order(clientOrderId);
      const touch = world.touch.get(before.symbol) ?? { bid: price('50000'), ask: price('50000.01') };
      const size = spec.quantity ?? ((before.quantity - before.executedQuantity) as Quantity);
      const at = spec.price ?? (before.side === 'BUY' ? touch.ask : touch.bid);
      const { baseAsset, quoteAsset } = rulesOf(before.symbol);
      const received = before.side === 'BUY' ? (size as bigint) : notionalFloor(at, size);
      const fill: ExchangeFill = {
        tradeId: numbers.trade,
        price: at,
        quantity: size,
        fee: spec.fee ?? ((received / 1_000n) as AssetAmount),
        feeAsset: spec.feeAsset ?? (before.side === 'BUY' ? baseAsset : quoteAsset),
        isMaker: false,
        exchangeTime: timers.now(),
      };
      numbers.trade += 1;
      settle(before.symbol, before.side, fill, before.exchangeOrderId);
      const executed = (before.executedQuantity + size) as Quantity;
      const status = executed === before.quantity ? 'FILLED' : 'PARTIALLY_FILLED';
      const after = change(clientOrderId, {
        executedQuantity: executed,
        cumulativeQuote: (before.cumulativeQuote + notionalFloor(at, size)) as Notional,
        status,
        rawStatus: status,
      });
      // As at the exchange: the first fill of a leg ends the other, which is told first.
      const other = otherLeg(clientOrderId);
      if (other !== null) gateway.end(other, 'EXPIRED', told);
      if (told) listener({ kind: 'order', source: 'stream', order: after, fills: [fill] });
      return fill;
    },
    end(clientOrderId, status, told = true): void {
      const after = change(clientOrderId, { status, rawStatus: status });
      if (told) listener({ kind: 'order', source: 'stream', order: after, fills: [] });
    },
    foreignTrade(side, size, at): ExchangeTrade {
      const { quoteAsset } = rulesOf(SYMBOL);
      const fill: ExchangeFill = {
        tradeId: numbers.trade,
        price: at,
        quantity: size,
        fee: ZERO_AMOUNT,
        feeAsset: quoteAsset,
        isMaker: false,
        exchangeTime: timers.now(),
      };
      numbers.trade += 1;
      numbers.order += 1;
      return settle(SYMBOL, side, fill, numbers.order - 1);
    },
    last(): OrderRequest {
      const request = gateway.submitted.at(-1);
      if (request === undefined) throw new Error('nothing was submitted');
      return request;
    },
  };
  return gateway;
}
