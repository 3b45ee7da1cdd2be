/** `genesis tilt report`: a week of one's own behaviour, as text, JSON or one HTML file. */
import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { behaviourHtml } from '../analytics/behaviour-html.ts';
import { behaviourReport, lastDays } from '../analytics/behaviour-report.ts';
import { behaviourLinesOf } from '../analytics/behaviour-words.ts';
import { openEventHistory } from '../wiring/event-history.ts';
import { printJson, printLines, printProblem } from './output.ts';
import { startFailureWords } from './start-failure.ts';
import { accessStore, complain } from './store-access.ts';

type Flags = {
  readonly days: string;
  readonly html?: string;
  readonly json?: boolean;
  readonly dataDir?: string;
};

const DAYS_MAX = 366;

export function tiltReportCommand(): Command {
  return new Command('report')
    .description(
      'Show a week of your own behaviour: score, interventions, what trades at which level brought.',
    )
    .option('--days <number>', 'how many UTC days, the last one is today', '7')
    .option('--html <file>', 'write it as one HTML file')
    .option('--json', 'print JSON for scripts')
    .option('--data-dir <dir>', 'folder of the store (default .genesis)')
    .addHelpText(
      'after',
      '\nExamples:\n  genesis tilt report\n  genesis tilt report --days 30 --html behaviour.html',
    )
    .action((flags: Flags) => report(flags));
}

function report({ days, html, json = false, dataDir }: Flags): void {
  const count = /^\d{1,3}$/.test(days) ? Number(days) : 0;
  if (count < 1 || count > DAYS_MAX) {
    printProblem(
      {
        what: `"${days}" is not a number of days.`,
        why: 'Nothing was done.',
        next: `Give a whole number from 1 to ${DAYS_MAX}.`,
      },
      json,
    );
    return;
  }
  const access = accessStore(dataDir, false);
  if (access === null) return;
  const history = openEventHistory(access.dir, access.key);
  if (!history.ok) {
    complain(startFailureWords(history.error.code, history.error.detail));
    return;
  }
  const { from, to } = lastDays(Date.now(), count);
  const told = behaviourReport(history.value.records, from, to);
  history.value.close();
  if (html !== undefined) writeFileSync(html, behaviourHtml(told), { mode: 0o600 });
  if (json) printJson(told);
  else
    printLines(html === undefined ? behaviourLinesOf(told) : [`Written to ${html}; open it in a browser.`]);
}
