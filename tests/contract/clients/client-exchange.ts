/**
 * For the tests of real clients: an exchange served by this process in a folder of its own, and a
 * client script run as a child process, so that the client is exactly what its users run.
 */
import { createSeededRandom } from '../../../src/core/seeded-random.ts';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { assetAmount } from '../../../src/core/money.ts';
import { openMarket } from '../../../src/simulator/markets/open-feed.ts';
import type { KeyType } from '../../../src/simulator/server/api-keys.ts';
import {
  type ExchangeAddress,
  runExchange,
  type RunningExchange,
} from '../../../src/simulator/server/run-exchange.ts';
import { createSystemRandom, createSystemTimers } from '../../../src/wiring/system-ports.ts';

export type ClientExchange = {
  readonly address: ExchangeAddress;
  readonly running: RunningExchange;
  close(): Promise<void>;
};

export async function startExchange(
  keyTypes: readonly KeyType[] = ['HMAC', 'ED25519'],
): Promise<ClientExchange> {
  const folder = mkdtempSync(join(tmpdir(), 'genesis-clients-'));
  const started = await runExchange({
    folder,
    keyTypes,
    port: 0,
    adminPort: null,
    faults: null,
    speed: 1,
    market: { feed: 'synthetic', symbols: null, seed: 7 },
    openMarket: () =>
      openMarket('synthetic', { random: createSeededRandom(7), symbols: ['BTCUSDT', 'ETHUSDT'] }),
    balance: assetAmount('10000'),
    random: createSystemRandom(),
    wallNow: () => Date.now(),
    timers: createSystemTimers,
  });
  if (!started.ok) throw new Error(`the exchange did not start: ${started.error.code}`);
  return {
    address: started.value.address,
    running: started.value,
    async close() {
      await started.value.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type ClientRun = { readonly steps: Readonly<Record<string, unknown>>; readonly errors: string };

/** Runs a script of this folder; its last line of output is the JSON of what it saw. */
export async function runClient(
  script: string,
  settings: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string>> = {},
): Promise<ClientRun> {
  const child = spawn(
    process.execPath,
    ['--no-warnings', join(import.meta.dirname, script), JSON.stringify(settings)],
    {
      // The developer's proxy is no business of a client on loopback.
      env: { ...process.env, NODE_OPTIONS: '', HTTPS_PROXY: '', https_proxy: '', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const last = output.trimEnd().split('\n').at(-1) ?? '';
  if (code !== 0) throw new Error(`${script} ended with ${code}\n${errors}\n${output}`);
  return { steps: JSON.parse(last) as Readonly<Record<string, unknown>>, errors };
}
