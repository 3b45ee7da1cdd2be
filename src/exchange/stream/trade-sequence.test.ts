// Public trades once each and in order, over overlaps, losses and servers that count anew.
import { describe, expect, it } from 'vitest';
import { price, quantity } from '../../core/money.ts';
import type { TradeTick } from '../../core/ports/market-feed.ts';
import { createTradeSequence, type TradeSequence } from './trade-sequence.ts';

function trade(tradeId: number): TradeTick {
  return {
    kind: 'trade',
    symbol: 'BTCUSDT',
    tradeId,
    price: price('1'),
    quantity: quantity('1'),
    buyerIsMaker: false,
    exchangeTime: tradeId,
    receivedAt: 0,
  };
}

class Listened {
  readonly heard: number[] = [];
  readonly trades: TradeSequence = createTradeSequence(({ tradeId }) => this.heard.push(tradeId));

  say(...ids: readonly number[]): void {
    for (const id of ids) this.trades.take(trade(id));
  }
}

describe('public trades', () => {
  it('are passed on once, whatever connection tells them again', () => {
    const at = new Listened();
    at.say(5, 6, 6, 5, 7);
    expect(at.heard).toEqual([5, 6, 7]);
  });

  it('missed during a loss come before the new ones, which wait for them', () => {
    const at = new Listened();
    at.say(5);
    at.trades.lost();
    at.say(9, 10);
    expect(at.heard).toEqual([5]);
    expect([at.trades.missingFrom(), at.trades.missingFrom()]).toEqual([6, null]);
    at.trades.found([9, 8, 6, 7, 10, 11].map((id) => trade(id)));
    at.say(11);
    expect(at.heard).toEqual([5, 6, 7, 8, 9, 10, 11]);
  });

  it('go on without the missed ones when those cannot be had', () => {
    const at = new Listened();
    at.say(5);
    at.trades.lost();
    at.say(9);
    at.trades.found([]);
    at.say(10);
    expect(at.heard).toEqual([5, 9, 10]);
  });

  it('wait for nothing when nothing was missed, or when the ids start over', () => {
    const at = new Listened();
    at.say(5);
    at.trades.lost();
    at.say(6);
    at.trades.lost();
    at.say(1, 2);
    expect(at.trades.missingFrom()).toBeNull();
    expect(at.heard).toEqual([5, 6, 1, 2]);
  });

  it('held back are let go when the connection is lost again', () => {
    const at = new Listened();
    at.say(5);
    at.trades.lost();
    at.say(9);
    at.trades.lost();
    at.say(12);
    expect(at.heard).toEqual([5, 9]);
    expect(at.trades.missingFrom()).toBe(10);
  });
});
