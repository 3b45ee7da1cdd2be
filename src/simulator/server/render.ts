/**
 * Answers in the exchange's shapes: member names, their order and number texts follow the published
 * REST and WebSocket API documentation and the recorded answers. Times are milliseconds or, when the
 * client asked for it, microseconds.
 */
import type {
  AccountTrade,
  BookDepth,
  Fill,
  Placed,
  PreventedMatch,
  VenueOrder,
  VenueOrderList,
} from '../matching/venue-api.ts';
import { eightPlaces, percent } from './decimals.ts';
import type { Bar } from './intervals.ts';
import type { AggregateTrade, TapeTrade } from './tape-rows.ts';
import type { DayStatistics } from './tape.ts';

/** Multiplies milliseconds: 1, or 1,000 for microseconds. */
export type TimeUnit = 1 | 1_000;
export type ResponseType = 'ACK' | 'RESULT' | 'FULL';
export type Json = Record<string, unknown>;

/** Members that appear only when the order has them, in every answer about an order. */
function conditional(order: VenueOrder, unit: TimeUnit): Json {
  return {
    ...(order.preventedMatchId === null
      ? {}
      : {
          preventedMatchId: order.preventedMatchId,
          preventedQuantity: eightPlaces(order.preventedQuantity),
        }),
    ...(order.strategyId === null ? {} : { strategyId: order.strategyId }),
    ...(order.strategyType === null ? {} : { strategyType: order.strategyType }),
    ...(order.trailingDeltaBps === null
      ? {}
      : {
          trailingDelta: order.trailingDeltaBps,
          trailingTime: order.trailingTime === null ? -1 : order.trailingTime * unit,
        }),
    ...(order.expiryReason === null ? {} : { expiryReason: order.expiryReason }),
  };
}

function stopAndIceberg(order: VenueOrder): Json {
  return {
    ...(isTriggered(order.type) ? { stopPrice: eightPlaces(order.stopPrice) } : {}),
    ...(order.icebergQuantity === 0n ? {} : { icebergQty: eightPlaces(order.icebergQuantity) }),
  };
}

function isTriggered(type: VenueOrder['type']): boolean {
  return (
    type === 'STOP_LOSS' ||
    type === 'STOP_LOSS_LIMIT' ||
    type === 'TAKE_PROFIT' ||
    type === 'TAKE_PROFIT_LIMIT'
  );
}

export function placedOrder(placed: Placed, type: ResponseType, unit: TimeUnit, at: number): Json {
  const { order, fills } = placed;
  const head = {
    symbol: order.symbol,
    orderId: order.orderId,
    orderListId: order.orderListId,
    clientOrderId: order.clientOrderId,
    transactTime: at * unit,
  };
  if (type === 'ACK') return head;
  return {
    ...head,
    ...quantities(order),
    ...stopAndIceberg(order),
    workingTime: order.workingTime === null ? -1 : order.workingTime * unit,
    ...(type === 'FULL' ? { fills: fills.map(placedFill) } : {}),
    ...(type === 'FULL' && placed.preventedMatches.length > 0
      ? { preventedMatches: placed.preventedMatches.map(placedPrevention) }
      : {}),
    selfTradePreventionMode: order.selfTradeMode,
    ...conditional(order, unit),
  };
}

function placedPrevention(match: PreventedMatch): Json {
  return {
    preventedMatchId: match.preventedMatchId,
    makerOrderId: match.makerOrderId,
    price: eightPlaces(match.price),
    ...(match.takerPreventedQuantity === null
      ? {}
      : { takerPreventedQuantity: eightPlaces(match.takerPreventedQuantity) }),
    ...(match.makerPreventedQuantity === null
      ? {}
      : { makerPreventedQuantity: eightPlaces(match.makerPreventedQuantity) }),
  };
}

function quantities(order: VenueOrder): Json {
  return {
    price: eightPlaces(order.price),
    origQty: eightPlaces(order.originalQuantity),
    executedQty: eightPlaces(order.executedQuantity),
    origQuoteOrderQty: eightPlaces(order.originalQuoteQuantity),
    cummulativeQuoteQty: eightPlaces(order.cumulativeQuote),
    status: order.status,
    timeInForce: order.timeInForce,
    type: order.type,
    side: order.side,
  };
}

function placedFill(fill: Fill): Json {
  return {
    price: eightPlaces(fill.price),
    qty: eightPlaces(fill.quantity),
    commission: eightPlaces(fill.commission),
    commissionAsset: fill.commissionAsset,
    tradeId: fill.tradeId,
  };
}

export function cancelledOrder(
  order: VenueOrder,
  requestClientOrderId: string,
  unit: TimeUnit,
  at: number,
): Json {
  return {
    symbol: order.symbol,
    origClientOrderId: order.clientOrderId,
    orderId: order.orderId,
    orderListId: order.orderListId,
    clientOrderId: requestClientOrderId,
    transactTime: at * unit,
    ...quantities(order),
    ...stopAndIceberg(order),
    selfTradePreventionMode: order.selfTradeMode,
    ...conditional(order, unit),
  };
}

export function queriedOrder(order: VenueOrder, unit: TimeUnit): Json {
  return {
    symbol: order.symbol,
    orderId: order.orderId,
    orderListId: order.orderListId,
    clientOrderId: order.clientOrderId,
    price: eightPlaces(order.price),
    origQty: eightPlaces(order.originalQuantity),
    executedQty: eightPlaces(order.executedQuantity),
    cummulativeQuoteQty: eightPlaces(order.cumulativeQuote),
    status: order.status,
    timeInForce: order.timeInForce,
    type: order.type,
    side: order.side,
    stopPrice: eightPlaces(order.stopPrice),
    icebergQty: eightPlaces(order.icebergQuantity),
    time: order.time * unit,
    updateTime: order.updateTime * unit,
    isWorking: order.working,
    workingTime: order.workingTime === null ? -1 : order.workingTime * unit,
    origQuoteOrderQty: eightPlaces(order.originalQuoteQuantity),
    selfTradePreventionMode: order.selfTradeMode,
    ...conditional(order, unit),
  };
}

export function amendedOrder(order: VenueOrder, originalClientOrderId: string, unit: TimeUnit): Json {
  return {
    symbol: order.symbol,
    orderId: order.orderId,
    orderListId: order.orderListId,
    origClientOrderId: originalClientOrderId,
    clientOrderId: order.clientOrderId,
    price: eightPlaces(order.price),
    qty: eightPlaces(order.originalQuantity),
    executedQty: eightPlaces(order.executedQuantity),
    preventedQty: eightPlaces(order.preventedQuantity),
    quoteOrderQty: eightPlaces(order.originalQuoteQuantity),
    cumulativeQuoteQty: eightPlaces(order.cumulativeQuote),
    status: order.status,
    timeInForce: order.timeInForce,
    type: order.type,
    side: order.side,
    ...stopAndIceberg(order),
    ...(order.workingTime === null ? {} : { workingTime: order.workingTime * unit }),
    selfTradePreventionMode: order.selfTradeMode,
    ...conditional(order, unit),
  };
}

export function orderList(list: VenueOrderList, unit: TimeUnit): Json {
  return {
    orderListId: list.orderListId,
    contingencyType: list.contingencyType,
    listStatusType: list.listStatusType,
    listOrderStatus: list.listOrderStatus,
    listClientOrderId: list.listClientOrderId,
    transactionTime: list.transactionTime * unit,
    symbol: list.symbol,
    orders: list.orders.map(({ symbol, orderId, clientOrderId }) => ({ symbol, orderId, clientOrderId })),
  };
}

export function accountTrade(trade: AccountTrade, unit: TimeUnit): Json {
  return {
    symbol: trade.symbol,
    id: trade.tradeId,
    orderId: trade.orderId,
    orderListId: trade.orderListId,
    price: eightPlaces(trade.price),
    qty: eightPlaces(trade.quantity),
    quoteQty: eightPlaces(trade.quoteQuantity),
    commission: eightPlaces(trade.commission),
    commissionAsset: trade.commissionAsset,
    time: trade.time * unit,
    isBuyer: trade.isBuyer,
    isMaker: trade.isMaker,
    isBestMatch: true,
  };
}

export function publicTrade(trade: TapeTrade, unit: TimeUnit): Json {
  return {
    id: trade.tradeId,
    price: eightPlaces(trade.price),
    qty: eightPlaces(trade.quantity),
    quoteQty: eightPlaces(trade.quoteQuantity),
    time: trade.time * unit,
    isBuyerMaker: trade.buyerIsMaker,
    isBestMatch: true,
  };
}

export function aggregateTrade(trade: AggregateTrade, unit: TimeUnit): Json {
  return {
    a: trade.aggregateId,
    p: eightPlaces(trade.price),
    q: eightPlaces(trade.quantity),
    f: trade.firstId,
    l: trade.lastId,
    T: trade.time * unit,
    m: trade.buyerIsMaker,
    M: true,
  };
}

export function kline(bar: Bar, closeTime: number, unit: TimeUnit): unknown[] {
  return [
    bar.openTime * unit,
    eightPlaces(bar.open),
    eightPlaces(bar.high),
    eightPlaces(bar.low),
    eightPlaces(bar.close),
    eightPlaces(bar.volume),
    unit === 1 ? closeTime : closeTime * unit + 999,
    eightPlaces(bar.quoteVolume),
    bar.trades,
    eightPlaces(bar.takerVolume),
    eightPlaces(bar.takerQuoteVolume),
    '0',
  ];
}

export function depthBook(book: BookDepth): Json {
  return {
    lastUpdateId: book.lastUpdateId,
    bids: book.bids.map((level) => [eightPlaces(level.price), eightPlaces(level.quantity)]),
    asks: book.asks.map((level) => [eightPlaces(level.price), eightPlaces(level.quantity)]),
  };
}

/** Volume-weighted average at 10⁻⁸, rounded down; zero without volume. */
export function weightedAverage(bar: Bar): bigint {
  return bar.volume === 0n ? 0n : (bar.quoteVolume * 100_000_000n) / bar.volume;
}

export function statistics(
  symbol: string,
  day: DayStatistics,
  unit: TimeUnit,
): { readonly mini: Json; readonly change: Json } {
  const lastId = day.lastId;
  return {
    change: {
      symbol,
      priceChange: eightPlaces(day.close - day.open),
      priceChangePercent: percent(day.close - day.open, day.open),
      weightedAvgPrice: eightPlaces(weightedAverage(day)),
    },
    mini: {
      symbol,
      openPrice: eightPlaces(day.open),
      highPrice: eightPlaces(day.high),
      lowPrice: eightPlaces(day.low),
      lastPrice: eightPlaces(day.close),
      volume: eightPlaces(day.volume),
      quoteVolume: eightPlaces(day.quoteVolume),
      openTime: day.openTime * unit,
      closeTime: day.closeTime * unit,
      firstId: firstTradeOf(day),
      lastId,
      count: day.trades,
    },
  };
}

/** Trades of the history before the start have counts but no ids: ids then go back from the last known. */
export function firstTradeOf(day: Bar): number {
  return day.lastId < 0 ? -1 : Math.max(0, day.lastId - day.trades + 1);
}
