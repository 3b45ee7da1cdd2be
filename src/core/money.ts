/**
 * Exact fixed-point money: a branded `bigint` at 10⁻⁸ (invariant 19: amounts are finite decimals).
 * Multiplying has a name that says its rounding. Nothing here touches floating point except
 * `toNumber`, the one crossing from money to statistics, and `fixedFromNumber`, the one way back.
 */
import type { Brand } from './brand.ts';
import { invariant, present } from './invariant.ts';
import { err, ok, type Result } from './result.ts';

export type Price = Brand<bigint, 'Price'>;
export type Quantity = Brand<bigint, 'Quantity'>;
export type Notional = Brand<bigint, 'Notional'>;
/** An amount of any asset: what a fee or a balance is counted in. */
export type AssetAmount = Brand<bigint, 'AssetAmount'>;
export type Fixed = Price | Quantity | Notional | AssetAmount;

/** One unit at 10⁻⁸. */
export const SCALE: bigint = 100_000_000n;
export const DECIMALS: number = 8;

export type MoneyError = 'money.malformed' | 'money.tooPrecise' | 'money.tooLarge';

/** Integer digits accepted from text. 10^15 units is past any balance and leaves bigint products cheap. */
const MAX_INTEGER_DIGITS = 15;
/** What text can say lies strictly inside this on both sides of zero. */
export const AMOUNT_LIMIT: bigint = 10n ** BigInt(MAX_INTEGER_DIGITS) * SCALE;

/**
 * Parses a plain decimal such as `67453.2`. No exponent, no thousands separator, no sign except a
 * leading minus. More than eight decimals are refused unless the excess is zeros; never rounded.
 */
export function parseFixed<T extends Fixed>(text: string): Result<T, MoneyError> {
  const length = text.length;
  let index = 0;
  let negative = false;
  if (length > 0 && text.charCodeAt(0) === 45) {
    negative = true;
    index = 1;
  }
  let integerDigits = 0;
  let value = 0n;
  const integerStart = index;
  while (index < length && isDigit(text.charCodeAt(index))) index += 1;
  integerDigits = index - integerStart;
  if (integerDigits === 0) return err('money.malformed');
  if (integerDigits > MAX_INTEGER_DIGITS) {
    let leading = integerStart;
    while (leading < index && text.charCodeAt(leading) === 48) leading += 1;
    if (index - leading > MAX_INTEGER_DIGITS) return err('money.tooLarge');
  }
  value = BigInt(text.slice(integerStart, index)) * SCALE;
  if (index < length) {
    if (text.charCodeAt(index) !== 46) return err('money.malformed');
    const fractionStart = index + 1;
    index = fractionStart;
    while (index < length && isDigit(text.charCodeAt(index))) index += 1;
    if (index !== length || index === fractionStart) return err('money.malformed');
    let fractionEnd = index;
    while (fractionEnd > fractionStart && text.charCodeAt(fractionEnd - 1) === 48) fractionEnd -= 1;
    const places = fractionEnd - fractionStart;
    if (places > DECIMALS) return err('money.tooPrecise');
    if (places > 0) {
      value += BigInt(text.slice(fractionStart, fractionEnd).padEnd(DECIMALS, '0'));
    }
  }
  return ok((negative ? -value : value) as T);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Parses a figure written by ourselves or checked before; a malformed one is a bug and throws. */
export function fixed<T extends Fixed>(text: string): T {
  const parsed = parseFixed<T>(text);
  invariant(parsed.ok, `an amount is a plain decimal with at most ${DECIMALS} places: "${text}"`);
  return parsed.value;
}

export const price = (text: string): Price => fixed<Price>(text);
export const quantity = (text: string): Quantity => fixed<Quantity>(text);
export const notional = (text: string): Notional => fixed<Notional>(text);
export const assetAmount = (text: string): AssetAmount => fixed<AssetAmount>(text);

export const ZERO_PRICE: Price = 0n as Price;
export const ZERO_QUANTITY: Quantity = 0n as Quantity;
export const ZERO_NOTIONAL: Notional = 0n as Notional;
export const ZERO_AMOUNT: AssetAmount = 0n as AssetAmount;

/** Shortest decimal text, no trailing zeros: `1.5`, `0`, `-0.00000001`. */
export function formatFixed(value: bigint): string {
  const negative = value < 0n;
  const digits = (negative ? -value : value).toString();
  let text: string;
  if (digits.length <= DECIMALS) {
    text = `0.${digits.padStart(DECIMALS, '0')}`;
  } else {
    text = `${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`;
  }
  let end = text.length;
  while (text.charCodeAt(end - 1) === 48) end -= 1;
  if (text.charCodeAt(end - 1) === 46) end -= 1;
  text = text.slice(0, end);
  return negative ? `-${text}` : text;
}

/** One of the last place shown, for 0 to 8 places. */
const UNITS: readonly bigint[] = Array.from(
  { length: DECIMALS + 1 },
  (_, places) => 10n ** BigInt(DECIMALS - places),
);

/** Text with exactly `places` decimals, rounded half away from zero: for screens, never for orders. */
export function formatPlaces(value: bigint, places: number): string {
  invariant(places >= 0 && places <= DECIMALS, 'places lies between 0 and 8');
  const unit = present(UNITS[places], 'a unit of each number of places');
  const negative = value < 0n;
  const magnitude = negative ? -value : value;
  const rounded = (magnitude + unit / 2n) / unit;
  const digits = rounded.toString().padStart(places + 1, '0');
  const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return negative && rounded > 0n ? `-${text}` : text;
}

/** Price × quantity, rounded towards minus infinity. */
export function notionalFloor(at: Price, size: Quantity): Notional {
  return floorDivide(at * size, SCALE) as Notional;
}

/** Price × quantity, rounded towards plus infinity: what must be reserved to pay for it. */
export function notionalCeil(at: Price, size: Quantity): Notional {
  return ceilDivide(at * size, SCALE) as Notional;
}

/** How much can be bought with `amount` at `at`, rounded down. Throws on a price that is not positive. */
export function quantityFloor(amount: Notional, at: Price): Quantity {
  invariant(at > 0n, 'a price to divide by is positive');
  return floorDivide(amount * SCALE, at) as Quantity;
}

/** Average price of a filled quantity, rounded down. Throws on a quantity that is not positive. */
export function averagePriceFloor(amount: Notional, size: Quantity): Price {
  invariant(size > 0n, 'a quantity to divide by is positive');
  return floorDivide(amount * SCALE, size) as Price;
}

/** `value` × basis points / 10,000, rounded towards minus infinity. */
export function bpsFloor<T extends Fixed>(value: T, basisPoints: number): T {
  invariant(Number.isInteger(basisPoints), 'basis points are whole');
  return floorDivide(value * BigInt(basisPoints), 10_000n) as T;
}

/** `value` × basis points / 10,000, rounded towards plus infinity. */
export function bpsCeil<T extends Fixed>(value: T, basisPoints: number): T {
  invariant(Number.isInteger(basisPoints), 'basis points are whole');
  return ceilDivide(value * BigInt(basisPoints), 10_000n) as T;
}

/** Greatest multiple of `step` that is not above `value`; a step of zero leaves it as it is. */
export function floorTo<T extends Fixed>(value: T, step: T): T {
  if (step === 0n) return value;
  if (value >= 0n && step > 0n) return ((value as bigint) - ((value as bigint) % (step as bigint))) as T;
  return (floorDivide(value, step) * step) as T;
}

/** Smallest multiple of `step` that is not below `value`; a step of zero leaves it as it is. */
export function ceilTo<T extends Fixed>(value: T, step: T): T {
  if (step === 0n) return value;
  return (ceilDivide(value, step) * step) as T;
}

export function add<T extends Fixed>(left: T, right: T): T {
  return ((left as bigint) + (right as bigint)) as T;
}

export function subtract<T extends Fixed>(left: T, right: T): T {
  return ((left as bigint) - (right as bigint)) as T;
}

export function smaller<T extends Fixed>(left: T, right: T): T {
  return left < right ? left : right;
}

export function larger<T extends Fixed>(left: T, right: T): T {
  return left > right ? left : right;
}

/** part ÷ whole in basis points, rounded towards minus infinity; 0 when `whole` is 0. */
export function ratioBps(part: bigint, whole: bigint): number {
  if (whole === 0n) return 0;
  return Number(floorDivide(part * 10_000n, whole));
}

/** The one crossing from money to statistics. Loses digits past 2^53: never feed the answer back into an order. */
export function toNumber(value: bigint): number {
  return Number(value) / 1e8;
}

/** The one way back, for simulated prices and indicators: rounds to the nearest 10⁻⁸; throws on NaN and infinity. */
export function fixedFromNumber<T extends Fixed>(value: number): T {
  invariant(Number.isFinite(value), 'an amount is finite');
  return BigInt(Math.round(value * 1e8)) as T;
}

function floorDivide(dividend: bigint, divisor: bigint): bigint {
  // Amounts are mostly positive, and then one division is enough.
  if (dividend >= 0n && divisor > 0n) return dividend / divisor;
  const quotient = dividend / divisor;
  return dividend % divisor !== 0n && dividend < 0n !== divisor < 0n ? quotient - 1n : quotient;
}

function ceilDivide(dividend: bigint, divisor: bigint): bigint {
  if (dividend >= 0n && divisor > 0n) return (dividend + divisor - 1n) / divisor;
  const quotient = dividend / divisor;
  return dividend % divisor !== 0n && dividend < 0n === divisor < 0n ? quotient + 1n : quotient;
}
