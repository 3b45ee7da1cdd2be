/**
 * The only `import()` of tier folders, and the third lock: a folder above the account's tier is never
 * loaded. What is not in memory cannot be called.
 */
import { invariant } from '../core/invariant.ts';
import type { Refusal } from '../core/refusals.ts';
import type { Result } from '../core/result.ts';
import type { TierAuthorised } from '../core/stages.ts';
import { tierRank, type Tier } from '../core/vocabulary.ts';
import type { StrategyManifest } from '../strategies/strategy.ts';
import type { Intent, IntentIds } from './executor/intent.ts';
import type { SniperGrant } from './state-machine/grants.ts';

/** How a tier may execute. Higher tiers add methods beside the whole order. */
export type TierTools = {
  readonly tier: Tier;
  readonly planWholeOrder: (
    grant: SniperGrant,
    entry: TierAuthorised,
    ids: IntentIds,
  ) => Result<Intent, Refusal>;
};

/** The strategies of a tier and those below it; a higher tier's folder is never loaded. */
export async function unlockStrategies(tier: Tier): Promise<readonly StrategyManifest[]> {
  const sniper = await import('../strategies/sniper/manifest.ts');
  invariant(tierRank(sniper.sniperManifest.tier) <= tierRank(tier), 'only earned strategies are loaded');
  return [sniper.sniperManifest];
}

/** Loads the execution methods of a tier. Called at start and after a change of tier, never by the core. */
export async function unlockTier(tier: Tier): Promise<TierTools> {
  const sniper = await import('./executor/sniper/market-order.ts');
  invariant(typeof sniper.planWholeOrder === 'function', 'the sniper folder plans whole orders');
  return { tier, planWholeOrder: sniper.planWholeOrder };
}
