/**
 * The whole system on simulated time: seeds that must not break an invariant, the same seed twice with
 * the same trace, orders whose answer was lost, and the planted bugs that the oracle must find. CI runs
 * two hundred seeds more through `make simulate`.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { faultKinds, type FaultKind } from '../../src/dst/faults.ts';
import type { Mutant } from '../../src/dst/mutant.ts';
import { mutants } from '../../src/dst/mutants.ts';
import { runWorld, type WorldResult } from '../../src/dst/world.ts';
import { unlockShelf, type TierShelf } from '../../src/engine/unlock.ts';
import { testRules } from '../builders/rules.ts';

const full = process.env['GENESIS_TEST_PROFILE'] === 'full';
let tools: TierShelf;
beforeAll(async () => {
  tools = await unlockShelf();
});

const world = async (
  seed: number,
  only: readonly FaultKind[] | null = null,
  mutant: Mutant | null = null,
): Promise<WorldResult> => runWorld({ seed, rules: testRules(), tools, only, mutant });

const range = (from: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => from + index);

describe('simulation', () => {
  it(
    'breaks no invariant in any seed',
    async () => {
      const results: WorldResult[] = [];
      for (const seed of range(1, full ? 1_000 : 20)) results.push(await world(seed));
      const broken = results.filter(({ violations }) => violations.length > 0);
      expect(broken.map(({ seed, violations, lines }) => ({ seed, violations, lines }))).toEqual([]);
      // A world in which nothing happens proves nothing.
      const sum = (pick: (result: WorldResult) => number): number =>
        results.reduce((total, result) => total + pick(result), 0);
      expect(sum(({ orders }) => orders)).toBeGreaterThan(results.length);
      expect(sum(({ fills }) => fills)).toBeGreaterThan(results.length);
      const fired = new Set(results.flatMap(({ faultsFired }) => Object.keys(faultsFired)));
      expect(fired.size).toBeGreaterThan(faultKinds.length / 2);
    },
    full ? 900_000 : 60_000,
  );

  it(
    'gives the same trace, byte for byte, when a seed is run again',
    async () => {
      for (const seed of range(101, full ? 100 : 5)) {
        const first = await world(seed);
        const second = await world(seed);
        expect(second.traceHash).toBe(first.traceHash);
        expect(second.steps).toBe(first.steps);
      }
      expect((await world(101)).traceHash).not.toBe((await world(102)).traceHash);
    },
    full ? 300_000 : 60_000,
  );

  it(
    'sends no order twice when its answer is lost after the exchange has accepted it (invariants 2 and 4)',
    async () => {
      const lossy: readonly FaultKind[] = [
        'net.replyLost',
        'net.reset',
        'exchange.timeout.executed',
        'exchange.html.executed',
        'exchange.reply.truncated',
      ];
      let unanswered = 0;
      for (const seed of range(1, full ? 400 : 12)) {
        const result = await world(seed, lossy);
        expect(result.violations, `seed ${seed}`).toEqual([]);
        unanswered += result.acceptedUnanswered;
      }
      expect(unanswered).toBeGreaterThan(full ? 200 : 3);
    },
    full ? 600_000 : 60_000,
  );

  it('keeps the forms of higher tiers locked where the configuration gives them away (invariant 13)', async () => {
    const shipped = testRules();
    const { ARCHITECT } = shipped.tierGates.tiers;
    const { entryOrderTypes } = ARCHITECT;
    const rules = testRules({
      tierGates: { tiers: { SNIPER: { entryOrderTypes }, HUNTER: { entryOrderTypes } } },
    });
    // The grant and the folder that is not loaded still say no.
    for (const seed of range(1, full ? 200 : 12)) {
      const { violations } = await runWorld({ seed, rules, tools, only: [], mutant: null });
      expect(violations.filter(({ invariant }) => invariant === '13' || invariant === '1')).toEqual([]);
    }
  }, 60_000);

  it('has nothing to heal where nothing goes wrong', async () => {
    for (const seed of range(1, 5)) {
      const result = await world(seed, []);
      expect(result.violations).toEqual([]);
      expect(result.faultsFired).toEqual({});
    }
  }, 30_000);
});

describe('a planted bug is found: the system that', () => {
  it.each(mutants.map((mutant) => [mutant.name, mutant] as const))(
    '%s',
    async (_name, mutant) => {
      for (const seed of range(1, 40)) {
        const { violations } = await world(seed, mutant.faults ?? null, mutant);
        if (violations.some(({ invariant }) => mutant.breaks.includes(invariant))) return;
      }
      expect.fail(`forty seeds did not find that it breaks ${mutant.breaks.join(' or ')}`);
    },
    60_000,
  );
});
