import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkCopies } from './copies.ts';
import { problemsOf } from './report.ts';

const fixture = join(import.meta.dirname, 'fixtures/copies');

test('a copied block is reported once, whatever its indentation and comments; 24 lines are not', () => {
  expect(checkCopies(fixture).problems).toEqual([
    'src/core/second.ts:3: 26 lines equal those at src/core/first.ts:3: keep one definition',
  ]);
});

test('reading no file is a failure', () => {
  expect(problemsOf(checkCopies(join(fixture, 'src')))).toEqual(['read no files: nothing was checked']);
});
