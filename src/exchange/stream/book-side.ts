/**
 * One side of a local book as numbers in one array, four a level (see `book-rows.ts`), worst price
 * first: what changes is nearly always near the best price, at the end, where few levels have to
 * move. Prices of asks are kept negated, so that on both sides a later level is a better one. A list
 * of doubles, not a typed array: a slice of it is a picture, and costs a tenth.
 */
import { ROW } from '../parse/book-rows.ts';

/** A snapshot's thousand levels and room beyond; grows when more come. */
const LEVELS_AT_FIRST = 2_048;

export class BookSide {
  count = 0;
  readonly #isAsks: boolean;
  // Numbers with a point, so that the list is one of doubles from the beginning.
  #rows: number[] = Array.from({ length: LEVELS_AT_FIRST * ROW }, () => 0.5);
  /** Where the last level went: the next of a list usually lies beside it. */
  #finger = 0;

  constructor(side: 'bids' | 'asks') {
    this.#isAsks = side === 'asks';
  }

  clear(): void {
    this.count = 0;
  }

  /** Sets `count` levels of these rows, beginning with level `from`; a size of zero removes. */
  take(rows: readonly number[], from: number, count: number): void {
    const isAsks = this.#isAsks;
    const end = (from + count) * ROW;
    const own = this.#rows;
    this.#finger = this.count;
    let next = (this.count - 1) * ROW;
    for (let at = from * ROW; at < end; at += ROW) {
      let units = rows[at] ?? 0;
      let rest = rows[at + 1] ?? 0;
      const sizeUnits = rows[at + 2] ?? 0;
      const sizeRest = rows[at + 3] ?? 0;
      // Zero minus, not a minus sign: there is no negative zero in a book.
      if (isAsks) {
        units = 0 - units;
        rest = 0 - rest;
      }
      // Lists come best first, so that the next level is nearly always the one beside the last. Of a
      // size neither part is negative: their sum is asked, because the parts alone cannot be foreseen.
      if (next >= 0 && own[next] === units && own[next + 1] === rest && sizeUnits + sizeRest !== 0) {
        own[next + 2] = sizeUnits;
        own[next + 3] = sizeRest;
      } else {
        this.#finger = next / ROW + 1;
        this.#set(units, rest, sizeUnits, sizeRest);
        next = this.#finger * ROW;
      }
      next -= ROW;
    }
  }

  /** Whether the best price of these bids is not below the best of those asks. */
  meets(asks: BookSide): boolean {
    if (this.count === 0 || asks.count === 0) return false;
    const bid = (this.count - 1) * ROW;
    const ask = (asks.count - 1) * ROW;
    const units = (this.#rows[bid] ?? 0) + (asks.#rows[ask] ?? 0);
    return units > 0 || (units === 0 && (this.#rows[bid + 1] ?? 0) + (asks.#rows[ask + 1] ?? 0) >= 0);
  }

  /** The rows of the best levels as they are kept, at most `depth`. */
  best(depth: number): number[] {
    const end = this.count * ROW;
    return this.#rows.slice(Math.max(0, end - depth * ROW), end);
  }

  #set(units: number, rest: number, sizeUnits: number, sizeRest: number): void {
    const level = this.#placeOf(units, rest);
    this.#finger = level;
    const at = level * ROW;
    const own = this.#rows;
    const isKnown = level < this.count && own[at] === units && own[at + 1] === rest;
    if (sizeUnits === 0 && sizeRest === 0) {
      if (!isKnown) return;
      this.count -= 1;
      for (let to = at, end = this.count * ROW; to < end; to += 1) own[to] = own[to + ROW] ?? 0;
      return;
    }
    if (!isKnown) this.#makeRoom(at);
    own[at] = units;
    own[at + 1] = rest;
    own[at + 2] = sizeUnits;
    own[at + 3] = sizeRest;
  }

  #makeRoom(at: number): void {
    const own = this.#rows;
    this.count += 1;
    const used = this.count * ROW;
    while (own.length < used) own.push(0.5);
    for (let to = used - 1; to >= at + ROW; to -= 1) own[to] = own[to - ROW] ?? 0;
  }

  /** The first level that is not worse than this price, searched for outwards from the finger. */
  #placeOf(units: number, rest: number): number {
    let low = Math.min(this.#finger, this.count);
    let high = low;
    let stride = 1;
    if (low < this.count && this.#isWorse(low, units, rest)) {
      low += 1;
      high = low;
      while (high < this.count && this.#isWorse(high, units, rest)) {
        low = high + 1;
        high += stride;
        stride *= 2;
      }
      high = Math.min(high, this.count);
    } else {
      low -= 1;
      while (low >= 0 && !this.#isWorse(low, units, rest)) {
        high = low;
        low -= stride;
        stride *= 2;
      }
      low = Math.max(low + 1, 0);
    }
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#isWorse(middle, units, rest)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #isWorse(level: number, units: number, rest: number): boolean {
    const at = level * ROW;
    const known = this.#rows[at] ?? 0;
    return known < units || (known === units && (this.#rows[at + 1] ?? 0) < rest);
  }
}
