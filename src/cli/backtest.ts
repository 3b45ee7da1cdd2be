/**
 * `genesis backtest`: a strategy through the live engine on recorded candles. Progress of long runs on
 * standard error; Ctrl-C ends it cleanly with what there is so far.
 */
import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Command } from 'commander';
import { htmlReport } from '../analytics/html-report.ts';
import { parseFixed, type Notional } from '../core/money.ts';
import { minuteName } from '../core/time.ts';
import {
  openBacktest,
  type Backtest,
  type BacktestRequest,
  type BacktestResult,
} from '../wiring/backtest.ts';
import { assumptions, failureWords, NOTHING_RAN, period, summary, type Problem } from './backtest-words.ts';
import { printJson, printLines, printProblem } from './output.ts';

type BacktestFlags = {
  readonly strategy: string;
  readonly data: readonly string[];
  readonly symbol?: string;
  readonly from?: string;
  readonly to?: string;
  readonly balance: string;
  readonly config?: string;
  readonly latency: string;
  readonly spread: string;
  readonly fee?: string;
  readonly html?: string;
  readonly orders?: boolean;
  readonly json?: boolean;
};

const SLICE_CANDLES = 500;
const PROGRESS_AFTER_MS = 2_000;
const PROGRESS_EVERY_MS = 2_000;

export function backtestCommand(): Command {
  return new Command('backtest')
    .description('Run a strategy through the engine on recorded one-minute candles.')
    .requiredOption('--strategy <name>', 'such as sma_cross')
    .requiredOption('--data <paths...>', 'kline files or folders: CSV, six or twelve columns, plain or gzip')
    .option('--symbol <pair>', 'when the data holds several, such as BTCUSDT')
    .option('--from <time>', 'first minute, UTC: 2022-01-01 or 2022-01-01T06:30')
    .option('--to <time>', 'end, not included')
    .option('--balance <usdt>', 'money at the start', '500')
    .option('--fee <bps>', 'fee per trade in basis points (default: that of the rules)')
    .option('--spread <bps>', 'assumed distance from bid to ask in basis points', '2')
    .option('--latency <ms>', 'assumed time to the exchange, one way', '50')
    .option('--html <file>', 'write a report to this file')
    .option('--config <dir>', 'folder with tier-gates.yaml and trading-rules.yaml')
    .option('--orders', 'with --json: list every order')
    .option('--json', 'print JSON for scripts')
    .addHelpText(
      'after',
      `
Examples:
  genesis backtest --strategy sma_cross --data BTCUSDT-1m-2022-01.csv.gz
  genesis backtest --strategy sma_cross --data klines/ --symbol BTCUSDT --from 2022-01-01 --to 2022-02-01 --html report.html

How candles are walked and what is assumed about fills: docs/backtest.md`,
    )
    .action(async (flags: BacktestFlags) => {
      process.exitCode = await backtest(flags);
    });
}

async function backtest(flags: BacktestFlags): Promise<number> {
  const startedAt = performance.now();
  const json = flags.json ?? false;
  const request = requestOf(flags);
  if ('what' in request) return refuse(request, json);
  const opened = await openBacktest(request);
  if (!opened.ok) return refuse(failureWords(opened.error, flags.strategy), json);
  const stoppedEarly = await play(opened.value, startedAt);
  const result = opened.value.finish();
  const elapsedMs = Math.round(performance.now() - startedAt);
  const peakRssMb = Math.round(process.resourceUsage().maxRSS / 1024);
  if (flags.html !== undefined) {
    const failed = writeReport(flags.html, result, request);
    if (failed !== null) return refuse(failed, json);
  }
  if (json) {
    const { metrics, trades: _rows, curve: _curve, orders, files, ...rest } = result;
    printJson({
      ...rest,
      files: files.map((file) => basename(file)),
      trades: metrics.trades,
      stoppedEarly,
      elapsedMs,
      peakRssMb,
      metrics,
      ...(flags.orders === true ? { orders } : {}),
    });
  } else {
    printLines(summary(result, request, elapsedMs, stoppedEarly, flags.html ?? null));
  }
  return stoppedEarly ? 130 : 0;
}

/** Plays to the end or to the first Ctrl-C; tells whether it was stopped. */
async function play(run: Backtest, startedAt: number): Promise<boolean> {
  const signals = { asked: 0 };
  const onSignal = (): void => {
    signals.asked += 1;
    // Asked twice: go now; nothing is kept anyway.
    if (signals.asked > 1) process.exit(130);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  let nextProgress = startedAt + PROGRESS_AFTER_MS;
  try {
    while (run.advance(SLICE_CANDLES)) {
      // Lets a signal through.
      await new Promise((settle) => setImmediate(settle));
      if (signals.asked > 0) return true;
      const now = performance.now();
      if (now < nextProgress) continue;
      nextProgress = now + PROGRESS_EVERY_MS;
      const { candles, to } = run.progress();
      const rate = Math.round(candles / ((now - startedAt) / 1_000));
      process.stderr.write(
        `${candles} candles, up to ${to === null ? '' : minuteName(to)} UTC, ${rate} a second\n`,
      );
    }
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
  return false;
}

function requestOf(flags: BacktestFlags): BacktestRequest | Problem {
  const balance = parseFixed<Notional>(flags.balance);
  if (!balance.ok || balance.value <= 0n)
    return badOption('--balance', flags.balance, 'an amount above zero, such as 500');
  const from = flags.from === undefined ? null : instant(flags.from);
  const to = flags.to === undefined ? null : instant(flags.to);
  if (Number.isNaN(from))
    return badOption('--from', flags.from ?? '', 'a time such as 2022-01-01 or 2022-01-01T06:30');
  if (Number.isNaN(to))
    return badOption('--to', flags.to ?? '', 'a time such as 2022-02-01 or 2022-02-01T06:30');
  if (from !== null && to !== null && to <= from)
    return badOption('--to', flags.to ?? '', 'a time after --from');
  const latencyMs = numberIn(flags.latency, 0, 60_000);
  if (latencyMs === null) return badOption('--latency', flags.latency, 'milliseconds from 0 to 60000');
  const spreadBps = numberIn(flags.spread, 0, 1_000);
  if (spreadBps === null || !Number.isInteger(spreadBps))
    return badOption('--spread', flags.spread, 'whole basis points from 0 to 1000');
  const feeBps = flags.fee === undefined ? null : numberIn(flags.fee, 0, 1_000);
  if (flags.fee !== undefined && feeBps === null)
    return badOption('--fee', flags.fee, 'basis points from 0 to 1000');
  return {
    strategy: flags.strategy,
    data: flags.data,
    symbol: flags.symbol === undefined ? null : flags.symbol.toUpperCase().replaceAll('/', ''),
    from,
    to,
    balance: balance.value,
    configDir: flags.config ?? null,
    latencyMs,
    spreadBps,
    feeBps,
    keepOrders: flags.orders ?? false,
  };
}

/** Milliseconds of a UTC day or minute; NaN for anything else. */
function instant(text: string): number {
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?Z?)?$/.test(text)) return Number.NaN;
  return Date.parse(text.includes('T') ? `${text.replace('Z', '')}Z` : `${text}T00:00:00Z`);
}

function numberIn(text: string, min: number, max: number): number | null {
  if (!/^\d{1,6}(\.\d{1,4})?$/.test(text)) return null;
  const value = Number(text);
  return value >= min && value <= max ? value : null;
}

function badOption(option: string, given: string, allowed: string): Problem {
  return {
    code: 'option',
    what: `${option} does not take "${given.slice(0, 60)}".`,
    why: NOTHING_RAN,
    next: `Give ${allowed}.`,
  };
}

function refuse(problem: Problem, json: boolean): number {
  printProblem(problem, json);
  return 1;
}

function writeReport(path: string, result: BacktestResult, request: BacktestRequest): Problem | null {
  const about = [
    period(result),
    ...assumptions(request, result),
    `${result.candles} candles from ${result.files.map((file) => basename(file)).join(', ')}`,
  ];
  const report = htmlReport({
    title: `${result.strategy} on ${result.symbol}`,
    about,
    metrics: result.metrics,
    curve: result.curve,
    trades: result.trades,
    tradesLeftOut: result.metrics.trades - result.trades.length,
  });
  try {
    writeFileSync(path, report);
    return null;
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return {
      code: 'html',
      what: `The report could not be written: ${detail}`,
      why: 'The backtest itself ran to its end.',
      next: 'Choose another file with --html.',
    };
  }
}
