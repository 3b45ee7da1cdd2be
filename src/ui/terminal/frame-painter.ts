/**
 * From one frame to the next: the least that has to be written so that the terminal shows the new rows.
 * Only changed parts of changed rows are sent, between the marks of a synchronised update (DEC mode
 * 2026, ignored where it is unknown). The only place that writes escape sequences for text; pieces
 * are clean already (spans.ts). Why not Ink: docs/decisions/0018.
 */
import type { Theme } from '../themes/zen-garden.ts';
import type { Row, Style } from '../view-model/spans.ts';
import { cellsOf, type Cells } from './cells.ts';

export interface FramePainter {
  /** What to write for these rows; empty when nothing has changed. */
  frame(rows: readonly Row[], width: number): string;
  /** Forgets what is on screen: the next frame is written whole. */
  forget(): void;
}

const ESC = '\u001b';
const BEGIN_SYNC: string = `${ESC}[?2026h`;
const END_SYNC: string = `${ESC}[?2026l`;
const HIDE_CURSOR: string = `${ESC}[?25l`;
const SHOW_CURSOR: string = `${ESC}[?25h`;
const ERASE_REST: string = `${ESC}[K`;
const PLAIN: string = `${ESC}[0m`;
/** Unchanged cells between two changes that cost less than moving over them. */
const GAP_MAX = 7;

export function createFramePainter(theme: Theme, unicode: boolean): FramePainter {
  let shownRows: readonly Row[] = [];
  let shown: readonly Cells[] = [];
  let width = 0;
  let whole = true;
  let cursorAt = '';

  /** Cells from a column on, in their styles, ending plain. */
  const painted = (cells: Cells, from: number, to: number): string => {
    let text = '';
    let current = '';
    for (let column = from; column < to; column += 1) {
      const start = startOf(cells.styles[column] ?? 'text', cells.signs[column] ?? ' ');
      if (start !== null && start !== current) {
        if (current !== '') text += PLAIN;
        if (start !== '') text += `${ESC}[${start}m`;
        current = start;
      }
      text += cells.signs[column] ?? ' ';
    }
    return current === '' ? text : text + PLAIN;
  };

  /** How a cell's style begins; null where any will do. */
  const startOf = (style: Style, sign: string): string | null =>
    sign === ' ' ? null : theme.start[style === 'cursor' ? 'bright' : style];

  const wholeRow = (cells: Cells, row: number): string => {
    const end = lengthOf(cells);
    const text = `${moveTo(row, 0)}${painted(cells, 0, end)}`;
    return end < width ? text + ERASE_REST : text;
  };

  const changedRow = (before: Cells | undefined, after: Cells, row: number): string => {
    if (before === undefined || !before.plain || !after.plain) return wholeRow(after, row);
    const end = lengthOf(after);
    const longest = Math.max(end, lengthOf(before));
    let text = '';
    let from = -1;
    let last = -1;
    const put = (): void => {
      if (from < 0) return;
      const to = Math.min(last + 1, end);
      text += moveTo(row, from);
      if (to > from) text += painted(after, from, to);
      if (last + 1 > end) text += ERASE_REST;
    };
    for (let column = 0; column < longest; column += 1) {
      if (isSame(before, after, column)) continue;
      if (from >= 0 && column - last > GAP_MAX) {
        put();
        from = column;
      } else if (from < 0) from = column;
      last = column;
    }
    put();
    return text;
  };

  return {
    frame(rows, wide): string {
      if (wide !== width || rows.length !== shownRows.length) whole = true;
      width = wide;
      const cells = rows.map((row, index) => {
        const before = shown[index];
        return !whole && before !== undefined && sameRow(row, shownRows[index])
          ? before
          : cellsOf(row, unicode);
      });
      let text = whole ? `${PLAIN}${ESC}[2J` : '';
      cells.forEach((after, index) => {
        const before = whole ? undefined : shown[index];
        if (before !== after) text += changedRow(before, after, index);
      });
      const cursorRow = cells.findIndex(({ cursor }) => cursor !== null);
      const column = cells[cursorRow]?.cursor ?? null;
      const place = column === null ? '' : `${moveTo(cursorRow, Math.min(column, wide - 1))}${SHOW_CURSOR}`;
      const moved = place !== cursorAt;
      shownRows = rows;
      shown = cells;
      whole = false;
      cursorAt = place;
      if (text === '' && !moved) return '';
      return `${BEGIN_SYNC}${HIDE_CURSOR}${text}${place}${END_SYNC}`;
    },
    forget(): void {
      whole = true;
      cursorAt = '';
    },
  };
}

/** Whether two rows would look alike. */
export function sameRow(left: Row | undefined, right: Row | undefined): boolean {
  if (left === right) return true;
  if (left === undefined || right === undefined || left.length !== right.length) return false;
  return left.every((piece, index) => {
    const other = right[index];
    return other !== undefined && piece.text === other.text && piece.style === other.style;
  });
}

function moveTo(row: number, column: number): string {
  return `${ESC}[${row + 1};${column + 1}H`;
}

/** Cells up to the last that is not blank. */
function lengthOf({ signs }: Cells): number {
  let end = signs.length;
  while (end > 0 && signs[end - 1] === ' ') end -= 1;
  return end;
}

function isSame(before: Cells, after: Cells, column: number): boolean {
  const sign = after.signs[column] ?? ' ';
  if ((before.signs[column] ?? ' ') !== sign) return false;
  return sign === ' ' || lookOf(before.styles[column]) === lookOf(after.styles[column]);
}

/** The cell under the cursor looks like any other: the terminal draws the cursor. */
function lookOf(style: Style | undefined): Style | undefined {
  return style === 'cursor' ? 'bright' : style;
}
