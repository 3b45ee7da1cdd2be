/**
 * Real processes for end-to-end tests: the built program, an exchange and an engine in a folder of
 * their own, asked over HTTP as anyone would. Every process started here is ended here, by its id.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readApiFile } from '../../src/api/api-file.ts';
import { createApiClient, type ApiClient } from '../../src/api/client.ts';
import type { Dashboard } from '../../src/core/dashboard.ts';

export const root: string = join(import.meta.dirname, '..', '..');
export const program: string = join(root, 'bin', 'genesis');

export type Address = {
  readonly rest: string;
  readonly pid?: number;
  readonly accounts: readonly {
    readonly name: string;
    readonly apiKey: string;
    readonly secret: string;
    readonly keyType: string;
  }[];
};

export type Finished = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** One for each file of tests: a lock that one of them asks for must not bind the engines of another. */
const stateDir: string = mkdtempSync(join(process.env['GENESIS_STATE_DIR'] ?? tmpdir(), 'genesis-state-'));

/** Environment without settings of the machine that runs the tests. */
export function cleanEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('GENESIS_') && name !== 'CI');
  return { ...Object.fromEntries(kept), GENESIS_STATE_DIR: stateDir, ...extra };
}

/** A folder of its own, taken away by `dispose`. */
export function temporaryFolder(): { readonly path: string; readonly dispose: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'genesis-'));
  return { path, dispose: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Runs a command to its end. */
export async function runToEnd(
  words: readonly string[],
  extra: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const child = spawn(program, words, { env: cleanEnvironment(extra), stdio: ['ignore', 'pipe', 'pipe'] });
  return collect(child);
}

async function collect(child: ChildProcess): Promise<Finished> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (bytes) => (stdout += String(bytes)));
  child.stderr?.on('data', (bytes) => (stderr += String(bytes)));
  const code = await new Promise<number | null>((settle) => child.once('close', settle));
  return { code, stdout, stderr };
}

export type Running = { readonly child: ChildProcess; readonly ended: Promise<Finished> };

/** Starts a command that goes on. The starter `exec`s the program, so the id is the program's own. */
export function start(words: readonly string[], extra: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(program, words, { env: cleanEnvironment(extra), stdio: ['ignore', 'pipe', 'pipe'] });
  return { child, ended: collect(child) };
}

/** Starts `genesis exchange` and waits for its first line, kept in a file for engines to join. */
export async function startExchange(
  folder: string,
  words: readonly string[] = [],
): Promise<{ readonly running: Running; readonly address: Address; readonly file: string }> {
  const running = start(['exchange', '--port', '0', '--data-dir', folder, ...words]);
  const line = await firstLine(running.child);
  const file = join(folder, 'exchange-line.json');
  writeFileSync(file, line);
  return { running, address: JSON.parse(line) as Address, file };
}

async function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((settle, fail) => {
    let text = '';
    child.stdout?.on('data', (bytes) => {
      text += String(bytes);
      const lineEnd = text.indexOf('\n');
      if (lineEnd >= 0) settle(text.slice(0, lineEnd));
    });
    child.once('close', (code) =>
      fail(new Error(`ended with ${String(code)} before its first line: ${text}`)),
    );
  });
}

/** Waits until the engine of this folder answers and satisfies `when`; throws with the last dashboard otherwise. */
export async function untilEngine(
  folder: string,
  when: (dashboard: Dashboard) => boolean,
  withinMs = 20_000,
): Promise<{ readonly client: ApiClient; readonly dashboard: Dashboard }> {
  const deadline = performance.now() + withinMs;
  let last: unknown = null;
  while (performance.now() < deadline) {
    const file = readApiFile(folder);
    if (file !== null) {
      const client = createApiClient({ file, timeoutMs: 2_000 });
      const answer = await client.get<Dashboard>('/dashboard');
      if (answer.ok && when(answer.value)) return { client, dashboard: answer.value };
      last = answer;
      client.close();
    }
    await pause(25);
  }
  throw new Error(`the engine did not get there in ${withinMs} ms: ${JSON.stringify(last).slice(0, 1_500)}`);
}

/** Asks the exchange itself, signed, as an auditor with the account's key would. */
export async function askExchange<T>(
  address: Address,
  path: string,
  query: Readonly<Record<string, string>> = {},
): Promise<T> {
  const account = address.accounts.find(({ keyType }) => keyType === 'HMAC');
  if (account === undefined) throw new Error('the exchange names an HMAC account');
  const text = new URLSearchParams({
    ...query,
    recvWindow: '60000',
    timestamp: String(Date.now()),
  }).toString();
  const signature = createHmac('sha256', account.secret).update(text).digest('hex');
  const reply = await fetch(`${address.rest}${path}?${text}&signature=${signature}`, {
    headers: { 'X-MBX-APIKEY': account.apiKey },
  });
  if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
  return (await reply.json()) as T;
}

/** Ends a process by its id and waits for it. */
export async function end(running: Running, signal: NodeJS.Signals = 'SIGTERM'): Promise<Finished> {
  if (running.child.exitCode === null && running.child.signalCode === null) running.child.kill(signal);
  return running.ended;
}
