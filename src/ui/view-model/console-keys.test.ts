// Keys in, state and effects out: sending, pasting, history, completion, leaving.
import { describe, expect, test } from 'vitest';
import {
  backspace,
  begin,
  effectsOf,
  enter,
  escape,
  press,
  sent,
  typeOut,
} from '../../../tests/builders/console-session.ts';
import type { Preview } from '../../core/dashboard.ts';
import { afterPreview } from './console-answers.ts';
import { afterIdle } from './console-keys.ts';
import { afterHold, UNDO_WINDOW_MS } from './undo-window.ts';
import type { Key } from './key.ts';
import type { Effect } from './console-state.ts';

describe('sending', () => {
  test('a typed line is sent once, with how it came about', () => {
    const session = begin();
    typeOut(session, 'buy 100 usdt bct');
    press(session, backspace, backspace);
    typeOut(session, 'tc');
    press(session, enter, enter, enter);
    expect(session.effects.filter((effect) => effect.kind === 'send')).toEqual([
      {
        kind: 'send',
        line: 'buy 100 usdt btc',
        behaviour: { decisionMs: 1_000, keys: 20, corrections: 2, pasted: false, afterLossMs: null },
      },
    ]);
    expect(session.state.line.text).toBe('');
  });

  test('a line written in one piece with its Enter is a line', () => {
    const session = begin();
    press(session, 'buy 100 usdt btc\r');
    expect(sent(session)).toEqual(['buy 100 usdt btc']);
  });

  test('a second line waits until the first is answered', () => {
    const session = begin();
    press(session, 'close btc\r', 'close eth\r');
    expect(sent(session)).toEqual(['close btc']);
    expect(session.state.line.text).toBe('close eth');
  });

  test('nothing is sent while there is no engine, and the line stays', () => {
    const session = begin();
    session.connection = 'reconnecting';
    press(session, 'close btc\r');
    expect(sent(session)).toEqual([]);
    expect([session.state.line.text, session.state.answer?.lines[0]]).toEqual([
      'close btc',
      'The engine is not connected, so nothing was sent. Your line is still there.',
    ]);
  });

  test('Enter on an empty line starts an engine that has stopped', () => {
    const session = begin();
    session.connection = 'stopped';
    press(session, enter);
    expect(effectsOf(session)).toEqual([{ kind: 'startEngine' }]);
  });
});

test('letters that came joined with Ctrl-R are looked for, not typed', () => {
  const session = begin(['close btc', 'tier']);
  press(session, '\u0012clo', enter);
  expect([session.state.line.text, sent(session)]).toEqual(['close btc', []]);
});

describe('previews', () => {
  const preview: Preview = { outcome: 'wouldSend', lines: ['x'], figures: {} };

  test('asked for when the line reads as an order, and reported once', () => {
    const session = begin();
    typeOut(session, 'buy 25 usdt btc');
    expect(session.effects).toEqual([
      { kind: 'preview', line: 'buy 25 usdt btc' },
      {
        kind: 'action',
        report: { action: 'preview', symbol: 'BTCUSDT', figures: { side: 'BUY', notional: 25 } },
      },
    ]);
  });

  test('one for a line that has changed is dropped', () => {
    const session = begin();
    typeOut(session, 'buy 25 usdt btc');
    expect(afterPreview(session.state, 'buy 2 usdt btc', preview).preview).toBeNull();
    expect(afterPreview(session.state, 'buy 25 usdt btc', preview).preview).not.toBeNull();
  });

  test('? asks for the reason of a preview, and for help on an empty line', () => {
    const session = begin();
    typeOut(session, 'buy 25 usdt btc');
    session.state = afterPreview(session.state, 'buy 25 usdt btc', preview);
    press(session, '?');
    expect([session.state.explaining, session.state.line.text]).toEqual([true, 'buy 25 usdt btc']);
    press(session, escape, escape, '?');
    expect([session.state.line.text, session.state.view]).toEqual(['', 'help']);
  });

  test('an order that is given up is noted', () => {
    const session = begin();
    typeOut(session, 'buy 25 usdt btc');
    press(session, escape);
    expect(session.effects.at(-1)).toMatchObject({
      kind: 'action',
      report: { action: 'abandon', symbol: 'BTCUSDT', figures: {} },
    });
  });
});

describe('pastes', () => {
  test.each([
    ['with brackets', { kind: 'paste', text: 'buy 10 usdt btc\nbuy 10 usdt eth\n' } as const],
    ['without', { kind: 'text', text: 'buy 10 usdt btc\rbuy 10 usdt eth\r' } as const],
    ['with line feeds', { kind: 'text', text: 'buy 10 usdt btc\nbuy 10 usdt eth\n' } as const],
  ])('of several lines %s carry nothing out', (_name, key) => {
    const session = begin();
    press(session, key, enter);
    expect([sent(session), session.state.line.text]).toEqual([[], '']);
    expect(session.state.answer?.lines[0] ?? '').toBe('');
  });

  test('the rest of a paste that arrives late is not carried out either', () => {
    const session = begin();
    press(session, 'buy 10 usdt btc\rbuy 10 usdt eth\r');
    session.now += 10;
    press(session, 'buy 10 usdt btc\r');
    expect(sent(session)).toEqual([]);
    session.now += 1_000;
    press(session, enter);
    expect(sent(session)).toEqual(['buy 10 usdt btc']);
  });

  test('of one line is text to look at, and is counted as pasted', () => {
    const session = begin();
    press(session, { kind: 'paste', text: 'buy 10 usdt btc\n' });
    expect([sent(session), session.state.line.text]).toEqual([[], 'buy 10 usdt btc']);
    session.now += 1_000;
    press(session, enter);
    expect([sent(session), session.state.answer?.lines]).toEqual([
      [],
      ['Pasted. Press Enter again to send it.'],
    ]);
    press(session, enter);
    expect(session.effects.find((effect) => effect.kind === 'send')).toMatchObject({
      behaviour: { pasted: true, keys: 1 },
    });
  });

  test('that are too long or hold hidden characters are cut, and that is said', () => {
    const long = begin();
    press(long, { kind: 'paste', text: 'x'.repeat(100_000) });
    expect([long.state.line.text.length, long.state.answer?.tone]).toEqual([500, 'caution']);
    const hidden = begin();
    press(hidden, { kind: 'paste', text: 'buy 10\u202e usdt btc' });
    expect(hidden.state.line.text).toBe('buy 10');
  });

  test.each<[string, string, readonly string[], string]>([
    ['control keys among joined keys act', 'old\u0015close btc\r', ['close btc'], ''],
    ['a tab among them completes', 'posi\t', [], 'positions '],
    ['another control character sets the rest and its Enter aside', 'buy 25\u0000 usdt btc\r', [], 'buy 25'],
    ['a reordering character does as well', '\u202ebuy 25 usdt btc\r', [], ''],
    ['and a C1 character', 'buy 25\u009b usdt btc\r', [], 'buy 25'],
    [
      'control keys do not hide that there are several lines',
      'buy 25 usdt btc\r\u0015buy 25 usdt btc\r',
      [],
      '',
    ],
  ])('%s', (_name, chunk, lines, left) => {
    const session = begin();
    press(session, chunk);
    expect([sent(session), session.state.line.text]).toEqual([lines, left]);
  });

  test('a journal entry may be long', () => {
    const session = begin();
    press(session, { kind: 'paste', text: `journal ${'calm '.repeat(500)}` });
    expect(session.state.line.text.length).toBe(2_508);
  });
});

describe('history', () => {
  test('goes back, forth, and to the line that was being typed', () => {
    const session = begin(['close btc', 'tier']);
    typeOut(session, 'bu');
    press(session, { kind: 'up' });
    expect(session.state.line.text).toBe('tier');
    press(session, { kind: 'up' }, { kind: 'up' });
    expect(session.state.line.text).toBe('close btc');
    press(session, { kind: 'down' }, { kind: 'down' });
    expect(session.state.line.text).toBe('bu');
  });

  test('an order brought back is previewed like one that is typed', () => {
    const session = begin(['buy 25 usdt btc']);
    press(session, { kind: 'up' });
    expect(session.effects[0]).toEqual({ kind: 'preview', line: 'buy 25 usdt btc' });
  });

  test('keeps no journal text and no sentence', () => {
    const session = begin();
    press(session, 'journal I am tired\r');
    session.state = { ...session.state, sent: null };
    press(session, 'resume the sentence\r');
    expect(session.state.history).toEqual([]);
  });
});

describe('completion', () => {
  test('Tab goes through what fits, Esc gives the line back', () => {
    const session = begin();
    typeOut(session, 'st');
    press(session, { kind: 'tab' });
    expect(session.state.line.text).toBe('stop ');
    press(session, { kind: 'tab' });
    expect(session.state.line.text).toBe('status ');
    press(session, { kind: 'shiftTab' }, escape);
    expect(session.state.line.text).toBe('st');
  });

  test('a single candidate is taken at once', () => {
    const session = begin();
    typeOut(session, 'posi');
    press(session, { kind: 'tab' });
    expect([session.state.line, session.state.completion]).toEqual([
      { text: 'positions ', cursor: 10 },
      null,
    ]);
  });
});

describe('views and leaving', () => {
  test('a word opens a view here, noted, without asking the engine', () => {
    const session = begin();
    press(session, 'tier\r');
    expect([session.state.view, sent(session)]).toEqual(['tier', []]);
    expect(session.effects).toContainEqual({
      kind: 'action',
      report: { action: 'view', symbol: null, figures: { name: 'tier' } },
    });
    press(session, escape);
    expect(session.state.view).toBe('trade');
  });

  test.each<[string, readonly (Key | string)[], readonly Effect['kind'][]]>([
    ['k leaves the engine running', [{ kind: 'interrupt' }, 'k'], ['leave']],
    ['s stops it', [{ kind: 'interrupt' }, 's'], ['stopEngine']],
    ['Esc stays', [{ kind: 'interrupt' }, escape, 'k'], []],
    ['other keys wait for an answer', [{ kind: 'interrupt' }, 'x', enter], []],
    ['a second Ctrl-C leaves the engine running', [{ kind: 'interrupt' }, { kind: 'interrupt' }], ['leave']],
    ['quit asks as well', ['quit\r', 'k'], ['leave']],
  ])('%s', (_name, keys, expected) => {
    const session = begin();
    press(session, ...keys);
    expect(effectsOf(session).map((effect) => effect.kind)).toEqual(expected);
  });

  test('without an engine Ctrl-C leaves at once', () => {
    const session = begin();
    session.connection = 'stopped';
    press(session, { kind: 'interrupt' });
    expect(session.effects).toEqual([{ kind: 'leave' }]);
  });
});

describe('a cancel', () => {
  test.each<[string, readonly (Key | string)[]]>([
    ['Esc', [escape]],
    ['undo', ['undo\r']],
  ])('%s within its window keeps the order', (_name, keys) => {
    const session = begin();
    press(session, 'cancel\r');
    expect(sent(session)).toEqual([]);
    const sendAt = session.state.held?.sendAt ?? 0;
    press(session, ...keys);
    expect(session.state.answer?.lines[0]).toContain('the order still rests');
    expect(afterHold(session.state, sendAt, true).effects).toEqual([]);
  });

  test('leaves when its window has passed, once', () => {
    const session = begin();
    press(session, 'cancel btc\r');
    expect(session.effects).toContainEqual({ kind: 'hold', sendAt: 1_000 + UNDO_WINDOW_MS });
    const step = afterHold(session.state, 1_000 + UNDO_WINDOW_MS, true);
    expect(step.effects.map((effect) => effect.kind === 'send' && effect.line)).toEqual(['cancel btc']);
    expect(afterHold(step.state, 1_000 + UNDO_WINDOW_MS, true).effects).toEqual([]);
  });

  test('is said to be unsent when the engine is gone by then', () => {
    const session = begin();
    press(session, 'cancel\r');
    const step = afterHold(session.state, session.state.held?.sendAt ?? 0, false);
    expect([step.effects, step.state.answer?.lines[0]]).toEqual([
      [],
      'The engine is not connected, so the cancel was not sent. The order still rests.',
    ]);
  });

  test('an exit never waits', () => {
    const session = begin();
    press(session, 'close btc\r');
    expect(sent(session)).toEqual(['close btc']);
  });

  test('undo with nothing to undo says so', () => {
    const session = begin();
    press(session, 'undo\r');
    expect([session.state.answer?.lines[0], sent(session)]).toEqual(['Nothing waits to be undone.', []]);
  });
});

describe('searching the history', () => {
  const search: Key = { kind: 'search' };
  const lines = ['buy 25 usdt btc', 'close btc', 'buy 10 usdt eth', 'tier'];

  test('Ctrl-R finds the newest line that holds what is typed, and the older ones after it', () => {
    const session = begin(lines);
    press(session, search, 'b', 'u', 'y');
    expect(session.state.search?.index).toBe(2);
    press(session, search);
    expect(session.state.search?.index).toBe(0);
    press(session, enter);
    expect([session.state.line.text, sent(session)]).toEqual(['buy 25 usdt btc', []]);
  });

  test('Esc gives the line back that was being typed', () => {
    const session = begin(lines);
    press(session, 'sto', search, 'tier', escape);
    expect(session.state.line.text).toBe('sto');
  });
});

describe('what is noticed of the keyboard', () => {
  test('counts and durations, a batch for each line, never a letter', () => {
    const session = begin();
    typeOut(session, 'buy 25 usdt bct');
    press(session, backspace, backspace, 't', 'c', enter);
    const reports = session.effects.flatMap((effect) =>
      effect.kind === 'action' && effect.report.action === 'keys' ? [effect.report] : [],
    );
    expect(reports).toEqual([
      { action: 'keys', symbol: null, figures: { count: 20, errors: 2, pastes: 0, durationMs: 950 } },
    ]);
  });

  test('what is left is told when nobody types any more, once', () => {
    const session = begin();
    press(session, 't', 'i');
    expect(afterIdle(session.state, session.now).effects).toEqual([]);
    const step = afterIdle(session.state, session.now + 6_000);
    expect(step.effects).toHaveLength(1);
    expect(afterIdle(step.state, session.now + 20_000).effects).toEqual([]);
  });

  test('the time since a loss was shown goes with the next command', () => {
    const session = begin();
    session.state = { ...session.state, lossAt: 400 };
    press(session, 'close btc\r');
    expect(session.effects).toContainEqual(
      expect.objectContaining({ kind: 'send', behaviour: expect.objectContaining({ afterLossMs: 600 }) }),
    );
  });
});

describe('numbers and question marks', () => {
  test.each<[string, string]>([
    ['2', 'risk'],
    ['5', 'market'],
    ['9', 'help'],
  ])('%s on an empty line opens %s', (key, view) => {
    const session = begin();
    press(session, key);
    expect([session.state.view, session.state.line.text]).toEqual([view, '']);
  });

  test('in a line a number is a number', () => {
    const session = begin();
    press(session, 'b', '2');
    expect([session.state.view, session.state.line.text]).toEqual(['trade', 'b2']);
  });

  test('? tells what the command being typed does, and the line stays', () => {
    const session = begin();
    press(session, 'stop b', '?');
    expect([session.state.hint, session.state.line.text]).toEqual([true, 'stop b']);
    press(session, 't');
    expect([session.state.hint, session.state.line.text]).toEqual([false, 'stop bt']);
  });

  test('market eth looks at that pair', () => {
    const session = begin();
    press(session, 'market eth\r');
    expect(session.state.view).toBe('market');
    expect(session.effects).toContainEqual({ kind: 'choose', symbol: 'ETHUSDT' });
    expect(sent(session)).toEqual([]);
  });
});
