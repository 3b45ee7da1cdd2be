/** Digits read a word at a time. */

/**
 * Four digits are one word: 0x30 to 0x39 each. With 0x30 taken away nothing may be left in a high
 * half, nor come there by adding 6; then neighbours are put together, twice.
 */
const FOUR_ZEROS = 0x30303030;
const FOUR_SIXES = 0x06060606;
const HIGH_HALVES = 0xf0f0f0f0 | 0;

/** Eight digits as their value, or -1. */
export function eightDigits(view: DataView, at: number): number {
  let high = view.getInt32(at, true) ^ FOUR_ZEROS;
  let low = view.getInt32(at + 4, true) ^ FOUR_ZEROS;
  if ((((high + FOUR_SIXES) | high) & HIGH_HALVES) !== 0) return -1;
  high = (Math.imul(high, 10) + (high >>> 8)) & 0x00ff00ff;
  high = (Math.imul(high, 100) + (high >>> 16)) & 0xffff;
  high = Math.imul(high, 10_000);
  // Few amounts have more than five places: what follows the fifth is three zeros.
  if (low >>> 0 <= 9) return (high + Math.imul(low, 1_000)) | 0;
  if ((((low + FOUR_SIXES) | low) & HIGH_HALVES) !== 0) return -1;
  low = (Math.imul(low, 10) + (low >>> 8)) & 0x00ff00ff;
  return (high + ((Math.imul(low, 100) + (low >>> 16)) & 0xffff)) | 0;
}
