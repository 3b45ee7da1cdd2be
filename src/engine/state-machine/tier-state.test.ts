import { describe, expect, it } from 'vitest';
import { recordOf } from '../../../tests/builders/engine-values.ts';
import { InvariantViolation } from '../../core/invariant.ts';
import type { Tier } from '../../core/vocabulary.ts';
import { evolveTier, initialTier } from './tier-state.ts';

const changed = (from: Tier, to: Tier) =>
  recordOf({ kind: 'tier.changed', from, to, reason: '', evidence: [] }, { at: 77 });

describe('the tier', () => {
  it('begins with the account', () => {
    const record = recordOf(
      { kind: 'account.opened', accountId: 'a', mode: 'paper', quoteAsset: 'USDT', tier: 'SNIPER' },
      { at: 5 },
    );
    expect(evolveTier(initialTier, record)).toEqual({ tier: 'SNIPER', startedAt: 5 });
  });

  it('rises one step, and falls any number', () => {
    expect(evolveTier(initialTier, changed('SNIPER', 'HUNTER'))).toEqual({ tier: 'HUNTER', startedAt: 77 });
    expect(evolveTier({ tier: 'ARCHITECT', startedAt: 1 }, changed('ARCHITECT', 'SNIPER')).tier).toBe(
      'SNIPER',
    );
  });

  it('never skips a step and never changes from where it is not (invariant 13)', () => {
    expect(() => evolveTier(initialTier, changed('SNIPER', 'STRATEGIST'))).toThrow(InvariantViolation);
    expect(() => evolveTier(initialTier, changed('HUNTER', 'STRATEGIST'))).toThrow(InvariantViolation);
  });

  it('is moved by nothing else, least of all by time', () => {
    expect(evolveTier(initialTier, recordOf({ kind: 'tilt.lockEnded', reason: '' }, { at: 1e15 }))).toBe(
      initialTier,
    );
  });
});
