/** `genesis report`: what a day, a week or a month brought; with `--behaviour`, how it was traded. Reads the store. */
import { Command } from 'commander';
import { createPerformance, type PerformanceMetrics } from '../analytics/performance.ts';
import { lastDays } from '../analytics/behaviour-report.ts';
import { dollars, signedDollars } from '../core/explain-figures.ts';
import { historyOf, printBehaviour, type BehaviourFlags } from './behaviour.ts';
import { printJson, printLines, printProblem } from './output.ts';

type Flags = BehaviourFlags & { readonly period: string; readonly behaviour?: boolean };

const daysOf: Readonly<Record<string, number>> = { day: 1, week: 7, month: 30, year: 366 };

export function periodReportCommand(): Command {
  return new Command('report')
    .description('Show what a stretch of days brought, or with --behaviour how it was traded.')
    .option('--period <name>', 'day, week, month or year; UTC days, the last one is today', 'week')
    .option('--behaviour', 'score, interventions, what trades at which level brought')
    .option('--html <file>', 'with --behaviour: write it as one HTML file')
    .option('--json', 'print JSON for scripts')
    .option('--data-dir <dir>', 'folder of the store (default .genesis)')
    .addHelpText(
      'after',
      '\nExamples:\n  genesis report --period month\n  genesis report --behaviour --html behaviour.html',
    )
    .action((flags: Flags) => report(flags));
}

function report(flags: Flags): void {
  const { period, behaviour = false, html, json = false } = flags;
  const days = Object.hasOwn(daysOf, period) ? daysOf[period] : undefined;
  if (days === undefined)
    return refuse(`"${period}" is no period.`, `Give ${Object.keys(daysOf).join(', ')}.`, json);
  if (behaviour) return printBehaviour(days, flags);
  if (html !== undefined)
    return refuse(
      'Only the behaviour report is written as HTML.',
      'Add --behaviour, or leave --html out.',
      json,
    );
  const history = historyOf(flags.dataDir);
  if (history === null) return;
  const performance = createPerformance();
  for (const record of history.records) performance.event(record);
  history.close();
  const metrics = performance.metrics(lastDays(Date.now(), days).from);
  if (json) printJson({ period, ...metrics });
  else printLines(metricLines(period, metrics));
}

function refuse(what: string, next: string, json: boolean): void {
  printProblem({ what, why: 'Nothing was done.', next }, json);
}

function metricLines(period: string, metrics: PerformanceMetrics): readonly string[] {
  const { total_trades: trades, winning_trades: won, losing_trades: lost } = metrics;
  const shown = (value: number | null, digits: number): string => value?.toFixed(digits) ?? 'not known yet';
  return [
    `The last ${period} (UTC days)`,
    '',
    `  result         ${signedDollars(metrics.total_pnl)}, ${trades} ${trades === 1 ? 'trade' : 'trades'}, ${won} won, ${lost} lost`,
    `  profit factor  ${shown(metrics.profit_factor, 2)}`,
    `  Sharpe ratio   ${shown(metrics.sharpe_ratio, 2)}`,
    `  drawdown       ${dollars(metrics.max_drawdown)}`,
    '',
    'How it was traded: genesis report --behaviour',
  ];
}
