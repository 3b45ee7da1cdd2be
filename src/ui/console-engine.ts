/**
 * What the console needs of the engine, as a port: find it or start it, ask, command, listen, stop.
 * The command line implements it over the internal API (cli/console.ts), tests over a fake engine.
 */
import type { TradedSymbol } from '../core/command-grammar-errors.ts';
import type { Behaviour } from '../core/commands.ts';
import type { CommandReply, Dashboard, MarketDetail, Notice, Preview } from '../core/dashboard.ts';
import type { ActionReport } from '../core/ports/engine-control.ts';
import type { Explanation } from '../core/refusals.ts';
import type { Result } from '../core/result.ts';

export type SessionHandlers = {
  readonly snapshot: (dashboard: Dashboard) => void;
  readonly notice: (notice: Notice) => void;
  /** A position was closed at a loss. */
  readonly loss: (closed: { readonly symbol: string; readonly realizedPnl: number }) => void;
  /** Exactly once. */
  readonly closed: () => void;
};

export interface EngineSession {
  symbols(): Promise<Result<readonly TradedSymbol[], Explanation>>;
  /** Depth and candles of one market. */
  market(symbol: string): Promise<Result<MarketDetail, Explanation>>;
  /** `fateUnknown`: no answer came, so the command may or may not have arrived. */
  command(
    line: string,
    behaviour: Behaviour,
  ): Promise<Result<CommandReply, Explanation & { readonly fateUnknown: boolean }>>;
  preview(line: string): Promise<Result<Preview, Explanation>>;
  /** Resolves once it was taken, or could not be. */
  action(report: ActionReport): Promise<void>;
  listen(handlers: SessionHandlers): void;
  /** Asks the engine to end, and resolves when it has. */
  stopEngine(): Promise<Result<null, Explanation>>;
  close(): void;
}

export interface ConsoleEngine {
  /** The engine that runs, or null when none answers. */
  attach(): Promise<EngineSession | null>;
  /** Starts one and attaches to it. */
  start(): Promise<Result<EngineSession, Explanation>>;
}

/** Whether the guided tour was taken or put aside, kept beside the history. */
export interface TourStore {
  taken(): boolean;
  finish(): void;
}

export interface HistoryStore {
  /** Oldest first. */
  load(): readonly string[];
  append(line: string): void;
}
