/**
 * Every sentence tilt says to a person, in one place, so that they can be read as text (messages.test.ts):
 * what happened, why it is all right, what to do next. Calm, never blaming, no exclamation marks;
 * "unusual for you", not "you are tilting". Refusals have their own catalogue (core/explain-catalogue.ts).
 */
import type { InterventionRules } from '../core/rules.ts';
import type { TiltLevel } from '../core/vocabulary.ts';
import type { Contribution } from './indicators/indicator.ts';
import type { JournalProblem } from './journal.ts';

type Noticed = { readonly contributions: readonly Contribution[]; readonly enforced: boolean };

/** The message for a change to `to`, with what moved the score most. */
export function levelMessage(
  to: TiltLevel,
  { contributions, enforced }: Noticed,
  rules: InterventionRules,
): string {
  const [first] = contributions;
  const noticed =
    first === undefined
      ? 'Some of what just happened is unusual for you.'
      : `Unusual for you: ${first.words}.`;
  switch (to) {
    case 'NORMAL':
      return 'Things look usual again. Nothing is held back on account of how you trade. Go on as planned.';
    case 'CAUTION':
      return `${noticed} Nothing is closed and nothing is lost by waiting. ${suggestionFor(first)}`;
    case 'WARNING':
      return enforced
        ? `${noticed} Entries wait; your positions stay protected and closing works at any time. ` +
            `Type journal and write ${rules.journalWordsMin} words about what you see and feel; ` +
            `entries then open again at ${rules.reopenedSizeBps / 100} % size.`
        : `${noticed} In your first weeks this is only shown, because your usual is still being learned, ` +
            `and nothing is held back. A few quiet minutes before the next entry are worth it.`;
    case 'LOCKED':
      return (
        `${noticed} Entries rest for a while; your positions stay protected and closing works at any time. ` +
        `Leave the screen, then write a journal entry of ${rules.journalWordsMin} words and go through the ` +
        `checklist with recover; trading returns in small steps.`
      );
  }
}

const suggestions: Readonly<Record<string, string>> = {
  reentryAfterStop: 'Let a few candles pass before you look at this pair again.',
  tradeFrequency: 'Take a breath, and name the reason for the next entry before you type it.',
  decisionSpeed: 'Read the preview once more before the next Enter.',
};

/** What may help now: a suggestion, never an order. */
export function suggestionFor(first: Pick<Contribution, 'indicator'> | undefined): string {
  return suggestions[first?.indicator ?? ''] ?? 'Take a breath before the next entry.';
}

const prompts: Readonly<Record<string, string>> = {
  reentryAfterStop: 'What did you expect to be different, moments after the stop had done its work?',
  tradeFrequency:
    'Which of the last trades were in your plan this morning, and what did the others have in common?',
  decisionSpeed: 'What would you have seen with ten more seconds before the last entry?',
  sizeAfterLoss: 'What was the larger size meant to win back, and by when?',
  sizeSwings: 'How did you choose the size of each of the last trades?',
  quickTradesAfterLoss: 'What did the loss feel like in your body, and what did the next trade do to that?',
  settingsChanged: 'Which limit stood in the way, and what was it there for when you set it?',
  staring: 'What were you waiting to see, and what would you have done then?',
};

/** A question to write about, by what moved the score most. */
export function promptFor(indicators: readonly string[]): string {
  for (const indicator of indicators) {
    const prompt = prompts[indicator];
    if (prompt !== undefined) return prompt;
  }
  return 'What happened before this, what did you feel, and what was the plan?';
}

export type RecoveryStep = 'rest' | 'journal' | 'review' | 'account' | 'breathing';

export const checklistWords: Readonly<Record<RecoveryStep, string>> = {
  rest: 'the time of the rest has passed',
  journal: 'a journal entry is written: type journal',
  review: 'you have looked at what led here: type tilt, then recover review',
  account: 'your books agree with the exchange; this happens by itself',
  breathing: 'if you like: two minutes of slow breathing, then recover breathing',
};

export const sizeWords: Readonly<Record<'reopened' | 'recovery' | 'debt', string>> = {
  reopened: 'a journal entry reopened trading a short while ago',
  recovery: 'size comes back in steps, with calm trades',
  debt: 'points gathered earlier are being paid down by calm trades',
};

/** What to tell the writer. Calm; nothing written is lost. */
export function journalMessage(problem: JournalProblem): string {
  switch (problem.code) {
    case 'journal.tooShort':
      return `${problem.words} of ${problem.wordsMin} words so far. What is written stays; go on where you stopped.`;
    case 'journal.tooFewCharacters':
      return `${problem.characters} of ${problem.charactersMin} characters so far. Take your time; go on where you stopped.`;
    case 'journal.tooLong':
      return `This holds ${problem.characters} characters; ${problem.charactersMax} is plenty. Keep the part that matters.`;
    case 'journal.pasted':
      return 'This came from a clipboard. Writing it out is the part that helps; a few lines at a time is fine.';
    case 'journal.notTyped':
      return 'That is sooner, or fewer keys, than an entry this long takes by hand. What is written stays; open journal in the console, take your time, and hand it in again.';
    case 'journal.recycled':
      return 'Much of this has been written in an earlier entry. Today has its own story; write what is different this time.';
    case 'journal.repeated':
      return 'Much of this says the same again. Nothing is lost; try what happened, what you felt, what the plan was.';
    case 'journal.nonsense':
      return 'Many of these words are hard to read as sentences. Plain sentences in any language are fine.';
  }
}

/** What follows from an override that was granted. */
export function overrideGranted(delayMinutes: number, sizeBps: number): string {
  return (
    `Noted. Entries open again in ${delayMinutes} minutes at ${sizeBps / 100} % size, unless something new is unusual before that. ` +
    'Your limits and any rest you asked for stay as they are. Until then there is nothing you need to do.'
  );
}

export const carriedPauseWords: string =
  'Entries waited for a journal entry when you were here last, in another folder or on another account. Positions stay protected and closing works at any time. Type journal, and entries open again at half size.';
export const recoveryDone: string = 'Noted. The rest of the list is under recover.';
export const noRecovery: string =
  'Nothing waits to be recovered from. Your limits, and any rest you asked for, stay as they are. Go on as planned.';
export const markedFine: string =
  'Noted: that was fine for you. It is counted in your own false-alarm figure and changes no limit. See it under tilt.';
export const nothingToMark: string =
  'There is no intervention to mark. Nothing changed. The next one can be marked when it comes.';

export function keepingWords(keep: boolean): string {
  return keep
    ? 'From now on the text of your entries is kept in the encrypted store of this machine. Only you read it, with journal. Type journal keep off to stop.'
    : 'From now on only the length of an entry and a fingerprint are kept. What was kept before has been removed. Type journal keep on to change it.';
}
