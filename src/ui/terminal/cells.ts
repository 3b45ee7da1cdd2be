/**
 * A row as the cells of a terminal: a sign and a style for each column. Rows whose signs every
 * terminal draws alike are compared cell by cell; others are marked and always written whole,
 * because terminals disagree on the width of what is in them.
 */
import { cellWidth, type Row, type Style } from '../view-model/spans.ts';

export type Cells = {
  /** One per column; the second column of a wide sign is empty. */
  readonly signs: readonly string[];
  readonly styles: readonly Style[];
  /** Every sign is one cell wide on every terminal. */
  readonly plain: boolean;
  /** Column of the cursor, or null. */
  readonly cursor: number | null;
};

const ASCII = /^[\x20-\x7e]*$/;

/** The cells of a row. `unicode` false gives each sign a plain one of the same width. */
export function cellsOf(row: Row, unicode: boolean): Cells {
  const signs: string[] = [];
  const styles: Style[] = [];
  let plain = true;
  let cursor: number | null = null;
  for (const { text, style } of row) {
    if (style === 'cursor') cursor = signs.length;
    const shown = unicode || ASCII.test(text) ? text : plainText(text);
    for (const sign of shown) {
      const width = cellWidth(sign);
      if (width === 0) {
        plain = false;
        // Joins the sign before it; at the very beginning there is nothing to join.
        if (signs.length > 0) signs[signs.length - 1] += sign;
        continue;
      }
      // A blank has no look of its own.
      signs.push(sign);
      styles.push(sign === ' ' ? 'text' : style);
      if (width === 2) {
        plain = false;
        signs.push('');
        styles.push(style);
      } else if (sign.length > 1 || sign > '\u2fff') plain = false;
    }
  }
  return { signs, styles, plain, cursor };
}

const plainSigns: Readonly<Record<string, string>> = {
  '━': '=',
  '╸': '-',
  '─': '-',
  '›': '>',
  '→': '>',
  '·': '.',
  '…': '.',
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '↑': '^',
  '↓': 'v',
  '×': 'x',
  '░': ':',
  '▒': '=',
  '▓': '*',
  '█': '#',
  '│': '|',
  '┃': '#',
  '║': 'H',
  '╂': '+',
  '┼': '+',
};

function plainText(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, (sign) => plainSigns[sign] ?? '?'.repeat(cellWidth(sign)));
}
