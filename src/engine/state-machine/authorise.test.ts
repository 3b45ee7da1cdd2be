import { describe, expect, it } from 'vitest';
import { entryRequest } from '../../../tests/builders/engine-values.ts';
import { testRules } from '../../../tests/builders/rules.ts';
import type { EntryRequest, TiltCleared } from '../../core/stages.ts';
import type { Tier } from '../../core/vocabulary.ts';
import { authoriseTier, earnedRefusal } from './authorise.ts';
import { createGrantHolder } from './grants.ts';

const gates = testRules().tierGates;

function refused(tier: Tier, change: Partial<EntryRequest>): readonly unknown[] | null {
  const answer = earnedRefusal(entryRequest(change), createGrantHolder(tier).current(), gates);
  return answer === null ? null : [answer.code, answer.figures['what'], answer.figures['earnedAt']];
}

describe('what a tier has earned', () => {
  it.each([
    ['SNIPER', {}, null],
    ['SNIPER', { method: 'iceberg' }, ['tier.executionMethod', 'iceberg', 'HUNTER']],
    ['HUNTER', { method: 'iceberg' }, null],
    ['HUNTER', { method: 'vwap' }, ['tier.executionMethod', 'vwap', 'STRATEGIST']],
    ['SNIPER', { type: 'LIMIT' }, ['tier.orderType', 'LIMIT', 'HUNTER']],
    ['HUNTER', { type: 'STOP_LOSS' }, ['tier.orderType', 'STOP_LOSS', 'ARCHITECT']],
    ['SNIPER', { strategy: 'simple_arb' }, null],
    ['SNIPER', { strategy: 'multi_pair' }, ['tier.strategy', 'multi_pair', 'HUNTER']],
    ['ARCHITECT', { strategy: 'nobody_knows' }, ['tier.strategy', 'nobody_knows', 'ARCHITECT']],
    // The method is named first, then the type, then the strategy.
    [
      'SNIPER',
      { method: 'vwap', type: 'LIMIT', strategy: 'custom' },
      ['tier.executionMethod', 'vwap', 'STRATEGIST'],
    ],
    ['SNIPER', { type: 'LIMIT', strategy: 'custom' }, ['tier.orderType', 'LIMIT', 'HUNTER']],
  ] as const)('%s asked for %j: %j', (tier, change, expected) => {
    expect(refused(tier, change)).toEqual(expected);
  });

  it('names the first gate on the way, and none above the last tier', () => {
    const sniper = earnedRefusal(
      entryRequest({ type: 'LIMIT' }),
      createGrantHolder('SNIPER').current(),
      gates,
    );
    expect(sniper?.figures).toMatchObject({ tier: 'SNIPER', equityMin: '2000', daysAtTierMin: 30 });
    const last = earnedRefusal(
      entryRequest({ strategy: 'x' }),
      createGrantHolder('ARCHITECT').current(),
      gates,
    );
    expect(last?.figures).toMatchObject({ equityMin: null, daysAtTierMin: null });
  });

  it('is nothing with a grant that was revoked', () => {
    const holder = createGrantHolder('HUNTER');
    const grant = holder.current();
    expect(authoriseTier(entryRequest() as TiltCleared, grant, gates).ok).toBe(true);
    holder.become('SNIPER');
    const answer = authoriseTier(entryRequest() as TiltCleared, grant, gates);
    expect(!answer.ok && answer.error.code).toBe('tier.grantRevoked');
  });
});
