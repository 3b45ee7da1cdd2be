/**
 * A partial book (`@depth20@100ms`, or the REST `depth` answer, which has the same fields): best
 * levels first, exact. Zero prices and crossed sides are told apart from unreadable ones.
 */
import { parseFixed, type Price, type Quantity } from '../../core/money.ts';
import type { BookInvalid, BookUpdate, Level } from '../../core/ports/market-feed.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { Json } from './fields.ts';

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
  const bestBid = bids.value[0];
  const bestAsk = asks.value[0];
  if (bestBid !== undefined && bestAsk !== undefined && bestBid.price >= bestAsk.price) {
    return ok({ kind: 'bookInvalid', symbol, reason: 'crossed', receivedAt });
  }
  return ok({ kind: 'book', symbol, bids: bids.value, asks: asks.value, updateId, receivedAt });
}

function parseLevels(raw: unknown, side: 'bids' | 'asks'): Result<readonly Level[], string> {
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
    if (last !== null && (side === 'bids' ? price.value >= last : price.value <= last)) {
      return err(`"${side}" are not sorted, best first`);
    }
    last = price.value;
    if (quantity.value > 0n) levels.push({ price: price.value, quantity: quantity.value });
  }
  return ok(levels);
}
