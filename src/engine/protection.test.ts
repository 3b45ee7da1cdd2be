import { describe, expect, it } from 'vitest';
import { idOf, intended, ordersAfter, positionOf } from '../../tests/builders/engine-values.ts';
import { symbolRules } from '../../tests/builders/engine-gateway.ts';
import type { DomainEvent } from '../core/events.ts';
import { assetAmount, formatFixed, notional, price, quantity } from '../core/money.ts';
import type { SymbolRules } from '../core/symbols.ts';
import { initialOrders, type Orders } from './executor/orders.ts';
import type { Position } from './portfolio/positions.ts';
import { isBare, positionNeed } from './protection.ts';

const rules = symbolRules({ stepSize: quantity('0.01'), minQuantity: quantity('0.01') });
const closing = { reason: 'manual', actor: 'trader', at: 1, commandId: 'c' } as const;

const accepted = (number: number): DomainEvent => ({
  kind: 'order.accepted',
  orderId: idOf(number),
  exchangeOrderId: number,
  exchangeTime: 1,
  sentLatencyMs: null,
});
const cancelAsked = (number: number): DomainEvent => ({
  kind: 'order.cancelRequested',
  orderId: idOf(number),
  reason: '',
});
const ended = (number: number, executed: string): DomainEvent => ({
  kind: 'order.ended',
  orderId: idOf(number),
  status: 'EXPIRED',
  executedQuantity: quantity(executed),
  reason: '',
});
const filled = (number: number, size: string): DomainEvent => ({
  kind: 'order.filled',
  orderId: idOf(number),
  positionId: idOf(900),
  symbol: 'BTCUSDT',
  side: 'SELL',
  tradeId: number,
  price: price('98'),
  quantity: quantity(size),
  fee: assetAmount('0'),
  feeAsset: 'USDT',
  feeQuote: price('0') as never,
  isMaker: false,
  exchangeTime: 1,
});
const stopOrder = (size = '1', at = '98'): DomainEvent =>
  intended(1, {
    purpose: 'stop',
    side: 'SELL',
    type: 'STOP_LOSS',
    quantity: quantity(size),
    stopPrice: price(at),
  });
const exitOrder = intended(2, { purpose: 'exit', side: 'SELL' });
const entryOrder = intended(3, {});

const resting = ordersAfter([stopOrder(), accepted(1)]);

function need(
  position: Partial<Position>,
  orders: Orders,
  change: { readonly bid?: string | null; readonly holding?: string; readonly rules?: SymbolRules } = {},
): string {
  const { bid = '100', holding = '5' } = change;
  const answer = positionNeed(
    positionOf(position),
    orders,
    change.rules ?? rules,
    bid === null ? null : price(bid),
    assetAmount(holding),
  );
  switch (answer.kind) {
    case 'place': {
      const { purpose, quantity: size, stopPrice, reason } = answer.reduce;
      return `${purpose} ${formatFixed(size)}${stopPrice === null ? '' : ` @ ${formatFixed(stopPrice)}`}, ${reason}`;
    }
    case 'placeList': {
      const { stop, target } = answer;
      const trigger = stop.stopPrice ?? 0n;
      return `list ${formatFixed(stop.quantity)} ${formatFixed(trigger)} | ${formatFixed(target.quantity)} ${formatFixed(target.price ?? 0n)}`;
    }
    case 'flatten':
      return `flatten, ${answer.reason}`;
    case 'cancel':
      return `cancel ${answer.order.purpose}`;
    case 'close':
      return `close, ${answer.reason}`;
    default:
      return answer.kind;
  }
}

describe('what a position needs', () => {
  it.each([
    ['a stop when it has none', {}, initialOrders, {}, 'stop 1 @ 98, protect'],
    ['a stop also without a market', {}, initialOrders, { bid: null }, 'stop 1 @ 98, protect'],
    ['a stop in whole steps', { bought: quantity('1.019') }, initialOrders, {}, 'stop 1.01 @ 98, protect'],
    ['a stop for what is there', {}, initialOrders, { holding: '0.7' }, 'stop 0.7 @ 98, protect'],
    ['a stop on the tick', { stopPrice: price('98.017') }, initialOrders, {}, 'stop 1 @ 98.01, protect'],
    ['to leave at the stop', {}, initialOrders, { bid: '98' }, 'flatten, stop_loss'],
    ['to leave below the stop', {}, initialOrders, { bid: '97' }, 'flatten, stop_loss'],
    ['a stop just above', {}, initialOrders, { bid: '98.01' }, 'stop 1 @ 98, protect'],
    ['nothing when its stop rests', {}, resting, {}, 'nothing'],
    ['nothing below a stop that rests', {}, resting, { bid: '90' }, 'nothing'],
    ['to wait for an unknown stop', {}, ordersAfter([stopOrder()]), {}, 'wait'],
    ['to wait for missing fills', {}, ordersAfter([stopOrder(), accepted(1), ended(1, '0.5')]), {}, 'wait'],
    ['another stop when the amount changed', { bought: quantity('1.5') }, resting, {}, 'cancel stop'],
    ['another stop when the price changed', { stopPrice: price('99') }, resting, {}, 'cancel stop'],
    [
      'nothing while that cancel is under way',
      { stopPrice: price('99') },
      ordersAfter([cancelAsked(1)], resting),
      {},
      'nothing',
    ],
    [
      'nothing while its stop is being filled',
      { sold: quantity('0.4') },
      ordersAfter([filled(1, '0.4')], resting),
      {},
      'nothing',
    ],
    ['nothing while an exit is under way', {}, ordersAfter([exitOrder, accepted(2)]), {}, 'nothing'],
    ['its stop back first when it is closed', { closing }, resting, {}, 'cancel stop'],
    [
      'nothing while that cancel is under way',
      { closing },
      ordersAfter([cancelAsked(1)], resting),
      {},
      'nothing',
    ],
    [
      'its entry back first when it is closed',
      { closing },
      ordersAfter([entryOrder, accepted(3)]),
      {},
      'cancel entry',
    ],
    ['an exit when it is closed', { closing }, initialOrders, {}, 'exit 1, manual'],
    [
      'the books closed when all is sold',
      { closing, sold: quantity('1') },
      initialOrders,
      {},
      'close, manual',
    ],
    [
      'the books closed when the rest is too small',
      { closing, sold: quantity('0.96') },
      initialOrders,
      {},
      'close, manual',
    ],
    ['its stop back first when a part is sold', { reducing: quantity('0.5') }, resting, {}, 'cancel stop'],
    ['a part sold', { reducing: quantity('0.5') }, initialOrders, {}, 'exit 0.5, manual'],
    ['at most itself sold', { reducing: quantity('7') }, initialOrders, {}, 'exit 1, manual'],
    ['no part sold that is less than a step', { reducing: quantity('0.005') }, resting, {}, 'nothing'],
    [
      'no part sold of nothing',
      { reducing: quantity('0.5'), sold: quantity('1') },
      initialOrders,
      {},
      'close, external',
    ],
    [
      'patience while its entry is being filled',
      { bought: quantity('0.01') },
      ordersAfter([entryOrder, accepted(3)]),
      {},
      'nothing',
    ],
    [
      'a stop for what its entry has bought so far',
      {},
      ordersAfter([entryOrder, accepted(3)]),
      {},
      'stop 1 @ 98, protect',
    ],
    ['the books closed when somebody sold it', { sold: quantity('1') }, initialOrders, {}, 'close, external'],
    ['no burial for one odd tick', {}, initialOrders, { bid: '0.01' }, 'flatten, stop_loss'],
  ] as const)('%s', (_what, position, orders, change, expected) => {
    expect(need(position, orders, change)).toBe(expected);
  });

  it('knows a stop that sold it from an exit that did', () => {
    const gone = { sold: quantity('1') };
    const byStop = ordersAfter([
      stopOrder(),
      accepted(1),
      filled(1, '1'),
      { ...ended(1, '1'), status: 'FILLED' } as DomainEvent,
    ]);
    const byExit = ordersAfter([
      exitOrder,
      accepted(2),
      filled(2, '1'),
      { ...ended(2, '1'), status: 'FILLED' } as DomainEvent,
    ]);
    const unfilled = ordersAfter([stopOrder(), accepted(1), ended(1, '0')]);
    expect(need(gone, byStop)).toBe('close, stop_loss');
    expect(need(gone, byExit)).toBe('close, manual');
    expect(need(gone, unfilled)).toBe('close, external');
  });

  it('counts the coarser of the two lot filters, for a stop sells at the market', () => {
    const coarse = symbolRules({
      stepSize: quantity('0.01'),
      marketStepSize: quantity('0.1'),
      marketMinQuantity: quantity('0.5'),
    });
    expect(need({ bought: quantity('1.27') }, initialOrders, { rules: coarse })).toBe(
      'stop 1.2 @ 98, protect',
    );
    expect(need({ bought: quantity('0.49') }, initialOrders, { rules: coarse })).toBe('close, external');
  });
});

describe('a position is bare', () => {
  const bare = (position: Partial<Position>, orders: Orders, symbol: SymbolRules = rules): boolean =>
    isBare(positionOf(position), orders, symbol, price('100'), assetAmount('5'));

  it.each([
    ['without a stop', {}, initialOrders, true],
    ['with a stop for too little', {}, ordersAfter([stopOrder('0.98'), accepted(1)]), true],
    ['not with a stop for 99 %', {}, ordersAfter([stopOrder('0.99'), accepted(1)]), false],
    ['not with its stop', {}, resting, false],
    ['not while its stop is being replaced', {}, ordersAfter([cancelAsked(1)], resting), false],
    ['not while an outcome is unknown', {}, ordersAfter([stopOrder()]), false],
    ['not while it is being sold', {}, ordersAfter([exitOrder, accepted(2)]), false],
    ['not when it is to be closed', { closing }, initialOrders, false],
    ['not when it is too small to sell', { bought: quantity('0.01') }, initialOrders, false],
    ['although another position has a stop', { positionId: idOf(901) }, resting, true],
  ] as const)('%s', (_what, position, orders, expected) => {
    expect(bare(position, orders)).toBe(expected);
  });

  it('not while its symbol is not trading', () => {
    expect(bare({}, initialOrders, symbolRules({ status: 'BREAK' }))).toBe(false);
  });
});

describe('what a position with a target needs', () => {
  const at110 = { targetPrice: price('110') };
  const leg = (purpose: 'stop' | 'target', size = '1', at = '110'): DomainEvent =>
    intended(purpose === 'stop' ? 1 : 4, {
      purpose,
      side: 'SELL',
      type: purpose === 'stop' ? 'STOP_LOSS' : 'LIMIT_MAKER',
      quantity: quantity(size),
      stopPrice: purpose === 'stop' ? price('98') : null,
      price: purpose === 'target' ? price(at) : null,
      listClientOrderId: 'g-list',
    });
  const list = ordersAfter([leg('stop'), leg('target'), accepted(1), accepted(4)]);
  const soldAtTarget = (size: string): DomainEvent =>
    ({ ...filled(4, size), price: price('110') }) as DomainEvent;
  const stopGone = ordersAfter([ended(1, '0')], list);
  const noLists = symbolRules({ ...rules, ocoAllowed: false });

  it.each([
    ['a list when it has nothing', at110, initialOrders, {}, 'list 1 98 | 1 110'],
    ['a list on the ticks', { targetPrice: price('110.001') }, initialOrders, {}, 'list 1 98 | 1 110.01'],
    ['a list also without a market', at110, initialOrders, { bid: null }, 'list 1 98 | 1 110'],
    ['nothing when its list rests', at110, list, {}, 'nothing'],
    ['nothing above a target that rests', at110, list, { bid: '111' }, 'nothing'],
    ['its plain stop back to place a list', at110, resting, {}, 'cancel stop'],
    ['its list back when the target moved', { targetPrice: price('109') }, list, {}, 'cancel stop'],
    ['its list back when the stop moved', { ...at110, stopPrice: price('99') }, list, {}, 'cancel stop'],
    ['its list back when the target is gone', {}, list, {}, 'cancel stop'],
    ['its list back when the amount changed', { ...at110, bought: quantity('1.5') }, list, {}, 'cancel stop'],
    [
      'nothing while that cancel is under way',
      { targetPrice: price('109') },
      ordersAfter([cancelAsked(1)], list),
      {},
      'nothing',
    ],
    ['its list back when it is closed', { ...at110, closing }, list, {}, 'cancel stop'],
    ['its list back when a part is sold', { ...at110, reducing: quantity('0.5') }, list, {}, 'cancel stop'],
    ['nothing for a moment when its stop has just expired: the target fills', at110, stopGone, {}, 'nothing'],
    [
      'its target back when the stop beside it never came to be',
      at110,
      ordersAfter(
        [{ kind: 'order.failed', orderId: idOf(1), reason: 'absent' }],
        ordersAfter([leg('stop'), leg('target'), accepted(4)]),
      ),
      {},
      'cancel target',
    ],
    [
      'the rest of its target back when a part of it was sold',
      { ...at110, sold: quantity('0.4') },
      ordersAfter([soldAtTarget('0.4')], stopGone),
      {},
      'cancel target',
    ],
    [
      'its target back when it is closed and the stop is gone',
      { ...at110, closing },
      stopGone,
      {},
      'cancel target',
    ],
    [
      'to wait while a leg is unknown',
      at110,
      ordersAfter([leg('stop'), leg('target'), accepted(1)]),
      {},
      'wait',
    ],
    [
      'to leave at the target when nothing rests',
      at110,
      initialOrders,
      { bid: '110' },
      'flatten, take_profit',
    ],
    ['to leave at the target from a plain stop', at110, resting, { bid: '110' }, 'flatten, take_profit'],
    ['a list just below the target', at110, initialOrders, { bid: '109.99' }, 'list 1 98 | 1 110'],
    ['to leave at the stop first', at110, initialOrders, { bid: '98' }, 'flatten, stop_loss'],
    ['a plain stop where no lists are', at110, initialOrders, { rules: noLists }, 'stop 1 @ 98, protect'],
    ['nothing but its stop where no lists are', at110, resting, { rules: noLists }, 'nothing'],
    [
      'to leave at the target where no lists are',
      at110,
      resting,
      { rules: noLists, bid: '110' },
      'flatten, take_profit',
    ],
    [
      'a plain stop when the target is above the highest price',
      { targetPrice: price('1000001') },
      initialOrders,
      {},
      'stop 1 @ 98, protect',
    ],
    [
      'a plain stop when the target is worth more than is taken',
      at110,
      initialOrders,
      { rules: symbolRules({ ...rules, maxNotional: notional('109') }) },
      'stop 1 @ 98, protect',
    ],
    [
      'the books closed, with its profit, when the target sold all',
      { ...at110, sold: quantity('1') },
      ordersAfter([soldAtTarget('1'), { ...ended(4, '1'), status: 'FILLED' } as DomainEvent], stopGone),
      {},
      'close, take_profit',
    ],
  ] as const)('%s', (_name, position, orders, change, expected) => {
    expect(need(position, orders, change)).toBe(expected);
  });
});
