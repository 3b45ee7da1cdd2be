import { describe, expect, it } from 'vitest';
import {
  filledEvent,
  idOf,
  intended,
  orderIn,
  ordersAfter,
  recordOf,
} from '../../../tests/builders/engine-values.ts';
import { SYMBOL } from '../../../tests/builders/engine-gateway.ts';
import type { DomainEvent } from '../../core/events.ts';
import { InvariantViolation } from '../../core/invariant.ts';
import { notional, price, quantity } from '../../core/money.ts';
import { evolveOrders, exchangeKey, isBooked, isComplete, isUnresolved, reservedOf } from './orders.ts';

const accepted: DomainEvent = {
  kind: 'order.accepted',
  orderId: idOf(1),
  exchangeOrderId: 7,
  exchangeTime: 1,
  sentLatencyMs: null,
};
const ended = (status: string, executed: string): DomainEvent => ({
  kind: 'order.ended',
  orderId: idOf(1),
  status,
  executedQuantity: quantity(executed),
  reason: status,
});
const failed: DomainEvent = { kind: 'order.failed', orderId: idOf(1), reason: 'absent' };
const unknown: DomainEvent = { kind: 'order.unknown', orderId: idOf(1), reason: 'timeout' };
const reconciled = (tradeCursor: Record<string, number | string>): DomainEvent => ({
  kind: 'reconciliation.completed',
  requestId: 1,
  trigger: 'periodic',
  openOrders: 0,
  fillsBooked: 0,
  ordersResolved: 0,
  externalFound: 0,
  differences: [],
  tradeCursor,
});
const adopted = (side: 'BUY' | 'SELL'): DomainEvent => ({
  kind: 'order.adopted',
  orderId: idOf(5),
  clientOrderId: 'web_1',
  exchangeOrderId: 9,
  symbol: SYMBOL,
  side,
  type: 'LIMIT',
  quantity: quantity('2'),
  executedQuantity: quantity('0.5'),
  price: price('10'),
});

describe('an order', () => {
  it('keeps its whole reservation until the exchange has answered (invariant 4)', () => {
    const pending = ordersAfter([intended(1)]);
    expect(reservedOf(orderIn(pending, 1))).toBe(notional('100'));
    const lost = ordersAfter([unknown], pending);
    expect(reservedOf(orderIn(lost, 1))).toBe(notional('100'));
    expect(isUnresolved(orderIn(lost, 1))).toBe(true);
    const known = ordersAfter([accepted, filledEvent(1, 1)], lost);
    expect(reservedOf(orderIn(known, 1))).toBe(notional('75'));
    expect(isUnresolved(orderIn(known, 1))).toBe(false);
  });

  it('never reserves less than nothing, and nothing once it is over', () => {
    const dear = ordersAfter([intended(1), accepted, filledEvent(1, 1, { price: price('900') })]);
    expect(reservedOf(orderIn(dear, 1))).toBe(0n);
    expect(reservedOf(orderIn(ordersAfter([failed], ordersAfter([intended(1)])), 1))).toBe(0n);
    expect(reservedOf(orderIn(ordersAfter([intended(1, { purpose: 'stop' })]), 1))).toBe(0n);
  });

  it('that ended with fills missing is unresolved until they are booked', () => {
    const over = ordersAfter([intended(1), accepted, ended('CANCELLED', '0.5'), filledEvent(1, 1)]);
    expect(isUnresolved(orderIn(over, 1))).toBe(true);
    expect(over.open.has(idOf(1))).toBe(true);
    const whole = ordersAfter([filledEvent(1, 2)], over);
    expect(isComplete(orderIn(whole, 1))).toBe(true);
    expect(whole.finished.has(idOf(1))).toBe(true);
  });

  it('takes a late fill after its end and stays ended', () => {
    const late = ordersAfter([intended(1), accepted, ended('CANCELLED', '0'), filledEvent(1, 1)]);
    expect(orderIn(late, 1).status).toBe('CANCELLED');
    expect(orderIn(late, 1).filledQuantity).toBe(quantity('0.25'));
  });

  it('believed lost comes back to life by the word of the exchange', () => {
    const back = ordersAfter([intended(1), failed, accepted]);
    expect(orderIn(back, 1).status).toBe('SUBMITTED');
    expect([back.open.size, back.finished.size]).toEqual([1, 0]);
  });

  it('remembers a cancel that was asked for, and forgets one that failed', () => {
    const asked = ordersAfter([
      intended(1),
      accepted,
      { kind: 'order.cancelRequested', orderId: idOf(1), reason: 'x' },
    ]);
    expect(orderIn(asked, 1).cancelRequestedAt).not.toBeNull();
    const not = ordersAfter([{ kind: 'order.cancelFailed', orderId: idOf(1), reason: 'x' }], asked);
    expect(orderIn(not, 1).cancelRequestedAt).toBeNull();
  });

  it('keeps why it was rejected', () => {
    const no = ordersAfter([
      intended(1),
      { kind: 'order.rejected', orderId: idOf(1), code: -2010, message: 'no' },
    ]);
    expect(orderIn(no, 1).rejection).toEqual({ code: -2010, message: 'no' });
    expect(orderIn(no, 1).status).toBe('REJECTED');
  });

  it.each([
    ['a fill booked twice (invariant 5)', [accepted, filledEvent(1, 1), filledEvent(1, 1)]],
    [
      'more than was asked (invariant 3)',
      [accepted, filledEvent(1, 1, { quantity: quantity('1.00000001') })],
    ],
    ['a fill of an order nobody knows', [filledEvent(2, 1)]],
    ['an end of an order nobody knows', [{ ...ended('FILLED', '1'), orderId: idOf(2) } as DomainEvent]],
    [
      'a cancel of an order nobody knows',
      [{ kind: 'order.cancelRequested' as const, orderId: idOf(2), reason: '' }],
    ],
    ['a step that is not in the table', [accepted, ended('FILLED', '0'), accepted]],
  ])('refuses %s', (_what, events) => {
    expect(() => ordersAfter(events, ordersAfter([intended(1)]))).toThrow(InvariantViolation);
  });

  it('of unknown size may be filled without a bound', () => {
    const state = ordersAfter([intended(1, { quantity: null, quoteQuantity: notional('100') }), accepted]);
    expect(() => ordersAfter([filledEvent(1, 1, { quantity: quantity('500') })], state)).not.toThrow();
  });
});

describe("somebody else's order", () => {
  it('to buy counts in full against the limits, one to sell does not (invariant 27)', () => {
    expect(reservedOf(orderIn(ordersAfter([adopted('BUY')]), 5))).toBe(notional('20'));
    expect(reservedOf(orderIn(ordersAfter([adopted('SELL')]), 5))).toBe(0n);
  });

  it('is complete when it is over, whatever was filled: its trades are adopted', () => {
    const over = ordersAfter([
      adopted('BUY'),
      {
        kind: 'order.ended',
        orderId: idOf(5),
        status: 'FILLED',
        executedQuantity: quantity('2'),
        reason: '',
      },
    ]);
    expect(over.finished.has(idOf(5))).toBe(true);
    expect(over.byExchangeId.get(exchangeKey(SYMBOL, 9))).toBe(idOf(5));
  });
});

describe('trades', () => {
  it('are known by symbol and number', () => {
    const state = ordersAfter([intended(1), accepted, filledEvent(1, 1)]);
    expect(isBooked(state, SYMBOL, 1)).toBe(true);
    expect(isBooked(state, 'ETHUSDT', 1)).toBe(false);
    expect(isBooked(state, SYMBOL, 2)).toBe(false);
  });

  it('made elsewhere are known too', () => {
    const state = ordersAfter([
      {
        kind: 'trade.adopted',
        symbol: SYMBOL,
        tradeId: 4,
        exchangeOrderId: 1,
        side: 'SELL',
        price: price('1'),
        quantity: quantity('1'),
        fee: quantity('0') as never,
        feeAsset: 'USDT',
        exchangeTime: 1,
      },
    ]);
    expect(isBooked(state, SYMBOL, 4)).toBe(true);
  });

  it('up to the cursor are kept as one number, which never falls', () => {
    let state = ordersAfter([intended(1), accepted, filledEvent(1, 3), filledEvent(1, 8)]);
    state = ordersAfter([reconciled({ [SYMBOL]: 5, odd: 'text' })], state);
    expect(state.booked.get(SYMBOL)).toEqual({ watermark: 5, above: new Set([8]) });
    state = ordersAfter([reconciled({ [SYMBOL]: 2, ETHUSDT: 1 })], state);
    expect(state.booked.get(SYMBOL)?.watermark).toBe(5);
    expect(isBooked(state, SYMBOL, 4)).toBe(true);
    expect(isBooked(state, 'ETHUSDT', 1)).toBe(true);
  });
});

describe('finished orders', () => {
  it('are kept up to a bound, the oldest forgotten with its number', () => {
    let state = ordersAfter([]);
    for (let number = 1; number <= 250; number += 1) {
      const orderId = idOf(number);
      state = ordersAfter(
        [
          intended(number),
          number % 2 === 0
            ? { kind: 'order.failed', orderId, reason: '' }
            : {
                kind: 'order.accepted',
                orderId,
                exchangeOrderId: number,
                exchangeTime: 1,
                sentLatencyMs: null,
              },
          ...(number % 2 === 0
            ? []
            : [
                {
                  kind: 'order.ended',
                  orderId,
                  status: 'EXPIRED',
                  executedQuantity: quantity('0'),
                  reason: '',
                } as const,
              ]),
        ],
        state,
      );
    }
    expect(state.finished.size).toBe(200);
    expect(state.open.size).toBe(0);
    expect(state.byExchangeId.size).toBe(100);
    expect(state.finished.has(idOf(50))).toBe(false);
    expect(state.finished.has(idOf(51))).toBe(true);
  });

  it('are not touched by events of other things', () => {
    const state = ordersAfter([intended(1)]);
    expect(evolveOrders(state, recordOf({ kind: 'tilt.lockEnded', reason: 'x' }))).toBe(state);
  });
});
