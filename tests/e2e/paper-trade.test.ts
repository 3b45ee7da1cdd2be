/**
 * What a person does on a fresh machine, in a real terminal: the console opens on a living market, a buy is
 * cut to the 5 % rule and filled, its stop rests at the exchange, the position survives kill -9 of the
 * engine, a close says what was earned, quitting asks about the engine.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { openTerminal, type TestTerminal } from '../builders/terminal.ts';
import { readApiFile } from '../../src/api/api-file.ts';
import {
  cleanEnvironment,
  end,
  program,
  runToEnd,
  start,
  temporaryFolder,
  untilEngine,
  type Running,
} from './processes.ts';

const folders: { readonly dispose: () => void }[] = [];
const terminals: TestTerminal[] = [];
const processes: Running[] = [];
const dataDirs: string[] = [];

afterEach(async () => {
  for (const terminal of terminals.splice(0)) terminal.close();
  await Promise.all(processes.splice(0).map((running) => end(running, 'SIGKILL')));
  // Engines and exchanges that a console started belong to no child of ours: they are ended by their files.
  for (const path of dataDirs.splice(0)) await endByFiles(path);
  for (const folder of folders.splice(0)) folder.dispose();
});

async function endByFiles(folder: string): Promise<void> {
  const pids = [readApiFile(folder)?.pid, exchangePid(folder)];
  for (const pid of pids) {
    try {
      if (pid !== undefined) process.kill(pid, 'SIGTERM');
    } catch {
      // already gone
    }
  }
  await pause(300);
}

function exchangePid(folder: string): number | undefined {
  try {
    return (
      JSON.parse(readFileSync(join(folder, 'exchange', 'exchange.json'), 'utf8')) as {
        readonly pid?: number;
      }
    ).pid;
  } catch {
    return undefined;
  }
}

function dataDir(): string {
  const folder = temporaryFolder();
  folders.push(folder);
  dataDirs.push(folder.path);
  return folder.path;
}

function consoleAt(folder: string, columns: number, rows: number): TestTerminal {
  const env = Object.fromEntries(
    Object.entries(cleanEnvironment()).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const terminal = openTerminal({ file: program, args: ['--data-dir', folder], columns, rows, env });
  terminals.push(terminal);
  return terminal;
}

test(
  'a stranger trades on paper, loses the engine, and finds everything as it was',
  { timeout: 120_000 },
  async () => {
    const folder = dataDir();
    const terminal = consoleAt(folder, 120, 40);
    await terminal.until(
      (text) => /Nothing is open/.test(text) && /SNIPER/.test(text) && /BTC\/USDT +[\d,.]+/.test(text),
      30_000,
    );

    await terminal.type('buy 100 usdt btc');
    await terminal.until(
      (text) =>
        /\$100\.00 becomes \$2\d\.\d\d: one position holds at most 5 % of \$500\.00/.test(text) &&
        /worst loss/.test(text),
      10_000,
    );
    terminal.press('enter');
    await terminal.until(
      (text) =>
        /bought 0\.\d+ BTC/.test(text) && /stop resting at/.test(text) && /BTC\/USDT +long/.test(text),
      15_000,
    );

    await terminal.type('iceberg buy 50 usdt btc');
    terminal.press('enter');
    await terminal.until((text) => /iceberg comes with HUNTER/.test(text), 10_000);

    const file = readApiFile(folder);
    expect(file).not.toBeNull();
    process.kill(file?.pid ?? 0, 'SIGKILL');
    await terminal.until(
      (text) => /engine/i.test(text) && /(stopped|no engine|not answer|gone)/i.test(text),
      10_000,
    );

    const again = start(['run', '--data-dir', folder, '--json']);
    processes.push(again);
    const { dashboard, client } = await untilEngine(
      folder,
      ({ tradingState }) => tradingState === 'READY',
      30_000,
    );
    client.close();
    expect(dashboard.positions).toHaveLength(1);
    expect(dashboard.positions[0]?.protected).toBe(true);
    expect(dashboard.notices.map(({ text }) => text).join('\n')).toContain(
      'agrees with the exchange: 1 open order',
    );

    const closed = await runToEnd(['exec', 'close btc', '--yes', '--data-dir', folder]);
    expect(closed.stdout + closed.stderr).toMatch(/closed: [+-]\$\d+\.\d\d after \$\d+\.\d\d fees/);
    expect(closed.code).toBe(0);
  },
);

test(
  'a second engine in the same folder refuses politely and touches nothing',
  { timeout: 60_000 },
  async () => {
    const folder = dataDir();
    processes.push(start(['run', '--data-dir', folder]));
    const { client } = await untilEngine(folder, ({ tradingState }) => tradingState === 'READY', 30_000);
    client.close();
    const second = await runToEnd(['run', '--data-dir', folder]);
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/Another engine already works in this data folder \(process \d+/);
    expect(second.stderr.trim().split('\n')).toHaveLength(3);
  },
);

test('an engine outlives whoever read its output', { timeout: 60_000 }, async () => {
  const folder = dataDir();
  const running = start(['run', '--data-dir', folder, '--json', '--for', '8s']);
  processes.push(running);
  const { client } = await untilEngine(folder, ({ tradingState }) => tradingState === 'READY', 30_000);
  running.child.stdout?.destroy();
  running.child.stderr?.destroy();
  await client.post('/commands', { line: 'lock 1h' });
  await pause(500);
  expect((await client.get('/health')).ok).toBe(true);
  client.close();
  expect((await running.ended).code).toBe(0);
});

const refusals: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[], RegExp])[] =
  [
    ['a wrong key', { GENESIS_DB_KEY: 'b'.repeat(64) }, [], /does not open with this key|key/i],
    ['a port in use', {}, ['--port', 'TAKEN'], /in use by another program/],
    ['a setting that does not exist', { GENESIS_DB_KYE: 'x' }, [], /did you mean GENESIS_DB_KEY/],
    ['an amount that is none', {}, ['--balance', '-5'], /amount/i],
  ];

test.each(refusals)(
  '%s gets a clear sentence and a failure status',
  { timeout: 60_000 },
  async (_what, environment, words, expected) => {
    const folder = dataDir();
    const isPort = words.includes('TAKEN');
    const first = start(['run', '--data-dir', folder, ...(isPort ? [] : ['--for', '2s'])]);
    processes.push(first);
    const { client } = await untilEngine(folder, () => true, 30_000);
    const port = new URL(readApiFile(folder)?.url ?? 'http://127.0.0.1:1').port;
    client.close();
    if (!isPort) await first.ended;
    const other = isPort ? dataDir() : folder;
    const refused = await runToEnd(
      ['run', '--data-dir', other, '--for', '2s', ...words.map((word) => (word === 'TAKEN' ? port : word))],
      environment,
    );
    expect(refused.stderr).toMatch(expected);
    expect(refused.code).not.toBe(0);
  },
);
