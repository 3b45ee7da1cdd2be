// What a lock rests on besides its score: something traded or asked for, and several kinds of evidence.
import { expect, it } from 'vitest';
import { testRules } from '../../tests/builders/rules.ts';
import { noon } from '../../tests/builders/tilt.ts';
import { indicatorNames, severityOf } from './indicators/indicator.ts';
import { levelOf } from './interventions.ts';
import { initialInterventions } from './interventions-state.ts';

const rules = testRules().trading;
const { lockedFrom, lockKindsMin } = rules.tilt;

it.each([
  { what: 'one order and enough kinds', orders: 1, kinds: lockKindsMin, score: lockedFrom, level: 'LOCKED' },
  { what: 'looking and typing alone', orders: 0, kinds: lockKindsMin, score: 100, level: 'WARNING' },
  { what: 'one kind too few', orders: 9, kinds: lockKindsMin - 1, score: 100, level: 'WARNING' },
  { what: 'a point too few', orders: 9, kinds: lockKindsMin, score: lockedFrom - 1, level: 'WARNING' },
])('given $what at a score of $score, then the level is $level', ({ orders, kinds, score, level }) => {
  const contributions = indicatorNames.slice(0, kinds).map((indicator) => ({
    indicator,
    points: score / kinds,
    severity: severityOf(1),
    words: 'two entries within a minute',
    evidence: ['e1'],
    newestAt: noon,
  }));
  expect(levelOf(initialInterventions, { score, contributions, orders }, noon, rules)).toBe(level);
});
