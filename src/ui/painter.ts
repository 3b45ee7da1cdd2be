/**
 * From rows of styled pieces to text a terminal shows. The only place that writes escape sequences
 * for colour; pieces are clean already (spans.ts). Without Unicode each sign gets a plain one of the
 * same width.
 */
import type { Row } from './view-model/spans.ts';
import type { Theme } from './themes/zen-garden.ts';

/** One row as terminal text. */
export function paintRow(row: Row, theme: Theme, unicode: boolean): string {
  let painted = '';
  for (const { text, style } of row) {
    if (text === '') continue;
    const shown = unicode ? text : plain(text);
    const start = text.trim() === '' && style !== 'cursor' ? '' : theme.start[style];
    painted += start === '' ? shown : `\u001b[${start}m${shown}\u001b[0m`;
  }
  return painted;
}

const plainSigns: Readonly<Record<string, string>> = {
  '━': '=',
  '╸': '-',
  '─': '-',
  '›': '>',
  '→': '>',
  '·': '-',
  '…': '.',
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '↑': '^',
  '×': 'x',
  '░': '.',
  '▒': ':',
  '▓': '+',
  '█': '#',
  '│': '|',
  '┃': '#',
  '║': 'H',
  '╂': '+',
  '┼': '+',
};

function plain(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, (sign) => plainSigns[sign] ?? '?');
}
