/** The charts of the report as inline SVG: lines in a unit square, grouped bars. Pure text in, pure text out. */
import type { RocPoint } from '../statistics/ranked-scores.ts';

export type RocLine = { readonly name: string; readonly points: readonly RocPoint[]; readonly tone: Tone };
export type Tone = 'main' | 'second' | 'yardstick';
export type BarSeries = { readonly name: string; readonly values: readonly number[]; readonly tone: Tone };

const SQUARE = 230;
const LEFT = 34;
const TOP = 10;
const POINTS_MAX = 240;

/** True share over false share, the diagonal as chance. */
export function rocChart(title: string, lines: readonly RocLine[]): string {
  const x = (share: number): string => (LEFT + share * SQUARE).toFixed(1);
  const y = (share: number): string => (TOP + (1 - share) * SQUARE).toFixed(1);
  const grid = [0, 0.25, 0.5, 0.75, 1]
    .map(
      (mark) =>
        `<line x1="${x(0)}" y1="${y(mark)}" x2="${x(1)}" y2="${y(mark)}" class="grid"/><line x1="${x(mark)}" y1="${y(0)}" x2="${x(mark)}" y2="${y(1)}" class="grid"/>` +
        `<text x="${LEFT - 6}" y="${(Number(y(mark)) + 4).toFixed(1)}" text-anchor="end">${mark}</text><text x="${x(mark)}" y="${TOP + SQUARE + 16}" text-anchor="middle">${mark}</text>`,
    )
    .join('\n');
  const paths = lines
    .map(({ points, tone }) => {
      const drawn = thinned(points).map((point) => `${x(point.falseShare)},${y(point.trueShare)}`);
      return drawn.length === 0 ? '' : `<polyline points="${drawn.join(' ')}" class="line ${tone}"/>`;
    })
    .join('\n');
  const names = lines
    .map(({ name, tone }) => `<span class="key ${tone}">${escapeText(name)}</span>`)
    .join(' ');
  return `<figure><figcaption>${escapeText(title)}<br>${names}</figcaption>
<svg viewBox="0 0 ${LEFT + SQUARE + 14} ${TOP + SQUARE + 36}" role="img" aria-label="${escapeText(`ROC, ${title}`)}">
${grid}
<line x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}" class="grid dashed"/>
${paths}
<text x="${x(0.5)}" y="${TOP + SQUARE + 32}" text-anchor="middle">calm sessions above the threshold</text>
</svg></figure>`;
}

const PLOT_WIDTH = 900;
const PLOT_HEIGHT = 170;

/** Shares (0 to 1) side by side for each label; the tallest bar fills the height. */
export function barChart(
  about: string,
  labels: readonly string[],
  series: readonly BarSeries[],
  axis: string,
): string {
  const most = Math.max(1e-9, ...series.flatMap(({ values }) => values));
  const slot = PLOT_WIDTH / Math.max(1, labels.length);
  const width = Math.min(34, (slot * 0.8) / Math.max(1, series.length));
  const bars = labels
    .map((label, index) => {
      const middle = slot * (index + 0.5);
      const from = middle - (width * series.length) / 2;
      const own = series.map(({ values, tone }, order) => {
        const value = values[index] ?? 0;
        const height = (value / most) * (PLOT_HEIGHT - 40);
        const at = from + order * width;
        const top = PLOT_HEIGHT - 20 - height;
        const shown =
          value === 0
            ? ''
            : `<text x="${(at + width / 2).toFixed(1)}" y="${(top - 4).toFixed(1)}" text-anchor="middle">${percentText(value)}</text>`;
        return `<rect x="${(at + 1).toFixed(1)}" y="${top.toFixed(1)}" width="${(width - 2).toFixed(1)}" height="${height.toFixed(1)}" class="bar ${tone}"/>${shown}`;
      });
      return `${own.join('')}<text x="${middle.toFixed(1)}" y="${PLOT_HEIGHT - 5}" text-anchor="middle">${escapeText(label)}</text>`;
    })
    .join('\n');
  const names = series
    .map(({ name, tone }) => `<span class="key ${tone}">${escapeText(name)}</span>`)
    .join(' ');
  return `<figure class="wide"><figcaption>${names}</figcaption>
<svg viewBox="0 0 ${PLOT_WIDTH} ${PLOT_HEIGHT + 16}" role="img" aria-label="${escapeText(about)}">
<line x1="0" y1="${PLOT_HEIGHT - 20}" x2="${PLOT_WIDTH}" y2="${PLOT_HEIGHT - 20}" class="axis"/>
${bars}
<text x="${PLOT_WIDTH / 2}" y="${PLOT_HEIGHT + 12}" text-anchor="middle">${escapeText(axis)}</text>
</svg></figure>`;
}

/** Under one percent a rounded figure would read as none. */
function percentText(value: number): string {
  const percent = value * 100;
  return percent < 1 ? percent.toFixed(1) : percent.toFixed(0);
}

function thinned(points: readonly RocPoint[]): readonly RocPoint[] {
  if (points.length <= POINTS_MAX) return points;
  const step = points.length / POINTS_MAX;
  const kept = Array.from({ length: POINTS_MAX }, (_, index) => points[Math.floor(index * step)] as RocPoint);
  return [...kept, points.at(-1) as RocPoint];
}

/** Text that came from outside, safe inside an element or an attribute. */
export function escapeText(text: string): string {
  const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replaceAll(/[&<>"\p{Cc}\p{Cf}]/gu, (character) => names[character] ?? ' ');
}
