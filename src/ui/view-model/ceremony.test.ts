// Steps up and down: when the page comes and goes, and the whole screen of each at the sizes people have.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { keysPressed, screenInput, shownRows } from '../../../tests/builders/console-screen.ts';
import { fakePosition } from '../../../tests/builders/fake-engine.ts';
import { atStage, ceremonies } from '../../../tests/builders/ceremonies.ts';
import type { Dashboard } from '../../core/dashboard.ts';
import { ceremonyDue, type Ceremony } from './ceremony.ts';
import { initialState, type ConsoleState } from './console-state.ts';
import type { Key } from './key.ts';

function screen(dashboard: Dashboard, state: ConsoleState, columns: number, rows: number): string {
  return `${shownRows(screenInput(dashboard, { state, size: { columns, rows } })).join('\n')}\n`;
}

/** The state after these pictures, one after the other. */
function after(...pictures: readonly Dashboard[]): ConsoleState {
  return pictures.reduce(ceremonyDue, initialState([]));
}

describe('a page comes', () => {
  test.each<[string, readonly Dashboard[], Ceremony | null]>([
    ['when the trial begins', [atStage('gates'), atStage('trial')], 'trial'],
    ['with the sentence after it', [atStage('trial'), atStage('phrase')], 'phrase'],
    ['with the reflection', [atStage('phrase'), atStage('reflection')], 'reflection'],
    ['with the new tier', [atStage('reflection'), atStage('adjustment')], 'adjustment'],
    ['with a step down', [atStage('gates'), atStage('emergency')], 'emergency'],
    ['to who comes back to a sentence', [atStage('phrase')], 'phrase'],
    ['to who comes back after a step down', [atStage('emergency')], 'emergency'],
    ['not to who comes back to a trial', [atStage('trial')], null],
    ['not to who comes back to a new tier', [atStage('adjustment')], null],
    ['not while gates are earned', [atStage('gates'), atStage('gates')], null],
    ['and goes when the step is over', [atStage('gates'), atStage('emergency'), atStage('gates')], null],
    ['not where the engine cannot say', [atStage('gates', { tierJourney: null })], null],
  ])('%s', (_name, pictures, wanted) => {
    expect(after(...pictures).ceremonies.open).toBe(wanted);
  });
});

describe('a page goes, once', () => {
  test.each<[string, readonly Key[]]>([
    ['Esc', [{ kind: 'escape' }]],
    ['Enter on an empty line', [{ kind: 'enter' }]],
    ['a view', [{ kind: 'text', text: '3' }]],
    ['the help', [{ kind: 'text', text: '?' }]],
  ])('%s', (_name, keys) => {
    const dashboard = atStage('emergency');
    const left = keysPressed(after(atStage('gates'), dashboard), dashboard, ...keys).state;
    expect(left.ceremonies.open).toBeNull();
    expect(ceremonyDue(left, dashboard).ceremonies.open).toBeNull();
  });

  test('a command is typed and sent under it', () => {
    const dashboard = atStage('emergency');
    const typed = Array.from('close btc', (text): Key => ({ kind: 'text', text }));
    const sent = keysPressed(after(atStage('gates'), dashboard), dashboard, ...typed, {
      kind: 'enter',
    }).state;
    expect([sent.sent?.text, sent.ceremonies.open]).toEqual(['close btc', 'emergency']);
  });
});

describe.each([
  [80, 24],
  [120, 40],
  [200, 60],
])('whole screens at %i by %i', (columns, rows) => {
  test.each(ceremonies)('%s', (stage) => {
    const shown = screen(atStage(stage), after(atStage('gates'), atStage(stage)), columns, rows);
    const path = join(
      import.meta.dirname,
      `../../../tests/golden/console/ceremony-${stage}-${columns}x${rows}.txt`,
    );
    if ((process.env['GENESIS_UPDATE_GOLDEN'] ?? '') !== '') writeFileSync(path, shown);
    expect(shown).toBe(readFileSync(path, 'utf8'));
  });
});

describe('what is said is so', () => {
  const down = (changes: Partial<Dashboard>): string =>
    screen(atStage('emergency', changes), after(atStage('gates'), atStage('emergency')), 120, 40);

  test.each<[string, readonly Dashboard['positions'][number][], string]>([
    ['nothing open', [], 'Nothing is open.'],
    ['all protected', [fakePosition], '1 position, each with its stop at the exchange'],
    [
      'one without a stop yet',
      [fakePosition, { ...fakePosition, protected: false }],
      '1 of 2 positions with a stop at the exchange',
    ],
  ])('%s', (_name, positions, wanted) => {
    expect(down({ positions })).toContain(wanted);
  });

  test('no page shouts, blames, or breaks at any size', () => {
    for (const stage of ceremonies) {
      const state = after(atStage('gates'), atStage(stage));
      expect(screen(atStage(stage), state, 120, 40)).not.toMatch(/!|you lost|your fault|failed/i);
      for (const [columns, rows] of [
        [1, 1],
        [12, 5],
        [40, 12],
        [200, 60],
      ] as const)
        screen(atStage(stage), state, columns, rows);
    }
  });
});
