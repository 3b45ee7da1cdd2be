/**
 * An answer of more rows than there are under the line: it takes the middle of the screen, whole, and scrolls
 * like any view. Esc puts it away. Pure.
 */
import type { ConsoleState } from './console-state.ts';
import { span, wrapped, type Row } from './spans.ts';

const WORDS_WIDTH_MAX = 100;
/** Of one line; more is no answer of an engine. */
const ROWS_OF_A_LINE = 6;

/** All rows of the answer when they are more than `infoRows`; null when they fit under the line, or there is none. */
export function longAnswer({ answer }: ConsoleState, width: number, infoRows: number): readonly Row[] | null {
  // A refusal has three sentences and stays under its line.
  if (answer === null || answer.tone !== 'plain') return null;
  const room = Math.min(WORDS_WIDTH_MAX, width - 4);
  const rows = answer.lines.flatMap((text) => wrapped(text, room, ROWS_OF_A_LINE));
  return rows.length <= infoRows ? null : rows.map((text): Row => [span('   '), span(text)]);
}
