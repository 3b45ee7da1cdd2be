/** The journal's page on screen: its words in rows, the cursor always in view, the count above. Pure. */
import type { Dashboard } from '../../core/dashboard.ts';
import type { Journal } from './journal-editor.ts';
import { cellWidth, clean, span, wrapped, type Row } from './spans.ts';

type PageLine = { readonly from: number; readonly to: number };

const LEAVES = '   Ctrl-S hands it in · Esc puts it aside';

/** `rows` rows at most; the newest words stay in view. */
export function journalRows(
  journal: Journal,
  dashboard: Dashboard | null,
  width: number,
  rows: number,
): readonly Row[] {
  const wanted = dashboard?.tilt.journalWords ?? 0;
  const counted = wanted > 0 ? `${journal.words} of ${wanted} words` : `${journal.words} words`;
  const title: Row = [
    span('   journal', 'bright'),
    span(`   ${counted}`, wanted > 0 && journal.words >= wanted ? 'good' : 'text'),
    span(width >= 100 ? `${LEAVES}, words and all` : width >= 70 ? LEAVES : '', 'quiet'),
  ];
  const prompt = dashboard?.tiltMirror?.prompt ?? null;
  const asked = prompt === null || rows < 8 ? [] : wrapped(prompt, Math.min(96, width - 6), 2);
  const head: readonly Row[] = [
    title,
    ...asked.map((text): Row => [span(`   ${text}`, 'quiet')]),
    ...(rows >= 6 ? [[]] : []),
  ];
  const room = Math.max(1, rows - head.length);
  const lines = pageLines(journal.page.text, Math.max(1, Math.min(96, width - 6)));
  const at = Math.max(
    0,
    lines.findLastIndex(({ from }) => from <= journal.page.cursor),
  );
  const first = Math.max(0, Math.min(at - room + 1, lines.length - room));
  const shown = lines.slice(Math.max(0, first), Math.max(0, first) + room);
  return [...head, ...shown.map((part) => pageRow(journal, part, lines[at] === part))];
}

function pageRow({ page }: Journal, { from, to }: PageLine, withCursor: boolean): Row {
  const text = page.text;
  if (!withCursor) return [span('   '), { text: clean(text.slice(from, to)), style: 'text' }];
  const at = Math.min(page.cursor, to);
  const under = clean(text.slice(at, Math.min(to, at + 1)));
  return [
    span('   '),
    { text: clean(text.slice(from, at)), style: 'text' },
    { text: under === '' ? ' ' : under, style: 'cursor' },
    { text: clean(text.slice(Math.min(to, at + 1), to)), style: 'text' },
  ];
}

/** Lines of at most `width` cells, broken at spaces where there are any. */
function pageLines(text: string, width: number): readonly PageLine[] {
  const lines: PageLine[] = [];
  let from = 0;
  for (const paragraph of text.split('\n')) {
    const end = from + paragraph.length;
    let start = from;
    for (;;) {
      // Looked at no further than could fit: a page is one paragraph at worst.
      let cut = Math.min(end, start + width + 1);
      if (cut === end && cellWidth(text.slice(start, end)) <= width) break;
      while (cut > start + 1 && cellWidth(text.slice(start, cut)) > width) cut -= 1;
      const space = text.lastIndexOf(' ', cut);
      const to = space > start && space < cut ? space + 1 : cut;
      lines.push({ from: start, to });
      start = to;
    }
    lines.push({ from: start, to: end });
    from = end + 1;
  }
  return lines;
}
