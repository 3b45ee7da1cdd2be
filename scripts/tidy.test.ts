import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { problemsOf } from './report.ts';
import { readSources } from './source.ts';
import { checkTidy, packageProblems, ruleNames, staleLongFiles } from './tidy.ts';

const fixtures = join(import.meta.dirname, 'fixtures');
const rulesFound = (name: string): readonly string[] =>
  checkTidy(join(fixtures, 'tidy', name)).problems.flatMap(
    (problem) => /\[([a-z-]+)\]/.exec(problem)?.[1] ?? [],
  );

test('every rule has a failing example, and every example a rule', () => {
  expect(readdirSync(join(fixtures, 'tidy')).sort()).toEqual([...ruleNames].sort());
});

test.each(ruleNames)('%s fails on its example, and no other rule does', (name) => {
  expect([...new Set(rulesFound(name))]).toEqual([name]);
});

test('each planted money parse and test mark is reported', () => {
  expect(rulesFound('no-float-money')).toHaveLength(3);
  expect(rulesFound('no-test-marks')).toHaveLength(4);
  expect(rulesFound('no-barrels')).toHaveLength(2);
  expect(rulesFound('no-console')).toHaveLength(1);
});

test('packages need an exact version and a reason, and a lockfile names no registry', () => {
  expect(packageProblems(join(fixtures, 'tidy-packages'))).toEqual([
    'package.json: [dependency-reason] unexplained has no line in docs/dependencies.md: say why it is here',
    'package.json: [exact-version] loose is "^1.0.0": pin it',
    'docs/dependencies.md: [dependency-reason] departed is not in package.json: take the line out',
    'package-lock.json: [no-registry] names a registry: install with the .npmrc of this project',
  ]);
});

test('an entry of the long-files list that excuses nothing is reported', () => {
  const sources = readSources(join(fixtures, 'tidy/line-limit'), ['src']);
  expect(staleLongFiles({ 'src/core/a.ts': 'long on purpose' }, sources)).toEqual([]);
  expect(staleLongFiles({ 'src/core/gone.ts': 'was long' }, sources)).toHaveLength(1);
});

test('reading no file is a failure', () => {
  expect(problemsOf(checkTidy(join(fixtures, 'tidy-packages')))).toContain(
    'read no files: nothing was checked',
  );
});
