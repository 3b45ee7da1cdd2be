// The guided tour: when it is offered, what moves it on, that it never sends, and what stands on screen.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyContext, keysPressed, screenInput, shownRows } from '../../../tests/builders/console-screen.ts';
import { fakeDashboard, fakePosition } from '../../../tests/builders/fake-engine.ts';
import type { Dashboard, Preview } from '../../core/dashboard.ts';
import { afterKey } from './console-keys.ts';
import { initialState, type ConsoleState, type KeyContext } from './console-state.ts';
import type { Key } from './key.ts';
import { tourFollows, tourOffered, tourSteps, type TourStep } from './tour.ts';

const fresh = fakeDashboard();
const unused: Dashboard = fakeDashboard({ account: { ...fresh.account, entriesToday: 0 } });
const holding: Dashboard = { ...unused, positions: [fakePosition] };
const wouldSend: Preview = { outcome: 'wouldSend', lines: ['$100 becomes $25.'], figures: {} };
function at(step: TourStep, changes: Partial<ConsoleState> = {}): ConsoleState {
  return { ...initialState([]), tour: tourSteps.indexOf(step), ...changes };
}

const enter: Key = { kind: 'enter' };
const escape: Key = { kind: 'escape' };
const word = (text: string): readonly Key[] =>
  Array.from(text, (character): Key => ({ kind: 'text', text: character }));
const stepOf = (state: ConsoleState): TourStep | null =>
  state.tour === null ? null : (tourSteps[state.tour] ?? null);

describe('offered', () => {
  test.each<[string, Dashboard, readonly string[], boolean]>([
    ['with paper money and no trade yet', unused, [], true],
    ['after looking around only', unused, ['status', 'b'], true],
    ['not with real money', { ...unused, mode: 'live' }, [], false],
    ['not on the testnet', { ...unused, mode: 'testnet' }, [], false],
    ['not with an entry today', fresh, [], false],
    ['not with a position', holding, [], false],
    ['not to who has bought here before', unused, ['buy 25 usdt btc'], false],
    ['not to who has bought in short form', unused, ['b25u btc'], false],
  ])('%s', (_name, dashboard, history, offered) => {
    expect(tourOffered(initialState(history), dashboard).tour !== null).toBe(offered);
  });
});

describe('goes on', () => {
  test.each<[string, ConsoleState, Dashboard, TourStep]>([
    ['waits for a preview', at('preview'), unused, 'preview'],
    [
      'a preview of a buy',
      at('preview', { preview: { line: 'buy 100 usdt btc', preview: wouldSend } }),
      unused,
      'send',
    ],
    [
      'not a preview of something else',
      at('preview', { preview: { line: 'sell 50% btc', preview: wouldSend } }),
      unused,
      'preview',
    ],
    [
      'not a refused preview',
      at('preview', { preview: { line: 'buy 1 usdt btc', preview: { ...wouldSend, outcome: 'refused' } } }),
      unused,
      'preview',
    ],
    ['waits for a position', at('send'), unused, 'send'],
    ['a position', at('send'), holding, 'stop'],
    ['a position without a look at the preview', at('preview'), holding, 'stop'],
    ['waits for the close', at('close'), holding, 'close'],
    ['closed', at('close'), unused, 'ask'],
    ['closed while reading of the stop', at('stop'), unused, 'ask'],
  ])('%s', (_name, state, dashboard, wanted) => {
    expect(stepOf(tourFollows(state, dashboard).state)).toBe(wanted);
  });

  test.each<[TourStep, Dashboard, TourStep | null]>([
    ['zones', unused, 'preview'],
    ['preview', unused, 'preview'],
    ['send', unused, 'send'],
    ['stop', holding, 'close'],
    ['close', holding, 'close'],
    ['ask', unused, null],
  ])('Enter on an empty line at %s', (step, dashboard, wanted) => {
    expect(stepOf(keysPressed(at(step), dashboard, enter).state)).toBe(wanted);
  });

  test('the help opened at the last step ends it', () => {
    const { state } = keysPressed(at('ask'), unused, { kind: 'text', text: '?' });
    expect(tourFollows(state, unused)).toMatchObject({
      state: { view: 'help', tour: null },
      effects: [{ kind: 'tourDone' }],
    });
  });
});

describe('put aside and taken again', () => {
  test.each(tourSteps)('Esc at %s', (step) => {
    const { state, effects } = keysPressed(at(step), unused, escape);
    expect([state.tour, effects]).toEqual([null, [{ kind: 'tourDone' }]]);
  });

  test('Esc clears a line, then an answer, then leaves a view, and only then the tour', () => {
    const answer = { tone: 'plain' as const, lines: ['buying'] };
    let { state } = keysPressed(at('preview', { view: 'risk', answer }), unused, ...word('st'), escape);
    expect([state.tour, state.line.text]).toEqual([1, '']);
    for (let turn = 0; turn < 3 && state.view !== 'trade'; turn += 1)
      ({ state } = keysPressed(state, unused, escape));
    expect([state.tour, state.view]).toEqual([1, 'trade']);
    expect(keysPressed(state, unused, escape).state.tour).toBeNull();
  });

  test.each<[string, Dashboard, Partial<KeyContext>, number | null]>([
    ['tour begins it anew', holding, {}, 0],
    ['never with real money', { ...holding, mode: 'live' }, {}, null],
    ['not where nothing can be sent', holding, { readOnly: true }, null],
  ])('%s', (_name, dashboard, changes, wanted) => {
    const line = { text: 'tour', cursor: 4 };
    const step = afterKey({ ...initialState([]), line }, enter, keyContext(dashboard, changes));
    expect([step.state.tour, step.effects.filter(({ kind }) => kind === 'send')]).toEqual([wanted, []]);
  });
});

test('a line is sent during the tour exactly as without it, and never by the tour', () => {
  const key = fc.oneof(
    fc.constantFrom<Key>(enter, escape, { kind: 'tab' }, { kind: 'up' }),
    fc.constantFrom(...Array.from('buy100 usdtclose?why1')).map((text): Key => ({ kind: 'text', text })),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...tourSteps),
      fc.array(key, { maxLength: 40 }),
      fc.boolean(),
      (step, keys, open) => {
        const dashboard = open ? holding : unused;
        const sent = (state: ConsoleState): readonly string[] =>
          keysPressed(state, dashboard, ...keys).effects.flatMap((effect) =>
            effect.kind === 'send' ? [effect.line] : [],
          );
        expect(sent(at(step))).toEqual(sent(initialState([])));
      },
    ),
  );
});

describe('on screen', () => {
  const screen = (state: ConsoleState, dashboard: Dashboard, columns = 80, rows = 24): readonly string[] =>
    shownRows(screenInput(dashboard, { state, size: { columns, rows } }));

  test('the first step at 80 by 24', () => {
    expect(screen(at('zones'), unused).slice(-7)).toEqual([
      ' ─────────────────────────────────────────────────────────────────────────────',
      ' ›',
      '   Above: the day so far, what is left to lose today, the tier. In the middle:',
      '   what is open, and what happened. Here: your words.',
      '   It is all paper money, and nothing is ever sent before Enter.',
      '   tour 1 of 6 · Esc leaves it',
      '',
    ]);
  });

  test('beside a preview one row is enough', () => {
    const line = 'buy 100 usdt btc';
    const state = at('send', {
      line: { text: line, cursor: line.length },
      preview: { line, preview: wouldSend },
    });
    expect(screen(state, unused).slice(-6)).toEqual([
      ' › buy 100 usdt btc',
      '   $100 becomes $25.',
      '   Enter to send · Esc to clear · ? for why',
      '',
      '',
      '   tour 3 of 6 · a small share of the account at most; Enter sends it',
    ]);
  });

  test('the stop is told with its price', () => {
    expect(screen(at('stop'), holding, 120, 40).join('\n')).toContain(
      'This one rests at the exchange at 66,063.86',
    );
  });

  test('a lock speaks first', () => {
    const locked: Dashboard = { ...unused, tilt: { ...unused.tilt, level: 'LOCKED', lockedUntil: null } };
    expect(screen(at('zones'), locked).join('\n')).toContain('Entries rest for a while.');
  });

  test('no step is cut at 80 by 24, beside an answer or alone', () => {
    for (const step of tourSteps)
      for (const answer of [null, { tone: 'plain' as const, lines: ['Done.'] }])
        expect(screen(at(step, { answer }), holding).join('\n')).not.toContain('…');
  });

  test('any size holds it', () => {
    for (const [columns, rows] of [
      [1, 1],
      [10, 5],
      [40, 12],
      [200, 60],
    ] as const)
      for (const step of tourSteps) expect(screen(at(step), holding, columns, rows)).toHaveLength(rows);
  });
});
