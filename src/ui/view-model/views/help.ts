/** Help: every command with an example, then the keys. */
import { commandWords } from '../../../core/command-grammar-words.ts';
import { cellWidth, span, wrapped, type Row } from '../spans.ts';
import { heading, INDENT, line, stacked, type ViewInput } from './view.ts';

const keyWords: readonly (readonly [key: string, words: string])[] = [
  ['1 to 9', 'trade, risk, tier, tilt, market, performance, orders, log, help (on an empty line)'],
  ['Tab', 'completes; again for the next'],
  ['↑ ↓', 'lines typed before; Ctrl-R searches them'],
  ['?', 'what the command does, or why the preview says what it says'],
  ['Enter', 'sends what the preview shows; a pasted line asks once more'],
  ['Esc', 'clears the line, then the answer, then goes back to trade'],
  ['PgUp PgDn', 'scroll a long view'],
  ['Ctrl-C', 'leaves; asks whether the engine stays'],
];

/** Cells of the first column; a longer form has a row of its own. */
const FORM_CELLS = 34;

/** Words of the console itself; the engine never hears them. */
const ownWords: readonly (readonly [typed: string, words: string])[] = [
  ['undo', 'keeps the order, for three seconds after cancel'],
  ['tour', 'two minutes around this console, with paper money'],
  ['quit', 'leave the console; asks whether the engine stays'],
];

export function helpRows({ width }: ViewInput): readonly Row[] {
  return stacked(
    explained(
      [...commandWords.map(({ form, description }) => [form, description] as const), ...ownWords],
      width,
    ),
    [heading('keys'), ...explained(keyWords, width)],
    [line('short forms: b100u btc, s50% btc, c btc', 'quiet')],
  );
}

/** What is typed, and beside it what it does, on as many rows as its words need; alone where there is no room. */
function explained(
  entries: readonly (readonly [typed: string, words: string])[],
  width: number,
): readonly Row[] {
  const column = Math.min(FORM_CELLS, Math.max(...entries.map(([typed]) => cellWidth(typed)))) + 2;
  const room = width - INDENT - column - 1;
  return entries.flatMap(([typed, words]): readonly Row[] => {
    const alone = line(typed, 'bright');
    if (width < 70) return [alone];
    const indent = span(' '.repeat(INDENT + column));
    const rows = wrapped(words, room, 3).map((text): Row => [indent, span(text)]);
    if (cellWidth(typed) > column - 2) return [alone, ...rows];
    const [first = [], ...rest] = rows;
    return [[...line(typed.padEnd(column), 'bright'), ...first.slice(1)], ...rest];
  });
}
