import { describe, expect, it } from 'vitest';
import { filledEvent, idOf, intended, positionOf, recordOf } from '../../../tests/builders/engine-values.ts';
import { SYMBOL } from '../../../tests/builders/engine-gateway.ts';
import type { DomainEvent } from '../../core/events.ts';
import { assetAmount, notional, price, quantity } from '../../core/money.ts';
import { averageStop, closingEvents } from './closing.ts';
import {
  entryPrice,
  evolvePositions,
  heldCost,
  heldQuantity,
  initialPositions,
  positionOn,
  realisedPnl,
  unrealisedPnl,
  type Position,
  type Positions,
} from './positions.ts';
import { equityOf, exposureOf, positionValue, sellableQuantity } from './valuation.ts';

const open = (change: Partial<Position> = {}): Positions => {
  const position = positionOf(change);
  return { ...initialPositions, open: new Map([[position.positionId, position]]) };
};
const after = (state: Positions, ...events: readonly DomainEvent[]): Positions =>
  events.reduce((before, event) => evolvePositions(before, recordOf(event)), state);
const only = (state: Positions): Position => state.open.values().next().value ?? positionOf();

const foreignSale = (size: string): DomainEvent => ({
  kind: 'trade.adopted',
  symbol: SYMBOL,
  tradeId: 1,
  exchangeOrderId: 1,
  side: 'SELL',
  price: price('110'),
  quantity: quantity(size),
  fee: assetAmount('0'),
  feeAsset: 'USDT',
  exchangeTime: 1,
});
const adopted = (total: string): DomainEvent => ({
  kind: 'balance.adopted',
  asset: 'BTC',
  delta: assetAmount('-1'),
  total: assetAmount(total),
  reason: 'withdrawal',
});
const closeRequested = (reason: 'manual' | 'emergency'): DomainEvent => ({
  kind: 'position.closeRequested',
  positionId: idOf(900),
  reason,
  actor: 'trader',
  commandId: 'c',
});

describe('the fold', () => {
  it('moves the stop, and keeps the first reason to close', () => {
    const state = after(
      open(),
      { kind: 'position.stopMoved', positionId: idOf(900), stopPrice: price('99'), reason: '' },
      closeRequested('manual'),
      closeRequested('emergency'),
    );
    expect(only(state).stopPrice).toBe(price('99'));
    expect(only(state).closing?.reason).toBe('manual');
  });

  it('remembers a part to sell until its order is written', () => {
    const reducing = after(open(), {
      kind: 'position.reduceRequested',
      positionId: idOf(900),
      quantity: quantity('0.5'),
      actor: 'trader',
      commandId: 'c',
    });
    expect(only(reducing).reducing).toBe(quantity('0.5'));
    expect(only(after(reducing, intended(1, { purpose: 'stop' }))).reducing).not.toBeNull();
    expect(
      only(after(reducing, intended(1, { purpose: 'exit', positionId: idOf(5) }))).reducing,
    ).not.toBeNull();
    expect(only(after(reducing, intended(1, { purpose: 'exit' }))).reducing).toBeNull();
  });

  it("shrinks with somebody else's sale, never below nothing, and ignores their purchase", () => {
    const sold = after(open(), foreignSale('0.4'));
    expect(heldQuantity(only(sold))).toBe(quantity('0.6'));
    expect(realisedPnl(only(sold))).toBe(notional('4'));
    expect(heldQuantity(only(after(open(), foreignSale('3'))))).toBe(0n);
    const bought = { ...foreignSale('1'), side: 'BUY' } as DomainEvent;
    expect(after(open(), bought)).toEqual(open());
    expect(after(initialPositions, foreignSale('1'))).toBe(initialPositions);
  });

  it('leaves what was withdrawn at cost: no sale, no profit', () => {
    const rest = only(after(open(), adopted('0.25')));
    expect(heldQuantity(rest)).toBe(quantity('0.25'));
    expect(heldCost(rest)).toBe(notional('25'));
    expect(realisedPnl(rest)).toBe(0n);
    expect(after(open(), adopted('1'))).toEqual(open());
    expect(heldQuantity(only(after(open(), adopted('0'))))).toBe(0n);
  });

  it('takes what was withdrawn from the dust first', () => {
    const state = {
      ...open(),
      dust: new Map([['BTC', { quantity: quantity('0.5'), cost: notional('50') }]]),
    };
    const less = after(state, adopted('1.2'));
    expect(less.dust.get('BTC')).toEqual({ quantity: quantity('0.2'), cost: notional('20') });
    const none = after(state, adopted('0.9'));
    expect(none.dust.size).toBe(0);
    expect(heldQuantity(only(none))).toBe(quantity('0.9'));
  });

  it('merges dust of the same coin', () => {
    const dust = (positionId: string): DomainEvent => ({
      kind: 'dust.kept',
      asset: 'BTC',
      quantity: assetAmount('0.1'),
      positionId,
    });
    const state = after(open(), dust(idOf(900)), dust('nobody'));
    expect(state.dust.get('BTC')).toEqual({ quantity: quantity('0.2'), cost: notional('10') });
    expect(after(state, { ...dust('nobody'), quantity: assetAmount('0') } as DomainEvent).dust.size).toBe(0);
  });

  it('ignores what is not its business', () => {
    const state = open();
    expect(after(state, { kind: 'tilt.lockEnded', reason: '' }, foreignSale('0'))).toEqual(state);
  });

  it('counts a fee in a third coin once, as a cost', () => {
    const state = after(
      open({ bought: quantity('0'), cost: notional('0') }),
      filledEvent(1, 1, {
        quantity: quantity('1'),
        fee: assetAmount('0.001'),
        feeAsset: 'BNB',
        feeQuote: notional('0.6'),
      }),
    );
    expect(only(state).bought).toBe(quantity('1'));
    expect(realisedPnl(only(state))).toBe(notional('-0.6'));
    expect(only(state).fees).toBe(notional('0.6'));
  });
});

describe('figures of a position', () => {
  it('are nothing while nothing was bought', () => {
    const empty = positionOf({ bought: quantity('0'), cost: notional('0') });
    expect([entryPrice(empty), heldCost(empty), heldQuantity(empty)]).toEqual([0n, 0n, 0n]);
  });

  it('mark at a price', () => {
    expect(unrealisedPnl(positionOf(), price('103'))).toBe(notional('3'));
    expect(entryPrice(positionOf())).toBe(price('100'));
    expect(positionOn(open(), SYMBOL)?.positionId).toBe(idOf(900));
    expect(positionOn(open(), 'ETHUSDT')).toBeUndefined();
  });
});

describe('closing', () => {
  const sold = positionOf({ sold: quantity('0.99'), proceeds: notional('108.9'), fees: notional('0.2') });

  it('says what came of it, and keeps the rest as dust', () => {
    expect(closingEvents(sold, assetAmount('0.01'), 'manual', sold.openedAt + 5_000)).toEqual([
      { kind: 'dust.kept', asset: 'BTC', quantity: assetAmount('0.01'), positionId: idOf(900) },
      {
        kind: 'position.closed',
        positionId: idOf(900),
        symbol: SYMBOL,
        reason: 'manual',
        entryPrice: price('100'),
        exitPrice: price('110'),
        quantity: quantity('0.99'),
        realisedPnl: notional('9.9'),
        fees: notional('0.2'),
        heldMs: 5_000,
      },
    ]);
  });

  it('keeps no dust that is not there, and needs no sale', () => {
    const [closed, ...rest] = closingEvents(positionOf(), assetAmount('0'), 'external', 0);
    expect(rest).toEqual([]);
    expect(closed).toMatchObject({ kind: 'position.closed', exitPrice: 0n, heldMs: 0 });
  });

  it('puts the stop below the average of what was paid, on the tick', () => {
    const fills = [
      { price: price('100'), quantity: quantity('1') },
      { price: price('103'), quantity: quantity('2') },
    ] as never;
    expect(averageStop(fills, { tickSize: price('0.5') }, 200)).toBe(price('99.5'));
    expect(averageStop([], { tickSize: price('0.5') }, 200)).toBe(0n);
  });
});

describe('valuation', () => {
  const bidOf = (symbol: string) => (symbol === SYMBOL ? price('110') : null);

  it('marks at the bid, at entry without one, dust included', () => {
    const ledger = new Map([
      ['USDT', { external: assetAmount('500'), traded: assetAmount('-100'), fees: assetAmount('1') }],
    ]);
    const dust = new Map([
      ['BTC', { quantity: quantity('0.1'), cost: notional('9') }],
      ['ETH', { quantity: quantity('1'), cost: notional('7') }],
    ]);
    expect(equityOf(ledger, { ...open(), dust }, 'USDT', bidOf)).toBe(
      notional('399') + notional('110') + notional('11') + notional('7'),
    );
    expect(positionValue(positionOf(), () => null)).toBe(notional('100'));
    expect(exposureOf(open())).toBe(notional('100'));
  });

  it('sells whole steps of what is held and there (invariant 8)', () => {
    const position = positionOf({ bought: quantity('1.239') });
    const step = quantity('0.01');
    expect(sellableQuantity(position, step, assetAmount('5'))).toBe(quantity('1.23'));
    expect(sellableQuantity(position, step, assetAmount('1.2'))).toBe(quantity('1.2'));
    expect(sellableQuantity(position, step, assetAmount('-1'))).toBe(0n);
    expect(sellableQuantity(position, quantity('0'), assetAmount('5'))).toBe(quantity('1.239'));
  });
});
