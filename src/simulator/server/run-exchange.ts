/**
 * An exchange as a process has it: its folder locked, its state back, its market moving, its ports
 * open, its address told. Everything of the machine comes in (clock, randomness, market), so that
 * only the command line decides which.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import type { AssetAmount } from '../../core/money.ts';
import type { Random } from '../../core/ports/random.ts';
import type { Timers } from '../../core/ports/timers.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { createVenue } from '../matching/venue.ts';
import { serveAdmin } from './admin.ts';
import type { KeyType } from './api-keys.ts';
import { tlsIdentity } from './certificates.ts';
import { type AccountLine, servedAccounts } from './exchange-accounts.ts';
import { createExchange, type Exchange } from './exchange.ts';
import { type ExchangeStore, openExchangeStore, type SavedState, type StoreLabel } from './exchange-store.ts';
import type { FaultPlan } from './faults.ts';
import { replaceFile } from './files.ts';
import { lockFolder } from './folder-lock.ts';
import type { MarketDriver } from './market-driver.ts';
import { isSameMarket, recover } from './recover.ts';
import { type Served, serve } from './serve.ts';

export type Clock = { readonly speed: number; readonly originMs: number };

export type RunOptions = {
  /** The exchange's own folder. */
  readonly folder: string;
  /** 0 takes the port of last time when it is free, else any. */
  readonly port: number;
  readonly adminPort: number | null;
  /** Which market: the same one goes on where it was; no seed means whichever there is. */
  readonly market: StoreLabel;
  /** Opens the market of this run, or that of an earlier one by its label. */
  readonly openMarket: (label: StoreLabel) => Promise<MarketDriver>;
  readonly balance: AssetAmount;
  readonly keyTypes: readonly KeyType[];
  readonly faults: FaultPlan | null;
  readonly random: Random;
  readonly speed: number;
  readonly wallNow: () => number;
  readonly timers: (clock: Clock) => Timers;
  readonly compactEveryMs?: number;
};

/** The first line of standard output, and `exchange.json`. */
export type ExchangeAddress = {
  readonly rest: string;
  readonly stream: string;
  readonly wsApi: string;
  readonly tls: {
    readonly rest: string;
    readonly stream: string;
    readonly wsApi: string;
    readonly caCert: string;
  };
  readonly accounts: readonly AccountLine[];
  readonly pid: number;
  readonly clock: Clock;
  readonly adminPort?: number;
};

export interface RunningExchange {
  readonly address: ExchangeAddress;
  readonly exchange: Exchange;
  idleMs(): number;
  /** Tells clients, saves, lets the folder go. */
  close(): Promise<void>;
}

export type RunFailure =
  | { readonly code: 'exchange.running'; readonly folder: string }
  | { readonly code: 'exchange.portInUse'; readonly port: number }
  | { readonly code: 'exchange.clockAhead'; readonly aheadMs: number }
  | { readonly code: 'exchange.stateUnreadable'; readonly folder: string; readonly detail: string }
  | { readonly code: 'exchange.marketGone'; readonly feed: string; readonly detail: string };

const COMPACT_EVERY_MS = 60_000;
/** Saving takes at most one part in so many of the time. */
const SAVING_SHARE = 300;
/** A step of the machine's clock this small is waited out. */
const CLOCK_SLACK_MS = 5_000;

export async function runExchange(options: RunOptions): Promise<Result<RunningExchange, RunFailure>> {
  const { folder } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = await lockFolder(folder);
  if (lock === null) return err({ code: 'exchange.running', folder });
  const started = await start(options).catch((error: unknown) => {
    lock.release();
    throw error;
  });
  if (!started.ok) {
    lock.release();
    return started;
  }
  const running = started.value;
  return ok({
    ...running,
    async close() {
      await running.close();
      lock.release();
    },
  });
}

async function start(options: RunOptions): Promise<Result<RunningExchange, RunFailure>> {
  const { folder } = options;
  const marketOpening = options.openMarket(options.market);
  const store = openExchangeStore(folder);
  const clock = clockOf(options, join(folder, 'clock.json'));
  const timers = options.timers(clock);
  const loaded = await load(store, options, timers);
  const market = await marketOpening;
  if (!loaded.ok) return loaded;
  const past = loaded.value;
  const served = servedAccounts(folder, options.keyTypes, options.balance, options.random);
  const tls = tlsIdentity(folder, options.wallNow(), (length) => options.random.bytes(length));
  let saving = false;
  const exchange = createExchange({
    venue: createVenue(),
    market,
    timers,
    random: options.random,
    accounts: served.accounts,
    keys: served.keys,
    ...(options.faults === null ? {} : { faults: options.faults }),
    journal(entry) {
      // The first input of this life is preceded by the state it meets, the start itself is not slowed.
      if (!saving) compact();
      store.append(entry);
    },
  });
  const same = past !== null && isSameMarket(past.label, options.market);
  if (same) exchange.state().restore(past.state);
  else if (past !== null) exchange.state().restoreVenue(past.state);
  const label = same ? past.label : options.market;
  exchange.start();
  function compact(): void {
    saving = true;
    store.compact(label, timers.now(), exchange.state().snapshot());
  }

  const listening = await listen(exchange, options, tls, lastPort(folder));
  if (!listening.ok) {
    exchange.stop();
    store.close();
    return listening;
  }
  const admin =
    options.adminPort === null ? null : await serveAdmin(exchange, () => timers.now(), options.adminPort);
  const address = addressOf(listening.value, tls.authorityFile, served.lines, clock, admin?.port ?? null);
  replaceFile(join(folder, 'exchange.json'), `${JSON.stringify(address)}\n`, 0o600);
  const stopCompacting = keepCompacting(store, compact, options.compactEveryMs ?? COMPACT_EVERY_MS);
  return ok({
    address,
    exchange,
    idleMs: () => listening.value.idleMs(),
    async close() {
      stopCompacting();
      exchange.stop();
      compact();
      store.close();
      rmSync(join(folder, 'exchange.json'), { force: true });
      admin?.close();
      await listening.value.close();
    },
  });
}

type Past = { readonly label: StoreLabel; readonly state: unknown };

/** What this folder's exchange was when it last was, every input included; null for a new folder. */
async function load(
  store: ExchangeStore,
  options: RunOptions,
  timers: Timers,
): Promise<Result<Past | null, RunFailure>> {
  let saved: SavedState | null;
  try {
    saved = store.load();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return err({ code: 'exchange.stateUnreadable', folder: options.folder, detail });
  }
  if (saved === null) return ok(null);
  const aheadMs = saved.at - timers.now();
  if (aheadMs > CLOCK_SLACK_MS) return err({ code: 'exchange.clockAhead', aheadMs });
  const state = await recover(saved, { openMarket: options.openMarket, timers, random: options.random });
  return state.ok
    ? ok({ label: saved.label, state: state.value })
    : err({ code: 'exchange.marketGone', feed: saved.label.feed, detail: state.error });
}

async function listen(
  exchange: Exchange,
  options: RunOptions,
  tls: { readonly certificate: string; readonly key: string },
  last: { readonly port: number; readonly tlsPort: number } | null,
): Promise<Result<Served, RunFailure>> {
  const wanted = options.port === 0 && last !== null ? last : { port: options.port, tlsPort: 0 };
  try {
    return ok(await serve(exchange, { ...wanted, tls }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    if (options.port !== 0) return err({ code: 'exchange.portInUse', port: options.port });
    return ok(await serve(exchange, { port: 0, tls }));
  }
}

/** A killed exchange that comes back is found where it was. */
function lastPort(folder: string): { readonly port: number; readonly tlsPort: number } | null {
  try {
    const address = JSON.parse(readFileSync(join(folder, 'exchange.json'), 'utf8')) as ExchangeAddress;
    return { port: Number(new URL(address.rest).port), tlsPort: Number(new URL(address.tls.rest).port) };
  } catch {
    return null;
  }
}

/** Fast time keeps its origin over restarts, so that it never steps back. */
function clockOf(options: RunOptions, file: string): Clock {
  if (options.speed === 1) return { speed: 1, originMs: 0 };
  if (existsSync(file)) {
    const known = JSON.parse(readFileSync(file, 'utf8')) as Clock;
    if (known.speed === options.speed) return known;
  }
  const clock = { speed: options.speed, originMs: options.wallNow() };
  replaceFile(file, `${JSON.stringify(clock)}\n`, 0o600);
  return clock;
}

function addressOf(
  served: Served,
  caCert: string,
  accounts: readonly AccountLine[],
  clock: Clock,
  adminPort: number | null,
): ExchangeAddress {
  const plain = `127.0.0.1:${served.port}`;
  const secure = `localhost:${served.tlsPort ?? 0}`;
  return {
    rest: `http://${plain}`,
    stream: `ws://${plain}`,
    wsApi: `ws://${plain}/ws-api/v3`,
    tls: { rest: `https://${secure}`, stream: `wss://${secure}`, wsApi: `wss://${secure}/ws-api/v3`, caCert },
    accounts,
    pid: process.pid,
    clock,
    ...(adminPort === null ? {} : { adminPort }),
  };
}

/** A long history takes longer to save: the time between grows with it, so that saving never costs much. */
function keepCompacting(store: ExchangeStore, compact: () => void, everyMs: number): () => void {
  let timer: NodeJS.Timeout;
  const wait = (ms: number): void => {
    timer = setTimeout(save, ms);
    timer.unref();
  };
  function save(): void {
    const startedAt = performance.now();
    if (store.journalBytes > 0) compact();
    wait(Math.max(everyMs, (performance.now() - startedAt) * SAVING_SHARE));
  }
  wait(everyMs);
  return () => clearTimeout(timer);
}
