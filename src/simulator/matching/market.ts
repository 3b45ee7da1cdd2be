/**
 * Everything the venue keeps about one symbol: its filters, its book and the orders standing in it,
 * those waiting for a trigger, its counters (order, trade and execution ids count per symbol, as on
 * the exchange) and its recent average price.
 */
import type { Price } from '../../core/money.ts';
import { AveragePrice } from './average-price.ts';
import type { FeeSchedule } from './commission.ts';
import type { LiveOrder } from './live-order.ts';
import { ASK, BID, OrderBook, type BookSide } from './order-book.ts';
import { scaleFor, type Scale } from './scale.ts';
import { StopIndex } from './stop-index.ts';
import type { PreventedMatch, SymbolSpec, VenueSide } from './venue-api.ts';

export type Market = {
  spec: SymbolSpec;
  scale: Scale;
  book: OrderBook;
  /** Orders by their slot in the book; the outside market's slots have none. */
  orders: (LiveOrder | null)[];
  stops: StopIndex;
  average: AveragePrice;
  lastPrice: Price | null;
  /** Set from outside; null where the exchange publishes none. */
  reference: Price | null;
  nextOrderId: number;
  nextTradeId: number;
  nextExecutionId: number;
  nextPreventedMatchId: number;
  preventedMatches: PreventedMatch[];
  /** Triggered and waiting for their turn to enter the book. */
  readonly triggered: LiveOrder[];
  /** Update id up to which `takeDelta` has reported. */
  reportedUpdate: number;
  /** Resting orders of limited accounts, and of unlimited ones; the outside market's places not counted. */
  clients: number;
  makers: number;
};

export function makeMarket(spec: SymbolSpec, fees: FeeSchedule): Market {
  const scale = scaleFor(spec.tickSize, spec.stepSize, null);
  return {
    spec,
    scale,
    book: new OrderBook(scale, fees),
    orders: [],
    stops: new StopIndex(),
    average: new AveragePrice(spec.averagePriceMinutes),
    lastPrice: null,
    reference: null,
    nextOrderId: 1,
    nextTradeId: 1,
    nextExecutionId: 1,
    nextPreventedMatchId: 0,
    preventedMatches: [],
    triggered: [],
    reportedUpdate: 0,
    clients: 0,
    makers: 0,
  };
}

/** Ties an order to the slot it rests in. */
export function occupy(market: Market, order: LiveOrder, slot: number): void {
  while (market.orders.length <= slot) market.orders.push(null);
  market.orders[slot] = order;
  order.slot = slot;
  if (order.account.spec.unlimited) market.makers += 1;
  else market.clients += 1;
}

/** Unties an order from its slot; the book gives the slot up itself. */
export function vacate(market: Market, order: LiveOrder): void {
  market.orders[order.slot] = null;
  order.slot = -1;
  if (order.account.spec.unlimited) market.makers -= 1;
  else market.clients -= 1;
}

export function bookSide(side: VenueSide): BookSide {
  return side === 'BUY' ? BID : ASK;
}

/** The measure of the price filters: the reference price if one is set, else the average. */
export function referencePrice(market: Market, now: number): Price | null {
  return market.reference ?? averagePriceOf(market, now);
}

/** Average over the filter's minutes, the last price when nothing traded in them or there are none. */
export function averagePriceOf(market: Market, now: number): Price | null {
  if (market.spec.averagePriceMinutes === 0) return market.lastPrice;
  const ticks = market.average.ticks(now);
  if (ticks === 0) return market.lastPrice;
  return BigInt(Math.round(ticks * market.scale.tickUnits)) as Price;
}
