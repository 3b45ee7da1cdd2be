/**
 * `genesis tilt evaluate --log FILE` and `--fills FILE`: a line for each session as it ends, then the
 * summary. Broken lines are counted and named, and never stop the rest.
 */
import type { TiltJudge } from '../core/ports/tilt-judge.ts';
import { headline, intervals } from '../tilt-evaluation/figures.ts';
import { accountRows, type AccountRow } from '../tilt-evaluation/fills/account-rows.ts';
import { createFillsToFacts } from '../tilt-evaluation/fills/fills-to-facts.ts';
import { createFillsReader, type FillsReader } from '../tilt-evaluation/fills/read-fills.ts';
import {
  createLogEvaluation,
  type BrokenLine,
  type LogEvaluation,
  type SessionVerdict,
} from '../tilt-evaluation/log/log-evaluation.ts';
import { fillsLines, logLines, verdictLine } from '../tilt-evaluation/report/log-report.ts';
import { readTextLines, type LineTaker } from '../wiring/text-lines.ts';
import { createProgressLine, watchSignals } from './long-run.ts';
import { printJson, printLines, printProblem } from './output.ts';

const BOOTSTRAP_ROUNDS = 400;
const BROKEN_NAMED_MAX = 20;

/** Exit status 1 when the file could not be read to its end or held nothing but broken lines. */
export async function evaluateLog(judge: TiltJudge, path: string, json: boolean): Promise<void> {
  const evaluation = createLogEvaluation(judge, (verdict) => tellVerdict(verdict, json));
  const { read, stoppedEarly } = await readAll(path, {
    line: (text, number) => evaluation.line(text, number),
    tooLong: (number) => evaluation.refuse('tooLong', number),
    lines: () => evaluation.counts.lines,
  });
  evaluation.end();
  const { counts, records, brokenLines } = evaluation;
  const summary = {
    ...headline(records),
    judge: judge.name,
    ...counts,
    broken: { count: counts.broken, lines: brokenLines },
    complete: read.ok && !stoppedEarly,
    intervals: intervals(records, BOOTSTRAP_ROUNDS),
  };
  if (json) printJson(summary);
  else printLines(logLines(summary, records.length));
  settle(read.ok ? null : read.error, path, stoppedEarly, counts.facts === 0 && counts.broken > 0);
}

export async function evaluateFills(judge: TiltJudge, path: string, json: boolean): Promise<void> {
  const verdicts: SessionVerdict[] = [];
  const evaluation = createLogEvaluation(judge, (verdict) => {
    verdicts.push(verdict);
    if (json) tellVerdict(verdict, json);
  });
  const facts = createFillsToFacts((line) => evaluation.take(line));
  const broken = { count: 0, lines: [] as BrokenLine[] };
  const refuse = (line: number, problem: string): void => {
    broken.count += 1;
    if (broken.lines.length < BROKEN_NAMED_MAX) broken.lines.push({ line, problem });
  };
  let reader: FillsReader | null = null;
  let missing: string | null = null;
  let rows = 0;
  const { read, stoppedEarly } = await readAll(path, {
    line(text, number): void {
      if (text.trim() === '' || missing !== null) return;
      rows += 1;
      if (reader === null) {
        const opened = createFillsReader(text);
        if (opened.ok) reader = opened.value;
        else missing = opened.error;
        return;
      }
      const row = reader.row(text);
      if (row.ok) facts.take(row.value);
      else refuse(number, row.error);
    },
    tooLong: (number) => refuse(number, 'longer than a line may be'),
    lines: () => rows,
  });
  if (missing !== null) return printProblem(noColumns(path, missing), json);
  facts.end();
  evaluation.end();
  printAccounts(judge, evaluation, accountRows(verdicts), broken, json);
  settle(read.ok ? null : read.error, path, stoppedEarly, evaluation.counts.facts === 0 && broken.count > 0);
}

function printAccounts(
  judge: TiltJudge,
  { counts }: LogEvaluation,
  accounts: readonly AccountRow[],
  broken: { readonly count: number; readonly lines: readonly BrokenLine[] },
  json: boolean,
): void {
  const per1000 = (alarms: (row: AccountRow) => number): number | null =>
    counts.sessions === 0
      ? null
      : (1_000 * accounts.reduce((sum, row) => sum + alarms(row), 0)) / counts.sessions;
  const summary = {
    judge: judge.name,
    sessions: counts.sessions,
    alarmsPer1000: {
      caution: per1000(({ caution }) => caution),
      warning: per1000(({ warning }) => warning),
      locked: per1000(({ locked }) => locked),
    },
    accounts,
    broken,
  };
  if (json) printJson(summary);
  else printLines(fillsLines(summary));
}

type Taker = Pick<LineTaker, 'line' | 'tooLong'> & { lines(): number };

async function readAll(
  path: string,
  taker: Taker,
): Promise<{ readonly read: Awaited<ReturnType<typeof readTextLines>>; readonly stoppedEarly: boolean }> {
  const signals = watchSignals();
  const progress = createProgressLine();
  const read = await readTextLines(path, {
    ...taker,
    stopped(): boolean {
      progress.tell(() => `${taker.lines()} lines `);
      return signals.asked();
    },
  });
  progress.end();
  signals.end();
  return { read, stoppedEarly: signals.asked() };
}

function tellVerdict(verdict: SessionVerdict, json: boolean): void {
  const { trader, session, maxScore, first, trades } = verdict;
  if (json) printJson({ trader, session, maxScore, first, trades });
  else printLines([verdictLine(verdict)]);
}

function settle(error: string | null, path: string, stoppedEarly: boolean, nothing: boolean): void {
  if (error !== null)
    printProblem(
      {
        what: `${path} could not be read to its end: ${error}.`,
        why: 'What was read before that was judged; the figures above cover it.',
        next: 'Check that the file is there and whole, then start again.',
      },
      false,
    );
  else if (nothing)
    printProblem(
      {
        what: `No line of ${path} is one this command understands.`,
        why: 'Nothing was judged.',
        next: 'See genesis tilt evaluate --help for the form.',
      },
      false,
    );
  else if (stoppedEarly) process.exitCode = 130;
}

const noColumns = (path: string, missing: string): { what: string; why: string; next: string } => ({
  what: `The first line of ${path} does not name these columns: ${missing}.`,
  why: 'Nothing was judged.',
  next: 'The first line has to name the columns, as in the recorded fills.',
});
