import { describe, expect, it } from 'vitest';
import type { DomainEvent, EventRecord } from '../../core/events.ts';
import { assetAmount, notional, price, quantity } from '../../core/money.ts';
import {
  evolvePositions,
  heldCost,
  heldQuantity,
  initialPositions,
  realisedPnl,
  type Positions,
} from './positions.ts';

const record = (event: DomainEvent): EventRecord => ({
  eventId: '',
  at: 1,
  aggregateType: 'position',
  aggregateId: '',
  causationId: '',
  event,
  sequence: 1,
  previousHash: '',
  hash: '',
});

const fold = (...events: readonly DomainEvent[]): Positions =>
  events.reduce((state, event) => evolvePositions(state, record(event)), initialPositions);

const opened: DomainEvent = {
  kind: 'position.opened',
  positionId: 'p',
  symbol: 'BTCUSDT',
  baseAsset: 'BTC',
  quoteAsset: 'USDT',
  entryPrice: price('100'),
  stopPrice: price('98'),
  marketState: 'NORMAL',
};
const bought: DomainEvent = {
  kind: 'order.filled',
  orderId: 'o',
  positionId: 'p',
  symbol: 'BTCUSDT',
  side: 'BUY',
  tradeId: 1,
  price: price('100'),
  quantity: quantity('2'),
  fee: assetAmount('0'),
  feeAsset: 'USDT',
  feeQuote: notional('0'),
  isMaker: false,
  exchangeTime: 1,
};
const left = (total: string, delta: string): DomainEvent => ({
  kind: 'balance.adopted',
  asset: 'BTC',
  delta: assetAmount(delta),
  total: assetAmount(total),
  reason: 'withdrawal',
});

describe('coins of an open position that somebody took out of the account', () => {
  it('leave the position at what is still there, at cost and without profit or loss (invariant 8)', () => {
    const position = fold(opened, bought, left('1.5', '-0.5')).open.get('p')!;
    expect(heldQuantity(position)).toBe(quantity('1.5'));
    expect(heldCost(position)).toBe(notional('150'));
    expect(realisedPnl(position)).toBe(0n);
  });

  it('change nothing while more is there than the position holds', () => {
    const position = fold(opened, bought, left('2', '-3')).open.get('p')!;
    expect(heldQuantity(position)).toBe(quantity('2'));
  });

  it('leave an empty position when all was taken', () => {
    const position = fold(opened, bought, left('0', '-2')).open.get('p')!;
    expect(heldQuantity(position)).toBe(0n);
    expect(heldCost(position)).toBe(0n);
  });

  it('come out of the dust of closed positions first', () => {
    const state = fold(
      opened,
      { kind: 'dust.kept', asset: 'BTC', quantity: assetAmount('0.4'), positionId: 'p' },
      left('0.1', '-0.3'),
    );
    expect(state.dust.get('BTC')?.quantity).toBe(quantity('0.1'));
    expect(
      fold(
        opened,
        { kind: 'dust.kept', asset: 'BTC', quantity: assetAmount('0.4'), positionId: 'p' },
        left('0', '-0.4'),
      ).dust.size,
    ).toBe(0);
  });
});
