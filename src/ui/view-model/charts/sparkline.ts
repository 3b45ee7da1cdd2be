/** A small line chart in braille dots (two by four in each cell), or in plain characters where there is no Unicode. Pure. */

const PLAIN_LEVELS = ['_', '.', '-', "'"];

/** `rows` lines of `width` cells, top first; empty when there are fewer than two values. */
export function sparkline(
  values: readonly number[],
  width: number,
  rows: number,
  unicode: boolean,
): readonly string[] {
  const finite = values.filter((value) => Number.isFinite(value));
  if (finite.length < 2 || width < 1 || rows < 1) return [];
  const perCell = unicode ? 2 : 1;
  const columns = Math.min(width * perCell, finite.length);
  const points = resampled(finite, columns);
  const low = Math.min(...points);
  const span = Math.max(...points) - low;
  const levels = rows * 4;
  const levelOf = (value: number): number =>
    span === 0 ? Math.floor(levels / 2) : Math.min(levels - 1, Math.floor(((value - low) / span) * levels));
  const grid = points.map(levelOf);
  return Array.from({ length: rows }, (_, row) => {
    const base = (rows - 1 - row) * 4;
    return unicode ? brailleRow(grid, base) : plainRow(grid, base);
  });
}

/** The last value of each of `columns` equal parts, so that the newest value is always the last point. */
function resampled(values: readonly number[], columns: number): readonly number[] {
  return Array.from(
    { length: columns },
    (_, index) => values[Math.ceil(((index + 1) * values.length) / columns) - 1] ?? 0,
  );
}

/** Dots of a braille cell from bottom to top, left and right column (Unicode block U+2800). */
const LEFT = [0x40, 0x04, 0x02, 0x01];
const RIGHT = [0x80, 0x20, 0x10, 0x08];

function brailleRow(grid: readonly number[], base: number): string {
  let line = '';
  for (let index = 0; index < grid.length; index += 2) {
    const left = (grid[index] ?? -1) - base;
    const right = (grid[index + 1] ?? -1) - base;
    const dots = (LEFT[left] ?? 0) + (RIGHT[right] ?? 0);
    // An empty braille cell is drawn as rings by some fonts.
    line += dots === 0 ? ' ' : String.fromCharCode(0x2800 + dots);
  }
  return line;
}

function plainRow(grid: readonly number[], base: number): string {
  return grid.map((level) => PLAIN_LEVELS[level - base] ?? ' ').join('');
}
