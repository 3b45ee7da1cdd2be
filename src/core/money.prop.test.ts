import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  averagePriceFloor,
  bpsCeil,
  bpsFloor,
  ceilTo,
  fixed,
  fixedFromNumber,
  floorTo,
  formatFixed,
  formatPlaces,
  notionalCeil,
  notionalFloor,
  parseFixed,
  quantityFloor,
  ratioBps,
  SCALE,
  toNumber,
  type Notional,
  type Price,
  type Quantity,
} from './money.ts';

const LIMIT = 10n ** 15n * SCALE - 1n;
const amount = fc.bigInt({ min: -LIMIT, max: LIMIT });
const positive = fc.bigInt({ min: 1n, max: LIMIT });
/** Room for rounding up to the next integer digit. */
const onScreen = fc.bigInt({ min: -LIMIT / 10n, max: LIMIT / 10n });
const bps = fc.integer({ min: -20_000, max: 20_000 });

/** result = floor(dividend / divisor), said without dividing. */
function isFloor(result: bigint, dividend: bigint, divisor: bigint): boolean {
  const [over, under] = divisor > 0n ? [dividend, divisor] : [-dividend, -divisor];
  return result * under <= over && (result + 1n) * under > over;
}
function isCeil(result: bigint, dividend: bigint, divisor: bigint): boolean {
  return isFloor(-result, -dividend, divisor);
}

describe('money', () => {
  it('reads back what it wrote, for every amount', () => {
    fc.assert(
      fc.property(amount, (value) => {
        expect(parseFixed(formatFixed(value))).toEqual({ ok: true, value });
      }),
    );
  });

  it('writes the shortest text: no zeros to spare', () => {
    fc.assert(
      fc.property(amount, (value) => {
        expect(formatFixed(value)).toMatch(/^-?(0|[1-9]\d*)(\.\d{0,7}[1-9])?$/);
      }),
    );
  });

  it('takes every decimal of at most eight places and says so of anything else', () => {
    const digits = fc.stringMatching(/^-?\d{1,15}(\.\d{1,8})?$/);
    fc.assert(fc.property(digits, (text) => parseFixed(text).ok));
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseFixed(text).ok).toBe(
          /^-?\d+(\.\d+)?$/.test(text) && !/\.\d{8,}[1-9]/.test(text) && !/^-?0*[1-9]\d{15}/.test(text),
        );
      }),
    );
  });

  it('multiplies down and up around the exact product', () => {
    fc.assert(
      fc.property(amount, amount, (at, size) => {
        const exact = at * size;
        expect(isFloor(notionalFloor(at as Price, size as Quantity), exact, SCALE)).toBe(true);
        expect(isCeil(notionalCeil(at as Price, size as Quantity), exact, SCALE)).toBe(true);
      }),
    );
  });

  it('never buys more than was given, and one unit more would be too much', () => {
    fc.assert(
      fc.property(positive, positive, (money, at) => {
        const bought = quantityFloor(money as Notional, at as Price);
        expect(notionalCeil(at as Price, bought) <= money).toBe(true);
        expect(isFloor(bought, money * SCALE, at)).toBe(true);
        expect(isFloor(averagePriceFloor(money as Notional, at as Quantity), money * SCALE, at)).toBe(true);
      }),
    );
  });

  it('takes basis points down and up around the exact share', () => {
    fc.assert(
      fc.property(amount, bps, (value, points) => {
        expect(isFloor(bpsFloor(value as Notional, points), value * BigInt(points), 10_000n)).toBe(true);
        expect(isCeil(bpsCeil(value as Notional, points), value * BigInt(points), 10_000n)).toBe(true);
      }),
    );
  });

  it('steps to the nearest multiple below and above', () => {
    fc.assert(
      fc.property(amount, positive, (value, step) => {
        const down = floorTo(value as Quantity, step as Quantity);
        const up = ceilTo(value as Quantity, step as Quantity);
        expect(down % step).toBe(0n);
        expect(up % step).toBe(0n);
        expect(down <= value && value < down + step).toBe(true);
        expect(up >= value && value > up - step).toBe(true);
      }),
    );
  });

  it('shows a rounded figure within half a place of the exact one', () => {
    fc.assert(
      fc.property(onScreen, fc.integer({ min: 0, max: 8 }), (value, places) => {
        const shown = formatPlaces(value, places);
        expect(shown).toMatch(places === 0 ? /^-?\d+$/ : new RegExp(`^-?\\d+\\.\\d{${places}}$`));
        const difference = fixed<Notional>(shown) - value;
        expect(2n * (difference < 0n ? -difference : difference) <= 10n ** BigInt(8 - places)).toBe(true);
      }),
    );
  });

  it('gives a ratio rounded down', () => {
    fc.assert(
      fc.property(amount, positive, (part, whole) => {
        fc.pre((part < 0n ? -part : part) / whole < 10n ** 11n);
        expect(isFloor(BigInt(ratioBps(part, whole)), part * 10_000n, whole)).toBe(true);
      }),
    );
  });

  it('crosses to a number and back without loss up to 2^53', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 50n), max: 2n ** 50n }), (value) => {
        expect(fixedFromNumber(toNumber(value))).toBe(value);
      }),
    );
  });
});
