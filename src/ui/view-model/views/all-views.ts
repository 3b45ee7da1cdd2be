/**
 * The views by name, and the middle zone they fill: exactly the rows it is given, scrolled where a
 * view is longer, with its name and the way back above it.
 */
import type { Dashboard } from '../../../core/dashboard.ts';
import { cutRow, rightAt, placed, span, type Row, type Span } from '../spans.ts';
import { utc } from '../zone.ts';
import { helpRows } from './help.ts';
import { logRows } from './log.ts';
import { marketRows } from './market.ts';
import { orderRows } from './orders.ts';
import { performanceRows } from './performance.ts';
import { positionRows } from './positions.ts';
import { riskRows } from './risk.ts';
import { statusRows } from './status.ts';
import { tierRows } from './tier.ts';
import { tiltRows } from './tilt.ts';
import { tradeRows } from './trade.ts';
import {
  nothingRemembered,
  NUMBERED_VIEWS,
  viewOrder,
  type View,
  type ViewInput,
  type ViewRows,
} from './view.ts';

const rowsOf: Readonly<Record<View, ViewRows>> = {
  trade: tradeRows,
  risk: riskRows,
  tier: tierRows,
  tilt: tiltRows,
  market: marketRows,
  performance: performanceRows,
  orders: orderRows,
  log: logRows,
  help: helpRows,
  positions: positionRows,
  status: statusRows,
};

/** The view a number key opens, or null. */
export function viewOfKey(key: string): View | null {
  return /^[1-9]$/.test(key) ? (viewOrder[Number(key) - 1] ?? null) : null;
}

/** Exactly `input.rows` rows. */
export function middleRows(view: View, scroll: number, input: ViewInput): readonly Row[] {
  const { rows, width } = input;
  const all = view === 'trade' ? tradeRows(input) : titledRows(view, scroll, input);
  const shown = all.slice(0, rows).map((row) => cutRow(row, width));
  return [...shown, ...Array.from({ length: rows - shown.length }, (): Row => [])];
}

function titledRows(view: View, scroll: number, input: ViewInput): readonly Row[] {
  const { rows, width } = input;
  return scrolledRows(
    titleRow(view, width),
    rowsOf[view]({ ...input, rows: Math.max(1, rows - 2) }),
    scroll,
    rows,
  );
}

/** An answer too long for the room under the line: exactly `rows` rows, scrolled like a view. */
export function answerPage(
  content: readonly Row[],
  scroll: number,
  width: number,
  rows: number,
): readonly Row[] {
  const title: Row = [span('   answer', 'bright'), span('   Esc goes back', 'quiet')];
  const shown = scrolledRows(title, content, scroll, rows)
    .slice(0, rows)
    .map((row) => cutRow(row, width));
  return [...shown, ...Array.from({ length: rows - shown.length }, (): Row => [])];
}

function scrolledRows(title: Row, content: readonly Row[], scroll: number, rows: number): readonly Row[] {
  const spacer: readonly Row[] = content.length + 2 <= rows ? [[]] : [];
  if (content.length + 1 + spacer.length <= rows) return [title, ...spacer, ...content];
  const room = Math.max(1, rows - 2);
  const from = Math.max(0, Math.min(scroll, content.length - room));
  const above = from === 0 ? '' : `${from} above, PgUp`;
  const left = content.length - from - room;
  const below = left <= 0 ? '' : `${left} more, PgDn`;
  const hint = [above, below].filter((part) => part !== '').join(' · ');
  return [title, ...content.slice(from, from + room), [span(`   … ${hint}`, 'quiet')]];
}

/** The name of the view, how to leave it, and on a wide screen where the other numbers lead. */
function titleRow(view: View, width: number): Row {
  const name: Row = [span(`   ${view}`, 'bright'), span('   Esc goes back', 'quiet')];
  if (width < 100) return name;
  const others = viewOrder
    .slice(0, NUMBERED_VIEWS)
    .flatMap((other, index): readonly Span[] => [
      span(`${index === 0 ? '' : '  '}${index + 1} ${other}`, other === view ? 'text' : 'quiet'),
    ]);
  return placed(width, [
    { at: 0, row: name },
    { at: rightAt(width, others), row: others },
  ]);
}

/** A view's rows from a dashboard alone, for what prints them: the command line and its reports. */
export function printedView(view: View, dashboard: Dashboard, width: number): readonly Row[] {
  return rowsOf[view]({
    dashboard,
    notices: dashboard.notices.toReversed(),
    market: nothingRemembered,
    lastRefusal: [],
    width,
    rows: 40,
    unicode: true,
    zone: utc,
  });
}
