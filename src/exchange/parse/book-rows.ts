/**
 * Both sides of a book as plain numbers, four a level: whole units and 10⁻⁸ of the price, then of the
 * size. Exact for every amount that money takes (15 digits of units, 8 places), and free of the
 * bigints and objects a level otherwise costs: those are made when somebody looks (performance.md,
 * goal a). Bids come first, then asks.
 */
import { SCALE, type Price, type Quantity } from '../../core/money.ts';
import type { BookUpdate, Level } from '../../core/ports/market-feed.ts';
import { amountOf } from './amount-of.ts';

/** Numbers a level. */
export const ROW = 4;

export class BookRows {
  readonly rows: number[];
  readonly bidCount: number;
  readonly askCount: number;
  #bids: readonly Level[] | null = null;
  #asks: readonly Level[] | null = null;

  constructor(rows: number[], bidCount: number, askCount: number) {
    this.rows = rows;
    this.bidCount = bidCount;
    this.askCount = askCount;
  }

  get bids(): readonly Level[] {
    this.#bids ??= levelsOf(this.rows, 0, this.bidCount);
    return this.#bids;
  }

  get asks(): readonly Level[] {
    this.#asks ??= levelsOf(this.rows, this.bidCount, this.askCount);
    return this.#asks;
  }

  /** Best bid not below best ask; both sides lie best first. */
  isCrossed(): boolean {
    const { rows, bidCount } = this;
    if (bidCount === 0 || this.askCount === 0) return false;
    const ask = bidCount * ROW;
    const bidUnits = rows[0] ?? 0;
    const askUnits = rows[ask] ?? 0;
    return bidUnits > askUnits || (bidUnits === askUnits && (rows[1] ?? 0) >= (rows[ask + 1] ?? 0));
  }
}

/** A picture of the top of a book whose levels are made when they are asked for. */
export class BookPicture extends BookRows implements BookUpdate {
  readonly kind = 'book';
  readonly symbol: string;
  readonly updateId: number;
  readonly receivedAt: number;

  constructor(
    symbol: string,
    updateId: number,
    receivedAt: number,
    rows: number[],
    bidCount: number,
    askCount: number,
  ) {
    super(rows, bidCount, askCount);
    this.symbol = symbol;
    this.updateId = updateId;
    this.receivedAt = receivedAt;
  }
}

/**
 * The best levels of both sides as a kept book holds them: worst first, prices of asks negated. They
 * are turned round when somebody looks, so that a picture nobody looks at costs two slices.
 */
export class BookTop {
  readonly #bidRows: readonly number[];
  readonly #askRows: readonly number[];
  #bids: readonly Level[] | null = null;
  #asks: readonly Level[] | null = null;

  constructor(bidRows: readonly number[], askRows: readonly number[]) {
    this.#bidRows = bidRows;
    this.#askRows = askRows;
  }

  get bids(): readonly Level[] {
    this.#bids ??= turnedLevelsOf(this.#bidRows);
    return this.#bids;
  }

  get asks(): readonly Level[] {
    this.#asks ??= turnedLevelsOf(this.#askRows);
    return this.#asks;
  }
}

/** A picture of the top of a kept book. */
export class TopPicture implements BookUpdate {
  readonly kind = 'book';
  readonly symbol: string;
  readonly updateId: number;
  readonly receivedAt: number;
  readonly #top: BookTop;

  constructor(symbol: string, updateId: number, receivedAt: number, top: BookTop) {
    this.symbol = symbol;
    this.updateId = updateId;
    this.receivedAt = receivedAt;
    this.#top = top;
  }

  get bids(): readonly Level[] {
    return this.#top.bids;
  }

  get asks(): readonly Level[] {
    return this.#top.asks;
  }
}

/** What changed between two states of a book; a size of zero takes the level away. */
export class BookDiff extends BookRows {
  readonly kind = 'diff';
  readonly symbol: string;
  readonly firstUpdateId: number;
  readonly lastUpdateId: number;
  readonly receivedAt: number;

  constructor(
    symbol: string,
    firstUpdateId: number,
    lastUpdateId: number,
    receivedAt: number,
    rows: number[],
    bidCount: number,
    askCount: number,
  ) {
    super(rows, bidCount, askCount);
    this.symbol = symbol;
    this.firstUpdateId = firstUpdateId;
    this.lastUpdateId = lastUpdateId;
    this.receivedAt = receivedAt;
  }

  /** The same with rows of its own: those of a scanned diff are overwritten by the next scan. */
  kept(): BookDiff {
    const { symbol, firstUpdateId, lastUpdateId, receivedAt, bidCount, askCount } = this;
    const rows = this.rows.slice(0, (bidCount + askCount) * ROW);
    return new BookDiff(symbol, firstUpdateId, lastUpdateId, receivedAt, rows, bidCount, askCount);
  }
}

/** The rows of these levels. */
export function rowsOf(bids: readonly Level[], asks: readonly Level[]): number[] {
  const rows: number[] = [];
  for (const side of [bids, asks]) {
    for (const { price, quantity } of side) {
      rows.push(unitsOf(price), restOf(price), unitsOf(quantity), restOf(quantity));
    }
  }
  return rows;
}

/** Whole units of an amount that is not negative. */
function unitsOf(amount: bigint): number {
  return Number(amount / SCALE);
}

/** What is left beyond the whole units, in 10⁻⁸. */
function restOf(amount: bigint): number {
  return Number(amount % SCALE);
}

function levelsOf(rows: readonly number[], from: number, count: number): readonly Level[] {
  const levels: Level[] = [];
  for (let at = from * ROW; at < (from + count) * ROW; at += ROW) {
    levels.push({
      price: amountOf(rows[at] ?? 0, rows[at + 1] ?? 0) as Price,
      quantity: amountOf(rows[at + 2] ?? 0, rows[at + 3] ?? 0) as Quantity,
    });
  }
  return levels;
}

/** The levels of these rows from the last to the first, whatever the sign of their prices. */
function turnedLevelsOf(rows: readonly number[]): readonly Level[] {
  const levels: Level[] = [];
  for (let at = rows.length - ROW; at >= 0; at -= ROW) {
    levels.push({
      price: amountOf(Math.abs(rows[at] ?? 0), Math.abs(rows[at + 1] ?? 0)) as Price,
      quantity: amountOf(rows[at + 2] ?? 0, rows[at + 3] ?? 0) as Quantity,
    });
  }
  return levels;
}
