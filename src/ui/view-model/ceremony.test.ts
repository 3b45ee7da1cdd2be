// Steps up and down: when the page comes and goes, and the whole screen of each at the sizes people have.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { keysPressed, screenInput, shownRows } from '../../../tests/builders/console-screen.ts';
import { FAKE_NOW, fakePosition } from '../../../tests/builders/fake-engine.ts';
import { fullDashboard } from '../../../tests/builders/full-dashboard.ts';
import type { Dashboard, TierJourneyPanel } from '../../core/dashboard.ts';
import { ceremonyDue, type Ceremony } from './ceremony.ts';
import { initialState, type ConsoleState } from './console-state.ts';
import type { Key } from './key.ts';

const HOUR = 3_600_000;
const { tier: hunter, tierJourney: begun, tilt } = fullDashboard();
const stages: readonly Ceremony[] = ['trial', 'phrase', 'reflection', 'adjustment', 'emergency'];

const checklist: TierJourneyPanel['checklist'] = [
  { item: 'cause', words: 'I know what happened and what it cost', done: true },
  { item: 'orders', words: 'I have looked at every order and position at the exchange', done: false },
  { item: 'limits', words: 'I have read the limits that hold now', done: false },
  { item: 'journal', words: 'A journal entry about it is written', done: false },
];

function at(stage: TierJourneyPanel['stage'], changes: Partial<Dashboard> = {}): Dashboard {
  if (begun === null) throw new Error('the full dashboard has a journey');
  const risen = stage === 'adjustment';
  const fallen = stage === 'emergency';
  return fullDashboard({
    tilt: { ...tilt, level: 'NORMAL', score: 4 },
    tier: {
      ...hunter,
      ...(risen ? { tier: 'STRATEGIST', next: 'ARCHITECT', features: ['market', 'limit', 'vwap'] } : {}),
      gates: hunter.gates.map((gate) => ({ ...gate, currentValue: gate.requiredValue, passed: true })),
    },
    tierJourney: {
      ...begun,
      stage,
      trial:
        stage === 'trial'
          ? {
              startedAt: FAKE_NOW - HOUR,
              endsAt: FAKE_NOW + 47 * HOUR,
              profitableDays: 0,
              profitableDaysMin: 2,
              roundTrips: 0,
              roundTripsMin: 10,
              uptimeBps: 10_000,
              uptimeMinBps: 9_900,
            }
          : null,
      adjustmentUntil: risen ? FAKE_NOW + 48 * HOUR : null,
      checklist: fallen ? checklist : [],
      history: fallen
        ? [...begun.history, { at: FAKE_NOW - HOUR, from: 'STRATEGIST', to: 'HUNTER', reason: 'dayLoss' }]
        : begun.history,
    },
    ...changes,
  });
}

function screen(dashboard: Dashboard, state: ConsoleState, columns: number, rows: number): string {
  return `${shownRows(screenInput(dashboard, { state, size: { columns, rows } })).join('\n')}\n`;
}

/** The state after these pictures, one after the other. */
function after(...pictures: readonly Dashboard[]): ConsoleState {
  return pictures.reduce(ceremonyDue, initialState([]));
}

describe('a page comes', () => {
  test.each<[string, readonly Dashboard[], Ceremony | null]>([
    ['when the trial begins', [at('gates'), at('trial')], 'trial'],
    ['with the sentence after it', [at('trial'), at('phrase')], 'phrase'],
    ['with the reflection', [at('phrase'), at('reflection')], 'reflection'],
    ['with the new tier', [at('reflection'), at('adjustment')], 'adjustment'],
    ['with a step down', [at('gates'), at('emergency')], 'emergency'],
    ['to who comes back to a sentence', [at('phrase')], 'phrase'],
    ['to who comes back after a step down', [at('emergency')], 'emergency'],
    ['not to who comes back to a trial', [at('trial')], null],
    ['not to who comes back to a new tier', [at('adjustment')], null],
    ['not while gates are earned', [at('gates'), at('gates')], null],
    ['and goes when the step is over', [at('gates'), at('emergency'), at('gates')], null],
    ['not where the engine cannot say', [at('gates', { tierJourney: null })], null],
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
    const dashboard = at('emergency');
    const left = keysPressed(after(at('gates'), dashboard), dashboard, ...keys).state;
    expect(left.ceremonies.open).toBeNull();
    expect(ceremonyDue(left, dashboard).ceremonies.open).toBeNull();
  });

  test('a command is typed and sent under it', () => {
    const dashboard = at('emergency');
    const typed = Array.from('close btc', (text): Key => ({ kind: 'text', text }));
    const sent = keysPressed(after(at('gates'), dashboard), dashboard, ...typed, { kind: 'enter' }).state;
    expect([sent.sent?.text, sent.ceremonies.open]).toEqual(['close btc', 'emergency']);
  });
});

describe.each([
  [80, 24],
  [120, 40],
])('whole screens at %i by %i', (columns, rows) => {
  test.each(stages)('%s', (stage) => {
    const shown = screen(at(stage), after(at('gates'), at(stage)), columns, rows);
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
    screen(at('emergency', changes), after(at('gates'), at('emergency')), 120, 40);

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
    for (const stage of stages) {
      const state = after(at('gates'), at(stage));
      expect(screen(at(stage), state, 120, 40)).not.toMatch(/!|you lost|your fault|failed/i);
      for (const [columns, rows] of [
        [1, 1],
        [12, 5],
        [40, 12],
        [200, 60],
      ] as const)
        screen(at(stage), state, columns, rows);
    }
  });
});
