import { expect, test } from 'vitest';
import { testRules } from '../../../tests/builders/rules.ts';
import { figureAt, isLooser, limitOf, limitPathsOf, NONE, withFigure } from './limit-paths.ts';

const rules = testRules();
const paths = limitPathsOf(rules, new Map()).map(({ path }) => path);

/** Figures that may be edited at will, and why. */
const free: readonly (readonly [RegExp, string])[] = [
  [/^tierGates\.tiers\.\w+\.(capitalTo|dashboardFigures)$/, 'words on a screen'],
  [/^tierGates\.gates\.\d\.gates\./, 'never easier than the domain rules: the reader refuses'],
  [/^tierGates\.transition\.trialMarkEveryMs$/, 'how often time is written down'],
  [/^trading\.risk\.(stopDistanceMinBps|feeBps)$/, 'neither way binds more'],
  [/^trading\.risk\.drawdownWarningsBps\./, 'words on a screen'],
  [/^trading\.risk\.(correlationSamplesMax|valueAtRiskConfidenceBps|mark\w+)$/, 'how something is measured'],
  [/^trading\.execution\./, 'how orders are looked after; each has its invariant as ceiling'],
  [/^trading\.tilt\.actionsPerSecondMax$/, 'how much of a console’s telling is believed'],
  [/^trading\.tilt\.indicators\./, 'they explain the score and trip nothing'],
];

test('every limit that waits to be loosened is a figure of the configuration', () => {
  expect(paths.filter((path) => figureAt(rules, path) === NONE)).toEqual([]);
});

test('no limit is named twice', () => {
  expect(new Set(paths).size).toBe(paths.length);
});

test('every figure of the configuration either waits to be loosened or is free for a reason', () => {
  const forgotten = leavesOf(rules, '').filter(
    (path) => limitOf(path) === undefined && !free.some(([known]) => known.test(path)),
  );
  expect(forgotten).toEqual([]);
});

test('what stands in the list of the free is nowhere a limit', () => {
  expect(paths.filter((path) => free.some(([known]) => known.test(path)))).toEqual([]);
});

test('taking a figure away is loosening it, giving one is tightening', () => {
  for (const tighter of ['lower', 'higher'] as const) {
    expect(isLooser({ tighter }, '5', NONE)).toBe(true);
    expect(isLooser({ tighter }, NONE, '5')).toBe(false);
    expect(isLooser({ tighter }, NONE, NONE)).toBe(false);
  }
});

test('a figure can be put where the file has none: a pair’s limit, the last step of a list', () => {
  const path = 'trading.risk.symbolLimits.BTCUSDT.orderQuantityMax';
  expect(figureAt(withFigure(rules, path, '$0.5'), path)).toBe('$0.5');
  const steps = rules.trading.interventions.lockStepsMs;
  const shorter = {
    ...rules,
    trading: {
      ...rules.trading,
      interventions: { ...rules.trading.interventions, lockStepsMs: steps.slice(0, 2) },
    },
  };
  const last = 'trading.interventions.lockStepsMs.2';
  expect(withFigure(shorter, last, figureAt(rules, last)).trading.interventions.lockStepsMs).toEqual(steps);
});

/** The places of all numbers and amounts. */
function leavesOf(node: unknown, path: string): readonly string[] {
  if (typeof node === 'number' || typeof node === 'bigint') return [path];
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    leavesOf(value, path === '' ? key : `${path}.${key}`),
  );
}
