/** Strategies as the pipeline runs them: those of the tiers that are unlocked, nothing above. */
import type { Tier } from '../core/vocabulary.ts';
import type { StrategyRunner } from '../engine/pipeline.ts';
import { unlockStrategies } from '../engine/unlock.ts';
import { createStrategyRegistry } from '../strategies/registry.ts';

export async function loadStrategies(tier: Tier): Promise<StrategyRunner> {
  return createStrategyRegistry(await unlockStrategies(tier));
}
