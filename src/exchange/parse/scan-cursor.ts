/**
 * Reads one frame's bytes where its shape is known to the last byte. Anything else (another key
 * order, escapes, blanks, exponents, signs, leading zeros, more digits) sets `failed`, and the frame
 * goes to JSON.parse instead: what is read here is therefore what JSON.parse would have read.
 * One cursor serves all frames, and an amount costs no string (performance.md: goal a).
 */
import { SCALE } from '../../core/money.ts';

const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const BACKSLASH = 92;
const BLANK = 32;

/** Digits that fit a 32-bit integer whatever they are. */
const SMALL_DIGITS = 9;
/** Digits of whole units that `parseFixed` takes without looking closer. */
const UNIT_DIGITS_MAX = 15;
const PLACES_MAX = 8;
/** Whole units whose count of 10⁻⁸ is exact in a double: (2^53 − 10^8) / 10^8. */
const EXACT_UNITS_MAX = 90_071_991;
const POWERS: readonly number[] = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];

// A bigint read from memory costs a tenth of one made by BigInt(): two halves in, one bigint out.
const wide = new BigInt64Array(1);
const halves = new Uint32Array(wide.buffer);
const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const LOW = littleEndian ? 0 : 1;
const HIGH = littleEndian ? 1 : 0;
const HALF = 4_294_967_296;

/** The same whole number as a bigint; exact up to 2^53. */
function bigintOf(value: number): bigint {
  const high = Math.floor(value / HALF);
  halves[LOW] = value - high * HALF;
  halves[HIGH] = high;
  return wide[0] ?? 0n;
}

export class FrameCursor {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  failed = false;
  /** Whole units and 10⁻⁸ of the amount read last. */
  #units = 0;
  #rest = 0;

  begin(bytes: Uint8Array, at: number): void {
    this.bytes = bytes;
    this.at = at;
    this.failed = false;
  }

  /** The frame ends here, all of it read. */
  done(): boolean {
    return !this.failed && this.at === this.bytes.length;
  }

  peek(): number {
    return this.bytes[this.at] ?? 0;
  }

  byte(code: number): void {
    if (this.bytes[this.at] !== code) this.failed = true;
    this.at += 1;
  }

  text(expected: Uint8Array): void {
    const { bytes, at } = this;
    for (let index = 0; index < expected.length; index += 1) {
      if (bytes[at + index] !== expected[index]) {
        this.failed = true;
        return;
      }
    }
    this.at = at + expected.length;
  }

  /** `,"k":` of a one-letter key. */
  key(letter: number): void {
    const { bytes, at } = this;
    if (
      bytes[at] !== COMMA ||
      bytes[at + 1] !== QUOTE ||
      bytes[at + 2] !== letter ||
      bytes[at + 3] !== QUOTE ||
      bytes[at + 4] !== COLON
    ) {
      this.failed = true;
    }
    this.at = at + 5;
  }

  /** A whole number as JSON writes it, 0 to 2^53 − 1. */
  integer(): number {
    const { bytes } = this;
    const start = this.at;
    let at = start;
    let code = bytes[at] ?? 0;
    let high = 0;
    while (code >= ZERO && code <= NINE && at - start < SMALL_DIGITS) {
      high = (high * 10 + (code - ZERO)) | 0;
      at += 1;
      code = bytes[at] ?? 0;
    }
    let value = high;
    if (code >= ZERO && code <= NINE) {
      let low = 0;
      let scale = 1;
      while (code >= ZERO && code <= NINE && at - start < 16) {
        low = (low * 10 + (code - ZERO)) | 0;
        scale *= 10;
        at += 1;
        code = bytes[at] ?? 0;
      }
      value = high * scale + low;
    }
    this.at = at;
    if (
      at === start ||
      (at - start > 1 && bytes[start] === ZERO) ||
      value > Number.MAX_SAFE_INTEGER ||
      (code >= ZERO && code <= NINE)
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

  /** A text nobody needs, without escapes. */
  skipText(): void {
    this.byte(QUOTE);
    const { bytes } = this;
    let at = this.at;
    let code = bytes[at] ?? 0;
    while (code !== QUOTE && code !== BACKSLASH && code >= BLANK) {
      at += 1;
      code = bytes[at] ?? 0;
    }
    if (code !== QUOTE) this.failed = true;
    this.at = at + 1;
  }

  /** An amount in quotes, exact. */
  amount(): bigint {
    this.#decimal();
    if (this.#units <= EXACT_UNITS_MAX) return bigintOf(this.#units * 1e8 + this.#rest);
    return BigInt(this.#units) * SCALE + BigInt(this.#rest);
  }

  /** An amount in quotes counted in 10⁻⁸; fails where that is not exact. */
  scaled(): number {
    this.#decimal();
    if (this.#units > EXACT_UNITS_MAX) this.failed = true;
    return this.#units * 1e8 + this.#rest;
  }

  #decimal(): void {
    const { bytes } = this;
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
    if (code !== QUOTE) this.failed = true;
    this.at = at + 1;
    this.#units = units;
    this.#rest = rest;
  }
}

/** The bigint of what `scaled` read. */
export const amountOf: (scaled: number) => bigint = bigintOf;
