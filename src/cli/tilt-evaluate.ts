/**
 * `genesis tilt evaluate`: how well drift is noticed, on generated behaviour, on a behaviour log, or on the
 * fills of real accounts. Progress on standard error when a person watches; Ctrl-C ends it with what there is.
 */
import { writeFileSync } from 'node:fs';
import { setImmediate as yieldToSignals } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { describeConfigProblem } from '../config/config-problem.ts';
import { splits, type Split } from '../tilt-evaluation/generator/archetypes.ts';
import { htmlReport } from '../tilt-evaluation/report/html-report.ts';
import { textReport } from '../tilt-evaluation/report/text-report.ts';
import { summarise } from '../tilt-evaluation/summary.ts';
import { openTiltEvaluation, openTiltJudge } from '../wiring/tilt-evaluation.ts';
import { positiveNumber, wholeNumber } from './numbers.ts';
import { printJson, printLines, printProblem } from './output.ts';
import { createProgressLine, watchSignals } from './long-run.ts';
import { evaluateFills, evaluateLog } from './tilt-evaluate-file.ts';

type EvaluateFlags = {
  readonly seeds: number;
  readonly fromSeed: number;
  readonly traders: number;
  readonly split: Split;
  readonly ablations?: boolean;
  readonly log?: string;
  readonly fills?: string;
  readonly html?: string;
  readonly json?: boolean;
};

export function tiltEvaluateCommand(): Command {
  return new Command('evaluate')
    .description('Measure how well drift is noticed: on generated behaviour, a behaviour log, or real fills.')
    .option('--seeds <n>', 'populations of traders', positiveNumber, 1)
    .option('--from-seed <n>', 'the first seed', wholeNumber, 1)
    .option('--traders <n>', 'traders in each population', positiveNumber, 200)
    .addOption(
      new Option('--split <which>', 'tune: kinds a detector may be tuned on; report: all, other seeds')
        .choices(splits)
        .default('report'),
    )
    .option('--ablations', 'also judge with each part of the detector left out')
    .addOption(
      new Option('--log <file>', 'judge a behaviour log (plain or gzip, - is standard input)').conflicts(
        'fills',
      ),
    )
    .option('--fills <file>', 'judge recorded fills of real accounts (CSV, plain or gzip)')
    .option('--html <file>', 'also write the report with charts; for generated behaviour')
    .option('--json', 'print JSON for scripts')
    .addHelpText('after', helpText)
    .action(async (flags: EvaluateFlags) => evaluate(flags));
}

const helpText = `
What is counted:
  trades     orders that open a position ("reduces" false) since the session began, the one being judged included
  delay      trades from the moment the drift began to the first moment at the level after it
  AUC        chance that a tilted session reaches a higher score than a calm one, in calm and stressed markets
  false      calm sessions per 1,000 that reach the level
  labels     read by what they contain: calm, stressed, strong, moderate, gamer; learning is not counted;
             anything else is "unseen". The judge never sees a label.

A behaviour log is JSON lines, ordered by time within a trader; traders may be interleaved:
  {"trader":"t1","session":"s1","t":1767571200000,"type":"session.start","label":"calm"}

Examples:
  genesis tilt evaluate
  genesis tilt evaluate --split tune --traders 500 --json
  genesis tilt evaluate --traders 1000 --ablations --html tilt.html
  genesis tilt evaluate --log behaviour.jsonl.gz --json
  genesis tilt evaluate --fills copytrading-fills-full.csv.gz`;

async function evaluate(flags: EvaluateFlags): Promise<void> {
  const opened = openTiltJudge();
  if (!opened.ok) {
    process.stderr.write(`${opened.error.map(describeConfigProblem).join('\n')}\nNothing was judged.\n`);
    process.exitCode = 1;
    return;
  }
  const judge = opened.value;
  const json = flags.json ?? false;
  if (flags.log !== undefined || flags.fills !== undefined) {
    if (flags.html !== undefined) return printProblem(noCharts, json);
    if (flags.log !== undefined) await evaluateLog(judge, flags.log, json);
    else if (flags.fills !== undefined) await evaluateFills(judge, flags.fills, json);
    return;
  }
  const evaluation = openTiltEvaluation(judge, { ...flags, ablations: flags.ablations ?? false });
  const signals = watchSignals();
  const progress = createProgressLine();
  while (!signals.asked() && evaluation.next()) {
    progress.tell(() => `${evaluation.tradersDone()} of ${evaluation.tradersWanted} traders `);
    await yieldToSignals();
  }
  progress.end();
  signals.end();
  const { split, fromSeed, seeds } = flags;
  const summary = summarise(evaluation, { split, fromSeed, seeds });
  if (flags.html !== undefined && !writeHtml(flags.html, htmlReport(summary, evaluation.runs), json)) return;
  if (json) printJson(summary);
  else printLines(textReport(summary));
  if (!summary.complete) process.exitCode = 130;
}

function writeHtml(path: string, text: string, json: boolean): boolean {
  try {
    writeFileSync(path, text);
    return true;
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    printProblem(
      {
        what: `The report could not be written: ${what}.`,
        why: 'The evaluation itself went well; nothing else was touched.',
        next: 'Name a file in a folder that exists, then start again; the same seeds give the same figures.',
      },
      json,
    );
    return false;
  }
}

const noCharts = {
  what: '--html draws the charts of generated behaviour and was given with --log or --fills.',
  why: 'Nothing was judged.',
  next: 'Leave --html out, or leave the file out.',
};
