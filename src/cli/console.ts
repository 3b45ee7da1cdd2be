/**
 * `genesis`: the console. Attaches to the engine of the data folder or starts a paper engine, and
 * keeps the history of lines there. The engine is looked for while the screen is still loading.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import { readApiFile } from '../api/api-file.ts';
import { createApiClient } from '../api/client.ts';
import type { TradedSymbol } from '../core/command-grammar-errors.ts';
import { err, ok } from '../core/result.ts';
import type { CommandReply, MarketDetail, Preview } from '../core/dashboard.ts';
import type { SeedEvent } from '../api/seed-schemas.ts';
import type {
  ConsoleEngine,
  EngineSession,
  HistoryStore,
  SessionHandlers,
  TourStore,
} from '../ui/console-engine.ts';
import { consoleSettings } from '../ui/console-settings.ts';
import type { Leaving } from '../ui/console-store.ts';
import { HISTORY_MAX } from '../ui/view-model/enter-key.ts';
import { createSystemTimers } from '../wiring/system-ports.ts';
import {
  dataDirOf,
  findEngine,
  noEngine,
  withEngineOptions,
  type EngineFlags,
  type EngineLink,
} from './engine-link.ts';
import { printLines, printProblem } from './output.ts';
import { spawnEngine } from './start-engine.ts';

export function consoleCommand(): Command {
  const command = new Command('console').description(
    'Open the console; starts a paper engine when none runs.',
  );
  command
    .option('--read-only', 'only watch: nothing can be sent from this console')
    .option('--plain', 'words and lines only, for screen readers and simple terminals');
  return withEngineOptions(
    command,
    '  genesis\n  genesis --data-dir ~/paper-two\n  genesis --read-only\n  GENESIS_API_URL=http://127.0.0.1:4100 GENESIS_READ_KEY=read_… genesis --read-only',
  ).action(async (flags: ConsoleFlags) => runConsole(flags));
}

type ConsoleFlags = EngineFlags & { readonly readOnly?: boolean; readonly plain?: boolean };

/** Shows the console until it is left. */
async function runConsole(flags: ConsoleFlags): Promise<void> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    return printProblem(
      {
        what: 'The console needs a terminal.',
        why: 'Nothing was started.',
        next: 'In scripts use genesis status --json, or genesis exec; genesis run starts an engine.',
      },
      flags.json ?? false,
    );
  }
  const dataDir = dataDirOf(flags);
  const readOnly = flags.readOnly ?? false;
  const engine = readOnly ? watchedEngine(dataDir) : consoleEngine(dataDir);
  const { traits, zone, problems } = consoleSettings(process.env);
  if (flags.plain === true || traits.plain) {
    const [{ createPlainConsole }, { showPlain }] = await Promise.all([
      import('../ui/plain-console.ts'),
      import('../ui/terminal/plain-session.ts'),
    ]);
    const width = process.stdout.columns > 0 ? process.stdout.columns : 80;
    const write = (text: string): void => void process.stdout.write(text);
    return afterwards(
      dataDir,
      await showPlain(createPlainConsole({ engine, zone, width, readOnly, write, problems })),
    );
  }
  const [{ createConsoleStore }, { showConsole }] = await Promise.all([
    import('../ui/console-store.ts'),
    import('../ui/terminal/terminal-session.ts'),
  ]);
  const store = createConsoleStore({
    engine,
    timers: createSystemTimers(),
    history: historyFile(join(dataDir, 'state', 'console-history')),
    tour: tourFile(join(dataDir, 'state', 'tour-taken')),
    unicode: traits.unicode,
    readOnly,
    size: { columns: process.stdout.columns, rows: process.stdout.rows },
    zone,
    problems,
  });
  return afterwards(dataDir, await showConsole(store, traits));
}

/** The last words, once the terminal is as it was. */
async function afterwards(dataDir: string, { engineStopped, problem }: Leaving): Promise<void> {
  if (problem !== null) printProblem(problem, false);
  else if (engineStopped) printLines(['The engine has stopped. Stops that rest at the exchange stay there.']);
  else if ((await findEngine(dataDir)) !== null)
    printLines([
      'The engine keeps running. genesis opens this console again; genesis status asks how it is.',
    ]);
  // Idle sockets of a keep-alive pool would hold the process for a moment.
  process.exit(process.exitCode ?? 0);
}

/** The port of the console over the internal API; the first look begins at once. */
function consoleEngine(dataDir: string): ConsoleEngine {
  let first: ReturnType<typeof findOrSpawn> | null = findOrSpawn(dataDir);
  return {
    async attach(): Promise<EngineSession | null> {
      if (first !== null) {
        // Left for start() to report when nothing could be started.
        const begun = await first;
        if (!begun.ok) return null;
        first = null;
        return sessionOf(begun.value, dataDir);
      }
      const link = await findEngine(dataDir, 1_000);
      return link === null ? null : sessionOf(link, dataDir);
    },
    async start() {
      const begun = await (first ?? findOrSpawn(dataDir));
      first = null;
      return begun.ok ? ok(sessionOf(begun.value, dataDir)) : begun;
    },
  };
}

/** An engine that is only looked at: never started, never told anything. */
function watchedEngine(dataDir: string): ConsoleEngine {
  const attach = async (): Promise<EngineSession | null> => {
    const link = readingLink() ?? (await findEngine(dataDir, 1_000));
    return link === null ? null : sessionOf(link, dataDir);
  };
  return {
    attach,
    async start() {
      const session = await attach();
      return session === null ? err(noEngine(dataDir)) : ok(session);
    },
  };
}

/** A link made of an address and a key that only reads, for who cannot read the engine's own file. */
function readingLink(): Pick<EngineLink, 'client' | 'file'> | null {
  const { GENESIS_API_URL: url = '', GENESIS_READ_KEY: read = '' } = process.env;
  if (url === '' || read === '') return null;
  const keys = { read, trade: '', secret: '' };
  const file = { url, pid: 0, version: '', startedAt: 0, keys: { console: keys, outside: keys } };
  return { file, client: createApiClient({ file, timeoutMs: 1_000 }) };
}

async function findOrSpawn(dataDir: string): ReturnType<typeof spawnEngine> {
  const link = await findEngine(dataDir, 1_000);
  return link === null ? spawnEngine(dataDir) : ok(link);
}

/** A position that was closed at a loss, told once to whoever counts from it. */
function noticeLoss({ event_type: kind, event_data: data }: SeedEvent, handlers: SessionHandlers): void {
  if (kind !== 'position.closed' || typeof data !== 'object' || data === null) return;
  const { symbol, realisedPnl } = data as { readonly symbol?: unknown; readonly realisedPnl?: unknown };
  const realizedPnl = Number(realisedPnl);
  if (typeof symbol === 'string' && realizedPnl < 0) handlers.loss({ symbol, realizedPnl });
}

const STOP_WITHIN_MS = 8_000;

function sessionOf({ client, file }: Pick<EngineLink, 'client' | 'file'>, dataDir: string): EngineSession {
  return {
    symbols: async () => client.get<readonly TradedSymbol[]>('/symbols'),
    market: async (symbol) => client.get<MarketDetail>(`/market/${symbol}`),
    async command(line, behaviour) {
      const reply = await client.post<CommandReply>('/commands', { line, behaviour });
      return reply.ok ? reply : err({ ...reply.error, fateUnknown: reply.error.kind === 'unreachable' });
    },
    preview: async (line) => client.post<Preview>('/preview', { line }),
    async action(report) {
      await client.post('/actions', report);
    },
    listen(handlers) {
      client.stream({
        opened: () => {},
        message: (message) => {
          if (message.kind === 'snapshot') handlers.snapshot(message.dashboard);
          else if (message.kind === 'notice') handlers.notice(message.notice);
          else noticeLoss(message.event, handlers);
        },
        closed: handlers.closed,
      });
    },
    async stopEngine() {
      try {
        process.kill(file.pid, 'SIGTERM');
      } catch {
        return ok(null);
      }
      const deadline = performance.now() + STOP_WITHIN_MS;
      while (performance.now() < deadline) {
        if (readApiFile(dataDir)?.pid !== file.pid && !isRunning(file.pid)) return ok(null);
        await pause(50);
      }
      return err({
        what: 'The engine is taking long to stop.',
        why: 'It finishes what it has begun; stops rest at the exchange in any case.',
        next: 'Ask genesis status in a moment.',
      });
    },
    close: () => client.close(),
  };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Lines typed before, one on a line, readable by their owner only. A folder that cannot be written forgets. */
function historyFile(path: string): HistoryStore {
  return {
    load(): readonly string[] {
      try {
        const lines = readFileSync(path, 'utf8')
          .split('\n')
          .filter((line) => line !== '');
        if (lines.length > HISTORY_MAX * 2)
          writeFileSync(path, `${lines.slice(-HISTORY_MAX).join('\n')}\n`, { mode: 0o600 });
        return lines.slice(-HISTORY_MAX);
      } catch {
        return [];
      }
    },
    append(line): void {
      try {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        appendFileSync(path, `${line}\n`, { mode: 0o600 });
      } catch {
        // Remembering a line is not worth a word to the trader.
      }
    },
  };
}

/** The tour was taken when this file is there. Where it cannot be written, the tour is offered again. */
function tourFile(path: string): TourStore {
  return {
    taken: () => existsSync(path),
    finish(): void {
      try {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        writeFileSync(path, '', { mode: 0o600 });
      } catch {
        // Being offered it once more does no harm.
      }
    },
  };
}
