/**
 * The console as a person has it: the built program in a pseudo-terminal of 120 by 40, attached over the
 * internal API to an engine whose market moves 5,000 times a second and whose every figure differs
 * in each of ten pictures a second. Processor time and memory are read from /proc, bytes are what the
 * terminal received, an echo is the time from writing a key to the terminal until its letter came
 * back. The yardstick receives the same pictures, parses them, and paints nothing. The same again on the
 * real engine and the built-in exchange, whose market runs so fast that the exchange sends about as many
 * messages; how many it sent is in the name of the row.
 * Run alone: node benches/console.bench.ts
 */
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { spawn as spawnPty, type IPty } from '@lydell/node-pty';
import { WebSocket } from 'ws';
import { createBusyEngine } from '../tests/builders/busy-engine.ts';
import { readApiFile } from '../src/api/api-file.ts';
import { createApiClient } from '../src/api/client.ts';
import { startApi } from '../src/api/server.ts';
import { createSystemRandom, createSystemTimers } from '../src/wiring/system-ports.ts';
import type { BenchRow } from './bench-row.ts';

const root: string = join(import.meta.dirname, '..');
const UPDATES_PER_SECOND = 5_000;
const TICK_MS = 4;
const WARM_MS = 5_000;
const MEASURE_MS = 15_000;
const KEYS = 300;
const KEY_LETTER = 'z';
const TICKS_PER_SECOND = 100;
/** The paper market at this speed sends some 5,000 messages a second to who follows six pairs. */
const REAL_SPEED = '20';
const COUNT_MS = 3_000;

/** The engine of the bench, in a process of its own. */
async function serve(dataDir: string): Promise<void> {
  const timers = createSystemTimers();
  const engine = createBusyEngine(() => Date.now());
  const started = await startApi({
    control: engine,
    timers,
    random: createSystemRandom(),
    dataDir,
    version: 'bench',
    port: 0,
  });
  if (!started.ok) throw new Error(started.error.code);
  setInterval(() => {
    for (let count = 0; count < (UPDATES_PER_SECOND * TICK_MS) / 1_000; count += 1) engine.update();
  }, TICK_MS);
  let filled = 0;
  setInterval(() => engine.notice(`bought ${(filled += 1)} of something at 67,412.10`), 700);
  process.send?.('ready');
}

/** The yardstick: hears the same stream and paints nothing. */
function listen(dataDir: string): void {
  const file = readApiFile(dataDir);
  if (file === null) throw new Error('no engine');
  let heard = 0;
  createApiClient({ file }).stream({
    opened: () => process.send?.('ready'),
    message: () => (heard += 1),
    closed: () => process.exit(heard > 0 ? 0 : 1),
  });
}

/** The real engine on the built-in exchange, its market in panic and hurried. */
function beginEngine(dataDir: string): ChildProcess {
  const words = ['run', '--feed', 'synthetic:panic', '--speed', REAL_SPEED, '--seed', '7'];
  return spawn(join(root, 'bin', 'genesis'), [...words, '--data-dir', dataDir], { stdio: 'ignore' });
}

/** Messages a second that the exchange sends to who follows every pair as the engine does. */
async function count(dataDir: string): Promise<void> {
  const file = JSON.parse(readFileSync(join(dataDir, 'exchange', 'exchange.json'), 'utf8')) as {
    readonly stream: string;
  };
  const names = ['btc', 'eth', 'bnb', 'sol', 'xrp', 'ada'].flatMap((base) =>
    ['bookTicker', 'aggTrade', 'kline_1m'].map((topic) => `${base}usdt@${topic}`),
  );
  const socket = new WebSocket(`${file.stream}/stream?streams=${names.join('/')}`);
  let heard = 0;
  socket.on('message', () => (heard += 1));
  await new Promise((resolve) => socket.once('open', resolve));
  heard = 0;
  await pause(COUNT_MS);
  process.send?.(Math.round((heard * 1_000) / COUNT_MS));
  socket.terminate();
}

function processorMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_SECOND;
}

function residentMb(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;
}

async function ready(child: ChildProcess): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`ended with ${String(code)}`)));
  });
}

async function told(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('message', (value) => resolve(Number(value)));
    child.once('exit', (code) => reject(new Error(`ended with ${String(code)}`)));
  });
}

/** The engine answers and has compared its books. */
async function isReady(dataDir: string): Promise<void> {
  for (let turn = 0; turn < 300; turn += 1) {
    const file = readApiFile(dataDir);
    if (file !== null) {
      const client = createApiClient({ file });
      const shown = await client.get<{ readonly tradingState: string }>('/dashboard');
      client.close();
      if (shown.ok && shown.value.tradingState === 'READY') return;
    }
    await pause(200);
  }
  throw new Error('the engine was never ready');
}

type Terminal = { readonly pty: IPty; bytes: number; seen: (text: string) => void };

function open(dataDir: string): Terminal {
  const pty = spawnPty(join(root, 'bin', 'genesis'), ['--data-dir', dataDir], {
    name: 'xterm-256color',
    cols: 120,
    rows: 40,
    cwd: root,
    env: {
      ...process.env,
      TERM: 'xterm-256color',
      COLORTERM: 'truecolor',
      LANG: 'C.UTF-8',
      LC_ALL: 'C.UTF-8',
    },
  });
  const terminal: Terminal = { pty, bytes: 0, seen: () => {} };
  pty.onData((data) => {
    terminal.bytes += Buffer.byteLength(data);
    terminal.seen(data);
  });
  return terminal;
}

async function shows(terminal: Terminal, wanted: RegExp): Promise<void> {
  let text = '';
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`never showed ${String(wanted)}`)), 60_000);
    terminal.seen = (data) => {
      text = (text + data).slice(-200_000);
      if (!wanted.test(text)) return;
      clearTimeout(timer);
      terminal.seen = () => {};
      resolve();
    };
  });
}

/** Milliseconds from a key to its letter, at a person's pace, the line emptied every 40 letters. */
async function echoes(terminal: Terminal): Promise<number[]> {
  const found: number[] = [];
  for (let count = 0; count < KEYS; count += 1) {
    const begun = performance.now();
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('a key was never echoed')), 5_000);
      terminal.seen = (data) => {
        if (!data.includes(KEY_LETTER)) return;
        clearTimeout(timer);
        terminal.seen = () => {};
        resolve();
      };
      terminal.pty.write(KEY_LETTER);
    });
    found.push(performance.now() - begun);
    if (count % 40 === 39) terminal.pty.write('\u0015');
    await pause(30 + ((count * 37) % 60));
  }
  return found.toSorted((left, right) => left - right);
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;

type Source = 'scripted' | 'real';

export async function run(): Promise<BenchRow[]> {
  return [...(await measured('scripted')), ...(await measured('real'))];
}

async function measured(source: Source): Promise<BenchRow[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'genesis-console-bench-'));
  const children: ChildProcess[] = [];
  const begin = (what: string): ChildProcess => {
    const child = fork(import.meta.filename, [what, dataDir]);
    children.push(child);
    return child;
  };
  let terminal: Terminal | null = null;
  try {
    if (source === 'scripted') await ready(begin('serve'));
    else {
      children.push(beginEngine(dataDir));
      await isReady(dataDir);
    }
    const rate = source === 'scripted' ? UPDATES_PER_SECOND : await told(begin('count'));
    const listener = begin('listen');
    await ready(listener);
    terminal = open(dataDir);
    await shows(terminal, /left to lose/);
    await pause(WARM_MS);
    const pid = terminal.pty.pid;
    const before = {
      own: processorMs(pid),
      bare: processorMs(listener.pid ?? 0),
      bytes: terminal.bytes,
      at: performance.now(),
    };
    await pause(MEASURE_MS);
    const elapsedMs = performance.now() - before.at;
    const share = (processorMs(pid) - before.own) / elapsedMs;
    const bare = (processorMs(listener.pid ?? 0) - before.bare) / elapsedMs;
    const bytesPerSecond = ((terminal.bytes - before.bytes) * 1_000) / elapsedMs;
    const sorted = await echoes(terminal);
    const memory = residentMb(pid);
    const on = source === 'scripted' ? 'console' : `console on the real engine, ${rate} messages/s`;
    const row = (name: string, value: number, unit: string, yardstick: number, max: number): BenchRow => ({
      name: `${on}, ${name}`,
      value,
      unit,
      yardstick,
      ratio: value / yardstick,
      budget: `at most ${max} ${unit}`,
      within: value <= max,
    });
    return [
      row('every figure ten times a second, of a core', share * 100, '%', bare * 100, 5),
      row('bytes to the terminal', bytesPerSecond / 1_000, 'kB/s', 30, 30),
      row('highest resident memory', memory, 'MB', residentMb(listener.pid ?? 0), 130),
      row('key to echo, median', quantile(sorted, 0.5), 'ms', 1, 30),
      row('key to echo, p99', quantile(sorted, 0.99), 'ms', 1, 30),
    ];
  } finally {
    terminal?.pty.kill('SIGKILL');
    for (const child of children) child.kill();
    await pause(source === 'real' ? 1_500 : 0);
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

if (import.meta.main) {
  const [what, dataDir = ''] = process.argv.slice(2);
  if (what === 'serve') await serve(dataDir);
  else if (what === 'listen') listen(dataDir);
  else if (what === 'count') await count(dataDir);
  else for (const row of await run()) process.stdout.write(`${JSON.stringify(row)}\n`);
}
