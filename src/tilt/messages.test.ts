/** Every sentence of tilt, read as text. */
import { describe, expect, it } from 'vitest';
import { testRules } from '../../tests/builders/rules.ts';
import { tiltExplanations } from '../core/explain-tilt.ts';
import { tiltLevels } from '../core/vocabulary.ts';
import { indicatorNames } from './indicators/indicator.ts';
import type { JournalProblem } from './journal.ts';
import {
  carriedPauseWords,
  checklistWords,
  journalMessage,
  keepingWords,
  levelMessage,
  markedFine,
  noRecovery,
  nothingToMark,
  overrideGranted,
  promptFor,
  recoveryDone,
  sizeWords,
  suggestionFor,
} from './messages.ts';

const rules = testRules().trading.interventions;
const problems: readonly JournalProblem[] = [
  { code: 'journal.tooShort', words: 12, wordsMin: 500 },
  { code: 'journal.tooFewCharacters', characters: 12, charactersMin: 500 },
  { code: 'journal.tooLong', characters: 200_000, charactersMax: 100_000 },
  { code: 'journal.pasted' },
  { code: 'journal.notTyped' },
  { code: 'journal.recycled' },
  { code: 'journal.repeated' },
  { code: 'journal.nonsense' },
];
const messages: readonly string[] = [
  ...tiltLevels.flatMap((level) =>
    [true, false].map((enforced) => levelMessage(level, { contributions: [], enforced }, rules)),
  ),
  ...problems.map(journalMessage),
  overrideGranted(15, 2_500),
  carriedPauseWords,
  keepingWords(true),
  keepingWords(false),
  markedFine,
  noRecovery,
  nothingToMark,
];
const phrases: readonly string[] = [
  ...indicatorNames.flatMap((indicator) => [promptFor([indicator]), suggestionFor({ indicator })]),
  promptFor([]),
  recoveryDone,
  ...Object.values(checklistWords),
  ...Object.values(sizeWords),
  ...Object.values(tiltExplanations).flatMap(({ what, why, next }) => [what, why, next]),
];

describe.each([...messages, ...phrases])('%s', (text) => {
  it('is calm and blames nobody', () => {
    expect(text).not.toMatch(
      /!|error|invalid|fail|wrong|must|tilting|you should|mistake|revenge|stupid|punish|bad\b/i,
    );
    expect(text).not.toMatch(/undefined|NaN|\[object/);
    expect(text.length).toBeLessThan(420);
  });
});

it.each(messages)('“%s” says what happened, why it is all right, and what to do', (text) => {
  expect(text.split(/[.;:,] /).length).toBeGreaterThanOrEqual(2);
  expect(text).toMatch(/[.?]$/);
});
