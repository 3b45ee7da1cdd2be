/**
 * The whole screen as rows of styled pieces: exactly as many rows as the terminal has, none wider
 * than it is, for any size down to one cell. Three zones that keep their places: money, what is
 * open, words (console-sketch.md). Pure: the painter is somebody else.
 */
import type { Dashboard, Notice } from '../../core/dashboard.ts';
import { longAnswer } from './answer-page.ts';
import type { Ceremony } from './ceremony.ts';
import { ceremonyRows } from './ceremony-page.ts';
import { commandRows } from './command-zone.ts';
import type { Connection, ConsoleState } from './console-state.ts';
import { journalRows } from './journal-page.ts';
import { cutRow, span, type Row } from './spans.ts';
import { furtherFigures, headerRow, moneyRows } from './top-zone.ts';
import { answerPage, middleRows } from './views/all-views.ts';
import type { MarketMemory } from './views/view.ts';
import type { Zone } from './zone.ts';

export type ScreenInput = {
  readonly state: ConsoleState;
  readonly dashboard: Dashboard | null;
  /** Newest first: what the engine said since the console opened, then what it remembered. */
  readonly notices: readonly Notice[];
  readonly connection: Connection;
  readonly size: { readonly columns: number; readonly rows: number };
  readonly unicode: boolean;
  readonly market: MarketMemory;
  readonly zone: Zone;
  /** This console only watches. */
  readonly readOnly?: boolean;
  /** Monotonic, for "reconnecting 3 s". */
  readonly nowMs: number;
};

/** Exactly `size.rows` rows of at most `size.columns` cells. */
export function screenRows(input: ScreenInput): readonly Row[] {
  const width = Math.max(1, input.size.columns);
  const height = Math.max(1, input.size.rows);
  const infoRows = height >= 22 ? 5 : height >= 14 ? 2 : height >= 6 ? 1 : 0;
  const answer = input.state.journal.open ? null : longAnswer(input.state, width, infoRows);
  const page = input.state.journal.open || answer !== null ? null : input.state.ceremonies.open;
  const top = page === null ? topRows(input, width, height) : [];
  const bottom = commandRows({
    state: input.state,
    dashboard: input.dashboard,
    connection: input.connection,
    width,
    infoRows,
    hairline: height >= 10,
    nowMs: input.nowMs,
    zone: input.zone,
    readOnly: input.readOnly ?? false,
  });
  const room = Math.max(0, height - top.length - bottom.length);
  const middle = middleOf(input, { answer, page }, width, room);
  // What does not fit goes from the middle of the list: the line being typed is always there.
  const fitted = [...top, ...middle].slice(0, Math.max(0, height - bottom.length));
  return [...fitted, ...bottom].slice(-height).map((row) => cutRow(row, width));
}

/** What has the middle of the screen: a long answer, a step of the tiers, or the view. */
function middleOf(
  input: ScreenInput,
  front: { readonly answer: readonly Row[] | null; readonly page: Ceremony | null },
  width: number,
  rows: number,
): readonly Row[] {
  const { state, dashboard, zone } = input;
  if (front.answer !== null) return answerPage(front.answer, state.scroll, width, rows);
  if (front.page === null || dashboard === null) return middlePart(input, width, rows);
  return ceremonyRows(front.page, dashboard, { width, rows, zone });
}

function topRows(
  { dashboard, connection, nowMs, zone }: ScreenInput,
  width: number,
  height: number,
): readonly Row[] {
  const header = headerRow(dashboard, connection, width, nowMs, zone);
  if (dashboard === null) return height >= 4 ? [header, []] : height >= 2 ? [header] : [];
  const money = moneyRows(dashboard, width).map((row) => dimmed(row, connection)) as [Row, Row];
  const further = furtherFigures(dashboard, width).map((row) => dimmed(row, connection));
  if (height >= 20) return [header, [], ...money, ...(further.length > 0 ? [[], ...further] : []), []];
  if (height >= 8) return [header, ...money];
  return height >= 3 ? [header, money[0]] : height === 2 ? [money[0]] : [];
}

function middlePart(
  { dashboard, notices, state, connection, unicode, market, zone }: ScreenInput,
  width: number,
  rows: number,
): readonly Row[] {
  if (rows === 0) return [];
  if (dashboard === null) {
    const words: Row = [
      span('   '),
      span(connection.kind === 'stopped' ? 'No engine runs.' : 'opening the market…', 'quiet'),
    ];
    return Array.from({ length: rows }, (_, index): Row => (index === Math.min(2, rows - 1) ? words : []));
  }
  const { view, scroll, lastRefusal, journal } = state;
  if (journal.open) {
    const page = journalRows(journal, dashboard, width, rows);
    return [...page, ...Array.from({ length: Math.max(0, rows - page.length) }, (): Row => [])];
  }
  return middleRows(view, scroll, {
    dashboard,
    notices,
    market,
    lastRefusal,
    width,
    rows,
    unicode,
    zone,
  }).map((row) => dimmed(row, connection));
}

/** Figures of an engine that does not answer are shown quietly: they are what was last known. */
function dimmed(row: Row, connection: Connection): Row {
  return connection.kind === 'live' ? row : row.map((piece) => ({ ...piece, style: 'quiet' as const }));
}
