/** The trader's own journal as lines: what was written when, and the text of one entry where it was kept. */
import { momentOfMs } from '../core/explain-figures.ts';
import type { InterventionsState } from '../tilt/interventions-state.ts';

/** Newest first and numbered; with a number the entry itself. */
export function pastEntries(
  state: InterventionsState,
  number: number | null,
  textOf: (textHash: string) => string | null,
): readonly string[] {
  const newestFirst = state.journals.toReversed();
  if (newestFirst.length === 0) return ['No entries yet. Write one with journal, in any language.'];
  if (number === null)
    return newestFirst.map(({ at, words, hash }, index) => {
      const kept = textOf(hash) === null ? '' : `, journal read ${index + 1}`;
      return `${index + 1}  ${momentOfMs(at)}  ${words} words${kept}`;
    });
  const entry = newestFirst[number - 1];
  if (entry === undefined) return [`There are ${newestFirst.length} entries. Type journal to see them.`];
  const text = textOf(entry.hash);
  return text === null
    ? ['The text of this entry was not kept. Type journal keep on to keep the next ones.']
    : [`${momentOfMs(entry.at)}, ${entry.words} words`, ...text.split('\n')];
}
