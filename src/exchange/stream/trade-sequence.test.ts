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

function listened(): {
  readonly trades: TradeSequence;
  readonly heard: number[];
  say(...ids: number[]): void;
} {
  const heard: number[] = [];
  const trades = createTradeSequence(({ tradeId }) => heard.push(tradeId));
  return { trades, heard, say: (...ids) => ids.forEach((id) => trades.take(trade(id))) };
}

describe('public trades', () => {
  it('are passed on once, whatever connection tells them again', () => {
    const { heard, say } = listened();
    say(5, 6, 6, 5, 7);
    expect(heard).toEqual([5, 6, 7]);
  });

  it('missed during a loss come before the new ones, which wait for them', () => {
    const { trades, heard, say } = listened();
    say(5);
    trades.lost();
    say(9, 10);
    expect(heard).toEqual([5]);
    expect([trades.missingFrom(), trades.missingFrom()]).toEqual([6, null]);
    trades.fill([9, 8, 6, 7, 10, 11].map(trade));
    say(11);
    expect(heard).toEqual([5, 6, 7, 8, 9, 10, 11]);
  });

  it('go on without the missed ones when those cannot be had', () => {
    const { trades, heard, say } = listened();
    say(5);
    trades.lost();
    say(9);
    trades.fill([]);
    say(10);
    expect(heard).toEqual([5, 9, 10]);
  });

  it('wait for nothing when nothing was missed, or when the ids start over', () => {
    const { trades, heard, say } = listened();
    say(5);
    trades.lost();
    say(6);
    trades.lost();
    say(1, 2);
    expect(trades.missingFrom()).toBeNull();
    expect(heard).toEqual([5, 6, 1, 2]);
  });

  it('held back are let go when the connection is lost again', () => {
    const { trades, heard, say } = listened();
    say(5);
    trades.lost();
    say(9);
    trades.lost();
    say(12);
    expect(heard).toEqual([5, 9]);
    expect(trades.missingFrom()).toBe(10);
  });
});
