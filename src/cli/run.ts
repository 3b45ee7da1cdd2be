/**
 * `genesis run`: the engine in the foreground. Prints one line when it is ready, and with --json every
 * event and a closing summary; ends cleanly on Ctrl-C, at once on the second.
 */
import { Command, InvalidArgumentError } from 'commander';
import { parseFixed, type Notional } from '../core/money.ts';
import {
  startEngineProcess,
  type EngineProcess,
  type EngineProcessOptions,
  type StartFailure,
} from '../wiring/engine-process.ts';
import { configProblemLines, startFailureWords } from './start-failure.ts';

type RunFlags = {
  readonly mode: string;
  readonly feed: string;
  readonly seed?: number;
  readonly speed: number;
  readonly symbols?: string;
  readonly balance: string;
  readonly for?: number;
  readonly exchangeFile?: string;
  readonly dataDir?: string;
  readonly port?: number;
  readonly config?: string;
  readonly json?: boolean;
};

const READY_WITHIN_MS = 60_000;

export function runCommand(): Command {
  return new Command('run')
    .description('Run the engine: market data, decisions, orders, store and internal API.')
    .option('--mode <mode>', 'paper (built-in exchange, no keys), testnet or live', 'paper')
    .option(
      '--feed <feed>',
      'what moves the paper market: synthetic, synthetic:REGIME (dead, volatile, panic, …), replay:PATH, or live prices',
      'synthetic',
    )
    .option('--seed <n>', 'seed of the synthetic market', wholeNumber)
    .option('--speed <x>', 'how many times faster than real time the paper market runs', positive, 1)
    .option('--symbols <list>', 'pairs to follow, such as BTCUSDT,ETHUSDT')
    .option('--balance <usdt>', 'paper money of a new account', amount, '500')
    .option('--for <time>', 'stop after this long, such as 30s or 5m', duration)
    .option('--exchange-file <file>', 'join an exchange that already runs: the JSON it printed')
    .option('--data-dir <dir>', 'folder for the store, keys and logs (default .genesis)')
    .option('--port <n>', 'port of the internal API on loopback (default: a free one)', wholeNumber)
    .option('--config <dir>', 'folder with tier-gates.yaml and trading-rules.yaml')
    .option('--json', 'print events as JSON lines and a closing summary')
    .addHelpText(
      'after',
      `
Examples:
  genesis run                                   a paper engine on the synthetic market
  genesis run --seed 7 --for 30s --json         half a minute, as JSON
  genesis run --feed replay:BTCUSDT-1m.csv.gz   paper trading on recorded history`,
    )
    .action(async (flags: RunFlags) => {
      process.exitCode = await run(flags);
    });
}

async function run(flags: RunFlags): Promise<number> {
  const startedAt = performance.now();
  if (flags.mode !== 'paper' && flags.mode !== 'testnet' && flags.mode !== 'live') {
    return complain([
      `There is no mode "${flags.mode}".`,
      'Nothing was started.',
      'Choose paper, testnet or live.',
    ]);
  }
  const options: EngineProcessOptions = {
    mode: flags.mode,
    dataDir: flags.dataDir ?? null,
    feed: flags.feed,
    seed: flags.seed ?? null,
    speed: flags.speed,
    symbols:
      flags.symbols === undefined
        ? []
        : flags.symbols
            .toUpperCase()
            .replaceAll('/', '')
            .split(',')
            .filter((word) => word !== ''),
    balance: flags.balance,
    exchangeFile: flags.exchangeFile ?? null,
    apiPort: flags.port ?? null,
    configDir: flags.config ?? null,
  };
  const started = await startEngineProcess(options);
  if (!started.ok) return complainAbout(started.error, flags.json ?? false);
  const running = started.value;
  const json = flags.json ?? false;
  if (json)
    running.engine.listen(
      (message) =>
        message.kind === 'event' &&
        print({ event: message.record.event, sequence: message.record.sequence, at: message.record.at }),
    );
  void announceReady(running, startedAt, json);
  const { reason, failed } = await untilEnd(running, flags.for ?? null);
  const { sequence, positions } = running.engine.dashboard();
  await running.stop(reason, failed);
  const summary = {
    stopped: reason,
    events: sequence,
    openPositions: positions.length,
    elapsedMs: Math.round(performance.now() - startedAt),
    peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
  };
  if (json) print({ summary });
  else process.stdout.write(`stopped: ${reason}; ${sequence} events kept\n`);
  return failed ? 1 : 0;
}

async function announceReady(running: EngineProcess, startedAt: number, json: boolean): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline) {
    const { tradingState, account, mode } = running.engine.dashboard();
    if (tradingState !== 'STARTING' && tradingState !== 'RECONCILING') {
      const elapsedMs = Math.round(performance.now() - startedAt);
      if (json)
        print({
          ready: { tradingState, mode, api: running.api.url, dataDir: running.dataDir.root, elapsedMs },
        });
      else
        process.stdout.write(
          `engine ready in ${elapsedMs} ms · ${mode} · ${tradingState} · equity ${account.equity} ${account.quoteAsset} · api ${running.api.url}\n`,
        );
      return;
    }
    await new Promise((settle) => setTimeout(settle, 10));
  }
}

async function untilEnd(
  running: EngineProcess,
  forMs: number | null,
): Promise<{ readonly reason: string; readonly failed: boolean }> {
  return new Promise((settle) => {
    let asked = 0;
    const onSignal = (signal: string): void => {
      asked += 1;
      // Asked twice: go now; the store is safe at every instant.
      if (asked > 1) process.exit(130);
      settle({ reason: signal === 'SIGINT' ? 'Ctrl-C' : signal, failed: false });
    };
    process.on('SIGINT', () => onSignal('SIGINT'));
    process.on('SIGTERM', () => onSignal('SIGTERM'));
    // A closed terminal or a reader that went away does not end an engine.
    process.on('SIGHUP', () => {});
    process.stdout.on('error', () => {});
    process.stderr.on('error', () => {});
    if (forMs !== null) setTimeout(() => settle({ reason: 'time is up', failed: false }), forMs);
    const onFault = (error: unknown): void => {
      process.stderr.write(
        `the engine stopped itself: ${describe(error)}\nStops stay at the exchange. Start it again: it reads the account before anything else.\n`,
      );
      settle({ reason: 'fault', failed: true });
    };
    void running.fatal.then(onFault);
    process.on('uncaughtException', onFault);
    process.on('unhandledRejection', onFault);
  });
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

function complainAbout(failure: StartFailure, json: boolean): number {
  if (json) print({ error: failure });
  return complain(
    failure.kind === 'config'
      ? configProblemLines(failure.problems)
      : startFailureWords(failure.code, failure.detail),
  );
}

function complain(lines: readonly string[]): number {
  process.stderr.write(`${lines.join('\n')}\n`);
  return 1;
}

function print(value: unknown): void {
  process.stdout.write(
    `${JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? item.toString() : item))}\n`,
  );
}

function wholeNumber(text: string): number {
  if (!/^\d{1,12}$/.test(text)) throw new InvalidArgumentError('A whole number is needed.');
  return Number(text);
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0 || value > 10_000)
    throw new InvalidArgumentError('A number above 0, at most 10000, is needed.');
  return value;
}

function amount(text: string): string {
  const parsed = parseFixed<Notional>(text);
  if (!parsed.ok || parsed.value <= 0n)
    throw new InvalidArgumentError('An amount above 0 is needed, such as 500.');
  return text;
}

function duration(text: string): number {
  const match = /^(\d{1,6})(ms|s|m|h)$/.exec(text);
  if (match === null) throw new InvalidArgumentError('A time such as 30s, 5m or 2h is needed.');
  const unit = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[match[2] as 'ms' | 's' | 'm' | 'h'];
  return Number(match[1]) * unit;
}
