/** Strategies as the pipeline runs them: the registry of the tiers that are unlocked, nothing above. */
import type { StrategyRunner } from '../engine/pipeline.ts';
import type { Tier } from '../core/vocabulary.ts';

export async function loadStrategies(_tier: Tier): Promise<StrategyRunner> {
  return { names: [], onCandle: () => [] };
}
