/**
 * The vocabulary of the screen: styled pieces of text in rows. Pure, so that the painter can be
 * exchanged. Every piece is cleaned here, once, of whatever a terminal would act on: text from the
 * engine, the exchange or the keyboard never reaches the screen another way.
 */
import { isHidden } from '../../core/command-grammar-words.ts';

/** What a piece means; the theme decides the colour. Nothing is told by style alone. */
export type Style = 'bright' | 'text' | 'quiet' | 'good' | 'caution' | 'lock' | 'cursor';

export type Span = { readonly text: string; readonly style: Style };
export type Row = readonly Span[];

const PLAIN = /^[\x20-\x7e]*$/;

/** A styled piece of text, cleaned. */
export function span(text: string, style: Style = 'text'): Span {
  return { text: clean(text), style };
}

/** Takes hidden and reordering characters out; line breaks and tabs become spaces. */
export function clean(text: string): string {
  if (PLAIN.test(text)) return text;
  let cleaned = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code === 0x0a || code === 0x09) cleaned += ' ';
    else if (
      code > 0xffff
        ? code < 0xe0000 || code > 0xe0fff
        : !isHidden(code) && !(code >= 0xd800 && code <= 0xdfff)
    )
      cleaned += character;
  }
  return cleaned;
}

/** Terminal cells of a text: 2 for wide characters, 0 for combining ones. */
export function cellWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character.codePointAt(0) ?? 0);
  return width;
}

function characterWidth(code: number): number {
  if (code < 0x300) return 1;
  if (isCombining(code)) return 0;
  return isWide(code) ? 2 : 1;
}

function isCombining(code: number): boolean {
  return (
    (code >= 0x300 && code <= 0x36f) ||
    (code >= 0x1ab0 && code <= 0x1aff) ||
    (code >= 0x20d0 && code <= 0x20ff) ||
    (code >= 0xfe00 && code <= 0xfe0f) ||
    (code >= 0xfe20 && code <= 0xfe2f) ||
    (code >= 0x1f3fb && code <= 0x1f3ff)
  );
}

/** East Asian wide and fullwidth ranges, and emoji (Unicode 17, UAX 11). */
function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0x303e) ||
    (code >= 0x3041 && code <= 0xa4cf) ||
    (code >= 0xa960 && code <= 0xa97c) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd)
  );
}

/** Cells of a row. */
export function rowWidth(row: Row): number {
  return row.reduce((width, piece) => width + cellWidth(piece.text), 0);
}

/** The text of a row, without style. */
export function rowText(row: Row): string {
  return row.map((piece) => piece.text).join('');
}

/** At most `width` cells of a text; what is cut ends in `…` when there is room for it. */
function cut(text: string, width: number): string {
  if (width <= 0) return '';
  if (cellWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const character of text) {
    const cells = characterWidth(character.codePointAt(0) ?? 0);
    if (used + cells > width - 1) break;
    kept += character;
    used += cells;
  }
  return `${kept}…`;
}

/** A row that is at most `width` cells. */
export function cutRow(row: Row, width: number): Row {
  if (rowWidth(row) <= width) return row;
  const kept: Span[] = [];
  let left = width;
  for (const piece of row) {
    if (left <= 0) break;
    const text = cut(piece.text, left);
    kept.push({ text, style: piece.style });
    left -= cellWidth(text);
  }
  return kept;
}

export type Piece = { readonly at: number; readonly row: Row };

/** Pieces at their columns; one that would overlap the next is cut before it. Never wider than `width`. */
export function placed(width: number, pieces: readonly Piece[]): Row {
  const row: Span[] = [];
  let used = 0;
  pieces.forEach((piece, index) => {
    if (piece.at >= width || piece.at < used) return;
    const end = Math.min(width, (pieces[index + 1]?.at ?? width + 1) - 1);
    const shown = cutRow(piece.row, Math.max(0, end - piece.at));
    if (piece.at > used) row.push({ text: ' '.repeat(piece.at - used), style: 'text' });
    row.push(...shown);
    used = piece.at + rowWidth(shown);
  });
  return row;
}

/** The column at which a row ends flush right, with one free cell. */
export function rightAt(width: number, row: Row): number {
  return Math.max(0, width - rowWidth(row) - 1);
}

/** Words of a text in rows of at most `width` cells, `rows` of them at most. */
export function wrapped(text: string, width: number, rows: number): readonly string[] {
  if (width <= 0 || rows <= 0) return [];
  const lines: string[] = [];
  let line = '';
  for (const word of clean(text).split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (cellWidth(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
  }
  if (line !== '') lines.push(line);
  if (lines.length > rows) return [...lines.slice(0, rows - 1), cut(lines.slice(rows - 1).join(' '), width)];
  return lines.map((shown) => cut(shown, width));
}
