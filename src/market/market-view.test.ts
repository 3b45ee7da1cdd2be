import { describe, expect, it } from 'vitest';
import { notional, price, quantity } from '../core/money.ts';
import type { BookUpdate, Candle, CandleUpdate, TradeTick } from '../core/ports/market-feed.ts';
import type { SymbolRules } from '../core/symbols.ts';
import { MINUTE_MS } from '../core/time.ts';
import { symbolRules } from '../../tests/builders/engine-gateway.ts';
import { createMarketView } from './market-view.ts';

const START = Date.UTC(2026, 0, 1);

function book(symbol: string, bid: string, ask: string, receivedAt: number): BookUpdate {
  return {
    kind: 'book',
    symbol,
    updateId: 1,
    receivedAt,
    bids: [{ price: price(bid), quantity: quantity('1') }],
    asks: [{ price: price(ask), quantity: quantity('1') }],
  };
}

function trade(symbol: string, at: string, exchangeTime: number, receivedAt: number): TradeTick {
  return {
    kind: 'trade',
    symbol,
    tradeId: 1,
    price: price(at),
    quantity: quantity('1'),
    buyerIsMaker: false,
    exchangeTime,
    receivedAt,
  };
}

function closedCandle(symbol: string, minute: number, close: string): CandleUpdate {
  const openTime = START + minute * MINUTE_MS;
  const candle: Candle = {
    openTime,
    closeTime: openTime + MINUTE_MS - 1,
    open: price('100'),
    high: price('100.1'),
    low: price('99.9'),
    close: price(close),
    volume: quantity('1'),
    quoteVolume: notional('100'),
    trades: 1,
  };
  return { kind: 'candle', symbol, interval: '1m', candle, closed: true, receivedAt: 0 };
}

const rules = (status: SymbolRules['status']): SymbolRules => symbolRules({ status });

describe('the market view', () => {
  it('knows nothing of a symbol it never heard of, and says so calmly', () => {
    const view = createMarketView();
    expect(view.quote('BTCUSDT')).toBeNull();
    expect(view.lastPrice('BTCUSDT')).toBeNull();
    expect(view.glance('BTCUSDT')).toMatchObject({ quote: view.quote('BTCUSDT'), lastPrice: null });
    expect(view.candles('BTCUSDT')).toEqual([]);
    expect(view.bookAgeMs('BTCUSDT', 10)).toBeNull();
    expect(view.state('BTCUSDT')).toBe('NORMAL');
  });

  it('keeps symbols apart', () => {
    const view = createMarketView();
    view.apply(book('BTCUSDT', '100', '101', 1));
    view.apply(book('ETHUSDT', '10', '11', 2));
    expect(view.quote('BTCUSDT')).toMatchObject({ bid: price('100'), receivedAt: 1 });
    expect(view.quote('ETHUSDT')).toMatchObject({ bid: price('10'), receivedAt: 2 });
    expect(view.symbols()).toEqual(['BTCUSDT', 'ETHUSDT']);
  });

  it('has no bid, rather than a bid of zero, while nobody buys: nothing is worth nothing by that', () => {
    const view = createMarketView();
    expect(view.bid('BTCUSDT')).toBeNull();
    view.apply({ ...book('BTCUSDT', '100', '101', 1), bids: [] });
    expect(view.bid('BTCUSDT')).toBeNull();
    view.apply(book('BTCUSDT', '100', '101', 2));
    expect(view.bid('BTCUSDT')).toBe(price('100'));
  });

  it('tells the age of the book apart from the age of the data', () => {
    const view = createMarketView();
    view.apply(book('BTCUSDT', '100', '101', 1_000));
    view.apply(trade('BTCUSDT', '100', START, 2_500));
    expect(view.bookAgeMs('BTCUSDT', 3_000)).toBe(2_000);
    expect(view.dataAgeMs('BTCUSDT', 3_000)).toBe(500);
  });

  it('an invalid book keeps its last figures for the eye but is not valid', () => {
    const view = createMarketView();
    view.apply(book('BTCUSDT', '100', '101', 1));
    view.apply({ kind: 'bookInvalid', symbol: 'BTCUSDT', reason: 'gap', receivedAt: 2 });
    expect(view.quote('BTCUSDT')).toMatchObject({ bid: price('100'), valid: false });
    expect(view.bookAgeMs('BTCUSDT', 11)).toBe(10);
  });

  it('the last price is the newest trade, else the newest close', () => {
    const view = createMarketView();
    view.apply(closedCandle('BTCUSDT', 0, '99.95'));
    expect(view.lastPrice('BTCUSDT')).toBe(price('99.95'));
    view.apply(trade('BTCUSDT', '100.25', START + MINUTE_MS, 1));
    expect(view.lastPrice('BTCUSDT')).toBe(price('100.25'));
    expect(view.glance('BTCUSDT').lastPrice).toBe(price('100.25'));
  });

  it('reports a change of state once, with the figures behind it', () => {
    const view = createMarketView();
    for (let minute = 0; minute < 100; minute += 1)
      view.apply(closedCandle('BTCUSDT', minute, minute % 2 === 0 ? '100' : '100.08'));
    const changes = [];
    for (let second = 0; second < 10; second += 1) {
      const bid = String(100 - second);
      changes.push(view.apply(book('BTCUSDT', bid, `${bid}.01`, second * 1_000)));
    }
    const seen = changes.filter((change) => change !== null);
    expect(seen.map((change) => change.to).at(-1)).toBe('PANIC');
    expect(seen.length).toBeLessThanOrEqual(2);
    expect(seen.at(-1)?.figures).toMatchObject({ trading: true });
    expect(view.state('BTCUSDT')).toBe('PANIC');
  });

  it('a symbol that stops trading is in MAINTENANCE, heard of or not', () => {
    const view = createMarketView();
    expect(view.setRules([rules('BREAK')])).toEqual([]);
    expect(view.state('BTCUSDT')).toBe('MAINTENANCE');
    view.apply(book('BTCUSDT', '100', '101', 1));
    expect(view.state('BTCUSDT')).toBe('MAINTENANCE');
    expect(view.setRules([rules('TRADING')])).toMatchObject([{ from: 'MAINTENANCE', to: 'NORMAL' }]);
    expect(view.setRules([rules('TRADING')])).toEqual([]);
    expect(view.rules('BTCUSDT')?.tickSize).toBe(price('0.01'));
  });

  it('minutes that arrive as history warm the state up like minutes that arrive live', () => {
    const live = createMarketView();
    const warmed = createMarketView();
    for (let minute = 0; minute < 60; minute += 1) {
      live.apply(closedCandle('BTCUSDT', minute, minute % 2 === 0 ? '100' : '100.08'));
      warmed.apply(closedCandle('BTCUSDT', minute, minute % 2 === 0 ? '100' : '100.08'));
    }
    expect(warmed.stateFigures('BTCUSDT')).toEqual(live.stateFigures('BTCUSDT'));
    expect(warmed.candles('BTCUSDT')).toHaveLength(60);
  });
});
