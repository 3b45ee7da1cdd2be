/** Values of the engine for unit tests: valid from the start, one thing changed. */
import type { DomainEvent, EventOf, EventRecord } from '../../src/core/events.ts';
import { clientOrderIdOf } from '../../src/core/ids.ts';
import { assetAmount, notional, price, quantity, ZERO_NOTIONAL } from '../../src/core/money.ts';
import type { ExchangeFill, ExchangeOrder } from '../../src/core/ports/gateway.ts';
import type { EntryRequest } from '../../src/core/stages.ts';
import {
  evolveOrders,
  findOrder,
  initialOrders,
  type Order,
  type Orders,
} from '../../src/engine/executor/orders.ts';
import type { Position } from '../../src/engine/portfolio/positions.ts';
import type { RiskContext } from '../../src/engine/risk-engine/context.ts';
import { initialRisk } from '../../src/engine/risk-engine/risk-state.ts';
import { SYMBOL, symbolRules } from './engine-gateway.ts';
import { testRules } from './rules.ts';

const NOW_MS = Date.UTC(2026, 10, 23, 14, 0, 0);

/** A UUIDv7 that ends in this number. */
export function idOf(number: number): string {
  return `019374d0-0000-7000-8000-${String(number).padStart(12, '0')}`;
}

/** An event as if it were in the log; the fold looks at neither sequence nor hash unless told so. */
export function recordOf(event: DomainEvent, change: Partial<EventRecord> = {}): EventRecord {
  return {
    eventId: idOf(1),
    at: NOW_MS,
    aggregateType: 'order',
    aggregateId: 'orderId' in event ? event.orderId : 'positionId' in event ? event.positionId : '',
    causationId: '',
    event,
    sequence: 1,
    previousHash: '',
    hash: '',
    ...change,
  };
}

export function intended(
  number: number,
  change: Partial<EventOf<'order.intended'>> = {},
): EventOf<'order.intended'> {
  return {
    kind: 'order.intended',
    orderId: idOf(number),
    clientOrderId: clientOrderIdOf(idOf(number)),
    positionId: idOf(900),
    commandId: idOf(800),
    purpose: 'entry',
    actor: 'trader',
    strategy: null,
    symbol: SYMBOL,
    side: 'BUY',
    type: 'MARKET',
    timeInForce: null,
    quantity: quantity('1'),
    quoteQuantity: null,
    price: null,
    stopPrice: null,
    referencePrice: price('100'),
    reserved: notional('100'),
    intentHash: 'hash',
    figures: {},
    listClientOrderId: null,
    ...change,
  };
}

export function fillOf(tradeId: number, change: Partial<ExchangeFill> = {}): ExchangeFill {
  return {
    tradeId,
    price: price('100'),
    quantity: quantity('0.25'),
    fee: assetAmount('0.00025'),
    feeAsset: 'BTC',
    isMaker: false,
    exchangeTime: NOW_MS,
    ...change,
  };
}

export function filledEvent(
  number: number,
  tradeId: number,
  change: Partial<EventOf<'order.filled'>> = {},
): EventOf<'order.filled'> {
  return {
    kind: 'order.filled',
    orderId: idOf(number),
    positionId: idOf(900),
    symbol: SYMBOL,
    side: 'BUY',
    ...fillOf(tradeId),
    feeQuote: notional('0.025'),
    ...change,
  };
}

/** The exchange's picture of order `number`. */
export function pictureOf(number: number, change: Partial<ExchangeOrder> = {}): ExchangeOrder {
  return {
    symbol: SYMBOL,
    clientOrderId: clientOrderIdOf(idOf(number)),
    exchangeOrderId: 1_000 + number,
    side: 'BUY',
    type: 'MARKET',
    status: 'NEW',
    rawStatus: 'NEW',
    quantity: quantity('1'),
    executedQuantity: quantity('0'),
    cumulativeQuote: ZERO_NOTIONAL,
    price: price('0'),
    stopPrice: price('0'),
    exchangeTime: NOW_MS,
    ...change,
  };
}

/** Orders after these events. */
export function ordersAfter(events: readonly DomainEvent[], from: Orders = initialOrders): Orders {
  return events.reduce((state, event) => evolveOrders(state, recordOf(event)), from);
}

export function orderIn(state: Orders, number: number): Order {
  const order = findOrder(state, idOf(number));
  if (order === undefined) throw new Error(`no order ${number}`);
  return order;
}

/** One coin bought at 100, its stop at 98, nothing sold. */
export function positionOf(change: Partial<Position> = {}): Position {
  return {
    positionId: idOf(900),
    symbol: SYMBOL,
    baseAsset: 'BTC',
    quoteAsset: 'USDT',
    openedAt: NOW_MS,
    stopPrice: price('98'),
    targetPrice: null,
    bought: quantity('1'),
    cost: notional('100'),
    sold: quantity('0'),
    proceeds: ZERO_NOTIONAL,
    fees: ZERO_NOTIONAL,
    thirdAssetFees: ZERO_NOTIONAL,
    lots: [],
    reducing: null,
    closing: null,
    ...change,
  };
}

export function entryRequest(change: Partial<EntryRequest> = {}): EntryRequest {
  return {
    commandId: idOf(800),
    actor: 'trader',
    strategy: null,
    symbol: SYMBOL,
    side: 'BUY',
    type: 'MARKET',
    timeInForce: null,
    price: null,
    triggerPrice: null,
    method: 'whole',
    amount: { unit: 'quote', amount: notional('25') },
    ...change,
  };
}

/** A SNIPER with $500, a live market at 50,000 and nothing open: everything is allowed. */
export function riskContext(change: Partial<RiskContext> = {}): RiskContext {
  const rules = testRules();
  return {
    now: NOW_MS,
    request: entryRequest(),
    tier: 'SNIPER',
    limits: rules.tierGates.tiers.SNIPER,
    rules: rules.trading.risk,
    symbol: symbolRules(),
    quote: { bid: price('49999.99'), ask: price('50000'), valid: true, crossed: false, ageMs: 100 },
    lastPrice: price('50000'),
    equity: notional('500'),
    freeQuote: notional('500'),
    state: { ...initialRisk, day: 1, dayStartEquity: notional('500'), peakEquity: notional('500') },
    clockOffsetMs: 3,
    openPositions: 0,
    pendingEntries: 0,
    positionOnSymbol: false,
    exposureOnSymbol: ZERO_NOTIONAL,
    openOrdersOnSymbol: 0,
    unresolvedOnSymbol: 0,
    sizeMultiplierBps: 10_000,
    ...change,
  };
}
