import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { journalText, journalTexts } from '../../tests/builders/journal-text.ts';
import { wordsOf } from '../core/words.ts';
import { sketchOf, similarityBps } from './journal-sketch.ts';
import { acceptJournal, type JournalInput, type Typing } from './journal.ts';

const half = journalText.slice(0, journalText.length / 2);
const characters = Array.from(journalText.trim()).length;
const typing: Typing = {
  keys: characters,
  durationMs: 15 * 60_000,
  pasted: false,
  keysMinBps: 6_000,
  keysPerSecondMax: 20,
};

const input = (text: string, change: Partial<JournalInput> = {}): JournalInput => ({
  text,
  wordsMin: 500,
  charactersMin: 1,
  typing,
  textHash: 'this one',
  earlier: [],
  similarityMaxBps: 2_000,
  ...change,
});

function code(text: string, change: Partial<JournalInput> = {}): string {
  const accepted = acceptJournal(input(text, change));
  return accepted.ok ? `${accepted.value.words} words` : accepted.error.code;
}

const mashed = Array.from(
  { length: 600 },
  (_, index) =>
    `sdf${String.fromCodePoint(98 + (index % 3))}kj${['w', 'rt', 'lk', 'xz', 'qp', 'mn', 'bv'][index % 7] ?? ''}${['gh', 'tr', 'ds', 'pl', 'kk'][Math.floor(index / 7) % 5] ?? ''}${['b', 'c', 'd', 'f'][Math.floor(index / 35) % 4] ?? ''}`,
).join(' ');
/** Letters in the shape of words, no two alike: hands on the keys with vowels among them. */
const syllables = ['ka', 'lo', 'mi', 'ten', 'rus', 'pa', 'vi', 'zor', 'ne', 'du', 'sal', 'ferg'];
const invented = Array.from(
  { length: 520 },
  (_, index) =>
    `${syllables[index % 12] ?? ''}${syllables[Math.floor(index / 12) % 12] ?? ''}${syllables[(index * 7 + Math.floor(index / 144)) % 12] ?? ''}`,
).join(' ');
const lorem =
  'Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore magna aliqua. Ut enim ad minim veniam, quis nostrud exercitation ullamco laboris nisi ut aliquip ex ea commodo consequat. ';

describe('a journal entry', () => {
  it('of running text is accepted with its word count', () => {
    expect(code(journalText)).toMatch(/^5\d\d words$/);
  });

  it.each(Object.entries(journalTexts))('in %s is running text as well', (_language, text) => {
    expect(code(text, { wordsMin: 60, typing: null })).toMatch(/ words$/);
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
    [
      'one character short',
      half.trim().slice(0, 499),
      { wordsMin: 1, charactersMin: 500, typing: null },
      'journal.tooFewCharacters',
    ],
    [
      'with just the characters',
      half.trim().slice(0, 500),
      { wordsMin: 1, charactersMin: 500, typing: null },
      '103 words',
    ],
    ['of one word again and again', 'sorry '.repeat(600), {}, 'journal.repeated'],
    [
      'of one sentence again and again',
      'I will not chase the market after a stop again today. '.repeat(60),
      {},
      'journal.repeated',
    ],
    ['that says everything twice', `${half} ${half}`, {}, 'journal.repeated'],
    ['of mashed keys', mashed, {}, 'journal.nonsense'],
    ['of invented words', invented, {}, 'journal.nonsense'],
    [
      'of filler text between a few words',
      Array.from({ length: 14 }, (_, index) => `${lorem} day ${index} was like this one.`).join(' '),
      { wordsMin: 1 },
      'journal.repeated',
    ],
    ['of filler text once', lorem, { wordsMin: 30 }, 'journal.nonsense'],
    [
      'of signs around a few words',
      `${half} ${'#$%&/()=?'.repeat(900)}`,
      { wordsMin: 1 },
      'journal.nonsense',
    ],
    ['from a clipboard', journalText, { typing: { ...typing, pasted: true } }, 'journal.pasted'],
    ['of megabytes', 'a'.repeat(10_000_000), {}, 'journal.tooLong'],
  ])('%s', (_name, text, change, expected) => {
    expect(code(text, change)).toBe(expected);
  });

  it.each<readonly [name: string, change: Partial<Typing>, expected: RegExp]>([
    ['six keys for ten characters', { keys: Math.ceil(characters * 0.6) }, /words$/],
    ['a few keys less', { keys: Math.floor(characters * 0.6) - 1 }, /notTyped/],
    ['no keys at all, as a script sends it', { keys: 0 }, /notTyped/],
    ['as fast as a hand can', { durationMs: characters * 50 }, /words$/],
    ['faster than a hand', { durationMs: characters * 50 - 100 }, /notTyped/],
    ['in no known time', { durationMs: null }, /notTyped/],
    ['for hours', { durationMs: 6 * 3_600_000, keys: characters * 3 }, /words$/],
  ])('typed with %s', (_name, change, expected) => {
    expect(code(journalText, { typing: { ...typing, ...change } })).toMatch(expected);
  });
});

describe('an earlier entry', () => {
  const earlier = [{ hash: 'then', sketch: sketchOf(wordsOf(journalText)) }];

  it('is known again to the letter, and after touching it up', () => {
    expect(code(journalText, { earlier: [{ hash: 'this one', sketch: [] }] })).toBe('journal.recycled');
    let index = 0;
    const touched = journalText.replaceAll(/\b[a-z]{5,}\b/g, (word) =>
      (index += 1) % 4 === 0 ? 'quite' : word,
    );
    expect(touched).not.toBe(journalText);
    expect(code(touched, { earlier })).toBe('journal.recycled');
    expect(code(journalText.split('. ').toReversed().join('. '), { earlier })).toBe('journal.recycled');
  });

  it('is known again in a script without spaces, also shifted by one sign', () => {
    const text = journalTexts.Chinese;
    const known = [{ hash: 'then', sketch: sketchOf(wordsOf(text)) }];
    expect(code(`我${text}`, { wordsMin: 60, typing: null, earlier: known })).toBe('journal.recycled');
  });

  it('does not stand in the way of another day’s', () => {
    const texts = Object.values(journalTexts);
    for (const [index, text] of texts.entries())
      for (const other of texts.slice(index + 1))
        expect(similarityBps(sketchOf(wordsOf(text)), sketchOf(wordsOf(other)))).toBeLessThan(500);
    expect(
      similarityBps(sketchOf(wordsOf(half)), sketchOf(wordsOf(journalText.slice(journalText.length / 2)))),
    ).toBeLessThan(500);
  });

  it('is kept in bounded size, whatever its length, and holds no word', () => {
    const sketch = sketchOf(wordsOf(`${journalText} ${Object.values(journalTexts).join(' ')}`));
    expect(sketch.length).toBeLessThanOrEqual(64);
    expect(sketch.every((hash) => /^[0-9a-z]{1,7}$/.test(hash))).toBe(true);
  });
});

it('any characters get an answer', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.nat(20), (text, wordsMin) => {
      expect(acceptJournal(input(text, { wordsMin, typing: null })).ok).toBeTypeOf('boolean');
    }),
    { numRuns: process.env['GENESIS_TEST_PROFILE'] === 'full' ? 500 : 30 },
  );
});
