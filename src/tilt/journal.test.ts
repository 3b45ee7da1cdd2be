import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { journalText } from '../../tests/builders/journal-text.ts';
import { wordsOf } from '../core/words.ts';
import { acceptJournal, journalMessage, type JournalInput, type JournalProblem } from './journal.ts';

const half = journalText.slice(0, journalText.length / 2);

const input = (text: string, change: Partial<JournalInput> = {}): JournalInput => ({
  text,
  wordsMin: 500,
  pasted: false,
  recycled: false,
  ...change,
});

function code(text: string, change: Partial<JournalInput> = {}): string {
  const accepted = acceptJournal(input(text, change));
  return accepted.ok ? `${accepted.value.words} words` : accepted.error.code;
}

describe('a journal entry', () => {
  it('of running text is accepted with its word count', () => {
    expect(code(journalText)).toMatch(/^5\d\d words$/);
  });

  it('counts words, not numbers or signs', () => {
    expect(wordsOf("It's 9:30 — BTC/USDT fell 2.5 %, I didn’t mind.")).toEqual([
      "it's",
      'btc',
      'usdt',
      'fell',
      'i',
      'didn’t',
      'mind',
    ]);
    expect(wordsOf('今天我亏了')).toHaveLength(3);
  });

  it.each<readonly [name: string, text: string, change: Partial<JournalInput>, expected: string]>([
    ['empty', '', {}, 'journal.tooShort'],
    [
      'one word short',
      Array.from({ length: 499 }, (_, index) => `word${index}`).join(' '),
      {},
      'journal.tooShort',
    ],
    ['of numbers alone', '1 '.repeat(600), {}, 'journal.tooShort'],
    ['of one word again and again', 'sorry '.repeat(600), {}, 'journal.repeated'],
    [
      'of one sentence again and again',
      'I will not chase the market after a stop again today. '.repeat(60),
      {},
      'journal.repeated',
    ],
    ['that says everything twice', `${half} ${half}`, {}, 'journal.repeated'],
    [
      'of mashed keys',
      Array.from(
        { length: 600 },
        (_, index) =>
          `sdf${String.fromCodePoint(98 + (index % 3))}kj${['w', 'rt', 'lk', 'xz', 'qp', 'mn', 'bv'][index % 7] ?? ''}${['gh', 'tr', 'ds', 'pl', 'kk'][Math.floor(index / 7) % 5] ?? ''}${['b', 'c', 'd', 'f'][Math.floor(index / 35) % 4] ?? ''}`,
      ).join(' '),
      {},
      'journal.nonsense',
    ],
    ['from a clipboard', journalText, { pasted: true }, 'journal.pasted'],
    ['used before', journalText, { recycled: true }, 'journal.recycled'],
    ['of megabytes', 'a'.repeat(10_000_000), {}, 'journal.tooLong'],
  ])('%s is turned down', (_name, text, change, expected) => {
    expect(code(text, change)).toBe(expected);
  });

  it.each<JournalProblem>([
    { code: 'journal.tooShort', words: 12, wordsMin: 500 },
    { code: 'journal.tooLong', characters: 200_000, charactersMax: 100_000 },
    { code: 'journal.pasted' },
    { code: 'journal.recycled' },
    { code: 'journal.repeated' },
    { code: 'journal.nonsense' },
  ])('is turned down kindly: $code', (problem) => {
    expect(journalMessage(problem)).not.toMatch(/!|error|invalid|fail|must/i);
  });

  it('of any characters gets an answer', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), fc.nat(20), (text, wordsMin) => {
        expect(acceptJournal(input(text, { wordsMin })).ok).toBeTypeOf('boolean');
      }),
    );
  });
});
