/**
 * What flows from the exchange's market streams into the engine. Prices here are exact; the feed
 * handler parses once and nobody parses again. `receivedAt` is monotonic time, for ages.
 */
import type { Notional, Price, Quantity } from '../money.ts';

export type Level = { readonly price: Price; readonly quantity: Quantity };

/** Best levels first. A whole picture of the top of the book, whatever procedure produced it. */
export type BookUpdate = {
  readonly kind: 'book';
  readonly symbol: string;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly updateId: number;
  readonly receivedAt: number;
};

export type TradeTick = {
  readonly kind: 'trade';
  readonly symbol: string;
  readonly tradeId: number;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly buyerIsMaker: boolean;
  readonly exchangeTime: number;
  readonly receivedAt: number;
};

export type Candle = {
  readonly openTime: number;
  readonly closeTime: number;
  readonly open: Price;
  readonly high: Price;
  readonly low: Price;
  readonly close: Price;
  readonly volume: Quantity;
  readonly quoteVolume: Notional;
  readonly trades: number;
};

export type CandleUpdate = {
  readonly kind: 'candle';
  readonly symbol: string;
  readonly interval: '1m';
  readonly candle: Candle;
  readonly closed: boolean;
  readonly receivedAt: number;
};

/** The book of this symbol is not to be trusted until the next `book` update (gap, crossed, stream lost). */
export type BookInvalid = {
  readonly kind: 'bookInvalid';
  readonly symbol: string;
  readonly reason: 'gap' | 'crossed' | 'streamLost' | 'malformed';
  readonly receivedAt: number;
};

export type MarketUpdate = BookUpdate | TradeTick | CandleUpdate | BookInvalid;
