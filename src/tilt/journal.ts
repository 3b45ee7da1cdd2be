/**
 * Whether a journal entry is one: enough of it, typed, the trader's own, not said before, and running
 * text in some language. Pure; looks at form only and never at what is said. The text itself goes nowhere
 * but the trader's own screen and, if wished, their encrypted store: the log gets its word count, its
 * hash and a sketch of bounded size. Rules: domain rules, "Tilt".
 */
import { err, ok, type Result } from '../core/result.ts';
import { wordsOf } from '../core/words.ts';
import { isNonsense, isRepeated } from './journal-form.ts';
import { sketchOf, similarityBps } from './journal-sketch.ts';

export type JournalProblem =
  | { readonly code: 'journal.tooShort'; readonly words: number; readonly wordsMin: number }
  | {
      readonly code: 'journal.tooFewCharacters';
      readonly characters: number;
      readonly charactersMin: number;
    }
  | { readonly code: 'journal.tooLong'; readonly characters: number; readonly charactersMax: number }
  | { readonly code: 'journal.pasted' }
  | { readonly code: 'journal.notTyped' }
  | { readonly code: 'journal.recycled' }
  | { readonly code: 'journal.repeated' }
  | { readonly code: 'journal.nonsense' };

export type JournalEntry = { readonly words: number; readonly sketch: readonly string[] };

/** What was seen of the typing, where the entry had to be typed. */
export type Typing = {
  readonly keys: number;
  /** From the first key to Enter; null when it is not known. */
  readonly durationMs: number | null;
  readonly pasted: boolean;
  readonly keysMinBps: number;
  readonly keysPerSecondMax: number;
};

export type JournalInput = {
  readonly text: string;
  readonly wordsMin: number;
  readonly charactersMin: number;
  /** Null where typing is not asked for: the API, or an entry of one's own wish. */
  readonly typing: Typing | null;
  readonly textHash: string;
  /** Earlier entries by hash and sketch. */
  readonly earlier: readonly { readonly hash: string; readonly sketch: readonly string[] }[];
  readonly similarityMaxBps: number;
};

const CHARACTERS_MAX = 100_000;

/** Accepts an entry, or says what is missing. Costs time in proportion to the text, at most 100,000 characters of it. */
export function acceptJournal(input: JournalInput): Result<JournalEntry, JournalProblem> {
  const { text, wordsMin, charactersMin } = input;
  if (text.length > CHARACTERS_MAX)
    return err({ code: 'journal.tooLong', characters: text.length, charactersMax: CHARACTERS_MAX });
  const written = text.trim();
  const words = wordsOf(written);
  if (words.length < wordsMin) return err({ code: 'journal.tooShort', words: words.length, wordsMin });
  const characters = Array.from(written).length;
  if (characters < charactersMin) return err({ code: 'journal.tooFewCharacters', characters, charactersMin });
  const sketch = sketchOf(words);
  if (isRecycled(input, sketch)) return err({ code: 'journal.recycled' });
  if (isRepeated(words)) return err({ code: 'journal.repeated' });
  if (isNonsense(words, written)) return err({ code: 'journal.nonsense' });
  if (input.typing?.pasted === true) return err({ code: 'journal.pasted' });
  if (input.typing !== null && !isTyped(input.typing, characters)) return err({ code: 'journal.notTyped' });
  return ok({ words: words.length, sketch });
}

function isRecycled(input: JournalInput, sketch: readonly string[]): boolean {
  return input.earlier.some(
    ({ hash, sketch: earlier }) =>
      hash === input.textHash || similarityBps(sketch, earlier) > input.similarityMaxBps,
  );
}

/** Keys for most characters, and no faster than a hand: what a script sends has neither. */
function isTyped(typing: Typing, characters: number): boolean {
  if (!(typing.keys * 10_000 >= characters * typing.keysMinBps)) return false;
  if (typing.durationMs === null) return false;
  return typing.keys * 1_000 <= typing.durationMs * typing.keysPerSecondMax;
}
