import { join } from 'node:path';
import { expect, test } from 'vitest';
import { problemsOf } from './report.ts';
import { checkRulesTable } from './rules-table.ts';

test('a rule whose test is not there is reported, each kind of fault', () => {
  const { read, problems } = checkRulesTable(join(import.meta.dirname, 'fixtures/rules-table'));
  expect(read).toBe(5);
  expect(problems.map((problem) => problem.replace(/^docs\/rules\.md:\d+: /, ''))).toEqual([
    'no test: names no test',
    'no such file: enforced in src/limits.ts, which is not there',
    'no such file: src/gone.test.ts is not there',
    'no such name: src/limits.test.ts has no test called “refuses below the limit”',
    'half a name: a test is named by its file alone: write `file › name`',
  ]);
});

test('a document without rows is a failure', () => {
  expect(problemsOf(checkRulesTable(join(import.meta.dirname, 'fixtures/knip')))).toContain(
    'read no rules: nothing was checked',
  );
});
