import { describe, expect, it } from 'vitest';
import { DAY_MS, dayName, dayNumber, minuteName } from './time.ts';

describe('days', () => {
  it('begin at midnight UTC', () => {
    const midnight = Date.UTC(2026, 10, 23);
    expect(dayNumber(midnight)).toBe(dayNumber(midnight + DAY_MS - 1));
    expect(dayNumber(midnight - 1)).toBe(dayNumber(midnight) - 1);
  });

  it('have names people read', () => {
    expect(dayName(dayNumber(Date.UTC(2026, 10, 23, 23, 59)))).toBe('2026-11-23');
    expect(minuteName(Date.UTC(2026, 10, 23, 14, 5, 59))).toBe('2026-11-23 14:05');
  });
});
