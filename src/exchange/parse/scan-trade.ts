/**
 * One trade's frame in one pass. A trade mostly comes after a pause, when neither code nor data are in the
 * processor's caches: what counts then is how little is touched, so everything is read where it stands and
 * nothing is asked of another object. Rules and answers are those of `scan-cursor.ts`: anything but the
 * documented shape is null, and JSON.parse then reads it (or refuses).
 */
import type { Price, Quantity } from '../../core/money.ts';
import type { TradeTick } from '../../core/ports/market-feed.ts';
import { amountOf } from './amount-of.ts';
import { WORD, type Pattern } from './pattern.ts';

/** The bytes that hold frames, both ways of reading them. */
export type FrameBytes = { readonly bytes: Uint8Array; readonly view: DataView };

const QUOTE = 34;
const COMMA = 44;
const POINT = 46;
const ZERO = 48;
const COLON = 58;
const LETTER_E = 101;
const BRACES = 0x7d7d;

// Four bytes each, little-endian: `{"e":"trade","E":`, then the beginnings of the keys.
const HEAD_1 = 0x2265227b;
const HEAD_2 = 0x7274223a;
const HEAD_3 = 0x22656461;
const HEAD_4 = 0x2245222c;
const HEAD_LENGTH = 17;
const KEY_T = 0x2274222c;
const KEY_P = 0x2270222c;
const KEY_Q = 0x2271222c;
const KEY_TIME = 0x2254222c;
const KEY_MAKER = 0x226d222c;
const KEY_IGNORED = 0x224d222c;
const KEY_LENGTH = 5;
const TRUE = 0x65757274;
const FALSE = 0x736c6166;

const UNIT_DIGITS_MAX = 15;
const PLACES_MAX = 8;
const POWERS: readonly number[] = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];

/** Behind what was read last, or -1 where it was not as it should be. */
let next = 0;

/**
 * The trade whose payload begins at `start` and ends, with the braces of payload and envelope, at `end`, which
 * lies inside the buffer; null when its shape is not the documented one to the last byte, or an amount is zero.
 */
export function scanTrade(
  { bytes, view }: FrameBytes,
  start: number,
  end: number,
  symbol: { readonly name: string; readonly field: Pattern },
  receivedAt: number,
): TradeTick | null {
  const { length, words } = symbol.field;
  if (
    start + HEAD_LENGTH + KEY_LENGTH + length > end ||
    view.getInt32(start, true) !== HEAD_1 ||
    view.getInt32(start + 4, true) !== HEAD_2 ||
    view.getInt32(start + 8, true) !== HEAD_3 ||
    view.getInt32(start + 12, true) !== HEAD_4 ||
    bytes[start + 16] !== COLON
  )
    return null;
  wholeNumber(bytes, start + HEAD_LENGTH);
  let at = next;
  if (at < 0 || at + length > end) return null;
  const last = words.length - 1;
  for (let index = 0; index < last; index += 1)
    if (view.getInt32(at + WORD * index, true) !== words[index]) return null;
  if (view.getInt32(at + length - WORD, true) !== words[last]) return null;
  at += length;
  if (!isKey(view, at, end, KEY_T)) return null;
  const tradeId = wholeNumber(bytes, at + KEY_LENGTH);
  if (!isKey(view, next, end, KEY_P)) return null;
  const price = amount(bytes, next + KEY_LENGTH) as Price;
  if (!isKey(view, next, end, KEY_Q)) return null;
  const quantity = amount(bytes, next + KEY_LENGTH) as Quantity;
  if (!isKey(view, next, end, KEY_TIME)) return null;
  const exchangeTime = wholeNumber(bytes, next + KEY_LENGTH);
  if (!isKey(view, next, end, KEY_MAKER)) return null;
  const buyerIsMaker = flag(bytes, view, next + KEY_LENGTH, end);
  // `"M"`, which the exchange calls "ignore" and may leave out one day.
  if (next >= 0 && bytes[next] === COMMA) {
    if (!isKey(view, next, end, KEY_IGNORED)) return null;
    flag(bytes, view, next + KEY_LENGTH, end);
  }
  if (next < 0 || next + 2 !== end || view.getUint16(next, true) !== BRACES) return null;
  if (price === 0n || quantity === 0n) return null;
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

/** Whether the key of this word begins at `at`. */
function isKey(view: DataView, at: number, end: number, word: number): boolean {
  return (
    at >= 0 &&
    at + KEY_LENGTH <= end &&
    view.getInt32(at, true) === word &&
    view.getUint8(at + WORD) === COLON
  );
}

/** A whole number as JSON writes it, 0 to 2^53 − 1. */
function wholeNumber(bytes: Uint8Array, start: number): number {
  let at = start;
  let value = 0;
  let digit = (bytes[at] ?? 0) - ZERO;
  while (digit >>> 0 <= 9) {
    value = value * 10 + digit;
    at += 1;
    digit = (bytes[at] ?? 0) - ZERO;
  }
  const leading = at - start > 1 && bytes[start] === ZERO;
  next = at === start || leading || value > Number.MAX_SAFE_INTEGER ? -1 : at;
  return value;
}

/** An amount in quotes, exact. */
function amount(bytes: Uint8Array, start: number): bigint {
  let at = start + 1;
  let units = 0;
  let digit = (bytes[at] ?? 0) - ZERO;
  while (digit >>> 0 <= 9) {
    units = units * 10 + digit;
    at += 1;
    digit = (bytes[at] ?? 0) - ZERO;
  }
  const unitDigits = at - start - 1;
  let rest = 0;
  let places = 0;
  if (digit === POINT - ZERO) {
    const point = at + 1;
    do {
      at += 1;
      digit = (bytes[at] ?? 0) - ZERO;
      if (digit >>> 0 > 9) break;
      rest = (Math.imul(rest, 10) + digit) | 0;
    } while (at - point < PLACES_MAX);
    places = at - point;
    if (places === 0) places = -1;
  }
  const isWhole =
    bytes[start] === QUOTE &&
    unitDigits >= 1 &&
    unitDigits <= UNIT_DIGITS_MAX &&
    places >= 0 &&
    places <= PLACES_MAX &&
    bytes[at] === QUOTE;
  next = isWhole ? at + 1 : -1;
  return isWhole
    ? amountOf(units, places === PLACES_MAX ? rest : rest * (POWERS[PLACES_MAX - places] ?? 1))
    : 0n;
}

function flag(bytes: Uint8Array, view: DataView, at: number, end: number): boolean {
  next = -1;
  if (at + KEY_LENGTH > end) return false;
  const word = view.getInt32(at, true);
  if (word === TRUE) {
    next = at + 4;
    return true;
  }
  if (word === FALSE && bytes[at + 4] === LETTER_E) next = at + 5;
  return false;
}
