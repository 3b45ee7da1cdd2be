/**
 * Reads one frame's bytes where its shape is known to the last byte. Anything else (another key
 * order, escapes, blanks, exponents, signs, leading zeros, more digits) sets `failed`, and the frame
 * goes to JSON.parse instead: what is read here is therefore what JSON.parse would have read.
 * One cursor serves all frames; digits are read eight at a time where they can be, and an amount
 * costs no string (performance.md: goal a).
 *
 * The frame lies inside a larger buffer. Reads may run past its end into what follows, but the place
 * only ever moves on, so a frame that was not whole does not end where it should (`done`).
 */
import { amountOf } from './amount-of.ts';
import { eightDigits } from './digits.ts';
import { WORD, type Pattern } from './pattern.ts';

const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const BACKSLASH = 92;
const BLANK = 32;
const OPEN = 91;
const CLOSE = 93;
const ASCII_MAX = 127;

/** Digits that fit a 32-bit integer whatever they are. */
const SMALL_DIGITS = 9;
/** Digits of whole units that `parseFixed` takes without looking closer. */
const UNIT_DIGITS_MAX = 15;
const PLACES_MAX = 8;
const POWERS: readonly number[] = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];
/** `","`, `"]` and `"],[` as little-endian words. */
const AMOUNTS_PART = 0x222c22;
const LEVEL_CLOSES = 0x5d22;
const LEVELS_PART = 0x5b2c5d22;
/** The longest level that is read in one go: `["` 9 digits `.` 8 digits `","` the same `"]` and what follows. */
const LEVEL_BYTES_MAX = 48;

class FrameCursor {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.bytes.buffer);
  at = 0;
  end = 0;
  failed = false;
  /** Whole units and 10⁻⁸ of the amount read last. */
  #units = 0;
  #rest = 0;
  /** The price of the level before, and whether the list of levels has been closed. */
  #lastUnits = 0;
  #lastRest = 0;
  #isListOver = false;

  begin(bytes: Uint8Array, at: number, end: number): void {
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.at = at;
    this.end = end;
    this.failed = false;
  }

  /** The frame ends here, all of it read. */
  done(): boolean {
    return !this.failed && this.at === this.end;
  }

  peek(): number {
    return this.bytes[this.at] ?? 0;
  }

  byte(code: number): void {
    if (this.bytes[this.at] !== code) this.failed = true;
    this.at += 1;
  }

  pattern(expected: Pattern): void {
    if (!this.skips(expected)) this.failed = true;
  }

  /** Whether these bytes come next; goes past them if so. */
  skips(expected: Pattern): boolean {
    const { view, at } = this;
    const { length, words } = expected;
    if (at + length > view.byteLength) return false;
    const last = words.length - 1;
    for (let index = 0; index < last; index += 1) {
      if (view.getInt32(at + WORD * index, true) !== words[index]) return false;
    }
    if (view.getInt32(at + length - WORD, true) !== words[last]) return false;
    this.at = at + length;
    return true;
  }

  /** `,"k":` of a one-letter key, given as its `keyWord`. */
  key(word: number): void {
    const { view, at } = this;
    if (at + 5 > view.byteLength || view.getInt32(at, true) !== word || view.getUint8(at + 4) !== COLON) {
      this.failed = true;
    }
    this.at = at + 5;
  }

  /** A whole number as JSON writes it, 0 to 2^53 − 1. */
  integer(): number {
    const { bytes, view } = this;
    const start = this.at;
    let at = start;
    let high = 0;
    if (start + 8 <= view.byteLength) {
      const eight = eightDigits(view, start);
      if (eight >= 0) {
        high = eight;
        at += 8;
      }
    }
    const from = at;
    let low = 0;
    let digit = (bytes[at] ?? 0) - ZERO;
    while (digit >>> 0 <= 9 && at - from < 8) {
      low = (Math.imul(low, 10) + digit) | 0;
      at += 1;
      digit = (bytes[at] ?? 0) - ZERO;
    }
    this.at = at;
    const value = high * (POWERS[at - from] ?? 0) + low;
    if (
      at === start ||
      digit >>> 0 <= 9 ||
      (bytes[start] === ZERO && at - start > 1) ||
      value > Number.MAX_SAFE_INTEGER
    ) {
      this.failed = true;
      return 0;
    }
    return value;
  }

  /** A whole number nobody needs, possibly negative. */
  skipInteger(): void {
    if (this.bytes[this.at] === MINUS) this.at += 1;
    this.integer();
  }

  flag(): boolean {
    const { bytes, at } = this;
    // "true" and "false", the bytes of each.
    if (bytes[at] === 116 && bytes[at + 1] === 114 && bytes[at + 2] === 117 && bytes[at + 3] === 101) {
      this.at = at + 4;
      return true;
    }
    if (
      bytes[at] === 102 &&
      bytes[at + 1] === 97 &&
      bytes[at + 2] === 108 &&
      bytes[at + 3] === 115 &&
      bytes[at + 4] === 101
    ) {
      this.at = at + 5;
      return false;
    }
    this.failed = true;
    return false;
  }

  /** A text nobody needs: ASCII without escapes. */
  skipText(): void {
    this.byte(QUOTE);
    const { bytes, end } = this;
    let at = this.at;
    let code = bytes[at] ?? 0;
    while (code !== QUOTE && code !== BACKSLASH && code >= BLANK && code <= ASCII_MAX && at < end) {
      at += 1;
      code = bytes[at] ?? 0;
    }
    if (code !== QUOTE) this.failed = true;
    this.at = at + 1;
  }

  /** An amount in quotes, exact. */
  amount(): bigint {
    this.#decimal();
    return amountOf(this.#units, this.#rest);
  }

  /**
   * Levels, `["price","size"]` with commas between, into rows of four from `to` on, up to and with the
   * bracket that closes their list; gives where the rows end. Prices of zero fail. In a picture
   * (`direction` 1 when prices must rise, -1 when they must fall) sizes of zero are left out; in a
   * diff (`direction` 0) they are kept, and the order is free.
   */
  levels(rows: number[], to: number, direction: -1 | 0 | 1): number {
    this.#lastUnits = 0;
    this.#lastRest = 0;
    this.#isListOver = this.peek() === CLOSE;
    if (this.#isListOver) this.at += 1;
    let next = to;
    while (!this.#isListOver && !this.failed) {
      next = this.#usualLevels(rows, next, direction);
      if (!this.#isListOver) next = this.#anyLevel(rows, next, direction);
    }
    return next;
  }

  /**
   * Levels as the exchange writes them, eight places each, in one go with everything at hand; stops
   * before the first that is not so. Neighbours nearly always share the text of their whole units,
   * from the quote to the point: two words, compared instead of read.
   */
  #usualLevels(rows: number[], to: number, direction: -1 | 0 | 1): number {
    const { bytes, view } = this;
    const limit = view.byteLength - LEVEL_BYTES_MAX;
    let lastUnits = this.#lastUnits;
    let lastRest = this.#lastRest;
    // Words of zeros match nothing: before the quote of a price stands a bracket.
    let stemLength = 0;
    let stemHead = 0;
    let stemTail = 0;
    let units = 0;
    let next = to;
    if (bytes[this.at] !== OPEN) return next;
    let levelAt = this.at + 1;
    while (levelAt <= limit) {
      let at = levelAt;
      if (view.getInt32(at, true) === stemHead && view.getInt32(at + stemLength - WORD, true) === stemTail) {
        at += stemLength;
      } else {
        if (bytes[at] !== QUOTE) break;
        at += 1;
        let digit = (bytes[at] ?? 0) - ZERO;
        units = 0;
        while (digit >>> 0 <= 9 && at - levelAt <= SMALL_DIGITS) {
          units = (Math.imul(units, 10) + digit) | 0;
          at += 1;
          digit = (bytes[at] ?? 0) - ZERO;
        }
        if (digit !== POINT - ZERO || at === levelAt + 1) break;
        at += 1;
        stemLength = at - levelAt;
        if (stemLength <= 2 * WORD) {
          stemHead = view.getInt32(levelAt, true);
          stemTail = view.getInt32(at - WORD, true);
        } else {
          stemLength = 0;
          stemHead = 0;
          stemTail = 0;
        }
      }
      const rest = eightDigits(view, at);
      if (rest < 0) break;
      at += 8;
      const part = view.getInt32(at, true);
      if ((part & 0xffffff) !== AMOUNTS_PART) break;
      let sizeUnits = (part >>> 24) - ZERO;
      if (sizeUnits >>> 0 > 9) break;
      at += 4;
      if (bytes[at] !== POINT) {
        const from = at - 1;
        let digit = (bytes[at] ?? 0) - ZERO;
        while (digit >>> 0 <= 9 && at - from < SMALL_DIGITS) {
          sizeUnits = (Math.imul(sizeUnits, 10) + digit) | 0;
          at += 1;
          digit = (bytes[at] ?? 0) - ZERO;
        }
        if (digit !== POINT - ZERO) break;
      }
      const sizeRest = eightDigits(view, at + 1);
      if (sizeRest < 0) break;
      at += 9;
      const end = view.getInt32(at, true);
      if ((end & 0xffff) !== LEVEL_CLOSES) break;
      if ((units | rest) === 0) this.failed = true;
      if (direction !== 0) {
        const step = units === lastUnits ? rest - lastRest : units - lastUnits;
        if ((lastUnits !== 0 || lastRest !== 0) && step * direction <= 0) this.failed = true;
        lastUnits = units;
        lastRest = rest;
      }
      if (direction === 0 || (sizeUnits | sizeRest) !== 0) {
        rows[next] = units;
        rows[next + 1] = rest;
        rows[next + 2] = sizeUnits;
        rows[next + 3] = sizeRest;
        next += 4;
      }
      levelAt = at + 4;
      if (end !== LEVELS_PART) {
        const after = (end >>> 16) & 0xff;
        // What comes instead of a bracket is looked at as any level is.
        if (after !== COMMA) {
          if (after !== CLOSE) this.failed = true;
          this.#isListOver = true;
        }
        break;
      }
    }
    this.at = levelAt - 1;
    this.#lastUnits = lastUnits;
    this.#lastRest = lastRest;
    return next;
  }

  /** One level however its amounts are written, digit by digit. */
  #anyLevel(rows: number[], to: number, direction: -1 | 0 | 1): number {
    this.byte(OPEN);
    this.#decimal();
    const units = this.#units;
    const rest = this.#rest;
    this.byte(COMMA);
    this.#decimal();
    this.byte(CLOSE);
    if (units === 0 && rest === 0) this.failed = true;
    if (direction !== 0 && (this.#lastUnits !== 0 || this.#lastRest !== 0)) {
      const step = units === this.#lastUnits ? rest - this.#lastRest : units - this.#lastUnits;
      if (step * direction <= 0) this.failed = true;
    }
    this.#lastUnits = units;
    this.#lastRest = rest;
    const after = this.peek();
    this.at += 1;
    if (after !== COMMA) {
      if (after !== CLOSE) this.failed = true;
      this.#isListOver = true;
    }
    if (direction !== 0 && this.#units === 0 && this.#rest === 0) return to;
    rows[to] = units;
    rows[to + 1] = rest;
    rows[to + 2] = this.#units;
    rows[to + 3] = this.#rest;
    return to + 4;
  }

  #decimal(): void {
    const { bytes, view } = this;
    if (bytes[this.at] !== QUOTE) this.failed = true;
    const start = this.at + 1;
    let at = start;
    let code = bytes[at] ?? 0;
    let small = 0;
    while (code >= ZERO && code <= NINE && at - start < SMALL_DIGITS) {
      small = (small * 10 + (code - ZERO)) | 0;
      at += 1;
      code = bytes[at] ?? 0;
    }
    let units = small;
    while (code >= ZERO && code <= NINE && at - start < UNIT_DIGITS_MAX) {
      units = units * 10 + (code - ZERO);
      at += 1;
      code = bytes[at] ?? 0;
    }
    if (at === start) this.failed = true;
    let rest = 0;
    if (code === POINT) {
      at += 1;
      const eight = at + 8 < view.byteLength && bytes[at + 8] === QUOTE ? eightDigits(view, at) : -1;
      if (eight >= 0) {
        rest = eight;
        at += 8;
        code = QUOTE;
      } else {
        const point = at;
        code = bytes[at] ?? 0;
        while (code >= ZERO && code <= NINE && at - point < PLACES_MAX) {
          rest = (rest * 10 + (code - ZERO)) | 0;
          at += 1;
          code = bytes[at] ?? 0;
        }
        const places = at - point;
        if (places === 0) this.failed = true;
        if (places < PLACES_MAX) rest *= POWERS[PLACES_MAX - places] ?? 1;
      }
    }
    if (code !== QUOTE) this.failed = true;
    this.at = at + 1;
    this.#units = units;
    this.#rest = rest;
  }
}

/** One is enough: a frame is scanned from its beginning to its end before another is looked at. */
export const frameCursor: FrameCursor = new FrameCursor();
