// What locks: strong evidence of several kinds, each thing counted once.
import { describe, expect, it } from 'vitest';
import { measureIndex as m, MEASURES, rateIndex as r } from '../baseline/channels.ts';
import { countedOnce } from './agreement.ts';
import { initialEvidence, type Evidence } from './evidence.ts';
import { PATTERNS, patternNames, tests, type PatternName } from './patterns.ts';

const even = Array.from({ length: PATTERNS }, () => 1 / PATTERNS);
const chase = patternNames.indexOf('chase');

function evidenceOf(
  name: PatternName,
  said: readonly (readonly [channel: number, gain: number])[],
): Evidence {
  const pattern = patternNames.indexOf(name);
  const gain = initialEvidence.gain.slice();
  for (const [channel, value] of said) {
    const test = tests.findIndex((each) => each.pattern === pattern && each.channel === channel);
    gain[test] = value;
  }
  const sum = said.reduce((total, [, value]) => total + value, 0);
  return {
    ...initialEvidence,
    gain,
    pattern: initialEvidence.pattern.map((_, at) => (at === pattern ? sum : 0)),
  };
}

describe('kinds of evidence', () => {
  it.each([
    ['stakes alone, however far', 'size', [[m.size, 9]], false],
    [
      'stakes and the turnover they make',
      'size',
      [
        [m.size, 9],
        [m.turnover, 5],
      ],
      false,
    ],
    [
      'pauses and entries a minute',
      'chase',
      [
        [m.interval, 6],
        [MEASURES + r.orders, 4],
        [m.turnover, 4],
      ],
      false,
    ],
    [
      'stakes, and stakes raised after losses',
      'size',
      [
        [m.size, 6],
        [m.sizeAfterLoss, 1],
      ],
      true,
    ],
    [
      'a second kind that hardly speaks',
      'size',
      [
        [m.size, 6],
        [m.sizeAfterLoss, 0.9],
      ],
      false,
    ],
    [
      'pace and decisions',
      'chase',
      [
        [m.interval, 5],
        [m.decision, 4],
      ],
      true,
    ],
  ] as const)('%s', (_, name, said, locks) => {
    expect(countedOnce(evidenceOf(name, said), even) !== null).toBe(locks);
  });
});

describe('hesitation', () => {
  it('takes more to lock than acting does', () => {
    const hesitating = evidenceOf('paralysis', [
      [m.decision, 6],
      [m.typing, 4],
    ]);
    const acting = evidenceOf('chase', [
      [m.decision, 6],
      [m.typing, 4],
    ]);
    const apart = countedOnce(acting, even)! - countedOnce(hesitating, even)!;
    expect(apart).toBeGreaterThan(1.9);
    expect(apart).toBeLessThanOrEqual(2);
  });
});

describe('what two channels see together', () => {
  it('counts once', () => {
    const seen = evidenceOf('chase', [
      [m.interval, 3],
      [MEASURES + r.orders, 2],
      [m.turnover, 4],
      [m.decision, 2],
    ]);
    expect(seen.pattern[chase]).toBe(11);
    // Turnover is explained by pace up to its 3, and entries a minute by the pauses.
    expect(countedOnce(seen, even)!).toBeCloseTo(
      Math.log((Math.exp(11 - 2 - 3) + PATTERNS - 1) / PATTERNS),
      10,
    );
  });
});
