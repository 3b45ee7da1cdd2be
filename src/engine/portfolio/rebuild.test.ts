import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assetAmount, notional, notionalFloor, price, quantity, type Notional } from '../../core/money.ts';
import type { ExchangeTrade } from '../../core/ports/gateway.ts';
import { DAY_MS } from '../../core/time.ts';
import { rebuildFromTrades, type Rebuilt } from './rebuild.ts';

const TODAY = 20_000;
let tradeId = 0;
const trade = (
  side: 'BUY' | 'SELL',
  at: string,
  size: string,
  daysAgo = 0,
  symbol = 'BTCUSDT',
): ExchangeTrade => {
  tradeId += 1;
  return {
    symbol,
    tradeId,
    exchangeOrderId: tradeId,
    side,
    price: price(at),
    quantity: quantity(size),
    fee: assetAmount('0'),
    feeAsset: 'USDT',
    isMaker: false,
    exchangeTime: (TODAY - daysAgo) * DAY_MS + tradeId,
  };
};
const rebuilt = (trades: readonly ExchangeTrade[], feeWorth: Notional = notional('0')): Rebuilt =>
  rebuildFromTrades({
    trades,
    equity: notional('500'),
    today: TODAY,
    feeWorth: () => feeWorth,
    baseAssetOf: () => 'BTC',
    stepOf: () => quantity('0.001'),
  });

describe('an account read from its trades', () => {
  it('without trades is as it stands', () => {
    expect(rebuilt([])).toEqual({
      trades: 0,
      since: null,
      dayPnl: 0n,
      entriesToday: 0,
      losingTradesInRow: 0,
      losingDaysInRow: 0,
      lastLossAt: null,
      peakEquity: notional('500'),
    });
  });

  it('counts the losses of today, the streak, and the peak before them', () => {
    const read = rebuilt([
      trade('BUY', '100', '1', 1),
      trade('SELL', '120', '1', 1),
      trade('BUY', '100', '1'),
      trade('SELL', '90', '1'),
      trade('BUY', '100', '1'),
      trade('SELL', '95', '1'),
    ]);
    expect(read).toMatchObject({
      dayPnl: notional('-15'),
      entriesToday: 2,
      losingTradesInRow: 2,
      losingDaysInRow: 0,
      peakEquity: notional('515'),
    });
  });

  it('ends a streak with a trade that earned, and a row of losing days with a day that did not lose', () => {
    const day = (daysAgo: number, exit: string): readonly ExchangeTrade[] => [
      trade('BUY', '100', '1', daysAgo),
      trade('SELL', exit, '1', daysAgo),
    ];
    const read = rebuilt([...day(4, '90'), ...day(3, '101'), ...day(2, '90'), ...day(1, '90')]);
    expect(read).toMatchObject({ losingDaysInRow: 2, losingTradesInRow: 2, dayPnl: 0n });
  });

  it('takes fees as losses, and one order in many trades as one entry', () => {
    const parts = [trade('BUY', '100', '1'), trade('BUY', '100', '1')].map((part) => ({
      ...part,
      exchangeOrderId: 7,
    }));
    expect(rebuilt([...parts, trade('SELL', '100', '2')], notional('0.1'))).toMatchObject({
      dayPnl: notional('-0.3'),
      entriesToday: 1,
      losingTradesInRow: 1,
    });
  });

  it('makes no result of coins whose purchase it does not know', () => {
    expect(rebuilt([trade('SELL', '100', '5')])).toMatchObject({ dayPnl: 0n, losingTradesInRow: 0 });
  });

  it('counts a fee in the coin once, in what the coins that are left have cost', () => {
    const bought = { ...trade('BUY', '100', '1'), fee: assetAmount('0.001'), feeAsset: 'BTC' };
    const read = rebuilt([bought, trade('SELL', '100', '0.999')]);
    expect(read).toMatchObject({ dayPnl: notional('-0.1'), losingTradesInRow: 1 });
  });

  it('takes a rest below a step for sold', () => {
    expect(rebuilt([trade('BUY', '100', '1'), trade('SELL', '90', '0.9995')]).losingTradesInRow).toBe(1);
    expect(rebuilt([trade('BUY', '100', '1'), trade('SELL', '90', '0.999')]).losingTradesInRow).toBe(0);
  });

  it('is the same whatever the order of the trades, and the day is what was earned less what was paid', () => {
    const roundTrip = fc.record({
      buy: fc.integer({ min: 1, max: 1_000 }),
      sell: fc.integer({ min: 1, max: 1_000 }),
      size: fc.integer({ min: 1, max: 50 }),
    });
    fc.assert(
      fc.property(fc.array(roundTrip, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (trips, keys) => {
        const trades = trips.flatMap(({ buy, sell, size }) => [
          trade('BUY', String(buy), String(size)),
          trade('SELL', String(sell), String(size)),
        ]);
        const shuffled = trades
          .map((each) => ({ each, key: keys.next().value as number }))
          .toSorted((left, right) => left.key - right.key)
          .map(({ each }) => each);
        let earned = 0n;
        for (const { side, price: at, quantity: size } of trades)
          earned += side === 'SELL' ? notionalFloor(at, size) : -notionalFloor(at, size);
        expect(rebuilt(shuffled)).toEqual(rebuilt(trades));
        expect(rebuilt(trades).dayPnl).toBe(earned);
        expect(rebuilt(trades).peakEquity >= notional('500')).toBe(true);
      }),
    );
  });
});
