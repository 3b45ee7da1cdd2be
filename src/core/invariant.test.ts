import { describe, expect, it } from 'vitest';
import { invariant, InvariantViolation, present, unreachable } from './invariant.ts';

describe('an invariant', () => {
  it('says nothing while it holds', () => {
    expect(() => invariant(true, 'always')).not.toThrow();
  });

  it('throws the rule when it does not', () => {
    expect(() => invariant(0, 'a count is positive')).toThrow(new InvariantViolation('a count is positive'));
  });

  it('gives what must be there, also when it is nothing much, and throws where it is missing', () => {
    expect([present(0, ''), present(null, ''), present('', '')]).toEqual([0, null, '']);
    expect(() => present([1][1], 'the second is there')).toThrow(
      new InvariantViolation('the second is there'),
    );
  });

  it('names what an exhaustive switch did not expect', () => {
    expect(() => unreachable({ kind: 'order.lost' } as never)).toThrow(/order\.lost/);
    expect(() => unreachable('odd' as never)).toThrow(/odd/);
    expect(() => unreachable(null as never)).toThrow(/null/);
  });
});
