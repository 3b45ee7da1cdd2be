/**
 * Simulation put together: the shipped rules, the first tier's tools, and the seeds run in this process
 * or spread over several (each a `genesis simulate` of its own that prints one line a seed).
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ConfigProblem } from '../config/config-problem.ts';
import { loadRules } from '../config/load-config.ts';
import { err, ok, type Result } from '../core/result.ts';
import { compareRuns, summaryOf, type WorldSummary } from '../dst/campaign.ts';
import type { FaultKind } from '../dst/faults.ts';
import { runWorld } from '../dst/world.ts';
import { unlockShelf } from '../engine/unlock.ts';
import { packageRoot } from './package-root.ts';

export type SimulationRequest = {
  readonly fromSeed: number;
  readonly seeds: number;
  /** Exactly these kinds of fault; null for what each seed draws. */
  readonly faults: readonly FaultKind[] | null;
  readonly twice: boolean;
  /** Hears every line of every trace. */
  readonly listener: ((line: string) => void) | null;
};

export type Simulation = {
  /** Runs seed after seed, telling of each; stops between two when asked to. */
  run(tell: (world: WorldSummary) => void, stopped: () => boolean): Promise<void>;
};

/** Reads the configuration; every problem of it at once. */
export async function openSimulation(
  request: SimulationRequest,
): Promise<Result<Simulation, readonly ConfigProblem[]>> {
  const rules = loadRules(join(packageRoot(), 'config'));
  if (!rules.ok) return err(rules.error);
  const tools = await unlockShelf();
  const once = async (seed: number): Promise<WorldSummary> =>
    summaryOf(
      await runWorld({
        seed,
        rules: rules.value,
        tools,
        only: request.faults,
        mutant: null,
        ...(request.listener === null ? {} : { listener: request.listener }),
      }),
    );
  return ok({
    async run(tell, stopped): Promise<void> {
      for (let seed = request.fromSeed; seed < request.fromSeed + request.seeds && !stopped(); seed += 1) {
        const first = await once(seed);
        tell(request.twice ? compareRuns(first, await once(seed)) : first);
      }
    },
  });
}

export type SpreadRequest = {
  readonly fromSeed: number;
  readonly seeds: number;
  readonly jobs: number;
  /** Passed on to each process. */
  readonly flags: readonly string[];
};

/** Seeds handed to one process at a time: enough to forget its start, few enough to end together. */
const CHUNK = 25;

/** Spreads seeds over processes. Resolves when all have ended; false when one of them failed by itself. */
export async function spreadSimulation(
  request: SpreadRequest,
  tell: (world: WorldSummary) => void,
  stopped: () => boolean,
): Promise<boolean> {
  const end = request.fromSeed + request.seeds;
  let next = request.fromSeed;
  let sound = true;
  const worker = async (): Promise<void> => {
    while (next < end && !stopped()) {
      const from = next;
      const count = Math.min(CHUNK, end - from);
      next += count;
      const told = await runChunk(from, count, request.flags, tell, stopped);
      // A chunk cut short by Ctrl-C is no failure.
      if (told !== count && !stopped()) sound = false;
    }
  };
  await Promise.all(Array.from({ length: request.jobs }, worker));
  return sound;
}

/** One process for some seeds; resolves with how many it told of. */
async function runChunk(
  fromSeed: number,
  seeds: number,
  flags: readonly string[],
  tell: (world: WorldSummary) => void,
  stopped: () => boolean,
): Promise<number> {
  const entry = process.argv[1] ?? '';
  const words = [
    entry,
    'simulate',
    '--seeds',
    String(seeds),
    '--from-seed',
    String(fromSeed),
    '--lines',
    ...flags,
  ];
  const child = spawn(process.execPath, [...process.execArgv, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((settle) => {
    child.once('close', () => settle());
    child.once('error', () => settle());
  });
  let told = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    told += 1;
    tell(JSON.parse(line) as WorldSummary);
    if (stopped()) child.kill('SIGINT');
  }
  await ended;
  return told;
}
