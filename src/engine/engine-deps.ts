/** Everything that differs between live, paper, backtest and simulation: what an engine is made from. */
import type { EventOf } from '../core/events.ts';
import type { Ids } from '../core/ids.ts';
import type { EventLog } from '../core/ports/event-log.ts';
import type { Gateway, GatewayListener } from '../core/ports/gateway.ts';
import type { JournalStore } from '../core/ports/journal-store.ts';
import type { LockLedger } from '../core/ports/lock-ledger.ts';
import type { Timers } from '../core/ports/timers.ts';
import type { Rules } from '../core/rules.ts';
import type { Mode } from '../core/vocabulary.ts';
import type { StrategyRunner } from './pipeline.ts';
import type { Toolbox } from './unlock.ts';

export type EngineDeps = {
  readonly log: EventLog;
  readonly timers: Timers;
  readonly ids: Ids;
  readonly hash: (text: string) => string;
  /** Builds the gateway around the listener the engine gives it. */
  readonly gateway: (listener: GatewayListener) => Gateway;
  readonly rules: Rules;
  readonly mode: Mode;
  readonly quoteAsset: string;
  readonly symbols: readonly string[];
  /** Pairs that are only looked at: best prices and candles, no orders. */
  readonly watched?: readonly string[];
  /** The execution methods that are loaded; follows the tier. */
  readonly tools: Toolbox;
  readonly strategies: StrategyRunner;
  readonly version: string;
  readonly codeHash: string;
  /**
   * The history is being proved beside this process: no entry before `historyProved` has said how that
   * went. False where nothing outside can have touched it.
   */
  readonly provesHistory: boolean;
  /** What is known of a history that was lost since the last start; null when none was. */
  readonly lostHistory: Omit<EventOf<'history.lost'>, 'kind'> | null;
  /** A halt that was asked for while no engine ran; null when none was. */
  readonly requestedHalt: { readonly reason: string } | null;
  /** A backup was brought back and found whole since the last start; absent or null when none was. */
  readonly verifiedBackup?: Omit<EventOf<'backup.verified'>, 'kind'> | null;
  /** A bug or a broken store: the composition root records it and starts anew. */
  readonly onFatal: (error: unknown) => void;
  /** Locks known outside this data folder. */
  readonly locks: LockLedger;
  /** Where journal texts are kept, if the trader wishes. */
  readonly journals: JournalStore;
};
