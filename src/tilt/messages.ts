/**
 * What is said when the tilt level changes: what was noticed, why it is all right, what to do next.
 * Calm, never blaming, no exclamation marks; "unusual for you", not "you are tilting".
 */
import type { TiltRules } from '../core/rules.ts';
import type { TiltLevel } from '../core/vocabulary.ts';
import type { Contribution } from './indicators/indicator.ts';

/** The message for a change to `to`, with what moved the score most. */
export function levelMessage(
  to: TiltLevel,
  contributions: readonly Contribution[],
  rules: TiltRules,
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
      return `${noticed} Nothing is closed and nothing is lost by waiting. Take a breath before the next entry.`;
    case 'WARNING':
      return (
        `${noticed} Entries wait; your positions stay protected and closing works at any time. ` +
        `Type journal and write ${rules.journalWordsMin} words about what you see and feel; ` +
        `entries then open again at ${rules.reopenedSizeBps / 100} % size.`
      );
    case 'LOCKED':
      return (
        `${noticed} Entries rest for a while; your positions stay protected and closing works at any time. ` +
        `Leave the screen, then write a journal entry of ${rules.journalWordsMin} words; trading returns in small steps.`
      );
  }
}
