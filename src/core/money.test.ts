import { describe, expect, it } from 'vitest';
import { InvariantViolation } from './invariant.ts';
import {
  add,
  assetAmount,
  averagePriceFloor,
  bpsCeil,
  bpsFloor,
  ceilTo,
  fixed,
  fixedFromNumber,
  floorTo,
  formatFixed,
  formatPlaces,
  larger,
  notional,
  notionalCeil,
  notionalFloor,
  parseFixed,
  price,
  quantity,
  quantityFloor,
  ratioBps,
  smaller,
  subtract,
  toNumber,
  type Notional,
  type Price,
} from './money.ts';

describe('reading an amount', () => {
  it.each([
    ['0', 0n],
    ['-0', 0n],
    ['1', 100_000_000n],
    ['67453.2', 6_745_320_000_000n],
    ['-0.00000001', -1n],
    ['00012.5', 1_250_000_000n],
    ['1.50000000000000', 150_000_000n],
    ['999999999999999.99999999', 99_999_999_999_999_999_999_999n],
    ['0000000000000000000001', 100_000_000n],
  ])('takes %s', (text, value) => {
    expect(parseFixed(text)).toEqual({ ok: true, value });
  });

  it.each([
    '',
    '-',
    '.',
    '.5',
    '1.',
    '+1',
    '1e3',
    '1E-8',
    '1,000',
    '1_000',
    ' 1',
    '1 ',
    '--1',
    '1.2.3',
    '0x10',
    'NaN',
    'Infinity',
    '-Infinity',
    '١',
    '1\n',
    '1n',
    '1.5-',
  ])('refuses %j as malformed (invariant 19)', (text) => {
    expect(parseFixed(text)).toEqual({ ok: false, error: 'money.malformed' });
  });

  it('refuses a ninth decimal rather than rounding it', () => {
    expect(parseFixed('0.000000001')).toEqual({ ok: false, error: 'money.tooPrecise' });
    expect(parseFixed('0.000000010')).toEqual({ ok: true, value: 1n });
  });

  it('refuses sixteen integer digits, but not leading zeros', () => {
    expect(parseFixed('1000000000000000')).toEqual({ ok: false, error: 'money.tooLarge' });
    expect(parseFixed('0999999999999999').ok).toBe(true);
    expect(parseFixed('9'.repeat(10_000))).toEqual({ ok: false, error: 'money.tooLarge' });
  });

  it('throws on a malformed figure of our own', () => {
    expect(() => fixed('1e3')).toThrow(InvariantViolation);
    expect(assetAmount('1.5')).toBe(150_000_000n);
  });
});

describe('writing an amount', () => {
  it.each([
    [0n, '0'],
    [1n, '0.00000001'],
    [-1n, '-0.00000001'],
    [150_000_000n, '1.5'],
    [100_000_000n, '1'],
    [1_000_000_000_000n, '10000'],
    [-123_456_789n, '-1.23456789'],
    [99_999_999n, '0.99999999'],
  ])('%s is %s', (value, text) => {
    expect(formatFixed(value)).toBe(text);
  });

  it.each([
    ['1.005', 2, '1.01'],
    ['1.00499999', 2, '1.00'],
    ['-1.005', 2, '-1.01'],
    ['-0.004', 2, '0.00'],
    ['0.5', 0, '1'],
    ['0.49999999', 0, '0'],
    ['-0.5', 0, '-1'],
    ['1234.5', 8, '1234.50000000'],
    ['0.01', 2, '0.01'],
    ['0', 3, '0.000'],
  ])('%s at %i places is %s', (text, places, shown) => {
    expect(formatPlaces(fixed(text), places)).toBe(shown);
  });

  it('refuses places outside 0 to 8', () => {
    expect(() => formatPlaces(1n, -1)).toThrow(InvariantViolation);
    expect(() => formatPlaces(1n, 9)).toThrow(InvariantViolation);
  });
});

describe('arithmetic with a rounding in its name', () => {
  const third = price('0.33333333');
  const one = quantity('0.00000001');

  it('floors and ceils a product on both sides of zero', () => {
    expect(notionalFloor(third, one)).toBe(0n);
    expect(notionalCeil(third, one)).toBe(1n);
    expect(notionalFloor(-third as Price, one)).toBe(-1n);
    expect(notionalCeil(-third as Price, one)).toBe(0n);
    expect(notionalFloor(price('2'), quantity('3'))).toBe(notional('6'));
    expect(notionalCeil(price('2'), quantity('3'))).toBe(notional('6'));
  });

  it('never buys more than the amount pays for', () => {
    expect(formatFixed(quantityFloor(notional('10'), price('3')))).toBe('3.33333333');
    expect(() => quantityFloor(notional('10'), price('0'))).toThrow(InvariantViolation);
    expect(() => quantityFloor(notional('10'), price('-1'))).toThrow(InvariantViolation);
  });

  it('gives an average price rounded down and refuses an empty quantity', () => {
    expect(formatFixed(averagePriceFloor(notional('10'), quantity('3')))).toBe('3.33333333');
    expect(() => averagePriceFloor(notional('10'), quantity('0'))).toThrow(InvariantViolation);
  });

  it('takes basis points down and up', () => {
    const value = notional('0.00000199');
    expect(bpsFloor(value, 500)).toBe(9n);
    expect(bpsCeil(value, 500)).toBe(10n);
    expect(bpsFloor(-value as Notional, 500)).toBe(-10n);
    expect(bpsCeil(-value as Notional, 500)).toBe(-9n);
    expect(() => bpsFloor(value, 0.5)).toThrow(InvariantViolation);
    expect(() => bpsCeil(value, Number.NaN)).toThrow(InvariantViolation);
  });

  it('steps down and up, and leaves a value alone when there is no step', () => {
    expect(floorTo(quantity('0.0379'), quantity('0.001'))).toBe(quantity('0.037'));
    expect(ceilTo(quantity('0.0371'), quantity('0.001'))).toBe(quantity('0.038'));
    expect(floorTo(quantity('-0.0371'), quantity('0.001'))).toBe(quantity('-0.038'));
    expect(floorTo(quantity('0.0379'), quantity('0'))).toBe(quantity('0.0379'));
    expect(ceilTo(quantity('0.0379'), quantity('0'))).toBe(quantity('0.0379'));
    expect(ceilTo(quantity('0.037'), quantity('0.001'))).toBe(quantity('0.037'));
    expect(ceilTo(quantity('-0.0371'), quantity('0.001'))).toBe(quantity('-0.037'));
    // A negative step names the same multiples.
    expect(ceilTo(quantity('0.0371'), quantity('-0.001'))).toBe(quantity('0.037'));
    expect(ceilTo(quantity('-0.0371'), quantity('-0.001'))).toBe(quantity('-0.038'));
    expect(ceilTo(quantity('-0.037'), quantity('-0.001'))).toBe(quantity('-0.037'));
  });

  it('adds, subtracts and compares', () => {
    expect(add(notional('1.1'), notional('2.2'))).toBe(notional('3.3'));
    expect(subtract(notional('1'), notional('2.5'))).toBe(notional('-1.5'));
    expect(smaller(notional('1'), notional('2'))).toBe(notional('1'));
    expect(smaller(notional('2'), notional('1'))).toBe(notional('1'));
    expect(larger(notional('1'), notional('2'))).toBe(notional('2'));
    expect(larger(notional('2'), notional('1'))).toBe(notional('2'));
  });

  it('gives a ratio in basis points, rounded down, and 0 of nothing', () => {
    expect(ratioBps(1n, 3n)).toBe(3_333);
    expect(ratioBps(-1n, 3n)).toBe(-3_334);
    expect(ratioBps(5n, 0n)).toBe(0);
  });
});

describe('the crossing to statistics and back', () => {
  it('is one division away', () => {
    expect(toNumber(notional('1234.5'))).toBe(1234.5);
    expect(fixedFromNumber<Price>(0.1 + 0.2)).toBe(price('0.3'));
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'refuses %s (invariant 19)',
    (value) => {
      expect(() => fixedFromNumber(value)).toThrow(InvariantViolation);
    },
  );
});
