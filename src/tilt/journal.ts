/**
 * Whether a journal entry is one: enough words, the trader's own, not the same line over and over.
 * Pure, in any language; looks at form only and never at what is said. The text itself goes nowhere
 * but the trader's own screen: the log gets its word count and hash. Rules: domain rules, "Tilt".
 */
import { err, ok, type Result } from '../core/result.ts';
import { wordsOf } from '../core/words.ts';

export type JournalProblem =
  | { readonly code: 'journal.tooShort'; readonly words: number; readonly wordsMin: number }
  | { readonly code: 'journal.tooLong'; readonly characters: number; readonly charactersMax: number }
  | { readonly code: 'journal.pasted' }
  | { readonly code: 'journal.recycled' }
  | { readonly code: 'journal.repeated' }
  | { readonly code: 'journal.nonsense' };

export type JournalEntry = { readonly words: number };

export type JournalInput = {
  readonly text: string;
  readonly wordsMin: number;
  /** The text came in from a clipboard rather than from the keys. */
  readonly pasted: boolean;
  /** An entry with the same hash was accepted before. */
  readonly recycled: boolean;
};

const CHARACTERS_MAX = 100_000;
/** Running text stays far above these; the same sentence again and again falls below. */
const DISTINCT_RUNS_MIN = 0.7;
const RUN_WORDS = 4;
const DISTINCT_WORDS_MIN = 0.12;
const COMMONEST_WORD_MAX = 0.2;
/** Mashed keys: words far too long, without a vowel, or made of one letter. */
const STRANGE_WORDS_MAX = 0.3;
const WORD_LETTERS_MAX = 24;

/** Accepts an entry, or says kindly what is missing. Costs time in proportion to the text, at most 100,000 characters of it. */
export function acceptJournal(input: JournalInput): Result<JournalEntry, JournalProblem> {
  const { text, wordsMin } = input;
  if (text.length > CHARACTERS_MAX) {
    return err({ code: 'journal.tooLong', characters: text.length, charactersMax: CHARACTERS_MAX });
  }
  const words = wordsOf(text);
  if (words.length < wordsMin) return err({ code: 'journal.tooShort', words: words.length, wordsMin });
  if (input.recycled) return err({ code: 'journal.recycled' });
  if (isRepeated(words)) return err({ code: 'journal.repeated' });
  if (isNonsense(words)) return err({ code: 'journal.nonsense' });
  if (input.pasted) return err({ code: 'journal.pasted' });
  return ok({ words: words.length });
}

function isRepeated(words: readonly string[]): boolean {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  if (counts.size < words.length * DISTINCT_WORDS_MIN) return true;
  if (Math.max(...counts.values()) > words.length * COMMONEST_WORD_MAX) return true;
  const runs = words.length - RUN_WORDS + 1;
  const distinct = new Set<string>();
  for (let index = 0; index < runs; index += 1) distinct.add(words.slice(index, index + RUN_WORDS).join(' '));
  return distinct.size < runs * DISTINCT_RUNS_MIN;
}

function isNonsense(words: readonly string[]): boolean {
  const strange = words.filter(isStrange).length;
  return strange > words.length * STRANGE_WORDS_MAX;
}

function isStrange(word: string): boolean {
  if (word.length > WORD_LETTERS_MAX) return true;
  if (/(.)\1{3}/u.test(word)) return true;
  return /^[a-z]{4,}$/.test(word) && !/[aeiouy]/.test(word);
}

/** What to tell the writer. Calm; nothing written is lost. */
export function journalMessage(problem: JournalProblem): string {
  switch (problem.code) {
    case 'journal.tooShort':
      return `${problem.words} of ${problem.wordsMin} words so far. What is written stays; go on where you stopped.`;
    case 'journal.tooLong':
      return `This holds ${problem.characters} characters; ${problem.charactersMax} is plenty. Keep the part that matters.`;
    case 'journal.pasted':
      return 'This came from a clipboard. Writing it out is the part that helps; a few lines at a time is fine.';
    case 'journal.recycled':
      return 'This entry has been used before. Today has its own story; write what is different this time.';
    case 'journal.repeated':
      return 'Much of this says the same again. Nothing is lost; try what happened, what you felt, what the plan was.';
    case 'journal.nonsense':
      return 'Many of these words are hard to read as words. Plain sentences in any language are fine.';
  }
}
