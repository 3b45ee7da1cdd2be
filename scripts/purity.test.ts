import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkPurity } from './purity.ts';
import { problemsOf } from './report.ts';

const fixture = join(import.meta.dirname, 'fixtures/purity');

test('clock, chance, environment, network, timers and waiting are found in pure files only', () => {
  const { read, problems } = checkPurity(fixture);
  expect(read).toBe(3);
  expect(problems.map((problem) => problem.replace(/^src\//, '').replace(/ in a pure room.*/, ''))).toEqual([
    'core/time.ts:3: Date',
    'engine/state-machine/decide.ts:3: Date',
    'engine/state-machine/decide.ts:4: Math.random',
    'engine/state-machine/decide.ts:5: process',
    'engine/state-machine/decide.ts:6: performance',
    'engine/state-machine/decide.ts:7: await',
    'engine/state-machine/decide.ts:7: fetch',
    'engine/state-machine/decide.ts:8: setTimeout',
    'engine/state-machine/decide.ts:9: globalThis',
  ]);
});

test('reading no pure file is a failure', () => {
  expect(problemsOf(checkPurity(join(fixture, 'src/exchange')))).toEqual([
    'read no pure files: nothing was checked',
  ]);
});
