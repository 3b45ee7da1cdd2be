// bin/genesis against a checkout made of stubs: "node" is a script that tells how it was called.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let root = '';
const write = (path: string, text: string, secondsAgo = 100): void => {
  const full = join(root, path);
  mkdirSync(join(full, '..'), { recursive: true });
  writeFileSync(full, text);
  const at = new Date(Date.now() - secondsAgo * 1000);
  utimesSync(full, at, at);
};
const start = (
  command: string,
  args: readonly string[] = [],
  cwd = root,
): { status: number | null; lines: readonly string[] } => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  expect(stderr).toBe('');
  return { status, lines: stdout.replaceAll(root, '<root>').trimEnd().split('\n') };
};
const run = (args?: string): string =>
  `run <root>/dist/main.js ${args === undefined ? '' : `${args} `}production <root>`;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'genesis-starter-')));
  mkdirSync(join(root, 'bin'));
  copyFileSync(join(import.meta.dirname, '../bin/genesis'), join(root, 'bin/genesis'));
  const stub =
    '#!/bin/sh\ncase $1 in */build.ts) echo build ;; *) echo "run $* $NODE_ENV $GENESIS_ROOT"; exit 7 ;; esac\n';
  write('node_modules/.bin/node', stub);
  chmodSync(join(root, 'node_modules/.bin/node'), 0o755);
  write('node_modules/.genesis-stamp', '');
  write('package-lock.json', '{}');
  write('scripts/build.ts', '');
  write('src/core/money.ts', '');
  for (const folder of ['src', 'src/core']) utimesSync(join(root, folder), 0, 0);
  write('dist/main.js', '', 50);
  write('dist/.stamp', '', 50);
});
afterEach(() => rmSync(root, { recursive: true }));

test('starts the bundle as it is when no source is newer, and passes arguments and exit status', () => {
  const { status, lines } = start(join(root, 'bin/genesis'), ['status', '--json']);
  expect(lines).toEqual([run('status --json')]);
  expect(status).toBe(7);
});

test('rebuilds when a source is newer than the bundle', () => {
  write('src/core/money.ts', '', 10);
  expect(start(join(root, 'bin/genesis')).lines[0]).toBe('build');
});

test('a newer test file is no reason to rebuild', () => {
  write('src/core/money.test.ts', '', 10);
  utimesSync(join(root, 'src/core'), 0, 0);
  expect(start(join(root, 'bin/genesis')).lines).toEqual([run()]);
});

test('builds when there is no bundle yet', () => {
  rmSync(join(root, 'dist'), { recursive: true });
  expect(start(join(root, 'bin/genesis')).lines[0]).toBe('build');
});

test('a shipped package without sources is never rebuilt', () => {
  rmSync(join(root, 'src'), { recursive: true });
  write('package-lock.json', '{}', 1);
  expect(start(join(root, 'bin/genesis')).lines).toEqual([run()]);
});

test('finds its checkout through relative and absolute symlinks, from any folder', () => {
  symlinkSync(join(root, 'bin/genesis'), join(root, 'absolute'));
  symlinkSync('absolute', join(root, 'relative'));
  expect(start(join(root, 'relative'), [], tmpdir()).lines).toEqual([run()]);
  expect(start('./genesis', [], join(root, 'bin')).lines).toEqual([run()]);
});

test('prepares the checkout first when packages are missing', () => {
  rmSync(join(root, 'node_modules/.genesis-stamp'));
  write('scripts/bootstrap.sh', 'echo bootstrap\n');
  expect(start(join(root, 'bin/genesis')).lines[0]).toBe('bootstrap');
});
