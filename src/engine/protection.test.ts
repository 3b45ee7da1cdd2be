import { describe, expect, it } from 'vitest';
import { assetAmount, notional, price, quantity, ZERO_NOTIONAL, ZERO_QUANTITY } from '../core/money.ts';
import type { SymbolRules } from '../core/symbols.ts';
import { initialOrders } from './executor/orders.ts';
import type { Position } from './portfolio/positions.ts';
import { positionNeed, type Need } from './protection.ts';

const symbol: SymbolRules = {
  symbol: 'DOGEUSDT',
  baseAsset: 'DOGE',
  quoteAsset: 'USDT',
  status: 'TRADING',
  tickSize: price('0.00001'),
  minPrice: price('0.00001'),
  maxPrice: price('1000'),
  stepSize: quantity('1'),
  minQuantity: quantity('1'),
  maxQuantity: quantity('9000000'),
  marketStepSize: ZERO_QUANTITY,
  marketMinQuantity: ZERO_QUANTITY,
  marketMaxQuantity: quantity('9000000'),
  minNotional: notional('1'),
  maxNotional: notional('9000000'),
  bidUpBps: 50_000,
  bidDownBps: 2_000,
  askUpBps: 50_000,
  askDownBps: 2_000,
  maxOrders: 200,
  maxAlgoOrders: 5,
};

const position: Position = {
  positionId: 'p',
  symbol: 'DOGEUSDT',
  baseAsset: 'DOGE',
  quoteAsset: 'USDT',
  openedAt: 0,
  stopPrice: price('0.17'),
  bought: quantity('568.4'),
  cost: notional('100'),
  sold: ZERO_QUANTITY,
  proceeds: ZERO_NOTIONAL,
  fees: ZERO_NOTIONAL,
  thirdAssetFees: ZERO_NOTIONAL,
  lots: [],
  reducing: null,
  closing: null,
};

const needWith = (holding: string, bid: string | null = '0.18', change: Partial<Position> = {}): Need =>
  positionNeed(
    { ...position, ...change },
    initialOrders,
    symbol,
    bid === null ? null : price(bid),
    assetAmount(holding),
  );

describe('what an open position needs', () => {
  it('is a stop for all that can be sold, floored to the step (invariant 14)', () => {
    expect(needWith('568.4')).toMatchObject({
      kind: 'place',
      reduce: { purpose: 'stop', quantity: quantity('568') },
    });
  });

  it('is never a sale of more than the account really holds (invariant 8)', () => {
    expect(needWith('100.9')).toMatchObject({ kind: 'place', reduce: { quantity: quantity('100') } });
    expect(
      needWith('100.9', '0.18', { closing: { reason: 'manual', actor: 'trader', at: 0, commandId: '' } }),
    ).toMatchObject({
      kind: 'place',
      reduce: { purpose: 'exit', quantity: quantity('100') },
    });
  });

  it('is an end when the coins are gone', () => {
    expect(needWith('0.4')).toMatchObject({ kind: 'close', reason: 'external' });
  });

  it('is an exit when the market has fallen to the stop, but not when nobody bids', () => {
    expect(needWith('568.4', '0.17')).toMatchObject({ kind: 'flatten' });
    expect(needWith('568.4', null)).toMatchObject({
      kind: 'place',
      reduce: { purpose: 'stop', stopPrice: price('0.17') },
    });
  });
});
