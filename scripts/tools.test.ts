import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { problemsOf } from './report.ts';
import { deadCode, format, lint, types } from './tools.ts';

const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name);

test('format fails on a file laid out by hand', async () => {
  const { read, problems } = await format(fixture('format'));
  expect(read).toBe(1);
  expect(problems).toContain('[warn] src/a.ts');
});

test('lint fails on forgotten promises and on an import cycle', async () => {
  const { read, problems } = await lint(fixture('lint'));
  expect(read).toBe(3);
  const found = problems.map((line) => line.replace(/:\d+: .*\[Error\//, ' ').replace(/\]$/, ''));
  expect(found).toEqual(
    expect.arrayContaining([
      'src/floating.ts:4 typescript(no-floating-promises)',
      'src/floating.ts:5 typescript(no-misused-promises)',
      'src/floating.ts:8 typescript(no-misused-promises)',
      'src/floating.ts:9 typescript(no-misused-promises)',
      'src/cycle-a.ts:1 import(no-cycle)',
    ]),
  );
});

test('types fails on an unchecked index', async () => {
  const { read, problems } = await types(fixture('types'));
  expect(read).toBe(1);
  expect(problems.join('\n')).toContain('error TS2322');
});

test('dead code fails on a dead file, a dead export, an unused package and a file only tests import', async () => {
  const { read, problems } = await deadCode(fixture('knip'));
  expect(read).toBe(5);
  const found = problems.join('\n');
  expect(found).toContain('src/dead-file.ts');
  expect(found).toContain('deadExport');
  expect(found).toContain('unused-package');
  expect(found).toMatch(/without tests: src\/only-tested\.ts/);
});

test('a tool that finds nothing to read fails', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'genesis-empty-'));
  try {
    expect(problemsOf(await format(empty))).toEqual(['read no files: nothing was checked']);
    expect(problemsOf(await lint(empty))).toEqual(['read no files: nothing was checked']);
    expect(problemsOf(await types(empty))).not.toEqual([]);
    expect(problemsOf(await deadCode(empty))).not.toEqual([]);
  } finally {
    rmSync(empty, { recursive: true });
  }
});
