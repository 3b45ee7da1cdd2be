import { expect, test } from 'vitest';
import { testRules } from '../../../tests/builders/rules.ts';
import { figureAt, limitPaths } from './limit-paths.ts';

const rules = testRules();

test('every limit that waits to be loosened is a figure of the configuration', () => {
  expect(limitPaths.filter(({ path }) => figureAt(rules, path) === null).map(({ path }) => path)).toEqual([]);
});

test('no limit is named twice', () => {
  expect(new Set(limitPaths.map(({ path }) => path)).size).toBe(limitPaths.length);
});
