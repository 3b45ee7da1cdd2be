import { describe, expect, it } from 'vitest';
import { orderStatuses, type OrderStatus } from '../../core/vocabulary.ts';
import { isTerminal, nextStatus, type OrderStep } from './order-lifecycle.ts';

const steps: readonly OrderStep[] = [
  'accepted',
  'filled',
  'completed',
  'cancelled',
  'expired',
  'rejected',
  'failed',
  'unknown',
];

/** One row per status, one column per step; `·` is refused. Written by hand from the exchange's life of an order. */
const table = `
            accepted  filled    completed cancelled expired rejected failed unknown
PENDING     SUBMITTED PARTIAL   FILLED    CANCELLED EXPIRED REJECTED FAILED UNKNOWN
SUBMITTED   SUBMITTED PARTIAL   FILLED    CANCELLED EXPIRED REJECTED ·      ·
PARTIAL     PARTIAL   PARTIAL   FILLED    CANCELLED EXPIRED ·        ·      ·
UNKNOWN     SUBMITTED PARTIAL   FILLED    CANCELLED EXPIRED REJECTED FAILED UNKNOWN
FILLED      ·         FILLED    ·         ·         ·       ·        ·      ·
CANCELLED   ·         CANCELLED ·         ·         ·       ·        ·      ·
EXPIRED     ·         EXPIRED   ·         ·         ·       ·        ·      ·
REJECTED    SUBMITTED PARTIAL   FILLED    CANCELLED EXPIRED ·        ·      ·
FAILED      SUBMITTED PARTIAL   FILLED    CANCELLED EXPIRED ·        ·      ·
`;

const rows = table
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(/\s+/));

describe('the order life cycle', () => {
  it('has a row for every status', () => {
    expect(new Set(rows.map(([status]) => status))).toEqual(new Set(orderStatuses));
  });

  it.each(rows.flatMap(([status, ...cells]) => cells.map((cell, index) => [status, steps[index], cell])))(
    '%s, %s: %s',
    (status, step, expected) => {
      expect(nextStatus(status as OrderStatus, step as OrderStep)).toBe(expected === '·' ? null : expected);
    },
  );

  it.each([
    ['PENDING', false],
    ['SUBMITTED', false],
    ['PARTIAL', false],
    ['UNKNOWN', false],
    ['FILLED', true],
    ['CANCELLED', true],
    ['EXPIRED', true],
    ['REJECTED', true],
    ['FAILED', true],
  ] as const)('%s is the end: %s', (status, end) => {
    expect(isTerminal(status)).toBe(end);
  });
});
