// The journal's page: lines, words, handing in; and the warning that opens it.
import { describe, expect, test } from 'vitest';
import {
  backspace,
  begin,
  enter,
  escape,
  press,
  sent,
  typeOut,
  type Session,
} from '../../../tests/builders/console-session.ts';
import { fakeDashboard } from '../../../tests/builders/fake-engine.ts';
import { explain } from '../../core/explain.ts';
import { refusal } from '../../core/refusals.ts';
import { afterReply } from './console-answers.ts';
import { initialState } from './console-state.ts';
import { journalDue } from './journal-editor.ts';
import type { Key } from './key.ts';

describe('the journal page', () => {
  const handIn: Key = { kind: 'handIn' };

  test('opens, takes lines, is put aside with its words, and is handed in once', () => {
    const session = begin();
    press(session, 'journal\r', 'I saw', enter, 'a fast market', escape);
    expect([session.state.journal.open, session.state.journal.words]).toEqual([false, 5]);
    press(session, 'journal\r', ' and waited', handIn, handIn);
    expect(sent(session)).toEqual(['journal I saw\na fast market and waited']);
    expect(session.effects.some((effect) => effect.kind === 'remember')).toBe(false);
    session.state = afterReply(session.state, {
      commandId: '',
      outcome: 'accepted',
      lines: [],
      refusal: null,
    });
    expect(session.state.journal).toMatchObject({ open: false, words: 0, page: { text: '', cursor: 0 } });
  });

  test('says how many words are missing, and stays', () => {
    const session = begin();
    session.journalWords = 500;
    press(session, enter, 'one two three', handIn);
    expect(session.state.answer?.lines[0]).toContain('3 of 500 words so far');
    expect([session.state.journal.open, sent(session)]).toEqual([true, []]);
  });

  test('refused, keeps every word', () => {
    const session = begin();
    press(session, 'j\r', 'my words', handIn);
    const refused = refusal('journal.notAccepted', { message: 'Too short.' });
    session.state = afterReply(session.state, {
      commandId: '',
      outcome: 'refused',
      lines: [],
      refusal: { code: refused.code, figures: refused.figures, explanation: explain(refused) },
    });
    expect([session.state.journal.open, session.state.journal.page.text]).toEqual([true, 'my words']);
  });

  test('pasted words are marked as such, and numbers are text', () => {
    const session = begin();
    press(session, 'j\r', { kind: 'paste', text: 'all of it\nfrom elsewhere' }, '1', '?');
    expect(session.state.journal).toMatchObject({
      pasted: true,
      page: { text: 'all of it\nfrom elsewhere1?' },
    });
    expect(session.state.view).toBe('trade');
  });
});

describe('a warning', () => {
  const { tilt } = fakeDashboard();
  const warned = fakeDashboard({ tilt: { ...tilt, level: 'WARNING', journalRequired: 1, journalWords: 50 } });
  const calm = fakeDashboard();

  test('opens the page once, and again only for another one', () => {
    const opened = journalDue(initialState([]), warned, 10_000);
    expect(opened.journal).toMatchObject({ open: true, offered: true });
    const aside = { ...opened, journal: { ...opened.journal, open: false } };
    expect(journalDue(aside, warned, 20_000)).toBe(aside);
    expect(journalDue(journalDue(aside, calm, 30_000), warned, 40_000).journal.open).toBe(true);
  });

  test.each<[string, (session: Session) => void]>([
    ['a line stands there', (session) => typeOut(session, 'close')],
    ['an answer is awaited', (session) => press(session, 'close btc\r')],
    ['a question is asked', (session) => press(session, { kind: 'interrupt' })],
    ['keys were pressed a moment ago', (session) => press(session, 'x', backspace)],
  ])('never while %s', (_name, act) => {
    const session = begin();
    act(session);
    expect(journalDue(session.state, warned, session.now).journal.open).toBe(false);
  });

  test('on its page an exit is an exit, and everything else is text', () => {
    const exit = begin();
    exit.state = journalDue(exit.state, warned, exit.now);
    typeOut(exit, 'close btc');
    press(exit, enter);
    expect([sent(exit), exit.state.journal.open]).toEqual([['close btc'], false]);
    const text = begin();
    text.state = journalDue(text.state, warned, text.now);
    typeOut(text, 'buy 25 usdt btc');
    press(text, enter);
    expect([sent(text), text.state.journal.page.text]).toEqual([[], 'buy 25 usdt btc\n']);
  });
});
