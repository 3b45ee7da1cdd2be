/**
 * Books as the exchange sends them, exact: the partial one (`@depth20@100ms`, and the REST `depth`
 * answer, which has the same fields), best prices alone, and diffs. Zero prices and crossed sides are
 * told apart from unreadable ones.
 */
import { parseFixed, type Price, type Quantity } from '../../core/money.ts';
import type { BookInvalid, BookUpdate, Level } from '../../core/ports/market-feed.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { BookDiff, rowsOf } from './book-rows.ts';
import { fieldsOf, type Json } from './fields.ts';

/** The book, or `bookInvalid` when its sides cross; an error when it cannot be read (failures 16, 23). */
export function parseBookFrame(
  data: Json,
  symbol: string,
  receivedAt: number,
): Result<BookUpdate | BookInvalid, string> {
  const updateId = data['lastUpdateId'];
  if (typeof updateId !== 'number' || !Number.isSafeInteger(updateId))
    return err('"lastUpdateId" is missing');
  const bids = parseLevels(data['bids'], 'bids');
  if (!bids.ok) return bids;
  const asks = parseLevels(data['asks'], 'asks');
  if (!asks.ok) return asks;
  return ok(bookOrCrossed({ symbol, bids: bids.value, asks: asks.value, updateId, receivedAt }));
}

/** Best bid and ask alone (`@bookTicker`); a price or size of zero is unreadable. */
export function parseBestPrices(
  data: Json,
  symbol: string,
  receivedAt: number,
): Result<BookUpdate | BookInvalid, string> {
  const fields = fieldsOf(data);
  const updateId = fields.integer('u');
  const bid = { price: fields.amount<Price>('b'), quantity: fields.amount<Quantity>('B') };
  const ask = { price: fields.amount<Price>('a'), quantity: fields.amount<Quantity>('A') };
  const problem = fields.problem();
  if (problem !== null) return err(problem);
  if (bid.price <= 0n || ask.price <= 0n || bid.quantity <= 0n || ask.quantity <= 0n) {
    return err('an amount is not positive');
  }
  return ok(bookOrCrossed({ symbol, bids: [bid], asks: [ask], updateId, receivedAt }));
}

/** A change of the book (`@depth@100ms`). */
export function parseBookDiff(data: Json, symbol: string, receivedAt: number): Result<BookDiff, string> {
  const fields = fieldsOf(data);
  const firstUpdateId = fields.integer('U');
  const lastUpdateId = fields.integer('u');
  const problem = fields.problem();
  if (problem !== null) return err(problem);
  if (lastUpdateId < firstUpdateId) return err('"u" lies before "U"');
  const bids = parseLevels(data['b'], 'diff');
  if (!bids.ok) return bids;
  const asks = parseLevels(data['a'], 'diff');
  if (!asks.ok) return asks;
  const rows = rowsOf(bids.value, asks.value);
  const counts = [bids.value.length, asks.value.length] as const;
  return ok(new BookDiff(symbol, firstUpdateId, lastUpdateId, receivedAt, rows, ...counts));
}

/** The picture, unless its best bid is not below its best ask. */
export function bookOrCrossed(picture: Omit<BookUpdate, 'kind'>): BookUpdate | BookInvalid {
  const { symbol, bids, asks, updateId, receivedAt } = picture;
  const bestBid = bids[0];
  const bestAsk = asks[0];
  if (bestBid !== undefined && bestAsk !== undefined && bestBid.price >= bestAsk.price) {
    return { kind: 'bookInvalid', symbol, reason: 'crossed', receivedAt };
  }
  return { kind: 'book', symbol, bids, asks, updateId, receivedAt };
}

/** Levels of a picture (best first, sizes of zero left out), or of a diff (any order, all kept). */
function parseLevels(raw: unknown, side: 'bids' | 'asks' | 'diff'): Result<readonly Level[], string> {
  if (!Array.isArray(raw)) return err(`"${side}" is not a list`);
  const levels: Level[] = [];
  let last: Price | null = null;
  for (const row of raw as readonly unknown[]) {
    if (!Array.isArray(row)) return err(`"${side}" holds something that is not a level`);
    const [priceText, quantityText] = row as readonly unknown[];
    if (typeof priceText !== 'string' || typeof quantityText !== 'string')
      return err(`"${side}": amounts are not text`);
    const price = parseFixed<Price>(priceText);
    const quantity = parseFixed<Quantity>(quantityText);
    if (!price.ok) return err(`"${side}": ${price.error}`);
    if (!quantity.ok) return err(`"${side}": ${quantity.error}`);
    if (price.value <= 0n || quantity.value < 0n) return err(`"${side}": an amount is not positive`);
    if (side === 'diff') {
      levels.push({ price: price.value, quantity: quantity.value });
      continue;
    }
    if (last !== null && (side === 'bids' ? price.value >= last : price.value <= last)) {
      return err(`"${side}" are not sorted, best first`);
    }
    last = price.value;
    if (quantity.value > 0n) levels.push({ price: price.value, quantity: quantity.value });
  }
  return ok(levels);
}
