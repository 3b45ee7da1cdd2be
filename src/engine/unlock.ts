/**
 * The only `import()` of tier folders, and the third lock: a folder above the account's tier is never
 * loaded. What is not in memory cannot be called. A change of tier while the engine runs loads what was
 * earned without a restart, and lets go at once of what was lost.
 */
import { invariant } from '../core/invariant.ts';
import type { Refusal } from '../core/refusals.ts';
import type { Result } from '../core/result.ts';
import type { TierAuthorised } from '../core/stages.ts';
import { tierRank, tiers, type Tier } from '../core/vocabulary.ts';
import type { StrategyManifest } from '../strategies/strategy.ts';
import type { Intent, IntentIds } from './executor/intent.ts';
import { asHunter, asStrategist, type SniperGrant } from './state-machine/grants.ts';

/** Makes an authorised entry into the order to be sent; asks for the grant each time. */
export type EntryPlanner = (
  grant: SniperGrant,
  entry: TierAuthorised,
  ids: IntentIds,
) => Result<Intent, Refusal>;

/** How a tier may execute: a planner for each form of order it has earned, by its word (core/order-words.ts). */
export type TierTools = {
  readonly tier: Tier;
  readonly planners: ReadonlyMap<string, EntryPlanner>;
};

/** What is loaded now; follows the tier. */
export interface Toolbox {
  current(): TierTools;
  /** Lets go at once of what `tier` has not earned, and loads what it has. */
  become(tier: Tier): void;
}

/** The strategies of a tier and those below it; a higher tier's folder is never loaded. */
export async function unlockStrategies(tier: Tier): Promise<readonly StrategyManifest[]> {
  const sniper = await import('../strategies/sniper/manifest.ts');
  invariant(tierRank(sniper.sniperManifest.tier) <= tierRank(tier), 'only earned strategies are loaded');
  return [sniper.sniperManifest];
}

/** Loads the execution methods of a tier. Called at start and after a change of tier, never by the core. */
export async function unlockTier(tier: Tier): Promise<TierTools> {
  const planners = new Map<string, EntryPlanner>();
  const { planWholeOrder } = await import('./executor/sniper/market-order.ts');
  planners.set('MARKET', planWholeOrder);
  if (tierRank(tier) >= tierRank('HUNTER')) await addHunter(planners);
  if (tierRank(tier) >= tierRank('STRATEGIST')) await addStrategist(planners);
  return { tier, planners };
}

async function addHunter(planners: Map<string, EntryPlanner>): Promise<void> {
  const { planLimitOrder } = await import('./executor/hunter/limit-order.ts');
  const { planPostOnlyOrder } = await import('./executor/hunter/post-only-order.ts');
  const { planImmediateOrder } = await import('./executor/hunter/immediate-order.ts');
  const hunters =
    (plan: typeof planLimitOrder): EntryPlanner =>
    (grant, entry, ids) => {
      const held = asHunter(grant);
      return held.ok ? plan(held.value, entry, ids) : held;
    };
  planners.set('LIMIT', hunters(planLimitOrder));
  planners.set('LIMIT_MAKER', hunters(planPostOnlyOrder));
  planners.set('IOC', hunters(planImmediateOrder));
  planners.set('FOK', hunters(planImmediateOrder));
}

async function addStrategist(planners: Map<string, EntryPlanner>): Promise<void> {
  const { planStopLimitOrder } = await import('./executor/strategist/stop-limit-order.ts');
  planners.set('STOP_LOSS_LIMIT', (grant, entry, ids) => {
    const held = asStrategist(grant);
    return held.ok ? planStopLimitOrder(held.value, entry, ids) : held;
  });
}

/** The tools of a tier, changed with it. `onFailure` hears of a folder that could not be loaded. */
export function createToolbox(
  initial: TierTools,
  load: (tier: Tier) => Promise<TierTools>,
  onFailure: (error: unknown) => void,
): Toolbox {
  let tools = initial;
  let wanted = initial.tier;
  return {
    current: () => tools,
    become(tier): void {
      if (tier === wanted) return;
      wanted = tier;
      // Downwards nothing waits: what was above is forgotten before the next line runs.
      if (tierRank(tier) < tierRank(tools.tier)) tools = { tier, planners: new Map(basePlanners(tools)) };
      load(tier).then((loaded) => {
        // Meanwhile the tier may have changed again.
        if (wanted === loaded.tier) tools = loaded;
      }, onFailure);
    },
  };
}

function basePlanners(tools: TierTools): readonly (readonly [string, EntryPlanner])[] {
  const market = tools.planners.get('MARKET');
  invariant(market !== undefined, 'every tier trades at the market');
  return [['MARKET', market]];
}

/** Tools that were loaded before, by tier. */
export type TierShelf = ReadonlyMap<Tier, TierTools>;

/** Every tier's tools, for the simulation, which plays accounts of every tier in one process. */
export async function unlockShelf(): Promise<TierShelf> {
  const shelf = new Map<Tier, TierTools>();
  for (const tier of tiers) shelf.set(tier, await unlockTier(tier));
  return shelf;
}

/** A toolbox that changes between tools which are loaded already; a tier that is not on the shelf keeps the old ones. */
export function toolboxFrom(shelf: TierShelf, tier: Tier): Toolbox {
  let tools = shelf.get(tier);
  return {
    current(): TierTools {
      invariant(tools !== undefined, 'the tools of the present tier are on the shelf');
      return tools;
    },
    become(next): void {
      tools = shelf.get(next) ?? tools;
    },
  };
}
