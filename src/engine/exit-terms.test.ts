import { describe, expect, it } from 'vitest';
import { symbolRules } from '../../tests/builders/engine-gateway.ts';
import { formatFixed, notional, price, quantity } from '../core/money.ts';
import type { Candle } from '../core/ports/market-feed.ts';
import { createBook, type Book } from '../market/book.ts';
import { averagePriceOf, exitLimit, type ExitSight } from './exit-terms.ts';

function bookOf(bids: readonly (readonly [string, string])[]): Book {
  const book = createBook();
  book.apply({
    kind: 'book',
    symbol: 'BTCUSDT',
    bids: bids.map(([at, size]) => ({ price: price(at), quantity: quantity(size) })),
    asks: [{ price: price('100.01'), quantity: quantity('1') }],
    updateId: 1,
    receivedAt: 0,
  });
  return book;
}

const deep = bookOf([
  ['100', '1'],
  ['98', '9'],
  ['97.99', '90'],
]);
const sight: ExitSight = {
  rules: symbolRules({ askDownBps: 2_000 }),
  bid: price('100'),
  book: deep,
  averagePrice: price('100'),
  slippageMaxBps: 200,
  atAnyPrice: false,
};

function terms(change: Partial<ExitSight>, size: string): string {
  const limit = exitLimit({ ...sight, ...change }, quantity(size));
  return limit === null ? 'market' : formatFixed(limit);
}

describe('the terms of an exit', () => {
  it.each([
    ['at the market when the best bid takes it', {}, '1', 'market'],
    ['at the market down to the limit itself', {}, '10', 'market'],
    ['bounded one step further', {}, '10.00001', '98'],
    ['bounded when the book ends', {}, '500', '98'],
    ['at any price when bounded legs have failed', { atAnyPrice: true }, '500', 'market'],
    ['at the market without a bid to trust', { bid: null }, '500', 'market'],
    ['at the market without a book', { book: null }, '500', 'market'],
    ['on the tick, never below the limit', { rules: symbolRules({ tickSize: price('0.3') }) }, '500', '98.1'],
    [
      'raised into the price band',
      { rules: symbolRules({ askDownBps: 9_900 }), averagePrice: price('100.5') },
      '500',
      '99.5',
    ],
    [
      'at the market when the band lies above the bid',
      { rules: symbolRules({ askDownBps: 9_900 }), averagePrice: price('150') },
      '500',
      'market',
    ],
    ['raised to the lowest price', { rules: symbolRules({ minPrice: price('99') }) }, '500', '99'],
    [
      'at the market when the limit is worth too little',
      { book: bookOf([['100', '0.001']]), rules: symbolRules({ minNotional: notional('5') }) },
      '0.051',
      'market',
    ],
  ] as const)('%s', (_name, change, size, expected) => {
    expect(terms(change, size)).toBe(expected);
  });
});

describe('the average price of the band', () => {
  const candle = (quote: string, volume: string): Candle => ({
    openTime: 0,
    closeTime: 1,
    open: price('1'),
    high: price('1'),
    low: price('1'),
    close: price('1'),
    volume: quantity(volume),
    quoteVolume: notional(quote),
    trades: 1,
  });

  it('weighs the last five minutes by their volume', () => {
    const old = candle('1000000', '1');
    const closed = [old, candle('100', '1'), candle('0', '0'), candle('90', '1'), candle('80', '1')];
    expect(averagePriceOf(closed, candle('220', '2'))).toBe(price('98'));
  });

  it('is not known without a trade', () => {
    expect(averagePriceOf([], null)).toBeNull();
    expect(averagePriceOf([candle('0', '0')], null)).toBeNull();
  });
});
