/** Two blocks of rows side by side, for wide screens; one under the other where there is no room. */
import { cutRow, rowWidth, type Row } from '../spans.ts';

/** `left` from column 0, `right` from column `at`. */
export function beside(left: readonly Row[], right: readonly Row[], at: number): readonly Row[] {
  const rows = Math.max(left.length, right.length);
  return Array.from({ length: rows }, (_, index): Row => {
    const first = cutRow(left[index] ?? [], Math.max(0, at - 2));
    const second = right[index] ?? [];
    if (second.length === 0) return first;
    return [...first, { text: ' '.repeat(at - rowWidth(first)), style: 'text' }, ...second];
  });
}
