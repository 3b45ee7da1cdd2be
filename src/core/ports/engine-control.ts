/**
 * What stands in front of the engine (API, command line, tests, simulation) may do: ask for the
 * dashboard, preview and give commands, read history, listen. Calls are synchronous and return at
 * once; they run inside the engine's one order of events.
 */
import type { Command, CommandOrigin } from '../commands.ts';
import type { CommandReply, Dashboard, MarketDetail, Notice, Preview } from '../dashboard.ts';
import type { EventRecord } from '../events.ts';

export type EngineMessage =
  | { readonly kind: 'event'; readonly record: EventRecord }
  | { readonly kind: 'notice'; readonly notice: Notice };

/**
 * What the console noticed of the trader between commands. Counts and durations only. Figures by action,
 * named as in the behaviour log (`core/behaviour.ts`): keys {count, errors, pastes, durationMs},
 * view {name}, preview {side, notional}, abandon {}, lossSeen {realizedPnl}, connect {}, disconnect {}.
 */
export type ActionReport = {
  readonly action: 'preview' | 'abandon' | 'view' | 'keys' | 'lossSeen' | 'connect' | 'disconnect';
  readonly symbol: string | null;
  readonly figures: Readonly<Record<string, string | number | boolean | null>>;
};

export interface EngineControl {
  dashboard(): Dashboard;
  /** Depth and candles of one market; null for one that is not followed. */
  market(symbol: string): MarketDetail | null;
  preview(command: Command): Preview;
  command(command: Command, origin: CommandOrigin): CommandReply;
  action(report: ActionReport): void;
  /** Newest first. */
  recentEvents(limit: number, afterMs: number | null): readonly EventRecord[];
  /** Symbols that can be traded here, for completion: `BTCUSDT`. */
  symbols(): readonly { readonly symbol: string; readonly baseAsset: string; readonly quoteAsset: string }[];
  listen(listener: (message: EngineMessage) => void): () => void;
}
