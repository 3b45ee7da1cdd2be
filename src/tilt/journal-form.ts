/**
 * The form of running text, in any language: words, variety, repetition. Tells sentences from one word
 * again and again, from mashed keys, from filler text and from lists of words. What it cannot see: whether
 * the sentences are true, or about trading at all.
 */

/** Running text stays far above this; the same sentence again and again falls below. */
const DISTINCT_RUNS_MIN = 0.7;
const RUN_WORDS = 4;
const DISTINCT_WORDS_MIN = 0.12;
const COMMONEST_WORD_MAX = 0.2;
/** Every language has small words that come again; lists of words and mashed keys do not. */
const COMMON_WORDS = 10;
const COMMON_SHARE_MIN = 0.04;
const COMMON_JUDGED_FROM = 100;
const STRANGE_WORDS_MAX = 0.3;
const FILLER_WORDS_MAX = 0.1;
const WORD_LETTERS_MAX = 24;
/** Of all signs that are not spaces, this share is letters in running text. */
const LETTERS_MIN = 0.6;

function countsOf(words: readonly string[]): readonly number[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts.values()].toSorted((left, right) => right - left);
}

/** One word, one sentence or one passage over and over. */
export function isRepeated(words: readonly string[]): boolean {
  const counts = countsOf(words);
  if (counts.length < words.length * DISTINCT_WORDS_MIN) return true;
  if (words.length >= RUN_WORDS && (counts[0] ?? 0) > Math.max(1, words.length * COMMONEST_WORD_MAX))
    return true;
  const runs = words.length - RUN_WORDS + 1;
  const distinct = new Set<string>();
  for (let index = 0; index < runs; index += 1) distinct.add(words.slice(index, index + RUN_WORDS).join(' '));
  return distinct.size < runs * DISTINCT_RUNS_MIN;
}

/** Mashed keys, filler text, or words that were never sentences. */
export function isNonsense(words: readonly string[], text: string): boolean {
  const signs = text.replaceAll(/\s/gu, '');
  const letters = signs.replaceAll(/[^\p{L}\p{M}]/gu, '');
  if (letters.length < signs.length * LETTERS_MIN) return true;
  if (words.filter(isStrange).length > words.length * STRANGE_WORDS_MAX) return true;
  if (words.filter((word) => filler.has(word)).length > words.length * FILLER_WORDS_MAX) return true;
  if (words.length < COMMON_JUDGED_FROM) return false;
  let common = 0;
  for (const count of countsOf(words).slice(0, COMMON_WORDS)) common += count;
  return common < words.length * COMMON_SHARE_MIN;
}

function isStrange(word: string): boolean {
  if (word.length > WORD_LETTERS_MAX) return true;
  if (/(.)\1{3}/u.test(word)) return true;
  if (word.length < 4) return false;
  if (/^[a-zß-ÿ]+$/.test(word))
    return !/[aeiouyà-æè-ïò-öø-ý]/.test(word) || /[bcdfghjklmnpqrstvwxz]{6}/.test(word) || isAlongARow(word);
  if (/^\p{Script=Cyrillic}+$/u.test(word)) return !/[аеёиоуыэюяіїєў]/u.test(word) || isAlongARow(word);
  return false;
}

const rows: readonly string[] = [
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'йцукенгшщзхъ',
  'фывапролджэ',
  'ячсмитьбю',
];

/** Neighbouring keys in order, such as `asdf`. */
function isAlongARow(word: string): boolean {
  return rows.some((row) => row.includes(word) || row.split('').toReversed().join('').includes(word));
}

/** The words of the usual filler text that are not words of a living language as well. */
const filler: ReadonlySet<string> = new Set(
  (
    'lorem ipsum amet consectetur adipiscing eiusmod tempor incididunt labore aliqua enim veniam quis nostrud ' +
    'exercitation ullamco laboris aliquip commodo consequat duis aute irure reprehenderit voluptate cillum fugiat ' +
    'pariatur excepteur occaecat cupidatat proident culpa officia deserunt mollit anim laborum'
  ).split(' '),
);
