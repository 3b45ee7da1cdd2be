/**
 * Paper mode's way to the built-in exchange: join the one that runs for this data folder, else start one.
 * It is a process of its own: a dead engine leaves a living market with resting orders behind, and the
 * next engine joins it again.
 */
import { spawn } from 'node:child_process';
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { err, ok, type Result } from '../core/result.ts';
import type { ExchangeCredentials, ExchangeEndpoints } from '../exchange/settings.ts';

/** The first line an exchange prints, and the file it writes. */
export type ExchangeAddress = {
  readonly rest: string;
  readonly stream: string;
  readonly wsApi: string;
  readonly pid?: number;
  readonly clock?: { readonly speed: number; readonly originMs: number };
  readonly accounts: readonly {
    readonly name: string;
    readonly apiKey: string;
    readonly secret: string;
    readonly keyType: string;
  }[];
};

export type ExchangeLink = {
  readonly endpoints: ExchangeEndpoints;
  readonly credentials: ExchangeCredentials;
  readonly address: ExchangeAddress;
  /** Whether this process started it. */
  readonly started: boolean;
};

export type ExchangeOptions = {
  readonly dataDir: string;
  readonly feed: string;
  readonly seed: number | null;
  readonly speed: number;
  readonly symbols: readonly string[];
  readonly balance: string;
};

export type LinkFailure = {
  readonly code: 'exchange.notReadable' | 'exchange.didNotStart' | 'exchange.said' | 'exchange.noAccount';
  readonly detail: string;
};

/** The exchange itself and its test network (its published addresses). */
export const publicEndpoints: Readonly<Record<'live' | 'testnet', ExchangeEndpoints>> = {
  live: {
    rest: 'https://api.binance.com',
    stream: 'wss://stream.binance.com:9443',
    wsApi: 'wss://ws-api.binance.com/ws-api/v3',
  },
  testnet: {
    rest: 'https://testnet.binance.vision',
    stream: 'wss://stream.testnet.binance.vision',
    wsApi: 'wss://ws-api.testnet.binance.vision/ws-api/v3',
  },
};

const START_WITHIN_MS = 15_000;
const PROBE_MS = 15;

/** Joins the exchange described by a file (`--exchange-file`). */
export function joinExchange(file: string): Result<ExchangeLink, LinkFailure> {
  const address = readAddress(file);
  return address === null ? err({ code: 'exchange.notReadable', detail: file }) : linkTo(address, false);
}

/** Joins the exchange of this data folder when it answers, else starts it and waits until it listens. */
export async function openExchange(options: ExchangeOptions): Promise<Result<ExchangeLink, LinkFailure>> {
  const file = join(options.dataDir, 'exchange', 'exchange.json');
  const known = readAddress(file);
  if (known !== null && (await answers(known))) return linkTo(known, false);
  const logs = join(options.dataDir, 'logs');
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  const logPath = join(logs, 'exchange.log');
  const log = openSync(logPath, 'a', 0o600);
  const logStart = fstatSync(log).size;
  const words = [
    'exchange',
    '--data-dir',
    options.dataDir,
    '--feed',
    options.feed,
    '--balance',
    options.balance,
    '--idle-exit',
    '600',
  ];
  if (options.seed !== null) words.push('--seed', String(options.seed));
  if (options.speed !== 1) words.push('--speed', String(options.speed));
  if (options.symbols.length > 0) words.push('--symbols', options.symbols.join(','));
  const child = spawn(process.execPath, [process.argv[1] ?? '', ...words], {
    detached: true,
    // Its first line names keys: that goes to a file only the owner can read, never to a log (invariant 31).
    stdio: ['ignore', 'ignore', log],
  });
  closeSync(log);
  child.unref();
  let exited: number | null = null;
  child.once('exit', (code) => {
    exited = code ?? -1;
  });
  const deadline = performance.now() + START_WITHIN_MS;
  while (performance.now() < deadline) {
    const address = readAddress(file);
    if (address !== null && address.rest !== known?.rest) return linkTo(address, true);
    if (address !== null && address.pid === child.pid) return linkTo(address, true);
    if (exited !== null) break;
    await pause(PROBE_MS);
  }
  const said = linesFrom(logPath, logStart);
  // The exchange explains its own refusals in three sentences; they are shown as they are.
  if (exited !== null && said.length >= 3)
    return err({ code: 'exchange.said', detail: said.slice(-3).join('\n') });
  const ending = exited === null ? 'it did not answer in time' : `it ended with status ${String(exited)}`;
  return err({ code: 'exchange.didNotStart', detail: ending });
}

function linesFrom(path: string, start: number): readonly string[] {
  const text = readFileSync(path).subarray(start).toString('utf8');
  return text.split('\n').filter((line) => line.trim() !== '');
}

function linkTo(address: ExchangeAddress, started: boolean): Result<ExchangeLink, LinkFailure> {
  const account = address.accounts.find((candidate) => candidate.keyType === 'HMAC') ?? address.accounts[0];
  if (account === undefined) return err({ code: 'exchange.noAccount', detail: address.rest });
  return ok({
    endpoints: { rest: address.rest, stream: address.stream, wsApi: address.wsApi },
    credentials: { apiKey: account.apiKey, secret: account.secret },
    address,
    started,
  });
}

function readAddress(file: string): ExchangeAddress | null {
  try {
    const value = JSON.parse(readFileSync(file, 'utf8')) as Partial<ExchangeAddress>;
    const usable =
      typeof value.rest === 'string' &&
      typeof value.stream === 'string' &&
      typeof value.wsApi === 'string' &&
      Array.isArray(value.accounts);
    return usable ? (value as ExchangeAddress) : null;
  } catch {
    return null;
  }
}

/** The pairs this exchange has, with their quote assets, in its order; empty when it does not say. */
export async function offeredSymbols(
  address: Pick<ExchangeAddress, 'rest'>,
): Promise<readonly { readonly symbol: string; readonly quoteAsset: string }[]> {
  try {
    const reply = await fetch(`${address.rest}/api/v3/exchangeInfo`, { signal: AbortSignal.timeout(5_000) });
    const info = (await reply.json()) as {
      readonly symbols?: readonly { readonly symbol: string; readonly quoteAsset: string }[];
    };
    return (info.symbols ?? []).map(({ symbol, quoteAsset }) => ({ symbol, quoteAsset }));
  } catch {
    return [];
  }
}

async function answers(address: ExchangeAddress): Promise<boolean> {
  try {
    const reply = await fetch(`${address.rest}/api/v3/ping`, { signal: AbortSignal.timeout(1_000) });
    return reply.ok;
  } catch {
    return false;
  }
}

/** Asks a built-in exchange that this data folder runs to end; its state is on disk. */
export function endExchange(address: ExchangeAddress): void {
  if (address.pid === undefined) return;
  try {
    process.kill(address.pid, 'SIGTERM');
  } catch {
    // already gone
  }
}
