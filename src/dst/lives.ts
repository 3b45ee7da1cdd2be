/**
 * The lives of the engine's process, one after the other on one machine and one disk: booted, killed,
 * fallen over a full store, booted again. At each beginning and end the state is held against the log
 * (invariants 12, 16 and 17).
 */
import type { SeededRandom } from '../core/seeded-random.ts';
import type { MemoryDisk } from '../data/event-log/memory-event-log.ts';
import { StoreFailure } from '../engine/kernel.ts';
import { encodeEngineState } from '../engine/state.ts';
import type { TierShelf } from '../engine/unlock.ts';
import type { BanStore } from '../exchange/settings.ts';
import type { PlannedFault } from './faults.ts';
import { foldedFromStart, incarnate, type Incarnation } from './incarnation.ts';
import { createKillPoints, type KillPoints } from './kill-points.ts';
import type { Mutant } from './mutant.ts';
import type { VirtualNetwork } from './network.ts';
import type { Oracle } from './oracle/oracle.ts';
import type { Stage } from './stage.ts';
import { createVirtualMachine, type VirtualMachine } from './virtual-process.ts';

export interface Lives {
  readonly points: KillPoints;
  readonly machine: VirtualMachine;
  /** Null while the engine is down. */
  current(): Incarnation | null;
  bootedAtMs(): number;
  boot(): void;
  /** Ends the present life in the way the fault says; the next begins after its time. */
  kill(fault: PlannedFault): void;
}

export type LivesDeps = {
  readonly stage: Stage;
  readonly disk: MemoryDisk;
  readonly oracle: Oracle;
  readonly network: VirtualNetwork;
  readonly tools: TierShelf;
  readonly mutant: Mutant | null;
};

const STORE_RESTART_MS = 2_000;

export function createLives(deps: LivesDeps): Lives {
  const { stage, disk, oracle, network } = deps;
  const { base, faults, note, settings } = stage;
  const machine = createVirtualMachine(base, settings.wallOffsetMs);
  const points = createKillPoints();
  const banStore = createBanMemory(machine);
  const restarts: SeededRandom = stage.random.fork('restarts');
  let life: Incarnation | null = null;
  let bootedAtMs = 0;

  function boot(): void {
    if (life !== null) return;
    const process = machine.boot();
    bootedAtMs = base.monotonic();
    note('boot', `process ${process.number}`);
    oracle.restarted();
    const mine = incarnate({
      process,
      disk,
      network,
      random: stage.random.fork('engine'),
      credentials: stage.credentials,
      banStore,
      rules: settings.rules,
      symbols: settings.symbols,
      tools: deps.tools,
      points,
      mutant: deps.mutant,
      die(at): void {
        faults.count('process.killAtPoint');
        bury(mine, `killed at ${at}`, false, restarts.between(100, 3_000));
      },
      onFatal: (error) => fatal(mine, error),
    });
    life = mine;
    if (encodeEngineState(mine.engine.state()) !== foldedFromStart(disk))
      oracle.violated('17', 'the state loaded from snapshot and tail is not the fold of all events');
    const wasHalted = oracle.facts.halted;
    mine.engine.start();
    oracle.look();
    if (wasHalted && mine.engine.dashboard().tradingState !== 'HALTED')
      oracle.violated('12', 'a halt was durable and the restarted engine does not show it');
  }

  /** A full store ends a life and is expected; anything else is a bug. */
  function fatal(mine: Incarnation, error: unknown): void {
    if (!mine.process.alive()) return;
    if (error instanceof StoreFailure && (faults.fired['store.full'] ?? 0) > 0) {
      note('fatal', error.message);
      bury(mine, 'the store is full', false, STORE_RESTART_MS);
      return;
    }
    oracle.violated('crash', error instanceof Error ? (error.stack ?? error.message) : String(error));
  }

  function bury(mine: Incarnation, reason: string, machineDied: boolean, restartAfterMs: number): void {
    if (!mine.process.alive()) return;
    note('killed', reason);
    mine.process.kill();
    network.orphan(mine.process, machineDied);
    mine.log.crash();
    if (life === mine) life = null;
    base.after(restartAfterMs, boot);
  }

  return {
    points,
    machine,
    current: () => life,
    bootedAtMs: () => bootedAtMs,
    boot,
    kill(fault): void {
      const dying = life;
      if (dying === null) return;
      faults.count(fault.kind);
      // Some go in peace.
      if (fault.ms % 5 === 0) dying.engine.stop('asked to');
      else if (encodeEngineState(dying.engine.state()) !== foldedFromStart(disk))
        oracle.violated('16', 'the killed engine believed something that its log does not say');
      bury(dying, 'killed', fault.ms % 3 === 0, fault.ms);
    },
  };
}

/**
 * Keeps a ban over restarts. A wall clock set between two lives would lengthen or lose it, and no process
 * could know: that one thing is spared the engine here.
 */
function createBanMemory(machine: VirtualMachine): BanStore {
  let ban: { readonly untilMs: number; readonly offsetMs: number } | null = null;
  return {
    load: () => (ban === null ? null : ban.untilMs - ban.offsetMs + machine.wallOffsetMs()),
    save(untilMs): void {
      ban = { untilMs, offsetMs: machine.wallOffsetMs() };
    },
  };
}
