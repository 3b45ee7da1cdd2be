/**
 * A refused line and what is typed after it. The line stays with its cursor and every key mends it: a letter that
 * took its place would turn `close bt` and the missing `c` into another command. Two things are no mend.
 * Behind a whole command no letter goes on with it, so it begins a new line. And a whole command behind
 * half a one is seen for what it is: what only protects is carried out alone, anything else is put
 * on the line alone and looked at before an Enter of its own.
 */
import { parseCommand } from '../../core/command-grammar.ts';
import type { GrammarContext } from '../../core/command-grammar-errors.ts';
import type { Command } from '../../core/commands.ts';
import { quitWords } from './leave-question.ts';
import type { EditedLine } from './line-editor.ts';

/** A command typed behind a refused line, which does not make one line with it. */
export type LaterCommand = {
  readonly text: string;
  /** It goes to the line alone and waits for another Enter. */
  readonly isAskedFirst: boolean;
};

/** Fewer letters are a mend: every short form is shorter. */
const LETTERS_MIN = 3;

const consoleWords: ReadonlySet<string> = new Set([...quitWords, 'tour', 'undo', 'journal']);

/** What protects, rests or only looks must not wait because of a line that was refused before it. */
const atOnce: ReadonlySet<Command['kind']> = new Set<Command['kind']>([
  'close',
  'closeAll',
  'cancel',
  'stop',
  'lock',
  'halt',
  'view',
]);

/** Commands that end in the trader's own words: there a letter goes on with them. */
const ownWords: ReadonlySet<Command['kind']> = new Set<Command['kind']>([
  'journal',
  'halt',
  'resume',
  'accept',
  'override',
  'recover',
  'tier',
  'set',
]);

/** Whether a text typed now begins a new line: the refused one is whole, untouched, and goes on nowhere. */
export function beginsAnew(
  refused: EditedLine | null,
  line: EditedLine,
  typed: string,
  grammar: GrammarContext,
): boolean {
  if (refused === null || line.text !== refused.text || !/^[a-z]/i.test(typed)) return false;
  if (line.cursor !== line.text.length || line.text.endsWith(' ')) return false;
  const read = parseCommand(line.text, grammar);
  return read.ok && !ownWords.has(read.value.kind);
}

/** What is refused now, for what is typed next: behind an earlier refused line it is that one still. */
export function refusedAfter(earlier: EditedLine | null, sent: EditedLine): EditedLine {
  return earlier !== null && typedInto(earlier, sent.text) !== '' ? earlier : sent;
}

/** The command typed at the refused line's cursor, when only it can be meant. */
export function laterCommand(
  refused: EditedLine | null,
  line: EditedLine,
  grammar: GrammarContext,
): LaterCommand | null {
  const text = refused === null ? '' : typedInto(refused, line.text).trim();
  if (text.length < LETTERS_MIN || parseCommand(line.text, grammar).ok) return null;
  if (consoleWords.has(text.toLowerCase())) return { text, isAskedFirst: false };
  const read = parseCommand(text, grammar);
  return read.ok ? { text, isAskedFirst: !atOnce.has(read.value.kind) } : null;
}

/** What stands between the two halves of the refused line; nothing when either was touched. */
function typedInto({ text, cursor }: EditedLine, now: string): string {
  const before = text.slice(0, cursor);
  const after = text.slice(cursor);
  const isWhole = now.length > text.length && now.startsWith(before) && now.endsWith(after);
  return isWhole ? now.slice(before.length, now.length - after.length) : '';
}
