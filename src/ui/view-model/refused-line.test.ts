// What an answer leaves on the line: gone, kept to be mended, and what is typed behind a refused one.
import { describe, expect, test } from 'vitest';
import {
  backspace,
  begin,
  enter,
  press,
  sent,
  typeOut,
  type Session,
} from '../../../tests/builders/console-session.ts';
import { explain } from '../../core/explain.ts';
import { refusal } from '../../core/refusals.ts';
import { afterFailure, afterReply } from './console-answers.ts';
import type { Key } from './key.ts';

describe('answers', () => {
  const why = refusal('risk.dailyEntries', { entries: 10, limit: 10 });
  const refusedReply = {
    commandId: 'c',
    outcome: 'refused' as const,
    lines: [],
    refusal: { ...why, explanation: explain(why) },
  };

  test('an accepted line is gone and its answer is shown', () => {
    const session = begin();
    press(session, 'close btc\r');
    const state = afterReply(session.state, {
      commandId: 'c',
      outcome: 'accepted',
      lines: ['closing'],
      refusal: null,
    });
    expect([state.line.text, state.answer]).toEqual(['', { tone: 'plain', lines: ['closing'] }]);
  });

  test('a refused line comes back with its cursor, and three sentences', () => {
    const session = begin();
    press(session, 'buy 100 usdt btc\r');
    const state = afterReply(session.state, refusedReply);
    expect([state.line, state.answer?.lines]).toEqual([
      { text: 'buy 100 usdt btc', cursor: 16 },
      Object.values(explain(why)),
    ]);
  });

  const refusedSession = (line: string): Session => {
    const session = begin();
    press(session, `${line}\r`);
    session.state = afterReply(session.state, refusedReply);
    return session;
  };

  test.each<[refused: string, keys: readonly (Key | string)[], line: string]>([
    ['close bt', ['c'], 'close btc'],
    ['buy 100 usdt btc', [backspace, 'x'], 'buy 100 usdt btx'],
    ['buy 100 usdt btc', [' ', 'n'], 'buy 100 usdt btc n'],
    ['buy 100 usdt btc', [{ kind: 'edit', edit: { kind: 'home' } }, 'b'], 'bbuy 100 usdt btc'],
    ['halt the news', ['s'], 'halt the newss'],
    ['buy 100 usdt', ['e'], 'buy 100 usdte'],
  ])('after a refusal a key mends the line: %s', (refused, keys, line) => {
    const session = refusedSession(refused);
    press(session, ...keys);
    expect(session.state.line.text).toBe(line);
  });

  test('behind a whole command a letter begins a new line, and the refused one is in the history', () => {
    const session = refusedSession('buy 100 usdt btc');
    press(session, 'w');
    expect(session.state.line.text).toBe('w');
    press(session, 'hy\r', { kind: 'up' }, { kind: 'up' });
    expect([sent(session).at(-1), session.state.line.text]).toEqual(['why', 'buy 100 usdt btc']);
  });

  test('a slip in the second command is mended like one in the first', () => {
    const session = refusedSession('buy 100 usdt bct');
    typeOut(session, 'close bt');
    press(session, enter);
    session.state = afterReply(session.state, refusedReply);
    press(session, 'c', enter);
    expect(sent(session).at(-1)).toBe('close btc');
  });

  test('a refused line is mended where its cursor was', () => {
    const session = begin();
    typeOut(session, 'close bc');
    press(session, { kind: 'edit', edit: { kind: 'left' } }, enter);
    session.state = afterReply(session.state, refusedReply);
    press(session, 't', enter);
    expect(sent(session)).toEqual(['close bc', 'close btc']);
  });

  test.each(['close btc', 'close-all', 'stop btc 1%', 'why', 'halt enough'])(
    'behind a refused line `%s` does not wait for it',
    (later) => {
      const session = refusedSession('buy 100 usdt bct');
      typeOut(session, later);
      expect(session.state.later).toEqual({ text: later, isAskedFirst: false });
      press(session, enter);
      expect(sent(session)).toEqual(['buy 100 usdt bct', later]);
    },
  );

  test.each(['buy 25 usdt btc', 'b25u btc', 'sell 50% btc', 'iceberg buy 300 usdt btc'])(
    'behind a refused line `%s` stands alone first and has an Enter of its own',
    (later) => {
      const session = refusedSession('icebrg ');
      press(session, `${later}\r`);
      expect([sent(session).length, session.state.line.text, session.state.refused]).toEqual([
        1,
        later,
        null,
      ]);
      press(session, enter);
      expect(sent(session).at(-1)).toBe(later);
    },
  );

  test('a word of the console behind a refused line acts', () => {
    const session = refusedSession('buy 100 usdt bct');
    press(session, 'tour\r');
    expect([session.state.tour, session.state.line.text]).toEqual([0, '']);
  });

  test('what mends a line into a whole command is the mended line, whatever was added reads as', () => {
    const session = refusedSession('iceberg ');
    press(session, 'buy 300 usdt btc\r');
    expect(sent(session).at(-1)).toBe('iceberg buy 300 usdt btc');
  });

  test('a line whose fate is not known is not offered again', () => {
    const session = begin();
    press(session, 'buy 100 usdt btc\r');
    const problem = { what: 'The engine does not answer.', why: '', next: '' };
    expect(afterFailure(session.state, problem, true).line.text).toBe('');
    expect(afterFailure(session.state, problem, false).line.text).toBe('buy 100 usdt btc');
  });

  test('a refused line does not replace what was typed meanwhile', () => {
    const session = begin();
    press(session, 'buy 100 usdt btc\r', 'clo');
    expect(afterReply(session.state, refusedReply).line.text).toBe('clo');
  });
});
