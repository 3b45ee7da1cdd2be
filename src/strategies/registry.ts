/**
 * Runs the strategies of the unlocked tiers: keeps the state of each on each symbol, gives every one
 * each closed candle once, and passes on the wishes of those that are switched on. The state is not
 * in the event log: after a restart a strategy warms up on candles again before it speaks.
 */
import { invariant } from '../core/invariant.ts';
import type { CandleUpdate } from '../core/ports/market-feed.ts';
import type { Signal, Strategy, StrategyManifest } from './strategy.ts';

export interface StrategyRegistry {
  readonly names: readonly string[];
  /** Wishes after a candle; `enabled` maps each strategy that is on to its symbol. */
  onCandle(enabled: ReadonlyMap<string, string>, update: CandleUpdate, isOpen: boolean): readonly Signal[];
}

type Running = { readonly strategy: Strategy; state: unknown; newestOpenTime: number };

const silence: readonly Signal[] = [];

/** Throws when two strategies share a name. */
export function createStrategyRegistry(manifests: readonly StrategyManifest[]): StrategyRegistry {
  const strategies = manifests.flatMap((manifest) => manifest.strategies);
  const names = strategies.map(({ name }) => name);
  invariant(new Set(names).size === names.length, 'every strategy has a name of its own');
  const bySymbol = new Map<string, readonly Running[]>();

  return {
    names,
    onCandle(enabled, update, isOpen): readonly Signal[] {
      if (!update.closed) return silence;
      const { symbol, candle } = update;
      let running = bySymbol.get(symbol);
      if (running === undefined) {
        running = strategies.map((strategy) => ({
          strategy,
          state: strategy.initial,
          newestOpenTime: Number.NEGATIVE_INFINITY,
        }));
        bySymbol.set(symbol, running);
      }
      let wishes: Signal[] | null = null;
      for (const run of running) {
        // A candle that was told twice, or late, has been seen.
        if (candle.openTime <= run.newestOpenTime) continue;
        run.newestOpenTime = candle.openTime;
        const step = run.strategy.onCandle(run.state, { symbol, candle, isOpen });
        run.state = step.state;
        if (step.signals.length > 0 && enabled.get(run.strategy.name) === symbol) {
          wishes ??= [];
          wishes.push(...step.signals);
        }
      }
      return wishes ?? silence;
    },
  };
}
