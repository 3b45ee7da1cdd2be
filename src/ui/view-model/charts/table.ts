/** Cells in columns, as wide as their widest cell; and bars that show a share without needing colour. */
import { cellWidth, span, type Row, type Span } from '../spans.ts';

export type Cell = Span & { readonly right?: boolean };

export type Column<T> = {
  readonly title: string;
  readonly cell: (item: T) => Span;
  readonly right?: boolean;
  /** Left out on screens narrower than this. */
  readonly from?: number;
};

/** A quiet title row and a row for each item. */
export function listed<T>(
  columns: readonly Column<T>[],
  items: readonly T[],
  width: number,
  indent: number,
): readonly Row[] {
  const shown = columns.filter(({ from = 0 }) => width >= from);
  const head = shown.map(({ title, right = false }): Cell => ({ ...span(title, 'quiet'), right }));
  const body = items.map((item) => shown.map(({ cell, right = false }): Cell => ({ ...cell(item), right })));
  return table([head, ...body], indent);
}

/** Rows with aligned columns, two cells apart, after `indent` cells. */
export function table(cells: readonly (readonly Cell[])[], indent: number): readonly Row[] {
  const widths: number[] = [];
  for (const row of cells) {
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, cellWidth(cell.text));
    });
  }
  return cells.map((row) => [
    { text: ' '.repeat(indent), style: 'text' as const },
    ...row.flatMap((cell, index): readonly Span[] => {
      const space = ' '.repeat((widths[index] ?? 0) - cellWidth(cell.text));
      const gap = index === row.length - 1 ? '' : '  ';
      const text =
        cell.right === true
          ? `${space}${cell.text}${gap}`
          : `${cell.text}${index === row.length - 1 ? '' : space}${gap}`;
      return [{ text, style: cell.style }];
    }),
  ]);
}

/** A bar of `cells` cells, `share` (0 to 1) of it filled. */
export function bar(cells: number, share: number, style: Span['style']): Row {
  const width = Math.max(0, Math.floor(cells));
  const bounded = Number.isFinite(share) ? Math.max(0, Math.min(1, share)) : 0;
  const halves = Math.round(bounded * width * 2);
  const full = Math.floor(halves / 2);
  const half = halves % 2;
  return [
    { text: `${'━'.repeat(full)}${half === 1 ? '╸' : ''}`, style },
    { text: '─'.repeat(Math.max(0, width - full - half)), style: 'quiet' },
  ];
}

/** A bar with marks (0 to 1) on it: where something begins, seen without colour. */
export function markedBar(cells: number, share: number, style: Span['style'], marks: readonly number[]): Row {
  const width = Math.max(0, Math.floor(cells));
  const bounded = Number.isFinite(share) ? Math.max(0, Math.min(1, share)) : 0;
  const full = Math.round(bounded * width);
  const marked = new Set(marks.map((mark) => Math.min(width - 1, Math.floor(mark * width))));
  const part = (from: number, to: number, fill: string): string =>
    Array.from({ length: Math.max(0, to - from) }, (_, index) =>
      marked.has(from + index) ? '╂' : fill,
    ).join('');
  return [
    { text: part(0, full, '━'), style },
    { text: part(full, width, '─').replaceAll('╂', '┼'), style: 'quiet' },
  ];
}
