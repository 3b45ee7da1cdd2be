// The whole gate: npm run check, here and in CI. Runs every house rule, prints one line for each,
// and the reasons at the end. One or several by name: node scripts/check.ts imports tidy
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { checkCopies } from './copies.ts';
import { checkImports } from './imports.ts';
import { checkPurity } from './purity.ts';
import { problemsOf, type Report } from './report.ts';
import { checkRulesTable } from './rules-table.ts';
import { checkTidy } from './tidy.ts';
import { deadCode, format, lint, tests, types } from './tools.ts';

type Step = { readonly name: string; readonly run: (root: string) => Report | Promise<Report> };

const root: string = join(import.meta.dirname, '..');
const linesShown = 200;

/** Cheapest to read first; the order is the order of the lines. */
const steps: readonly Step[] = [
  { name: 'types', run: types },
  { name: 'lint', run: lint },
  { name: 'format', run: format },
  { name: 'dead code', run: deadCode },
  { name: 'imports', run: checkImports },
  { name: 'purity', run: checkPurity },
  { name: 'tidy', run: checkTidy },
  { name: 'copies', run: checkCopies },
  { name: 'rules', run: checkRulesTable },
];

type Failure = { readonly name: string; readonly problems: readonly string[] };

async function runStep(step: Step): Promise<Failure | null> {
  const startedAt = performance.now();
  let line: string;
  let problems: readonly string[];
  try {
    const report = await step.run(root);
    problems = problemsOf(report);
    line = `${report.read} ${report.unit} read`;
  } catch (error) {
    problems = [error instanceof Error ? (error.stack ?? error.message) : String(error)];
    line = 'stopped';
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const verdict = problems.length === 0 ? 'ok  ' : 'FAIL';
  const found = problems.length === 0 ? '' : `, ${problems.length} problems`;
  process.stdout.write(`${verdict} ${step.name.padEnd(10)} ${seconds.padStart(5)} s  ${line}${found}\n`);
  return problems.length === 0 ? null : { name: step.name, problems };
}

async function runAll(chosen: readonly Step[], width: number): Promise<readonly Failure[]> {
  const waiting = [...chosen];
  const failures: Failure[] = [];
  const worker = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const failure = await runStep(step);
      if (failure !== null) failures.push(failure);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return failures;
}

const wanted = process.argv.slice(2);
const all: readonly Step[] = [...steps, { name: 'tests', run: tests }];
const unknown = wanted.filter((name) => !all.some((step) => step.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `check: no such step: ${unknown.join(', ')}; there are: ${all.map((s) => s.name).join(', ')}\n`,
  );
  process.exit(2);
}
const chosen = (step: Step): boolean => wanted.length === 0 || wanted.includes(step.name);
const failures = [...(await runAll(steps.filter(chosen), Math.min(2, availableParallelism())))];

const testsRan = process.env['GENESIS_TESTS_JUST_RAN'] === '1' && wanted.length === 0;
if (testsRan) process.stdout.write('--   tests       just ran, not repeated\n');
else failures.push(...(await runAll(all.slice(steps.length).filter(chosen), 1)));

for (const { name, problems } of failures) {
  process.stdout.write(`\n${name}:\n`);
  for (const problem of problems.slice(0, linesShown)) process.stdout.write(`  ${problem}\n`);
  if (problems.length > linesShown) process.stdout.write(`  … and ${problems.length - linesShown} more\n`);
}
process.exitCode = failures.length === 0 ? 0 : 1;
