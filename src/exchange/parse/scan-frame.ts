/**
 * From a market frame's bytes straight to a core update, for the shapes the exchange really sends;
 * null for anything else, which JSON.parse and the plain parsers then read (or refuse). Both ways
 * give the same answer: scan-frame.prop.test.ts. Rules of content (positive amounts, sorted levels,
 * crossed sides, candles that enclose) are the plain parsers': what breaks one goes there.
 */
import type { Notional, Price, Quantity } from '../../core/money.ts';
import type { MarketUpdate } from '../../core/ports/market-feed.ts';
import { bookOrCrossed } from './book-frame.ts';
import { BookDiff, BookPicture, ROW } from './book-rows.ts';
import { keyWord, Pattern } from './pattern.ts';
import { frameCursor as cursor } from './scan-cursor.ts';
import { scanTrade } from './scan-trade.ts';
import type { Topic } from './stream-topics.ts';

/** The symbol of a stream: its name, and the field that names it in a frame. */
export type StreamSymbol = { readonly name: string; readonly field: Pattern };

export function streamSymbol(name: string): StreamSymbol {
  return { name, field: new Pattern(`,"s":"${name}"`) };
}

/** Room for a thousand levels: more are rare. */
const USUAL_ROWS = 4_000;
/** Where levels are read to, as numbers with a point, so that the list stays one of doubles. */
let rows: number[] = freshRows();

const words = {
  lastUpdateId: new Pattern('{"lastUpdateId":'),
  bids: new Pattern(',"bids":['),
  asks: new Pattern(',"asks":['),
  diff: new Pattern('{"e":"depthUpdate","E":'),
  aggregate: new Pattern('{"e":"aggTrade","E":'),
  best: new Pattern('{"u":'),
  candle: new Pattern('{"e":"kline","E":'),
  inner: new Pattern(',"k":{"t":'),
  bidChanges: new Pattern(',"b":['),
  askChanges: new Pattern(',"a":['),
};
const COMMA = ','.charCodeAt(0);
const END = '}'.charCodeAt(0);
const A = keyWord('a');
const B = keyWord('b');
const C = keyWord('c');
const F = keyWord('f');
const H = keyWord('h');
const I = keyWord('i');
const L = keyWord('l');
const M = keyWord('m');
const N = keyWord('n');
const O = keyWord('o');
const P = keyWord('p');
const Q = keyWord('q');
const U = keyWord('u');
const V = keyWord('v');
const X = keyWord('x');
const BIG_A = keyWord('A');
const BIG_B = keyWord('B');
const BIG_L = keyWord('L');
const BIG_M = keyWord('M');
const BIG_Q = keyWord('Q');
const BIG_T = keyWord('T');
const BIG_U = keyWord('U');
const BIG_V = keyWord('V');

/** What a scan makes of a frame. A diff's rows are overwritten by the next scan. */
export type Scanned = MarketUpdate | BookDiff;

/** The frame at whose payload the cursor stands; null when its shape is not the documented one to the last byte. */
export function scanPayload(topic: Topic, symbol: StreamSymbol, receivedAt: number): Scanned | null {
  if (topic === 'trade') return scanTrade(cursor, cursor.at, cursor.end, symbol, receivedAt);
  const frame = scanTopic(topic, symbol, receivedAt);
  cursor.byte(END);
  cursor.byte(END);
  return cursor.done() ? frame : null;
}

function scanTopic(topic: Exclude<Topic, 'trade'>, symbol: StreamSymbol, receivedAt: number): Scanned | null {
  switch (topic) {
    case 'partialBook':
      return scanBook(symbol.name, receivedAt);
    case 'bookDiff':
      return scanDiff(symbol, receivedAt);
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

function scanBook(symbol: string, receivedAt: number): Scanned | null {
  cursor.pattern(words.lastUpdateId);
  const updateId = cursor.integer();
  cursor.pattern(words.bids);
  const asksAt = cursor.levels(rows, 0, -1);
  cursor.pattern(words.asks);
  const end = cursor.levels(rows, asksAt, 1);
  if (cursor.failed) return null;
  const own = rows.slice(0, end);
  const picture = new BookPicture(symbol, updateId, receivedAt, own, asksAt / ROW, (end - asksAt) / ROW);
  giveBackRows();
  return picture.isCrossed() ? { kind: 'bookInvalid', symbol, reason: 'crossed', receivedAt } : picture;
}

function scanDiff(symbol: StreamSymbol, receivedAt: number): Scanned | null {
  cursor.pattern(words.diff);
  cursor.integer();
  cursor.pattern(symbol.field);
  cursor.key(BIG_U);
  const firstUpdateId = cursor.integer();
  cursor.key(U);
  const lastUpdateId = cursor.integer();
  cursor.pattern(words.bidChanges);
  const asksAt = cursor.levels(rows, 0, 0);
  cursor.pattern(words.askChanges);
  const end = cursor.levels(rows, asksAt, 0);
  if (cursor.failed || lastUpdateId < firstUpdateId) return null;
  const counts = [asksAt / ROW, (end - asksAt) / ROW] as const;
  const diff = new BookDiff(symbol.name, firstUpdateId, lastUpdateId, receivedAt, rows, ...counts);
  giveBackRows();
  return diff;
}

function freshRows(): number[] {
  return Array.from({ length: USUAL_ROWS }, () => 0.5);
}

/** An enormous frame is not remembered. */
function giveBackRows(): void {
  if (rows.length > 16 * USUAL_ROWS) rows = freshRows();
}

function scanAggregate(symbol: StreamSymbol, receivedAt: number): Scanned | null {
  cursor.pattern(words.aggregate);
  cursor.integer();
  cursor.pattern(symbol.field);
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
    kind: 'trade',
    symbol: symbol.name,
    tradeId,
    price,
    quantity,
    buyerIsMaker,
    exchangeTime,
    receivedAt,
  };
}

/** `"M"`, which the exchange calls "ignore" and may leave out one day. */
function skipIgnoredFlag(): void {
  if (cursor.peek() !== COMMA) return;
  cursor.key(BIG_M);
  cursor.flag();
}

function scanBest(symbol: StreamSymbol, receivedAt: number): Scanned | null {
  cursor.pattern(words.best);
  const updateId = cursor.integer();
  cursor.pattern(symbol.field);
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
  return bookOrCrossed({ symbol: symbol.name, bids, asks, updateId, receivedAt });
}

function scanCandle(symbol: StreamSymbol, receivedAt: number): Scanned | null {
  cursor.pattern(words.candle);
  cursor.integer();
  cursor.pattern(symbol.field);
  cursor.pattern(words.inner);
  const openTime = cursor.integer();
  cursor.key(BIG_T);
  const closeTime = cursor.integer();
  cursor.pattern(symbol.field);
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
  return { kind: 'candle', symbol: symbol.name, interval: '1m', candle, closed, receivedAt };
}
