// What doctor makes of what it finds: boundaries on both sides, and keys that could take the money.
import { describe, expect, it } from 'vitest';
import { err, ok } from '../core/result.ts';
import type { ExchangeSight, KeyRights } from '../exchange/key-examination.ts';
import { diskFinding, exchangeFindings, nodeFinding } from './doctor.ts';

const safe = { canWithdraw: false, canTransfer: false, isBoundToAddresses: true };

function sight(rights: Partial<KeyRights>, offsetMs = 3): ExchangeSight {
  return {
    clock: ok({ offsetMs, roundTripMs: 20 }),
    limits: ok([{ kind: 'weight', intervalMs: 60_000, limit: 6_000 }]),
    rights: ok({ canTrade: true, permissions: ['SPOT'], restrictions: safe, ...rights }),
  };
}

const verdicts = (of: ExchangeSight): readonly string[] =>
  exchangeFindings(of).map(({ check, verdict }) => `${check} ${verdict}`);

describe('doctor', () => {
  it.each<readonly [string, Partial<KeyRights>, readonly string[]]>([
    ['is content with a key that trades, cannot withdraw and is bound', {}, ['keys good']],
    ['refuses a key that can withdraw', { restrictions: { ...safe, canWithdraw: true } }, ['keys refused']],
    ['notes a key that can transfer', { restrictions: { ...safe, canTransfer: true } }, ['keys warning']],
    [
      'notes a key that works from anywhere',
      { restrictions: { ...safe, isBoundToAddresses: false } },
      ['keys warning'],
    ],
    ['notes when the exchange does not say', { restrictions: null }, ['keys warning']],
    ['refuses an account that may not trade', { canTrade: false }, ['keys refused']],
  ])('%s', (_name, rights, expected) => {
    expect(verdicts(sight(rights))).toEqual(['clock good', 'limits good', ...expected]);
  });

  it.each([
    [500, 'good'],
    [-500, 'good'],
    [501, 'warning'],
    [-501, 'warning'],
  ])('finds a clock %i ms off %s', (offsetMs, verdict) => {
    expect(exchangeFindings(sight({}, offsetMs))[0]).toMatchObject({ check: 'clock', verdict });
  });

  it('says what is wrong when nothing answers, in three parts', () => {
    const silent: ExchangeSight = {
      clock: err('no answer'),
      limits: err('no answer'),
      rights: err('no answer'),
    };
    for (const { what, why, next } of exchangeFindings(silent)) {
      expect([what, why, next].every((part) => part.length > 10)).toBe(true);
    }
    expect(verdicts(silent)).toEqual(['exchange refused', 'limits warning', 'keys refused']);
  });

  it.each([
    ['24.11.9', 'refused'],
    ['20.19.0', 'refused'],
    ['24.12.0', 'good'],
    ['26.1.0', 'good'],
  ])('finds Node %s %s', (version, verdict) => {
    expect(nodeFinding(version).verdict).toBe(verdict);
  });

  it.each([
    [199 * 1_048_576, 'refused'],
    [200 * 1_048_576, 'warning'],
    [1_024 * 1_048_576, 'good'],
    [null, 'good'],
  ])('finds %s free bytes %s', (free, verdict) => {
    expect(diskFinding(free).verdict).toBe(verdict);
  });
});
