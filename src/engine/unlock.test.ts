// The third lock: what a tier has not earned is not in memory; and the second: it is asked at every use.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { entryRequest, idOf } from '../../tests/builders/engine-values.ts';
import type { TierAuthorised } from '../core/stages.ts';
import { notional, price, quantity } from '../core/money.ts';
import { tiers, type Tier } from '../core/vocabulary.ts';
import { createGrantHolder } from './state-machine/grants.ts';
import { createToolbox, toolboxFrom, unlockShelf, unlockTier } from './unlock.ts';

/** Which tier folders a fresh process has in memory after these lines of program. */
function foldersAfter(program: string): readonly string[] {
  const source = `
    import { registerHooks } from 'node:module';
    const seen = new Set();
    registerHooks({ load(url, context, next) {
      const folder = /executor\\/(sniper|hunter|strategist|architect)\\//.exec(url);
      if (folder !== null) seen.add(folder[1]);
      return next(url, context);
    } });
    const { createToolbox, unlockTier } = await import(${JSON.stringify(join(import.meta.dirname, 'unlock.ts'))});
    ${program}
    console.log(JSON.stringify([...seen].sort()));`;
  const run = spawnSync(process.execPath, ['--input-type=module', '--eval', source], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as readonly string[];
}

const authorised = (change: Parameters<typeof entryRequest>[0]): TierAuthorised =>
  ({
    ...entryRequest(change),
    quantity: quantity('0.001'),
    reserved: notional('50'),
    referencePrice: price('50000'),
    stopPrice: price('49000'),
    figures: {},
  }) as unknown as TierAuthorised;

const ids = { orderId: idOf(1), positionId: idOf(2), hash: (text: string) => text };
const word = {
  MARKET: {},
  LIMIT: { type: 'LIMIT', timeInForce: 'GTC', price: price('49000') },
  LIMIT_MAKER: { type: 'LIMIT_MAKER', price: price('49000') },
  IOC: { type: 'LIMIT', timeInForce: 'IOC', price: price('51000') },
  FOK: { type: 'LIMIT', timeInForce: 'FOK', price: price('51000') },
  STOP_LOSS_LIMIT: {
    type: 'STOP_LOSS_LIMIT',
    timeInForce: 'GTC',
    price: price('52000'),
    triggerPrice: price('51000'),
  },
} as const;

describe('the folders of higher tiers', () => {
  it('are not in memory of a SNIPER, and come with the tier while the process runs', () => {
    expect(foldersAfter(`await unlockTier('SNIPER');`)).toEqual(['sniper']);
    const risen = `
      const box = createToolbox(await unlockTier('SNIPER'), unlockTier, (error) => { throw error; });
      if (seen.has('hunter')) throw new Error('loaded too early');
      box.become('HUNTER');
      while (!box.current().planners.has('LIMIT')) await new Promise((done) => setTimeout(done, 5));
      if (seen.has('strategist')) throw new Error('loaded too early');`;
    expect(foldersAfter(risen)).toEqual(['hunter', 'sniper']);
  }, 30_000);

  it.each([
    ['SNIPER', ['MARKET']],
    ['HUNTER', ['MARKET', 'LIMIT', 'LIMIT_MAKER', 'IOC', 'FOK']],
    ['STRATEGIST', ['MARKET', 'LIMIT', 'LIMIT_MAKER', 'IOC', 'FOK', 'STOP_LOSS_LIMIT']],
  ] as const)('give %s %j', async (tier, words) => {
    expect([...(await unlockTier(tier)).planners.keys()]).toEqual(words);
  });

  it('plan nothing for a grant that was revoked since the order was authorised', async () => {
    const holder = createGrantHolder('STRATEGIST');
    const before = holder.current();
    holder.become('SNIPER');
    for (const [name, planner] of (await unlockTier('STRATEGIST')).planners)
      expect(planner(before, authorised(word[name as keyof typeof word]), ids)).toMatchObject({
        ok: false,
        error: { code: 'tier.grantRevoked' },
      });
  });
});

describe('a toolbox', () => {
  it('has what was earned as soon as it is read, and lets go of it at once', async () => {
    const box = createToolbox(await unlockTier('SNIPER'), unlockTier, () => {});
    box.become('HUNTER');
    box.become('HUNTER');
    expect(box.current().planners.has('LIMIT')).toBe(false);
    await expect.poll(() => box.current().planners.has('LIMIT')).toBe(true);
    box.become('SNIPER');
    expect([...box.current().planners.keys()]).toEqual(['MARKET']);
  });

  it('keeps what it has when a folder cannot be read, and says so', async () => {
    const failures: unknown[] = [];
    const fails = async (): Promise<never> => Promise.reject(new Error('no such file'));
    const box = createToolbox(await unlockTier('SNIPER'), fails, (error) => failures.push(error));
    box.become('HUNTER');
    await expect.poll(() => failures.length).toBe(1);
    expect([...box.current().planners.keys()]).toEqual(['MARKET']);
  });

  it('does not take what comes late for a tier that has passed', async () => {
    const late: { done: () => void }[] = [];
    const slow = async (tier: Tier): ReturnType<typeof unlockTier> => {
      await new Promise<void>((done) => late.push({ done }));
      return unlockTier(tier);
    };
    const box = createToolbox(await unlockTier('SNIPER'), slow, () => {});
    box.become('HUNTER');
    box.become('SNIPER');
    for (const { done } of late) done();
    await expect.poll(() => late.length).toBe(2);
    expect([...box.current().planners.keys()]).toEqual(['MARKET']);
  });

  it('changes between tools on a shelf', async () => {
    const box = toolboxFrom(await unlockShelf(), 'SNIPER');
    for (const tier of tiers) {
      box.become(tier);
      expect(box.current().tier).toBe(tier);
    }
  });
});

describe('a planner asks for the grant at every use', () => {
  const rank = { MARKET: 0, LIMIT: 1, LIMIT_MAKER: 1, IOC: 1, FOK: 1, STOP_LOSS_LIMIT: 2 } as const;
  it.each(
    (Object.keys(word) as (keyof typeof word)[]).flatMap((name) =>
      tiers.map((tier, held) => [name, tier, held >= rank[name]] as const),
    ),
  )('%s with the grant of %s: %s', async (name, tier, allowed) => {
    const { planners } = await unlockTier('ARCHITECT');
    const holder = createGrantHolder(tier);
    const grant = holder.current();
    const plan = planners.get(name);
    expect(plan?.(grant, authorised(word[name]), ids).ok).toBe(allowed);
    // And once more after a demotion: the same grant opens nothing.
    holder.become(tier === 'SNIPER' ? 'HUNTER' : 'SNIPER');
    expect(plan?.(grant, authorised(word[name]), ids).ok).toBe(false);
  });
});
