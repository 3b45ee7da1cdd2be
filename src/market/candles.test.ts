import { describe, expect, it } from 'vitest';
import { notional, price, quantity } from '../core/money.ts';
import type { Candle, CandleUpdate, TradeTick } from '../core/ports/market-feed.ts';
import { HOUR_MS, MINUTE_MS } from '../core/time.ts';
import { aggregateCandles, createCandleWindow } from './candles.ts';

const START = Date.UTC(2026, 0, 1);

function candle(minute: number, close = '100', volume = '1'): Candle {
  const openTime = START + minute * MINUTE_MS;
  return {
    openTime,
    closeTime: openTime + MINUTE_MS - 1,
    open: price('100'),
    high: price('101'),
    low: price('99'),
    close: price(close),
    volume: quantity(volume),
    quoteVolume: notional('100'),
    trades: 3,
  };
}

function streamed(of: Candle, closed: boolean): CandleUpdate {
  return { kind: 'candle', symbol: 'BTCUSDT', interval: '1m', candle: of, closed, receivedAt: 0 };
}

let tradeId = 0;
function trade(minute: number, second: number, at: string, size = '1'): TradeTick {
  tradeId += 1;
  return {
    kind: 'trade',
    symbol: 'BTCUSDT',
    tradeId,
    price: price(at),
    quantity: quantity(size),
    buyerIsMaker: false,
    exchangeTime: START + minute * MINUTE_MS + second * 1000,
    receivedAt: 0,
  };
}

describe('the candle window', () => {
  it('shows the running minute of the stream and keeps it when it closes', () => {
    const window = createCandleWindow(10);
    expect(window.apply(streamed(candle(0, '100.5'), false))).toBe(false);
    expect(window.forming()?.close).toBe(price('100.5'));
    expect(window.apply(streamed(candle(0, '100.7'), true))).toBe(true);
    expect(window.forming()).toBeNull();
    expect(window.closed().map((each) => each.close)).toEqual([price('100.7')]);
  });

  it('keeps no more than its limit, the newest', () => {
    const window = createCandleWindow(3);
    for (let minute = 0; minute < 5; minute += 1) window.apply(streamed(candle(minute), true));
    expect(window.closed().map((each) => (each.openTime - START) / MINUTE_MS)).toEqual([2, 3, 4]);
  });

  it('puts history that arrives late in its place and does not count it as newly closed twice', () => {
    const window = createCandleWindow(10);
    window.apply(streamed(candle(5), true));
    window.apply(streamed(candle(3), true));
    window.apply(streamed(candle(4), true));
    expect(window.closed().map((each) => (each.openTime - START) / MINUTE_MS)).toEqual([3, 4, 5]);
    expect(window.apply(streamed(candle(4, '100.9'), true))).toBe(false);
    expect(window.closed()[1]?.close).toBe(price('100.9'));
  });

  it('builds minutes from trades when no stream speaks', () => {
    const window = createCandleWindow(10);
    expect(window.trade(trade(0, 1, '100', '1'))).toBe(false);
    window.trade(trade(0, 20, '103', '2'));
    window.trade(trade(0, 59, '99', '1'));
    expect(window.trade(trade(2, 0, '101', '1'))).toBe(true);
    expect(window.closed()).toEqual([
      {
        openTime: START,
        closeTime: START + MINUTE_MS - 1,
        open: price('100'),
        high: price('103'),
        low: price('99'),
        close: price('99'),
        volume: quantity('4'),
        quoteVolume: notional('405'),
        trades: 3,
      },
    ]);
    expect(window.forming()?.open).toBe(price('101'));
  });

  it('a minute the stream has spoken about belongs to the stream', () => {
    const window = createCandleWindow(10);
    window.apply(streamed(candle(0, '100.5'), false));
    window.trade(trade(0, 30, '200'));
    expect(window.forming()?.high).toBe(price('101'));
    // The next minute starts from trades, and is taken over as soon as the stream reaches it.
    expect(window.trade(trade(1, 0, '150'))).toBe(true);
    expect(window.forming()?.open).toBe(price('150'));
    window.apply(streamed(candle(1, '100.2'), false));
    expect(window.forming()?.close).toBe(price('100.2'));
  });

  it('ignores trades and pictures of minutes that are over', () => {
    const window = createCandleWindow(10);
    window.apply(streamed(candle(3), true));
    expect(window.trade(trade(2, 0, '500'))).toBe(false);
    expect(window.apply(streamed(candle(2), false))).toBe(false);
    expect(window.forming()).toBeNull();
  });

  it('a minute whose last word was missed is closed by the next one', () => {
    const window = createCandleWindow(10);
    window.apply(streamed(candle(0, '100.4'), false));
    expect(window.apply(streamed(candle(1), false))).toBe(true);
    expect(window.closed().at(-1)?.close).toBe(price('100.4'));
  });
});

describe('aggregation', () => {
  it('joins minutes into whole intervals of UTC', () => {
    const minutes = [candle(58, '100.1'), candle(59, '100.2'), candle(60, '100.3'), candle(62, '100.4')];
    const hours = aggregateCandles(minutes, HOUR_MS);
    expect(hours.map((each) => [each.openTime - START, each.close, each.trades])).toEqual([
      [0, price('100.2'), 6],
      [HOUR_MS, price('100.4'), 6],
    ]);
    expect(hours[0]?.closeTime).toBe(START + HOUR_MS - 1);
    expect(hours.reduce((sum, each) => sum + each.volume, 0n)).toBe(quantity('4'));
  });

  it('of one minute gives the minutes back', () => {
    const minutes = [candle(0), candle(1)];
    expect(aggregateCandles(minutes, MINUTE_MS)).toEqual(minutes);
  });
});
