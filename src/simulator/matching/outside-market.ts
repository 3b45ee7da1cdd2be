/**
 * The market of a recording (or of a synthetic maker), laid around the client orders: its resting
 * quantity has no orders of its own, only anonymous places in the queues. A client's place in a queue
 * follows the cautious model: quantity ahead shrinks when trades pass or the level falls below it,
 * and never grows; quantity that appears later stands behind.
 */
import type { Price, Quantity } from '../../core/money.ts';
import type { Step } from './engine.ts';
import { expireOrder } from './lifecycle.ts';
import { settleAftermath } from './aftermath.ts';
import { ASK, BID, OUTSIDE, type BookSide, type OrderBook } from './order-book.ts';
import { lotsOf, quantityOf, ticksOf } from './scale.ts';
import { seePrice, settleTape } from './settlement.ts';
import type { BookLevel } from './venue-api.ts';

/** Scratch columns for one side's new levels, best first; grown as needed, never shrunk. */
type Wanted = { keys: Float64Array; lots: Float64Array; seen: Uint8Array; count: number };
const wantedBids: Wanted = makeWanted(64);
const wantedAsks: Wanted = makeWanted(64);

export function setLiquidity(step: Step, bids: readonly BookLevel[], asks: readonly BookLevel[]): void {
  withdrawMakers(step);
  read(step, wantedBids, bids, BID);
  read(step, wantedAsks, asks, ASK);
  // Everything shrinks before anything is added, so that old quantity never meets new.
  adjust(step.market.book, wantedBids, BID);
  adjust(step.market.book, wantedAsks, ASK);
  insert(step, wantedBids, BID);
  insert(step, wantedAsks, ASK);
  settleAftermath(step);
}

export function printTrade(step: Step, at: Price, size: Quantity, buyerIsMaker: boolean): void {
  const { engine, market, now } = step;
  const { scale } = market;
  // A recording may know finer grids than this symbol: the print keeps its own price and size.
  const ticks = Number(at) / scale.tickUnits;
  let left = lotsOf(scale, size);
  const lots = left;
  if (market.clients + market.makers > 0) {
    // A client order at a better price than the print would have been met first, on either side.
    left = passBetter(step, BID, ticks, left);
    left = passBetter(step, ASK, ticks, left);
  }
  left = passQueue(step, buyerIsMaker ? BID : ASK, ticks, left);
  const outside = (size - quantityOf(scale, lots - left)) as Quantity;
  if (outside > 0n) {
    const tradeId = market.nextTradeId;
    market.nextTradeId += 1;
    engine.events.push({
      kind: 'trade',
      at: now,
      symbol: market.spec.symbol,
      tradeId,
      price: at,
      quantity: outside,
      buyerIsMaker,
      buyerOrderId: 0,
      sellerOrderId: 0,
    });
  }
  // The recording says the market stands here, also when client orders took the whole print.
  seePrice(step, at, ticks, Number(outside) / scale.lotUnits);
  settleAftermath(step);
}

/** Fills client orders that rest at a better price than the print, best first; gives the lots left. */
function passBetter(step: Step, side: BookSide, price: number, lots: number): number {
  const { book } = step.market;
  const ladder = book.ladder(side);
  const printKey = side === BID ? price : -price;
  let left = lots;
  for (let at = ladder.count - 1; at >= 0 && left > 0 && ladder.keys[at]! > printKey; at -= 1) {
    left = passLevel(book, ladder.levels[at]!, left, true);
  }
  settleTape(step, null, side === ASK, null);
  return left;
}

/**
 * Lets the print pass through the queue at its own price. Outside quantity ahead is used up silently:
 * it is part of the print itself; only clients' fills are trades of their own and come off the lots left.
 */
function passQueue(step: Step, side: BookSide, price: number, lots: number): number {
  const { book } = step.market;
  const ladder = book.ladder(side);
  const at = ladder.find(side === BID ? price : -price);
  if (at < 0 || lots === 0) return lots;
  passLevel(book, ladder.levels[at]!, lots, false);
  let clients = 0;
  for (let row = 0; row < book.tape.count; row += 1) clients += book.tape.lots[row]!;
  settleTape(step, null, side === ASK, null);
  return lots - clients;
}

/** Returns the lots left. The level may vanish under the loop, so the next slot is read first. */
function passLevel(book: OrderBook, level: number, lots: number, clientsOnly: boolean): number {
  let left = lots;
  let slot = book.head[level]!;
  while (slot >= 0 && left > 0) {
    const next = book.next[slot]!;
    const size = Math.min(left, book.visible[slot]!);
    if (book.owner[slot] !== OUTSIDE) {
      const refills = book.hidden[slot]! > 0 && size === book.visible[slot]!;
      book.take(slot, size, OUTSIDE);
      left -= size;
      if (refills && next < 0) {
        slot = book.tail[level]!;
        continue;
      }
    } else if (!clientsOnly) {
      if (size === book.visible[slot]!) book.remove(slot);
      else book.reduce(slot, size);
      left -= size;
    }
    slot = next;
  }
  return left;
}

/** Orders the unlimited accounts placed one by one give way to the new picture of the market. */
function withdrawMakers(step: Step): void {
  if (step.market.makers === 0) return;
  for (const order of step.market.orders) {
    if (order !== null && order.account.spec.unlimited) expireOrder(step, order, 'EXCHANGE_CANCELED');
  }
}

function read(step: Step, wanted: Wanted, levels: readonly BookLevel[], side: BookSide): void {
  const { scale } = step.market;
  if (wanted.keys.length < levels.length) grow(wanted, levels.length);
  let count = 0;
  for (const level of levels) {
    const lots = lotsOf(scale, level.quantity);
    if (lots <= 0) continue;
    const ticks = ticksOf(scale, level.price);
    wanted.keys[count] = side === BID ? ticks : -ticks;
    wanted.lots[count] = lots;
    wanted.seen[count] = 0;
    count += 1;
  }
  wanted.count = count;
}

/** Brings the outside quantity of every standing level to what is wanted there, or to nothing. */
function adjust(book: OrderBook, wanted: Wanted, side: BookSide): void {
  const ladder = book.ladder(side);
  let next = 0;
  for (let at = ladder.count - 1; at >= 0; at -= 1) {
    const key = ladder.keys[at]!;
    while (next < wanted.count && wanted.keys[next]! > key) next += 1;
    const found = next < wanted.count && wanted.keys[next] === key;
    if (found) wanted.seen[next] = 1;
    adjustLevel(book, ladder.levels[at]!, found ? wanted.lots[next]! : 0);
  }
}

function adjustLevel(book: OrderBook, level: number, lots: number): void {
  const only = book.head[level]!;
  if (lots > 0 && book.next[only]! < 0 && book.owner[only] === OUTSIDE) {
    book.resize(only, lots);
    return;
  }
  // Keep what stands ahead up to the new size; cut from the back; a surplus joins at the back.
  let missing = lots;
  const last = book.tail[level]!;
  let slot = book.head[level]!;
  while (slot >= 0) {
    const after = slot === last ? -1 : book.next[slot]!;
    if (book.owner[slot] === OUTSIDE) {
      const standing = book.visible[slot]!;
      if (missing === 0) book.remove(slot);
      else if (after < 0) {
        book.resize(slot, missing);
        missing = 0;
      } else {
        const kept = Math.min(standing, missing);
        if (kept < standing) book.resize(slot, kept);
        missing -= kept;
      }
    }
    slot = after;
  }
  if (missing > 0) {
    const side = book.sideOf[level] === BID ? BID : ASK;
    const key = book.key[level]!;
    book.add(side, side === BID ? key : -key, missing, 0, OUTSIDE);
  }
}

function insert(step: Step, wanted: Wanted, side: BookSide): void {
  const { book } = step.market;
  for (let at = 0; at < wanted.count; at += 1) {
    if (wanted.seen[at] === 1) continue;
    const price = side === BID ? wanted.keys[at]! : -wanted.keys[at]!;
    let lots = wanted.lots[at]!;
    if (book.crosses(side, price)) {
      lots = book.match(side, price, lots, OUTSIDE, OUTSIDE);
      const { blocked } = book;
      settleTape(step, null, side === BID, null);
      // The picture crosses itself: what is left of this level cannot stand.
      if (blocked >= 0) continue;
    }
    if (lots > 0) book.add(side, price, lots, 0, OUTSIDE);
  }
}

function makeWanted(size: number): Wanted {
  return { keys: new Float64Array(size), lots: new Float64Array(size), seen: new Uint8Array(size), count: 0 };
}

function grow(wanted: Wanted, size: number): void {
  const wider = makeWanted(size * 2);
  wanted.keys = wider.keys;
  wanted.lots = wider.lots;
  wanted.seen = wider.seen;
}
