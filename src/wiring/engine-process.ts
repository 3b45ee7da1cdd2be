/**
 * The engine as a process: settings, lock, key, store, exchange, gateway, engine, API; and the way
 * out. Live, paper and testnet come through here and differ in endpoints and keys alone.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ApiServer } from '../api/server.ts';
import type { ConfigProblem } from '../config/config-problem.ts';
import { readEnvironment, type Environment } from '../config/environment.ts';
import { loadRules } from '../config/load-config.ts';
import type { EventOf } from '../core/events.ts';
import { createIds } from '../core/ids.ts';
import { err, ok, type Result } from '../core/result.ts';
import { invariant } from '../core/invariant.ts';
import type { OrderRepository, PositionRepository, Repositories } from '../core/ports/repositories.ts';
import type { Mode } from '../core/vocabulary.ts';
import { acquireEngineLock, prepareDataDir, type DataDir, type EngineLock } from '../data/data-dir.ts';
import {
  beginAnew,
  forgetLostHistory,
  isLost,
  readLostHistory,
  type LostHistory,
} from '../data/lost-history.ts';
import { openSqliteEventLog, type SqliteEventLog } from '../data/event-log/sqlite-event-log.ts';
import { openSqliteRepositories } from '../data/repositories/sqlite/sqlite-repositories.ts';
import { allProjections } from '../data/repositories/projections/all-projections.ts';
import { createSqliteJournalStore, type SqliteJournalStore } from '../data/sqlite-journal-store.ts';
import { createLockLedger } from '../data/lock-ledger.ts';
import { resolveStoreKey } from '../data/store-key.ts';
import { forgetVerifiedBackup, readVerifiedBackup, type VerifiedBackup } from '../data/verified-backup.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import { foldLog } from '../engine/kernel.ts';
import { createToolbox, unlockTier } from '../engine/unlock.ts';
import { createFileBanStore } from '../exchange/file-ban-store.ts';
import { createGateway } from '../exchange/gateway.ts';
import { createWireClient } from '../exchange/http/wire-client.ts';
import { createWireConnector } from '../exchange/stream/wire-connector.ts';
import { codeHash, versionText } from './code-hash.ts';
import {
  endExchange,
  offeredSymbols,
  joinExchange,
  openExchange,
  publicEndpoints,
  type ExchangeLink,
  type ExchangeOptions,
} from './exchange-link.ts';
import { proveHistory } from './history-proof.ts';
import { forgetRequestedHalt, noteLastRun, readRequestedHalt } from './last-run.ts';
import { watchConfig } from './config-watch.ts';
import { packageRoot } from './package-root.ts';
import { stateFolder } from './state-folder.ts';
import { createSystemRandom, createSystemTimers, REAL_PACE, sha256Hex } from './system-ports.ts';
import { loadStrategies } from './strategies.ts';

export type EngineProcessOptions = {
  readonly mode: Extract<Mode, 'paper' | 'testnet' | 'live'>;
  readonly dataDir: string | null;
  readonly feed: string;
  readonly seed: number | null;
  readonly speed: number;
  readonly symbols: readonly string[];
  readonly balance: string;
  readonly exchangeFile: string | null;
  readonly apiPort: number | null;
  readonly configDir: string | null;
};

export type StartFailure =
  | { readonly kind: 'config'; readonly problems: readonly ConfigProblem[] }
  | { readonly kind: 'other'; readonly code: string; readonly detail: string };

export type EngineProcess = {
  readonly engine: Engine;
  readonly api: ApiServer;
  readonly dataDir: DataDir;
  readonly startedAt: number;
  readonly exchange: ExchangeLink | null;
  /** Ends once; the exchange of a paper engine ends with it unless told otherwise. */
  stop(reason: string, keepExchange: boolean): Promise<void>;
  /** Resolves when the engine has met a bug or a broken store. */
  readonly fatal: Promise<unknown>;
};

const DEFAULT_SYMBOLS: readonly string[] = ['BTCUSDT', 'ETHUSDT'];
const QUOTE_ASSET = 'USDT';
/** More pairs than this on one screen help nobody; name them with --symbols instead. */
const FOLLOWED_MAX = 8;

/** Brings the engine up, or says everything that stands in the way; nothing is left half open. */
export async function startEngineProcess(
  options: EngineProcessOptions,
): Promise<Result<EngineProcess, StartFailure>> {
  const environment = readEnvironment(process.env, options.mode);
  const rules = loadRules(options.configDir ?? join(packageRoot(), 'config'));
  if (!environment.ok || !rules.ok) {
    return err({
      kind: 'config',
      problems: [...(environment.ok ? [] : environment.error), ...(rules.ok ? [] : rules.error)],
    });
  }
  const dir = prepareDataDir(resolve(options.dataDir ?? environment.value.dataDir ?? '.genesis'));
  if (!dir.ok) return refuse(dir.error.code, dir.error.detail);
  const lock = acquireEngineLock(dir.value, { pid: process.pid, startedAt: Date.now() });
  if (!lock.ok)
    return refuse(
      lock.error.code,
      lock.error.code === 'lock.held' ? JSON.stringify(lock.error.holder) : lock.error.detail,
    );

  // The exchange boots while the store opens.
  const linking = linkExchange(options, environment.value, dir.value, rules.value.trading.market.watch);
  const store = openStore(dir.value, environment.value);
  const link = await linking;
  if (!store.ok || !link.ok) {
    if (store.ok) store.value.log.close();
    if (link.ok && link.value.started) endExchange(link.value.address);
    lock.value.release();
    return store.ok
      ? refuse(link.ok ? 'unknown' : link.error.code, link.ok ? '' : link.error.detail)
      : refuse(store.error.code, store.error.detail);
  }
  return assemble(options, environment.value, rules.value, dir.value, lock.value, store.value, link.value);
}

type Loaded = Extract<ReturnType<typeof loadRules>, { readonly ok: true }>['value'];

async function assemble(
  options: EngineProcessOptions,
  environment: Environment,
  rules: Loaded,
  dataDir: DataDir,
  lock: EngineLock,
  { log, positions, journals, lost, verified }: Store,
  link: ExchangeLink,
): Promise<Result<EngineProcess, StartFailure>> {
  const folded = foldLog(log);
  if (folded.account !== null && folded.account.mode !== options.mode) {
    log.close();
    lock.release();
    if (link.started) endExchange(link.address);
    return refuse('dataDir.otherMode', `${dataDir.root} belongs to ${folded.account.mode} trading`);
  }
  // A history that has just begun has nothing to prove.
  const main = process.argv[1];
  const proof = folded.sequence === 0 || main === undefined ? null : proveHistory(main, dataDir.root);
  const followed = await chooseSymbols(options, link);
  const timers = createSystemTimers(link.address.clock ?? REAL_PACE);
  const random = createSystemRandom();
  let reportFatal: (error: unknown) => void = () => {};
  const fatal = new Promise<unknown>((settle) => {
    reportFatal = settle;
  });
  const http = createWireClient();
  const engine = createEngine({
    log,
    timers,
    ids: createIds(() => timers.now(), random),
    hash: sha256Hex,
    gateway: (listener) =>
      createGateway({
        http,
        streams: createWireConnector({ connectTimeoutMs: 5_000 }),
        timers,
        random,
        endpoints: link.endpoints,
        credentials: link.credentials,
        settings: { recvWindowMs: rules.trading.execution.recvWindowMs },
        listener,
        banStore: createFileBanStore(join(dataDir.state, 'ban')),
      }),
    rules,
    mode: options.mode,
    quoteAsset: followed.quoteAsset,
    symbols: followed.symbols,
    watched: rules.trading.market.watch,
    tools: createToolbox(await unlockTier(folded.tier.tier), unlockTier, (error) => reportFatal(error)),
    strategies: await loadStrategies(folded.tier.tier),
    version: versionText(),
    codeHash: codeHash(),
    provesHistory: proof !== null,
    lostHistory: lost,
    requestedHalt: readRequestedHalt(dataDir),
    verifiedBackup: verified === null ? null : backupEvent(verified),
    onFatal: (error) => reportFatal(error),
    journals,
    locks: createLockLedger({
      folder: join(stateFolder(environment.stateDir), 'locks'),
      mode: options.mode,
      account: link.credentials.apiKey,
      // A faster clock than the machine's says nothing to engines that run at another pace.
      realNow: (link.address.clock?.speed ?? 1) === 1 ? null : () => Date.now(),
    }),
  });
  void proof?.fault.then((fault) => engine.historyProved(fault));
  const { startApi } = await import('../api/server.ts');
  const started = await startApi({
    control: engine,
    // Real time, also when the engine's own runs faster: requests are signed by the machine's clock.
    timers: createSystemTimers(),
    random,
    dataDir: dataDir.root,
    port: options.apiPort ?? environment.apiPort ?? 0,
    version: versionText(),
    positions,
  });
  if (!started.ok) {
    log.close();
    lock.release();
    return refuse(started.error.code, started.error.detail);
  }
  engine.start();
  const stopWatching = watchConfig(options.configDir ?? join(packageRoot(), 'config'), (read) =>
    engine.reconfigure(read),
  );
  // Both are in the log now.
  if (lost !== null) forgetLostHistory(dataDir);
  forgetRequestedHalt(dataDir);
  if (verified !== null) forgetVerifiedBackup(dataDir);
  noteLastRun(dataDir, {
    mode: options.mode,
    symbols: options.symbols,
    exchangeFile: options.exchangeFile,
    config: options.configDir,
  });
  let stopped = false;
  return ok({
    engine,
    api: started.value,
    dataDir,
    startedAt: Date.now(),
    exchange: options.mode === 'paper' ? link : null,
    fatal,
    async stop(reason, keepExchange): Promise<void> {
      if (stopped) return;
      stopped = true;
      proof?.cancel();
      stopWatching();
      engine.stop(reason);
      await started.value.close();
      await positions.close();
      journals.close();
      http.close();
      log.checkpoint();
      log.close();
      lock.release();
      if (options.mode === 'paper' && !keepExchange && options.exchangeFile === null)
        endExchange(link.address);
    },
  });
}

/** What was asked for; else, on paper, what the built-in exchange offers in one quote asset, a few of them. */
async function chooseSymbols(
  options: EngineProcessOptions,
  link: ExchangeLink,
): Promise<{ readonly symbols: readonly string[]; readonly quoteAsset: string }> {
  if (options.symbols.length > 0 || options.mode !== 'paper') {
    return {
      symbols: options.symbols.length > 0 ? options.symbols : DEFAULT_SYMBOLS,
      quoteAsset: QUOTE_ASSET,
    };
  }
  const offered = await offeredSymbols(link.address);
  const quoteAsset = offered.some((pair) => pair.quoteAsset === QUOTE_ASSET)
    ? QUOTE_ASSET
    : (offered[0]?.quoteAsset ?? QUOTE_ASSET);
  const symbols = offered.filter((pair) => pair.quoteAsset === quoteAsset).map((pair) => pair.symbol);
  return { symbols: symbols.length === 0 ? DEFAULT_SYMBOLS : symbols.slice(0, FOLLOWED_MAX), quoteAsset };
}

type Store = {
  readonly log: SqliteEventLog;
  readonly positions: PastPositions;
  readonly lost: LostHistory | null;
  readonly verified: VerifiedBackup | null;
  readonly journals: SqliteJournalStore;
};
type PastPositions = Pick<PositionRepository, 'closed'> & {
  readonly recentOrders: OrderRepository['recent'];
  readonly close: () => Promise<void>;
};

/** Reads over a connection of its own, opened when somebody first asks. */
function pastPositions(path: string, key: string, log: SqliteEventLog): PastPositions {
  let opened: Repositories | null = null;
  const repositories = (): Repositories => {
    if (opened !== null) return opened;
    const fresh = openSqliteRepositories({ path, key, settle: () => log.settle() });
    invariant(fresh.ok, 'a store that is in use can be read');
    opened = fresh.value;
    return opened;
  };
  return {
    closed: async (period) => repositories().positions.closed(period),
    recentOrders: async (limit) => repositories().orders.recent(limit),
    close: async () => opened?.close(),
  };
}

function backupEvent({ backupId, events, way }: VerifiedBackup): Omit<EventOf<'backup.verified'>, 'kind'> {
  return { backupId, figures: { events, way } };
}

function openStore(
  dir: DataDir,
  environment: Environment,
): Result<Store, { readonly code: string; readonly detail: string }> {
  const key = resolveStoreKey({
    given: environment.databaseKey?.reveal() ?? null,
    keyPath: dir.keyFile,
    saltPath: dir.saltFile,
    databaseExists: existsSync(dir.database),
  });
  if (!key.ok) return key;
  const open = (): ReturnType<typeof openSqliteEventLog> =>
    openSqliteEventLog({
      path: dir.database,
      key: key.value.hex,
      anchorPath: dir.anchor,
      projections: allProjections,
      now: () => Date.now(),
      // The proof beside the engine says what was edited, and closes entries.
      goOnAfterEdit: true,
    });
  let log = open();
  if (!log.ok && isLost(log.error.code)) {
    try {
      beginAnew(dir, key.value.hex, log.error.detail, Date.now());
    } catch (thrown) {
      return err({
        code: 'store.cannotOpen',
        detail: thrown instanceof Error ? thrown.message : String(thrown),
      });
    }
    log = open();
  }
  if (!log.ok) return log;
  return ok({
    log: log.value,
    positions: pastPositions(dir.database, key.value.hex, log.value),
    journals: createSqliteJournalStore({ path: dir.database, key: key.value.hex }),
    lost: readLostHistory(dir),
    verified: readVerifiedBackup(dir, key.value.hex),
  });
}

export async function linkExchange(
  options: Pick<
    EngineProcessOptions,
    'exchangeFile' | 'mode' | 'feed' | 'seed' | 'speed' | 'symbols' | 'balance'
  >,
  environment: Environment,
  dir: DataDir,
  watch: readonly string[],
): Promise<Result<ExchangeLink, { readonly code: string; readonly detail: string }>> {
  if (options.exchangeFile !== null) return joinExchange(resolve(options.exchangeFile));
  if (options.mode === 'paper') {
    const exchange: ExchangeOptions = {
      dataDir: dir.root,
      feed: options.feed,
      seed: options.seed,
      speed: options.speed,
      // The built-in exchange lists what is looked at, too.
      symbols: options.symbols.length === 0 ? [] : [...new Set([...options.symbols, ...watch])],
      balance: options.balance,
    };
    return openExchange(exchange);
  }
  const keys = environment.exchangeKeys;
  if (keys === null) return err({ code: 'keys.missing', detail: options.mode });
  const endpoints = publicEndpoints[options.mode];
  const address = { ...endpoints, accounts: [] };
  return ok({
    endpoints,
    credentials: { apiKey: keys.apiKey.reveal(), secret: keys.secret.reveal() },
    address,
    started: false,
  });
}

function refuse(code: string, detail: string): Result<never, StartFailure> {
  return err({ kind: 'other', code, detail });
}
