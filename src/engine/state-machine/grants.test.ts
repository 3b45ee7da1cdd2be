import { describe, expect, it } from 'vitest';
import { tiers } from '../../core/vocabulary.ts';
import { createGrantHolder, requireGrant, type SniperGrant } from './grants.ts';

describe('a grant', () => {
  it.each(tiers.flatMap((held, at) => tiers.map((needed, rank) => [held, needed, rank <= at] as const)))(
    'of %s opens the doors of %s: %s',
    (held, needed, opens) => {
      expect(requireGrant(createGrantHolder(held).current(), needed).ok).toBe(opens);
    },
  );

  it('says what is held when it is too low', () => {
    const answer = requireGrant(createGrantHolder('SNIPER').current(), 'HUNTER');
    expect(answer).toEqual({
      ok: false,
      error: { code: 'tier.grantRevoked', figures: { needed: 'HUNTER', held: 'SNIPER' } },
    });
  });

  it('is revoked by a change of tier, up or down, and stays so', () => {
    const holder = createGrantHolder('HUNTER');
    const old = holder.current();
    expect(holder.become('HUNTER')).toBe(old);
    const lower = holder.become('SNIPER');
    expect(requireGrant(old, 'SNIPER').ok).toBe(false);
    expect(requireGrant(lower, 'SNIPER').ok).toBe(true);
    holder.become('HUNTER');
    expect(requireGrant(old, 'SNIPER').ok).toBe(false);
    expect(requireGrant(lower, 'SNIPER').ok).toBe(false);
  });

  const real = createGrantHolder('SNIPER').current();
  it.each([
    ['a look-alike', { tier: 'ARCHITECT' }],
    ['a copy', structuredClone(Object.fromEntries(Object.entries(real)))],
    ['a child', Object.create(real) as unknown],
    ['a stand-in', new Proxy(real, {})],
    ['nothing', null],
    ['undefined', undefined],
    ['a word', 'ARCHITECT'],
  ])('cannot be forged: %s', (_what, forged) => {
    expect(requireGrant(forged as SniperGrant, 'SNIPER').ok).toBe(false);
  });

  it('leads to no constructor that would make another', () => {
    const make = real.constructor as new (...args: unknown[]) => SniperGrant;
    expect(() => new make('ARCHITECT')).toThrow(/this file alone/);
    expect(() => new make(Symbol('mint'), 'ARCHITECT')).toThrow(/this file alone/);
  });

  it('cannot be written over', () => {
    expect(() => Object.assign(real, { tier: 'ARCHITECT' })).toThrow(TypeError);
    expect(real.tier).toBe('SNIPER');
  });
});
