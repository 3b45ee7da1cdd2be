// The running sums against a count from scratch after every event: an entry, its fill, then a stop and a target
// that are the legs of one order list, of which each counts once.
import { expect, it } from 'vitest';
import { filledEvent, idOf, intended, ordersAfter } from '../../../tests/builders/engine-values.ts';
import type { DomainEvent } from '../../core/events.ts';
import { price, quantity } from '../../core/money.ts';
import { isUnresolved, reservedOf, type Orders } from './orders.ts';

const accepted = (number: number): DomainEvent => ({
  kind: 'order.accepted',
  orderId: idOf(number),
  exchangeOrderId: number,
  exchangeTime: 1,
  sentLatencyMs: null,
});
const ended = (number: number, status: 'FILLED' | 'CANCELLED', executed: string): DomainEvent => ({
  kind: 'order.ended',
  orderId: idOf(number),
  status,
  executedQuantity: quantity(executed),
  reason: '',
});
const leg = { side: 'SELL', listClientOrderId: 'list' } as const;
const story: readonly DomainEvent[] = [
  intended(1),
  accepted(1),
  filledEvent(1, 1),
  ended(1, 'FILLED', '0.25'),
  intended(2, { ...leg, purpose: 'stop', type: 'STOP_LOSS', stopPrice: price('49000') }),
  intended(3, { ...leg, purpose: 'target', type: 'LIMIT_MAKER', price: price('52000') }),
  accepted(2),
  accepted(3),
  ended(3, 'CANCELLED', '0'),
  ended(2, 'CANCELLED', '0'),
];

function counted({ open }: Orders): unknown {
  const orders = [...open.values()];
  return {
    open: orders.length,
    onSymbol: orders.length,
    unresolved: orders.filter(isUnresolved).length,
    reserved: orders.reduce((sum, order) => sum + reservedOf(order), 0n),
    entries: orders.filter(({ purpose }) => purpose === 'entry').length,
  };
}

it.each(story.map((event, index) => [index + 1, event.kind] as const))(
  'sums are what counting finds after %i events, the last %s',
  (count) => {
    const orders = ordersAfter(story.slice(0, count));
    const { sums } = orders;
    const onSymbol = sums.bySymbol.get('BTCUSDT');
    expect({
      open: sums.open,
      onSymbol: onSymbol?.open ?? 0,
      unresolved: onSymbol?.unresolved ?? 0,
      reserved: sums.reserved,
      entries: sums.entries.size,
    }).toEqual(counted(orders));
    expect(onSymbol?.entries ?? 0).toBe(sums.entries.size);
    expect(onSymbol?.reserved ?? 0n).toBe(sums.reserved);
  },
);

it('holds both legs of a list while both rest', () => {
  expect(ordersAfter(story.slice(0, 8)).sums.open).toBe(2);
});
