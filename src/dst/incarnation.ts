/**
 * One life of the engine's process: its log opened on the disk that outlives it, its gateway on the
 * virtual network, the engine itself. Killed, all of it is dropped and only the disk remains.
 */
import { createHash } from 'node:crypto';
import { createIds } from '../core/ids.ts';
import { createMemoryJournalStore } from '../core/ports/journal-store.ts';
import { createMemoryLockLedger } from '../core/ports/lock-ledger.ts';
import type { EventLog } from '../core/ports/event-log.ts';
import type { GatewayListener } from '../core/ports/gateway.ts';
import type { Rules } from '../core/rules.ts';
import type { SeededRandom } from '../core/seeded-random.ts';
import {
  createMemoryEventLog,
  type MemoryDisk,
  type MemoryEventLog,
} from '../data/event-log/memory-event-log.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import { foldLog } from '../engine/kernel.ts';
import { encodeEngineState } from '../engine/state.ts';
import { toolboxFrom, type TierShelf } from '../engine/unlock.ts';
import { createGateway } from '../exchange/gateway.ts';
import type { BanStore } from '../exchange/settings.ts';
import { mortalHttp, mortalLog, type KillPointName, type KillPoints } from './kill-points.ts';
import type { Mutant } from './mutant.ts';
import { API_URL, REST_ORIGIN, STREAM_ORIGIN, type VirtualNetwork } from './network.ts';
import type { VirtualProcess } from './virtual-process.ts';

export type Incarnation = {
  readonly process: VirtualProcess;
  readonly engine: Engine;
  readonly log: MemoryEventLog;
};

export type IncarnationDeps = {
  readonly process: VirtualProcess;
  readonly disk: MemoryDisk;
  readonly network: VirtualNetwork;
  readonly random: SeededRandom;
  readonly credentials: { readonly apiKey: string; readonly secret: string };
  readonly banStore: BanStore;
  readonly rules: Rules;
  readonly symbols: readonly string[];
  readonly tools: TierShelf;
  readonly points: KillPoints;
  readonly mutant: Mutant | null;
  readonly die: (at: KillPointName) => void;
  readonly onFatal: (error: unknown) => void;
};

/** Builds the engine on what the disk holds. It is not started. */
export function incarnate(deps: IncarnationDeps): Incarnation {
  const { process, mutant, points } = deps;
  const log = createMemoryEventLog({ disk: deps.disk });
  const random = deps.random.fork(`process ${process.number}`);
  const wires = deps.network.connect(process);
  const http = mortalHttp(wires.http, points, deps.die);
  const durable = mortalLog(log, points, deps.die);
  const makeGateway = (listener: GatewayListener) =>
    createGateway({
      http: mutant?.http?.(http) ?? http,
      streams: wires.streams,
      timers: process.timers,
      random: random.fork('gateway'),
      endpoints: { rest: REST_ORIGIN, stream: STREAM_ORIGIN, wsApi: API_URL },
      credentials: deps.credentials,
      settings: { recvWindowMs: deps.rules.trading.execution.recvWindowMs },
      listener,
      banStore: deps.banStore,
    });
  const engine = createEngine({
    log: mutant?.log?.(durable) ?? durable,
    timers: process.timers,
    ids: createIds(() => process.timers.now(), random.fork('ids')),
    hash: (text) => createHash('sha256').update(text).digest('hex'),
    gateway: (listener) => mutant?.gateway?.(makeGateway, listener) ?? makeGateway(listener),
    rules: mutant?.rules?.(deps.rules) ?? deps.rules,
    mode: 'simulation',
    quoteAsset: 'USDT',
    symbols: deps.symbols,
    tools: toolboxFrom(deps.tools, foldLog(log).tier.tier),
    strategies: { names: [], onCandle: () => [] },
    version: 'simulation',
    codeHash: '',
    provesHistory: false,
    lostHistory: null,
    requestedHalt: null,
    onFatal: deps.onFatal,
    journals: createMemoryJournalStore(),
    locks: createMemoryLockLedger(),
  });
  return { process, engine, log };
}

/** The state folded from every event there is, as text; snapshots are not asked (invariant 16). */
export function foldedFromStart(disk: MemoryDisk): string {
  const log = createMemoryEventLog({ disk });
  const plain: EventLog = { ...log, latestSnapshot: () => null };
  return encodeEngineState(foldLog(plain));
}

/** The state from the newest snapshot and the events after it, as text (invariant 17). */
export function foldedFromSnapshot(disk: MemoryDisk): string {
  return encodeEngineState(foldLog(createMemoryEventLog({ disk })));
}
