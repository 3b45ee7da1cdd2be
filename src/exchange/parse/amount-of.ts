/** From what the scanner reads, whole units and 10⁻⁸, to money. */
import { SCALE } from '../../core/money.ts';

/** Whole units whose count of 10⁻⁸ is exact in a double: (2^53 − 10^8) / 10^8. */
const EXACT_UNITS_MAX = 90_071_991;

// A bigint read from memory costs a tenth of one made by BigInt(): two halves in, one bigint out.
const wide = new BigInt64Array(1);
const halves = new Uint32Array(wide.buffer);
const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const LOW = littleEndian ? 0 : 1;
const HIGH = littleEndian ? 1 : 0;
const HALF = 4_294_967_296;

/** The amount of these whole units and 10⁻⁸, neither negative. */
export function amountOf(units: number, rest: number): bigint {
  if (units > EXACT_UNITS_MAX) return BigInt(units) * SCALE + BigInt(rest);
  const value = units * 1e8 + rest;
  const high = Math.floor(value / HALF);
  halves[LOW] = value - high * HALF;
  halves[HIGH] = high;
  return wide[0] ?? 0n;
}
