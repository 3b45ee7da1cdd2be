import { describe, expect, it } from 'vitest';
import { decimal, units, worth } from './units.ts';

describe("the oracle's own arithmetic", () => {
  it('reads and writes plain decimals exactly', () => {
    for (const [text, value] of [
      ['0', 0n],
      ['1.5', 150_000_000n],
      ['-0.00000001', -1n],
      ['123456789.12345678', 12_345_678_912_345_678n],
    ] as const) {
      expect(units(text)).toBe(value);
      expect(units(decimal(value))).toBe(value);
    }
  });

  it('refuses what is no plain decimal', () => {
    for (const text of ['', '1e5', '.5', '1.', '1.123456789', 'NaN', '+1', '1,5'])
      expect(() => units(text)).toThrow('plain decimal');
  });

  it('values a quantity rounded down', () => {
    expect(worth(units('0.1'), units('0.00000015'))).toBe(1n);
  });
});
