/**
 * How a command finds the engine: the data folder, the file the engine wrote there, and a first
 * answer. Options shared by every command that talks to it.
 */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { readApiFile, type ApiFile } from '../api/api-file.ts';
import { createApiClient, type ApiClient } from '../api/client.ts';
import type { HealthStatus } from '../api/seed-schemas.ts';
import type { Explanation } from '../core/refusals.ts';

export type EngineFlags = { readonly dataDir?: string; readonly json?: boolean };

/** Adds `--data-dir`, and `--json` where a command reports. */
export function withEngineOptions(command: Command, examples: string): Command {
  return command
    .option('--data-dir <dir>', 'folder of the engine (default .genesis, or GENESIS_DATA_DIR)')
    .option('--json', 'print JSON for scripts')
    .addHelpText('after', `\nExamples:\n${examples}`);
}

/** The data folder a command means, as an absolute path. */
export function dataDirOf(flags: EngineFlags): string {
  return resolve(flags.dataDir ?? process.env['GENESIS_DATA_DIR'] ?? '.genesis');
}

export type EngineLink = {
  readonly file: ApiFile;
  readonly client: ApiClient;
  readonly health: HealthStatus;
};

/** The running engine of a data folder, or null when none answers. */
export async function findEngine(dataDir: string, timeoutMs = 10_000): Promise<EngineLink | null> {
  const file = readApiFile(dataDir);
  if (file === null) return null;
  const client = createApiClient({ file, timeoutMs });
  const health = await client.get<HealthStatus>('/health');
  // A port may have been taken over by another program since: only the engine knows its keys and pid.
  if (health.ok && health.value.pid === file.pid) return { file, client, health: health.value };
  client.close();
  return null;
}

/** No engine answers for a data folder. */
export function noEngine(dataDir: string): Explanation {
  return {
    what: `No engine answers for ${dataDir}.`,
    why: 'Stops that rest at the exchange stay there whether or not an engine runs.',
    next: 'Start one with genesis, or name another folder with --data-dir.',
  };
}
