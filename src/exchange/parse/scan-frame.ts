/**
 * From a market frame's bytes straight to a core update, for the shapes the exchange really sends;
 * null for anything else, which JSON.parse and the plain parsers then read (or refuse). Both ways
 * give the same answer: scan-frame.prop.test.ts. Rules of content (positive amounts, sorted levels,
 * crossed sides, candles that enclose) are the plain parsers': what breaks one goes there.
 */
import type { Notional, Price, Quantity } from '../../core/money.ts';
import type { Level } from '../../core/ports/market-feed.ts';
import { bookOrCrossed } from './book-frame.ts';
import type { MarketFrame } from './market-frame.ts';
import { amountOf, FrameCursor } from './scan-cursor.ts';
import type { Topic } from './stream-topics.ts';

const cursor = new FrameCursor();
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const code = (letter: string): number => letter.charCodeAt(0);

const words = {
  lastUpdateId: bytesOf('{"lastUpdateId":'),
  bids: bytesOf(',"bids":['),
  asks: bytesOf(',"asks":['),
  diff: bytesOf('{"e":"depthUpdate","E":'),
  trade: bytesOf('{"e":"trade","E":'),
  aggregate: bytesOf('{"e":"aggTrade","E":'),
  best: bytesOf('{"u":'),
  candle: bytesOf('{"e":"kline","E":'),
  inner: bytesOf(',"k":{"t":'),
};
const OPEN = code('[');
const CLOSE = code(']');
const COMMA = code(',');
const END = code('}');
const A = code('a');
const B = code('b');
const C = code('c');
const F = code('f');
const H = code('h');
const I = code('i');
const L = code('l');
const M = code('m');
const N = code('n');
const O = code('o');
const P = code('p');
const Q = code('q');
const S = code('s');
const T = code('t');
const U = code('u');
const V = code('v');
const X = code('x');
const BIG_A = code('A');
const BIG_B = code('B');
const BIG_L = code('L');
const BIG_M = code('M');
const BIG_Q = code('Q');
const BIG_T = code('T');
const BIG_U = code('U');
const BIG_V = code('V');

/** The frame whose payload begins at `from` and ends the envelope; null when its shape is not the documented one to the last byte. */
export function scanPayload(
  topic: Topic,
  bytes: Uint8Array,
  from: number,
  symbol: string,
  receivedAt: number,
): MarketFrame | null {
  cursor.begin(bytes, from);
  const frame = scanTopic(topic, symbol, receivedAt);
  cursor.byte(END);
  cursor.byte(END);
  return cursor.done() ? frame : null;
}

function scanTopic(topic: Topic, symbol: string, receivedAt: number): MarketFrame | null {
  switch (topic) {
    case 'partialBook':
      return scanBook(symbol, receivedAt);
    case 'bookDiff':
      return scanDiff(symbol, receivedAt);
    case 'trade':
      return scanTrade(symbol, receivedAt);
    case 'aggregateTrade':
      return scanAggregate(symbol, receivedAt);
    case 'bestPrices':
      return scanBest(symbol, receivedAt);
    case 'candle':
      return scanCandle(symbol, receivedAt);
    default:
      return topic satisfies never;
  }
}

function scanBook(symbol: string, receivedAt: number): MarketFrame | null {
  cursor.text(words.lastUpdateId);
  const updateId = cursor.integer();
  cursor.text(words.bids);
  const bids = scanLevels(-1, false);
  cursor.text(words.asks);
  const asks = scanLevels(1, false);
  return cursor.failed
    ? null
    : { kind: 'update', update: bookOrCrossed({ symbol, bids, asks, updateId, receivedAt }) };
}

function scanDiff(symbol: string, receivedAt: number): MarketFrame | null {
  cursor.text(words.diff);
  cursor.integer();
  cursor.key(S);
  cursor.skipText();
  cursor.key(BIG_U);
  const firstUpdateId = cursor.integer();
  cursor.key(U);
  const lastUpdateId = cursor.integer();
  cursor.key(B);
  cursor.byte(OPEN);
  const bids = scanLevels(-1, true);
  cursor.key(A);
  cursor.byte(OPEN);
  const asks = scanLevels(1, true);
  if (cursor.failed || lastUpdateId < firstUpdateId) return null;
  return { kind: 'diff', diff: { symbol, firstUpdateId, lastUpdateId, bids, asks, receivedAt } };
}

/**
 * Levels up to and with the closing bracket. `direction` 1 when prices must rise, -1 when they must
 * fall. A size of zero is left out of a picture and kept in a diff, where it takes a level away;
 * a diff's levels may come in any order.
 */
function scanLevels(direction: 1 | -1, isDiff: boolean): Level[] {
  const levels: Level[] = [];
  let last = 0;
  if (cursor.peek() === CLOSE) {
    cursor.at += 1;
    return levels;
  }
  while (!cursor.failed) {
    cursor.byte(OPEN);
    const price = cursor.scaled();
    cursor.byte(COMMA);
    const quantity = cursor.amount();
    cursor.byte(CLOSE);
    if (price === 0) cursor.failed = true;
    if (!isDiff && last !== 0 && (direction === 1 ? price <= last : price >= last)) cursor.failed = true;
    last = price;
    if (isDiff || quantity !== 0n) {
      levels.push({ price: amountOf(price) as Price, quantity: quantity as Quantity });
    }
    if (cursor.peek() !== COMMA) break;
    cursor.at += 1;
  }
  cursor.byte(CLOSE);
  return levels;
}

function scanTrade(symbol: string, receivedAt: number): MarketFrame | null {
  cursor.text(words.trade);
  cursor.integer();
  cursor.key(S);
  cursor.skipText();
  cursor.key(T);
  const tradeId = cursor.integer();
  cursor.key(P);
  const price = cursor.amount() as Price;
  cursor.key(Q);
  const quantity = cursor.amount() as Quantity;
  cursor.key(BIG_T);
  const exchangeTime = cursor.integer();
  cursor.key(M);
  const buyerIsMaker = cursor.flag();
  skipIgnoredFlag();
  if (cursor.failed || price === 0n || quantity === 0n) return null;
  return {
    kind: 'update',
    update: { kind: 'trade', symbol, tradeId, price, quantity, buyerIsMaker, exchangeTime, receivedAt },
  };
}

function scanAggregate(symbol: string, receivedAt: number): MarketFrame | null {
  cursor.text(words.aggregate);
  cursor.integer();
  cursor.key(S);
  cursor.skipText();
  cursor.key(A);
  cursor.integer();
  cursor.key(P);
  const price = cursor.amount() as Price;
  cursor.key(Q);
  const quantity = cursor.amount() as Quantity;
  cursor.key(F);
  cursor.skipInteger();
  cursor.key(L);
  const tradeId = cursor.integer();
  cursor.key(BIG_T);
  const exchangeTime = cursor.integer();
  cursor.key(M);
  const buyerIsMaker = cursor.flag();
  skipIgnoredFlag();
  if (cursor.failed || price === 0n || quantity === 0n) return null;
  return {
    kind: 'update',
    update: { kind: 'trade', symbol, tradeId, price, quantity, buyerIsMaker, exchangeTime, receivedAt },
  };
}

/** `"M"`, which the exchange calls "ignore" and may leave out one day. */
function skipIgnoredFlag(): void {
  if (cursor.peek() !== COMMA) return;
  cursor.key(BIG_M);
  cursor.flag();
}

function scanBest(symbol: string, receivedAt: number): MarketFrame | null {
  cursor.text(words.best);
  const updateId = cursor.integer();
  cursor.key(S);
  cursor.skipText();
  cursor.key(B);
  const bid = cursor.amount() as Price;
  cursor.key(BIG_B);
  const bidQuantity = cursor.amount() as Quantity;
  cursor.key(A);
  const ask = cursor.amount() as Price;
  cursor.key(BIG_A);
  const askQuantity = cursor.amount() as Quantity;
  if (cursor.failed || bid === 0n || ask === 0n || bidQuantity === 0n || askQuantity === 0n) return null;
  const bids = [{ price: bid, quantity: bidQuantity }];
  const asks = [{ price: ask, quantity: askQuantity }];
  return { kind: 'update', update: bookOrCrossed({ symbol, bids, asks, updateId, receivedAt }) };
}

function scanCandle(symbol: string, receivedAt: number): MarketFrame | null {
  cursor.text(words.candle);
  cursor.integer();
  cursor.key(S);
  cursor.skipText();
  cursor.text(words.inner);
  const openTime = cursor.integer();
  cursor.key(BIG_T);
  const closeTime = cursor.integer();
  cursor.key(S);
  cursor.skipText();
  cursor.key(I);
  cursor.skipText();
  cursor.key(F);
  cursor.skipInteger();
  cursor.key(BIG_L);
  cursor.skipInteger();
  cursor.key(O);
  const open = cursor.amount() as Price;
  cursor.key(C);
  const close = cursor.amount() as Price;
  cursor.key(H);
  const high = cursor.amount() as Price;
  cursor.key(L);
  const low = cursor.amount() as Price;
  cursor.key(V);
  const volume = cursor.amount() as Quantity;
  cursor.key(N);
  const trades = cursor.integer();
  cursor.key(X);
  const closed = cursor.flag();
  cursor.key(Q);
  const quoteVolume = cursor.amount() as Notional;
  cursor.key(BIG_V);
  cursor.amount();
  cursor.key(BIG_Q);
  cursor.amount();
  cursor.key(BIG_B);
  cursor.skipText();
  cursor.byte(END);
  if (cursor.failed) return null;
  if (low === 0n || low > open || low > close || high < open || high < close) return null;
  const candle = { openTime, closeTime, open, high, low, close, volume, quoteVolume, trades };
  return { kind: 'update', update: { kind: 'candle', symbol, interval: '1m', candle, closed, receivedAt } };
}
