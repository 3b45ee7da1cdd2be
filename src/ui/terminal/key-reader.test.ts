// What a terminal sends becomes keys; what nobody typed never becomes an Enter.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Key } from '../view-model/key.ts';
import { createKeyReader } from './key-reader.ts';

const read = (...chunks: readonly string[]): readonly Key[] => {
  const reader = createKeyReader();
  return chunks.flatMap((chunk) => reader.take(chunk));
};
const edit = (kind: string): unknown => ({ kind: 'edit', edit: { kind } });
const text = (typed: string): Key => ({ kind: 'text', text: typed });
const pasted = (typed: string): Key => ({ kind: 'paste', text: typed });

describe('keys', () => {
  test.each<[string, string, readonly unknown[]]>([
    ['a letter', 'b', [text('b')]],
    ['letters that came together', 'buy', [text('buy')]],
    ['a line typed ahead', 'close btc\r', [text('close btc\r')]],
    ['Enter', '\r', [{ kind: 'enter' }]],
    ['Ctrl-C', '\u0003', [{ kind: 'interrupt' }]],
    ['Ctrl-R', '\u0012', [{ kind: 'search' }]],
    ['Ctrl-L', '\u000c', [{ kind: 'redraw' }]],
    ['backspace', '\u007f', [edit('backspace')]],
    ['up', '\u001b[A', [{ kind: 'up' }]],
    ['up in application mode', '\u001bOA', [{ kind: 'up' }]],
    ['Ctrl-left', '\u001b[1;5D', [edit('wordLeft')]],
    ['Escape and a letter that came joined', '\u001bb', [{ kind: 'escape' }, text('b')]],
    ['a line with a line feed in one piece', 'buy\n', [{ kind: 'paste', text: 'buy' }]],
    ['Escape and Enter that came joined', '\u001b\r', [{ kind: 'escape' }]],
    ['Escape and Ctrl-C that came joined', '\u001b\u0003', [{ kind: 'escape' }, { kind: 'interrupt' }]],
    ['Escape twice and a letter', '\u001b\u001bb', [{ kind: 'escape' }, { kind: 'escape' }, text('b')]],
    ['Alt-up where Alt is a second Escape', '\u001b\u001b[A', [{ kind: 'up' }]],
    ['Alt-backspace', '\u001b\u007f', [edit('deleteWord')]],
    ['Shift-Tab', '\u001b[Z', [{ kind: 'shiftTab' }]],
    ['delete', '\u001b[3~', [edit('delete')]],
    ['page down', '\u001b[6~', [{ kind: 'pageDown' }]],
    ['a held arrow', '\u001b[D\u001b[D', [edit('left'), edit('left')]],
    ['a sequence nobody knows', '\u001b[99;99u', []],
    ['a control character without a meaning', '\u0000', []],
  ])('%s', (_name, chunk, wanted) => {
    expect(read(chunk)).toEqual(wanted);
  });

  test('a sequence in two parts is one key', () => {
    expect(read('\u001b', '[A')).toEqual([{ kind: 'up' }]);
    expect(read('\u001b[1;', '5C')).toEqual([edit('wordRight')]);
  });

  test('Escape is one once nothing follows', () => {
    const reader = createKeyReader();
    expect(reader.take('\u001b')).toEqual([]);
    expect(reader.waitMs).toBeGreaterThan(0);
    expect(reader.quiet()).toEqual([{ kind: 'escape' }]);
    expect(reader.waitMs).toBeNull();
  });
});

describe('pastes', () => {
  test.each<[string, readonly string[], readonly Key[]]>([
    ['in one piece', ['\u001b[200~buy 25\u001b[201~'], [pasted('buy 25')]],
    ['in parts, its end mark too', ['\u001b[20', '0~buy', ' 25\u001b[2', '01~'], [pasted('buy 25')]],
    ['with an escape inside', ['\u001b[200~a\u001b[31mb\u001b[201~'], [pasted('a\u001b[31mb')]],
    ['then typing', ['\u001b[200~a\u001b[201~', 'b'], [pasted('a'), text('b')]],
    ['a line end that came along does not act', ['\u001b[200~a\u001b[201~b\r'], [pasted('a'), pasted('b')]],
  ])('%s', (_name, chunks, wanted) => {
    expect(read(...chunks)).toEqual(wanted);
  });

  test('ten megabytes are bounded as they arrive', () => {
    const reader = createKeyReader();
    reader.take('\u001b[200~');
    for (let count = 0; count < 160; count += 1) reader.take('x'.repeat(65_536));
    const [key] = reader.take('\u001b[201~');
    expect(key).toEqual(pasted('x'.repeat(25_000)));
  });

  test('one that never ends is ended after a while', () => {
    const reader = createKeyReader();
    reader.take('\u001b[200~buy 25 usdt btc\r');
    expect(reader.waitMs).toBe(2_000);
    expect(reader.quiet()).toEqual([pasted('buy 25 usdt btc\r')]);
  });
});

describe('what nobody typed', () => {
  test.each<[string, string]>([
    ['a title', 'buy 25\u001b]0;x\u0007 usdt btc\r'],
    ['a device string', 'buy 25 usdt btc\u001bPq\u001b\\\r'],
    ['an arrow and a line', '\u001b[Abuy 25 usdt btc\r'],
    ['an answer of the terminal', '\u001b[12;40Rbuy 25 usdt btc\r'],
  ])('%s beside a line: its Enter does not act', (_name, chunk) => {
    const keys = read(chunk);
    expect(keys.some(({ kind }) => kind === 'enter')).toBe(false);
    expect(keys.some((key) => key.kind === 'text' && /[\r\n]/.test(key.text))).toBe(false);
  });

  test('any bytes in any parts are read without a throw, and without end', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(
        '\u001b',
        '\u001b[',
        '\u001b[200~',
        '\u001b[201~',
        '\u001b]0;',
        '\u0007',
        '\r',
        '\u001b[A',
        '\u009b',
      ),
    );
    const holds = fc.check(
      fc.property(fc.array(piece, { maxLength: 30 }), (chunks) => {
        const reader = createKeyReader();
        for (const chunk of chunks) reader.take(chunk);
        reader.quiet();
        // Not an expectation for each of thousands: they cost more than the reading.
        const [key, ...others] = reader.waitMs === null ? reader.take('a') : [];
        return key?.kind === 'text' && key.text === 'a' && others.length === 0;
      }),
      { numRuns: process.env['GENESIS_TEST_PROFILE'] === 'full' ? 20_000 : 200 },
    );
    expect(holds.counterexample).toBeNull();
  });
});
