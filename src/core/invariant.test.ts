import { describe, expect, it } from 'vitest';
import { invariant, InvariantViolation, unreachable } from './invariant.ts';

describe('an invariant', () => {
  it('says nothing while it holds', () => {
    expect(() => invariant(true, 'always')).not.toThrow();
  });

  it('throws the rule when it does not', () => {
    expect(() => invariant(0, 'a count is positive')).toThrow(new InvariantViolation('a count is positive'));
  });

  it('names what an exhaustive switch did not expect', () => {
    expect(() => unreachable({ kind: 'order.lost' } as never)).toThrow(/order\.lost/);
    expect(() => unreachable('odd' as never)).toThrow(/odd/);
    expect(() => unreachable(null as never)).toThrow(/null/);
  });
});
