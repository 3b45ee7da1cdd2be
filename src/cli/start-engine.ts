/**
 * Starts the engine as a process of its own, so that it survives the terminal, and waits until its
 * API answers. When it does not come up, says why in the engine's own words from its log.
 */
import { spawn } from 'node:child_process';
import { closeSync, fstatSync, mkdirSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Explanation } from '../core/refusals.ts';
import { err, ok, type Result } from '../core/result.ts';
import { findEngine, type EngineLink } from './engine-link.ts';

export type SpawnEngineOptions = {
  /** Words after `run --mode paper --data-dir …`. */
  readonly words?: readonly string[];
  /** The bundle to run; the one that runs now when absent. */
  readonly main?: string;
  readonly timeoutMs?: number;
};

const PROBE_MS = 20;

/** Starts a paper engine for a data folder and resolves when it answers. */
export async function spawnEngine(
  dataDir: string,
  options: SpawnEngineOptions = {},
): Promise<Result<EngineLink, Explanation>> {
  const { words = [], main = process.argv[1] ?? '', timeoutMs = 20_000 } = options;
  const logs = join(dataDir, 'logs');
  const logPath = join(logs, 'engine.log');
  let log: number;
  try {
    mkdirSync(logs, { recursive: true, mode: 0o700 });
    log = openSync(logPath, 'a', 0o600);
  } catch (fault) {
    return err({
      what: `The folder ${dataDir} cannot be written (${fault instanceof Error ? fault.message : String(fault)}).`,
      why: 'Nothing was started and nothing was changed.',
      next: 'Choose another folder with --data-dir, or mend its permissions.',
    });
  }
  const from = fstatSync(log).size;
  const child = spawn(process.execPath, [main, 'run', '--mode', 'paper', '--data-dir', dataDir, ...words], {
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.unref();
  let exited: string | null = null;
  child.once('exit', (code, signal) => (exited = signal ?? String(code)));
  child.once('error', (fault) => (exited = fault.message));

  const deadline = performance.now() + timeoutMs;
  let linkAfterExit = false;
  while (performance.now() < deadline) {
    const link = await findEngine(dataDir);
    if (link !== null) return ok(link);
    // Another console may have started one at the same moment; its engine holds the folder and answers soon.
    if (exited !== null) {
      if (linkAfterExit) break;
      linkAfterExit = true;
      await pause(300);
    }
    await pause(PROBE_MS);
  }
  return err(didNotStart(exited, tailOf(logPath, from), logPath));
}

function didNotStart(exited: string | null, said: readonly string[], logPath: string): Explanation {
  // The engine explains its own refusals in three parts; they are shown as they are.
  const [what, why, ...next] = said.slice(-3);
  if (what !== undefined && why !== undefined && next.length > 0) return { what, why, next: next.join(' ') };
  return {
    what:
      exited === null
        ? 'The engine did not answer in time.'
        : `The engine ended while it was starting (${exited}).`,
    why: 'No order was sent; stops that rest at the exchange stay there.',
    next: `Look into ${logPath}, or run genesis run to see it start.`,
  };
}

const TAIL_BYTES = 4_096;

/** The last lines written since `from`. */
function tailOf(path: string, from: number): readonly string[] {
  try {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      const start = Math.max(from, size - TAIL_BYTES);
      const buffer = Buffer.alloc(Math.max(0, size - start));
      readSync(file, buffer, 0, buffer.length, start);
      return buffer
        .toString('utf8')
        .split('\n')
        .filter((line) => line.trim() !== '');
    } finally {
      closeSync(file);
    }
  } catch {
    return [];
  }
}
