/** What the console remembers of spreads while it is open: the newest few hundred of each pair. Pure. */
import type { MarketPanel } from '../../core/dashboard.ts';
import type { MarketMemory } from './views/view.ts';

const SPREADS_KEPT = 240;

/** The memory with one more spread of each pair that shows a valid one. */
export function withSpreads(memory: MarketMemory, markets: readonly MarketPanel[]): MarketMemory {
  const spreads = new Map<string, readonly number[]>();
  for (const { symbol, spreadBps, stale } of markets) {
    const seen = memory.spreads.get(symbol) ?? [];
    const known = spreadBps !== null && !stale && Number.isFinite(spreadBps);
    spreads.set(symbol, known ? [...seen, spreadBps].slice(-SPREADS_KEPT) : seen);
  }
  return { ...memory, spreads };
}
