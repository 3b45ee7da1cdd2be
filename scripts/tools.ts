// The checks done by other people's programs: each runs one, and reads from its output both what
// it found and how much it looked at. A tool that looked at nothing fails like our own checks.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { Report } from './report.ts';
import { listSources } from './source.ts';

type Outcome = { readonly status: number; readonly output: string };

const home: string = join(import.meta.dirname, '..');
const bin: string = join(home, 'node_modules', '.bin');

/** Runs a program of node_modules/.bin with this Node; stdout and stderr come back as one text. */
function run(program: string, args: readonly string[], root: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const path = [dirname(process.execPath), bin, process.env['PATH'] ?? ''].join(delimiter);
    const child = spawn(join(bin, program), args, {
      cwd: root,
      env: { ...process.env, PATH: path, NO_COLOR: '1', FORCE_COLOR: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code) => resolve({ status: code ?? 1, output }));
  });
}

function report(read: number, unit: string, outcome: Outcome, noise: RegExp): Report {
  if (outcome.status === 0) return { read, unit, problems: [] };
  const lines = outcome.output.split('\n').filter((line) => line.trim() !== '' && !noise.test(line));
  return { read, unit, problems: lines.length > 0 ? lines : [`stopped with status ${outcome.status}`] };
}

const counted = (pattern: RegExp, text: string): number => Number(pattern.exec(text)?.[1] ?? 0);
const present = (root: string, paths: readonly string[]): readonly string[] =>
  paths.filter((path) => existsSync(join(root, path)));

/** Layout of code and configuration, by prettier. */
export async function format(root: string): Promise<Report> {
  const here = readdirSync(root).filter((name) => /\.(ts|json)$/.test(name) && name !== 'package-lock.json');
  const files = [...listSources(root, ['src', 'tests', 'scripts']), ...here];
  if (files.length === 0) return { read: 0, unit: 'files', problems: [] };
  const options = [
    '--check',
    '--cache',
    '--cache-location',
    join(home, 'node_modules/.cache/prettier/.prettier-cache'),
  ];
  const outcome = await run('prettier', [...options, ...files], root);
  return report(files.length, 'files', outcome, /^Checking formatting|^All matched/);
}

/** Likely bugs, floating promises first, by oxlint with types. */
export async function lint(root: string): Promise<Report> {
  const here = readdirSync(root).filter((name) => /\.tsx?$/.test(name));
  const paths = [...present(root, ['src', 'tests', 'scripts']), ...here];
  // Without paths oxlint would read node_modules too.
  if (paths.length === 0) return { read: 0, unit: 'files', problems: [] };
  const config = join(home, '.oxlintrc.json');
  const args = [
    '--type-aware',
    '--deny-warnings',
    '-c',
    config,
    '--ignore-pattern',
    'scripts/fixtures/**',
    ...paths,
  ];
  const count = await run('oxlint', args, root);
  const read = counted(/ on (\d+) files?/, count.output);
  if (count.status === 0) return { read, unit: 'files', problems: [] };
  const listed = await run('oxlint', [...args, '-f', 'unix'], root);
  return report(read, 'files', listed, /^\d+ problems?$/);
}

/** Types, including the misuse tests in x.types.ts, by the compiler. */
export async function types(root: string): Promise<Report> {
  const outcome = await run('tsc', ['-p', '.', '--listFiles', '--pretty', 'false'], root);
  const listed = /^\/|^[A-Za-z]:\//;
  const own = outcome.output
    .split('\n')
    .filter((line) => listed.test(line) && !line.includes('/node_modules/'));
  return report(own.length, 'files', outcome, listed);
}

/** Files, exports and packages nobody uses, by knip: once with the tests, once without them. */
export async function deadCode(root: string): Promise<Report> {
  const options = [
    '--no-progress',
    '--reporter',
    'symbols',
    '--reporter',
    join(home, 'scripts/knip-count.ts'),
  ];
  const noise = /^knip read \d+ files$/;
  const whole = await run('knip', options, root);
  const program = await run('knip', ['--production', '--include', 'files', ...options], root);
  const read = counted(/^knip read (\d+) files$/m, whole.output);
  const withTests = report(read, 'files', whole, noise).problems;
  const withoutTests = report(read, 'files', program, noise).problems;
  return {
    read,
    unit: 'files',
    problems: [...withTests, ...withoutTests.map((line) => `without tests: ${line}`)],
  };
}

/** All tests. Its output is the runner's own; the count is its last line. */
export async function tests(root: string): Promise<Report> {
  const outcome = await run('vitest', ['run'], root);
  const read = counted(/^(\d+) passed, \d+ failed\s*$/m, outcome.output);
  return report(read, 'passing tests', outcome, /^$/);
}
