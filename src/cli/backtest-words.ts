/**
 * What `genesis backtest` says: the summary for a person with the assumptions it rests on, and the
 * three calm sentences of each way it can fail to start.
 */
import type { Metrics } from '../analytics/metrics.ts';
import { minuteName } from '../core/time.ts';
import type { BacktestFailure, BacktestRequest, BacktestResult } from '../wiring/backtest.ts';
import { configProblemLines } from './start-failure.ts';

export type Problem = {
  readonly what: string;
  readonly why: string;
  readonly next: string;
  readonly code: string;
};

export const NOTHING_RAN = 'Nothing was run and nothing was changed.';

/** Why a backtest did not start. */
export function failureWords(failure: BacktestFailure, strategy: string): Problem {
  const { code } = failure;
  switch (failure.code) {
    case 'config': {
      const [what = '', , ...rest] = configProblemLines(failure.problems);
      return {
        code,
        what: what.replace('The engine did not start', 'The backtest did not start'),
        why: NOTHING_RAN,
        next: rest.join('\n'),
      };
    }
    case 'strategy.unknown':
      return {
        code,
        what: `There is no strategy "${strategy}".`,
        why: NOTHING_RAN,
        next: `Choose one of: ${failure.detail}.`,
      };
    case 'engine.refused':
      return {
        code,
        what: `The engine would not run the strategy: ${failure.detail}`,
        why: NOTHING_RAN,
        next: 'Change the rules or the data it objects to.',
      };
    case 'data.notReadable':
      return {
        code,
        what: `The data could not be read: ${failure.detail}.`,
        why: NOTHING_RAN,
        next: 'Check the path given with --data.',
      };
    case 'data.noCandles':
      return {
        code,
        what: `There are no candles to play${failure.detail === '' ? '' : ` (found: ${failure.detail})`}.`,
        why: NOTHING_RAN,
        next: 'A file is named after its pair, such as BTCUSDT-1m.csv, with rows open_time,open,high,low,close,volume; check --symbol, --from and --to too.',
      };
    case 'data.manySymbols':
      return {
        code,
        what: `The data holds several pairs: ${failure.detail}.`,
        why: NOTHING_RAN,
        next: 'Name one with --symbol.',
      };
    case 'data.notMinutes':
      return {
        code,
        what: `These candles are ${failure.detail} apart.`,
        why: NOTHING_RAN,
        next: 'Strategies decide on one-minute candles; give those.',
      };
  }
}

/** The result for a person. */
export function summary(
  result: BacktestResult,
  request: BacktestRequest,
  elapsedMs: number,
  stoppedEarly: boolean,
  html: string | null,
): readonly string[] {
  const { metrics } = result;
  const lines = [
    `${result.strategy} on ${result.symbol}, ${period(result)}: ${result.candles} candles in ${(elapsedMs / 1_000).toFixed(1)} s`,
    ...assumptions(request, result),
    '',
    ...figureRows(metrics).map(([name, value]) => `${name.padEnd(NAME_WIDTH)}${value}`),
  ];
  if (result.openPositions > 0)
    lines.push('', 'A position was still open at the end; it is counted at the last price.');
  if (stoppedEarly) lines.push('', 'Stopped before the end: these are the figures so far.');
  if (html !== null) lines.push('', `Report: ${html}`);
  return lines;
}

/** First and last minute. */
export function period({ from, to }: BacktestResult): string {
  return from === null || to === null ? 'no time' : `${minuteName(from)} to ${minuteName(to)} UTC`;
}

/** What the figures rest on, and the state of the data. */
export function assumptions(request: BacktestRequest, result: BacktestResult): readonly string[] {
  const fee = request.feeBps === null ? 'fee of the rules' : `fee ${request.feeBps} bps`;
  const lines = [
    `assumed: spread ${request.spreadBps} bps, ${fee}, ${request.latencyMs} ms to the exchange; orders trade in the candle after the decision`,
  ];
  if (result.holes > 0 || result.passedOver > 0)
    lines.push(`data: ${result.holes} holes, ${result.passedOver} rows passed over`);
  return lines;
}

const NAME_WIDTH = 19;

function figureRows(metrics: Metrics): readonly (readonly [name: string, value: string])[] {
  const percent = (ratio: number | null): string => (ratio === null ? '–' : `${(ratio * 100).toFixed(2)} %`);
  const plain = (value: number | null): string => (value === null ? '–' : value.toFixed(2));
  return [
    ['result', `${metrics.totalPnl} USD, ${percent(metrics.totalReturn)}`],
    ['equity', `${metrics.startEquity} to ${metrics.finalEquity}`],
    ['trades', `${metrics.trades}, ${percent(metrics.winRate)} won, ${metrics.stops} stops reached`],
    ['profit factor', plain(metrics.profitFactor)],
    ['Sharpe, daily', plain(metrics.sharpe)],
    ['deepest drawdown', `${metrics.maxDrawdown} USD, ${(metrics.maxDrawdownBps / 100).toFixed(2)} %`],
    ['time in market', percent(metrics.exposure)],
    ['fees', `${metrics.fees} USD`],
    ['entries refused', `${metrics.entriesRefused} by the limits`],
  ];
}
