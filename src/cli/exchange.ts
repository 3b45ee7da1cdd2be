/**
 * `genesis exchange`: the built-in exchange as a process of its own. Its first line of output is its
 * address and keys as JSON (also in <data-dir>/exchange/exchange.json, mode 0600); it ends on Ctrl-C,
 * SIGTERM, or when nobody has used it for as long as --idle-exit says.
 */
import { createSeededRandom } from '../core/seeded-random.ts';
import { readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';

import { type AssetAmount, parseFixed } from '../core/money.ts';
import { FeedError } from '../simulator/markets/feed-error.ts';
import { openMarket } from '../simulator/markets/open-feed.ts';
import { type KeyType, keyTypes } from '../simulator/server/api-keys.ts';
import { readFaultPlan } from '../simulator/server/fault-plan.ts';
import type { FaultPlan } from '../simulator/server/faults.ts';
import { runExchange, type RunFailure, type RunningExchange } from '../simulator/server/run-exchange.ts';
import { createSystemRandom, createSystemTimers } from '../wiring/system-ports.ts';

type Flags = {
  readonly port: number;
  readonly feed: string;
  readonly seed?: number;
  readonly speed: number;
  readonly symbols?: readonly string[];
  readonly balance?: AssetAmount;
  readonly dataDir?: string;
  readonly keys: readonly KeyType[];
  readonly faults?: string;
  readonly adminPort?: number;
  readonly idleExit?: number;
};

export function exchangeCommand(): Command {
  return new Command('exchange')
    .description('Run the built-in exchange alone: Binance Spot REST, streams and WebSocket API on loopback.')
    .option('--port <n>', 'plain port; 0 takes the one of last time or any free one', port, 0)
    .option(
      '--feed <feed>',
      'what moves the market: synthetic, or replay:PATH of recorded candles, trades or depth',
      'synthetic',
    )
    .option('--seed <n>', 'seed of the synthetic market', wholeNumber)
    .option('--speed <x>', 'how many times faster than real time it runs', positive, 1)
    .option('--symbols <list>', 'pairs, such as BTCUSDT,ETHUSDT', symbolList)
    .option('--balance <usdt>', 'paper money of each new account (default: 500)', amount)
    .option(
      '--data-dir <dir>',
      'folder whose exchange/ keeps state, keys and certificates (default .genesis)',
    )
    .option('--keys <types>', 'accounts by key type: hmac, ed25519, rsa', keyList, ['HMAC', 'ED25519'])
    .option('--faults <file>', 'plan of faults to inject, as JSON')
    .option(
      '--admin-port <n>',
      'switch faults, balances and symbol states at run time on this loopback port',
      port,
    )
    .option('--idle-exit <seconds>', 'end when nobody was connected for so long', positive)
    .addHelpText(
      'after',
      `
Examples:
  genesis exchange                              a synthetic market on free ports
  genesis exchange --port 8080 --seed 7         the same market every time, plain port 8080
  genesis exchange --feed replay:BTCUSDT-1m.csv.gz --speed 60
  genesis exchange --faults plan.json --admin-port 9000`,
    )
    .action(async (flags: Flags) => {
      process.exitCode = await run(flags);
    });
}

async function run(flags: Flags): Promise<number> {
  const faults = flags.faults === undefined ? null : loadFaults(flags.faults);
  if (faults !== null && 'problem' in faults) return say(faults.problem);
  const random = createSystemRandom();
  const marketRandom = flags.seed === undefined ? random : createSeededRandom(flags.seed);
  try {
    const started = await runExchange({
      folder: join(resolve(flags.dataDir ?? '.genesis'), 'exchange'),
      port: flags.port,
      adminPort: flags.adminPort ?? null,
      market: { feed: absoluteFeed(flags.feed), symbols: flags.symbols ?? null, seed: flags.seed ?? null },
      openMarket: ({ feed, symbols }) =>
        openMarket(feed, { random: marketRandom, ...(symbols === null ? {} : { symbols }) }),
      balance: flags.balance ?? DEFAULT_BALANCE,
      keyTypes: flags.keys,
      faults,
      random,
      speed: flags.speed,
      wallNow: () => Date.now(),
      timers: createSystemTimers,
    });
    if (!started.ok) return say(failureWords(started.error));
    process.stdout.write(`${JSON.stringify(started.value.address)}\n`);
    await untilTold(started.value, flags.idleExit === undefined ? null : flags.idleExit * 1_000);
    return 0;
  } catch (error) {
    if (error instanceof FeedError) return say(`${error.message}\nNothing was started.\n${error.advice}`);
    throw error;
  }
}

function absoluteFeed(feed: string): string {
  if (!feed.startsWith('replay:')) return feed;
  const paths = feed.slice('replay:'.length).split(',');
  return `replay:${paths.map((path) => (isAbsolute(path) || path === '' ? path : resolve(path))).join(',')}`;
}

/** Resolves when the exchange has been closed: by a signal, by its parent, or because nobody uses it. */
function untilTold(running: RunningExchange, idleExitMs: number | null): Promise<void> {
  return new Promise((done) => {
    let closing = false;
    const end = (): void => {
      // Told twice: at once. The state is on disk already.
      if (closing) process.exit(1);
      closing = true;
      clearInterval(idleTimer);
      void closeAnd(running, done);
    };
    const idleTimer = setInterval(() => {
      if (idleExitMs !== null && running.idleMs() >= idleExitMs) end();
    }, 1_000);
    process.on('SIGINT', end);
    process.on('SIGTERM', end);
    process.on('SIGHUP', end);
    process.on('message', (message) => {
      if (message === 'stop') end();
    });
    // Whoever read the first line may be gone: the market goes on.
    process.stdout.on('error', () => undefined);
  });
}

async function closeAnd(running: RunningExchange, done: () => void): Promise<void> {
  await running.close();
  done();
}

function loadFaults(file: string): FaultPlan | { readonly problem: string } {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return {
      problem: `The fault plan ${file} could not be read: ${error instanceof Error ? error.message : String(error)}.\nNothing was started.\nCheck the path and start again.`,
    };
  }
  const plan = readFaultPlan(text);
  if (plan.ok) return plan.value;
  return {
    problem: `The fault plan ${file} cannot be used:\n${plan.error.map((each) => `  ${each}`).join('\n')}\nNothing was started.\nCorrect the file and start again.`,
  };
}

function failureWords(failure: RunFailure): string {
  switch (failure.code) {
    case 'exchange.running':
      return `An exchange already runs in ${failure.folder}.\nIt goes on undisturbed.\nJoin it with the address in exchange.json there, or choose another --data-dir.`;
    case 'exchange.portInUse':
      return `Port ${failure.port} is in use by another program.\nNothing was started and nothing changed.\nChoose another --port, or leave it out for a free one.`;
    case 'exchange.clockAhead':
      return `This folder's exchange is ${Math.ceil(failure.aheadMs / 60_000)} minutes ahead of the clock, because it ran faster than real time.\nIts orders and balances are safe.\nStart it with the same --speed as before, or choose another --data-dir.`;
    case 'exchange.stateUnreadable':
      return `The state in ${failure.folder} cannot be read: ${failure.detail}.\nNothing was started and the files were left as they are.\nPut back a copy of the folder, or choose another --data-dir.`;
    case 'exchange.marketGone':
      return `The exchange of this folder was stopped in the middle of its work, and the market it worked on (${failure.feed}) cannot be opened again: ${failure.detail}.\nIts orders are safe on disk.\nBring the recording back and start again, or choose another --data-dir.`;
    default:
      return failure satisfies never;
  }
}

function say(words: string): number {
  process.stderr.write(`${words}\n`);
  return 1;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

function port(text: string): number {
  const number = wholeNumber(text);
  if (number > 65_535) throw new InvalidArgumentError('A port lies between 0 and 65535.');
  return number;
}

function positive(text: string): number {
  const number = Number(text);
  if (!(number > 0) || !Number.isFinite(number))
    throw new InvalidArgumentError('It must be a number above zero.');
  return number;
}

const DEFAULT_BALANCE = 50_000_000_000n as AssetAmount;

function amount(text: string): AssetAmount {
  const parsed = parseFixed<AssetAmount>(text);
  if (!parsed.ok || parsed.value < 0n)
    throw new InvalidArgumentError('It must be an amount such as 500 or 500.25.');
  return parsed.value;
}

function symbolList(text: string): readonly string[] {
  const symbols = text
    .split(',')
    .map((each) => each.trim().toUpperCase())
    .filter((each) => each !== '');
  if (symbols.length === 0) throw new InvalidArgumentError('Name at least one pair, such as BTCUSDT.');
  return symbols;
}

function keyList(text: string): readonly KeyType[] {
  return text.split(',').map((each) => {
    const type = keyTypes.find((known) => known === each.trim().toUpperCase());
    if (type === undefined) throw new InvalidArgumentError('Key types are hmac, ed25519 and rsa.');
    return type;
  });
}
