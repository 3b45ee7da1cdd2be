/**
 * Events on their way into a log, valid from the start: a life of an account in short, and single
 * events to change one thing of. Ids count up, so that a failure can be read.
 */
import type { AggregateType, DomainEvent, EventOf, NewEvent } from '../../src/core/events.ts';
import { clientOrderIdOf } from '../../src/core/ids.ts';
import { assetAmount, notional, price, quantity } from '../../src/core/money.ts';

export const ACCOUNT_ID = '019374d0-0000-7000-8000-0000000000aa';
const START = Date.UTC(2026, 10, 23, 14, 0, 0);

/** A UUIDv7-shaped id that sorts by its number. */
export function testId(number: number): string {
  return `019374d0-0000-7000-8000-${String(number).padStart(12, '0')}`;
}

export interface EventMaker {
  (event: DomainEvent, changes?: Partial<Omit<NewEvent, 'event'>>): NewEvent;
}

/** Makes events one second apart, with ids of their own. */
export function createEventMaker(firstId: number = 1): EventMaker {
  let count = firstId - 1;
  return (event, changes = {}) => {
    count += 1;
    return {
      eventId: testId(count),
      at: START + count * 1_000,
      aggregateType: aggregateTypeOf(event),
      aggregateId: aggregateIdOf(event),
      causationId: count === firstId ? '' : testId(count - 1),
      event,
      ...changes,
    };
  };
}

function aggregateTypeOf({ kind }: DomainEvent): AggregateType {
  if (kind.startsWith('order.')) return 'order';
  if (kind.startsWith('position.')) return 'position';
  if (kind.startsWith('market.')) return 'market';
  if (kind.startsWith('tilt.')) return 'tilt';
  return kind.startsWith('engine.') ? 'engine' : 'account';
}

function aggregateIdOf(event: DomainEvent): string {
  if ('orderId' in event) return event.orderId;
  if ('positionId' in event) return event.positionId;
  return 'symbol' in event && event.symbol !== null ? event.symbol : ACCOUNT_ID;
}

export function accountOpened(changes: Partial<EventOf<'account.opened'>> = {}): EventOf<'account.opened'> {
  return {
    kind: 'account.opened',
    accountId: ACCOUNT_ID,
    mode: 'paper',
    quoteAsset: 'USDT',
    tier: 'SNIPER',
    ...changes,
  };
}

export function orderIntended(
  number: number,
  changes: Partial<EventOf<'order.intended'>> = {},
): EventOf<'order.intended'> {
  return {
    kind: 'order.intended',
    orderId: testId(900_000 + number),
    clientOrderId: clientOrderIdOf(testId(900_000 + number)),
    positionId: testId(800_000 + number),
    commandId: testId(700_000 + number),
    purpose: 'entry',
    actor: 'trader',
    strategy: null,
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'MARKET',
    timeInForce: null,
    quantity: quantity('0.001'),
    quoteQuantity: null,
    price: null,
    stopPrice: null,
    referencePrice: price('67453.2'),
    reserved: notional('67.6'),
    intentHash: 'f'.repeat(64),
    figures: { equity: '500', limit: '25', spreadBps: 0.4 },
    listClientOrderId: null,
    ...changes,
  };
}

export function orderFilled(
  number: number,
  changes: Partial<EventOf<'order.filled'>> = {},
): EventOf<'order.filled'> {
  return {
    kind: 'order.filled',
    orderId: testId(900_000 + number),
    positionId: testId(800_000 + number),
    symbol: 'BTCUSDT',
    side: 'BUY',
    tradeId: number,
    price: price('67460'),
    quantity: quantity('0.001'),
    fee: assetAmount('0.000001'),
    feeAsset: 'BTC',
    feeQuote: notional('0.06746'),
    isMaker: false,
    exchangeTime: START,
    ...changes,
  };
}

/** One round trip, from the first start to a stopped engine: every projection that events feed today gets rows. */
export function shortLife(): readonly NewEvent[] {
  const make = createEventMaker();
  const position = testId(800_001);
  const exit = testId(900_002);
  const events: readonly DomainEvent[] = [
    {
      kind: 'engine.started',
      mode: 'paper',
      version: '0.1.0',
      codeHash: 'c',
      configHash: 'd',
      runId: 'run-1',
      readOnly: false,
      readOnlyReason: null,
    },
    accountOpened(),
    {
      kind: 'balance.adopted',
      asset: 'USDT',
      delta: assetAmount('500'),
      total: assetAmount('500'),
      reason: 'first look',
    },
    {
      kind: 'equity.marked',
      equity: notional('500'),
      peak: notional('500'),
      drawdownBps: 0,
      dayPnl: notional('0'),
      day: 20_780,
    },
    {
      kind: 'market.stateChanged',
      symbol: 'BTCUSDT',
      from: 'NORMAL',
      to: 'VOLATILE',
      figures: { atr: '120.5', spreadBps: 1.4 },
    },
    { kind: 'market.stateChanged', symbol: 'BTCUSDT', from: 'VOLATILE', to: 'NORMAL', figures: {} },
    orderIntended(1),
    {
      kind: 'order.accepted',
      orderId: testId(900_001),
      exchangeOrderId: 77,
      exchangeTime: START,
      sentLatencyMs: null,
    },
    orderFilled(1),
    {
      kind: 'order.ended',
      orderId: testId(900_001),
      status: 'FILLED',
      executedQuantity: quantity('0.001'),
      reason: '',
    },
    {
      kind: 'position.opened',
      positionId: position,
      symbol: 'BTCUSDT',
      baseAsset: 'BTC',
      quoteAsset: 'USDT',
      entryPrice: price('67460'),
      stopPrice: price('66110.8'),
      marketState: 'NORMAL',
    },
    { kind: 'position.stopMoved', positionId: position, stopPrice: price('66500'), reason: 'trailing' },
    orderIntended(2, { positionId: position, purpose: 'exit', side: 'SELL', quantity: quantity('0.000999') }),
    orderFilled(2, {
      positionId: position,
      side: 'SELL',
      price: price('67000'),
      quantity: quantity('0.000999'),
      fee: assetAmount('0.066933'),
      feeAsset: 'USDT',
      feeQuote: notional('0.066933'),
    }),
    {
      kind: 'order.ended',
      orderId: exit,
      status: 'FILLED',
      executedQuantity: quantity('0.000999'),
      reason: '',
    },
    {
      kind: 'position.closed',
      positionId: position,
      symbol: 'BTCUSDT',
      reason: 'manual',
      entryPrice: price('67460'),
      exitPrice: price('67000'),
      quantity: quantity('0.000999'),
      realisedPnl: notional('-0.6'),
      fees: notional('0.13'),
      heldMs: 5_000,
    },
    { kind: 'tilt.scored', score: 64, level: 'WARNING', indicators: ['re-entry'], evidence: [], figures: {} },
    {
      kind: 'tilt.levelChanged',
      from: 'NORMAL',
      to: 'WARNING',
      score: 64,
      message: 'This pace is unusual for you.',
      enforced: true,
    },
    { kind: 'journal.accepted', words: 512, textHash: 'e'.repeat(64), reason: 'reopen', sketch: null },
    {
      kind: 'equity.marked',
      equity: notional('499.4'),
      peak: notional('500'),
      drawdownBps: 12,
      dayPnl: notional('-0.6'),
      day: 20_780,
    },
    { kind: 'engine.stopped', runId: 'run-1', reason: 'asked' },
  ];
  return events.map((event) => make(event));
}
