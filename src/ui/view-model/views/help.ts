/** Help: every command with an example, then the keys. */
import { commandWords } from '../../../core/command-grammar-words.ts';
import { table, type Cell } from '../charts/table.ts';
import { span, type Row } from '../spans.ts';
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

export function helpRows({ width }: ViewInput): readonly Row[] {
  const wide = width >= 70;
  const commands = commandWords.map((entry): readonly Cell[] => [
    span(entry.form, 'bright'),
    span(wide ? entry.description : ''),
  ]);
  const own: readonly Cell[][] = [
    [span('undo', 'bright'), span(wide ? 'keeps the order, for three seconds after cancel' : '')],
    [span('tour', 'bright'), span(wide ? 'two minutes around this console, with paper money' : '')],
    [span('quit', 'bright'), span(wide ? 'leave the console; asks whether the engine stays' : '')],
  ];
  const keys = keyWords.map(([key, words]): readonly Cell[] => [
    span(key, 'bright'),
    span(wide ? words : ''),
  ]);
  return stacked(
    table([...commands, ...own], INDENT),
    [heading('keys'), ...table(keys, INDENT)],
    [line('short forms: b100u btc, s50% btc, c btc', 'quiet')],
  );
}
