/**
 * The middle zone: what is open, a small chart where there is room, and the log; or the view that a
 * word opened. Fills exactly the rows it is given.
 */
import {
  clockOfMs,
  durationOfMs,
  percentOfBps,
  priceText,
  signedDollars,
} from '../../core/explain-figures.ts';
import type { Dashboard, Notice, PositionPanel } from '../../core/dashboard.ts';
import type { View } from './console-state.ts';
import { decimalsOf, panelRows, resultStyle, stopWords } from './panels.ts';
import { cutRow, placed, span, type Piece, type Row, type Style } from './spans.ts';
import { sparkline } from './sparkline.ts';
import { shownMarket } from './top-zone.ts';

export type MiddleInput = {
  readonly dashboard: Dashboard;
  readonly view: View;
  /** Newest first. */
  readonly notices: readonly Notice[];
  readonly width: number;
  readonly rows: number;
  readonly scroll: number;
  readonly unicode: boolean;
};

/** Exactly `rows` rows. */
export function middleRows(input: MiddleInput): readonly Row[] {
  const { rows, width } = input;
  const all = input.view === 'trade' ? tradeRows(input) : viewRows(input, input.view);
  const shown = all.slice(0, rows).map((row) => cutRow(row, width));
  return [...shown, ...Array.from({ length: rows - shown.length }, (): Row => [])];
}

function viewRows(
  { dashboard, width, rows, scroll }: MiddleInput,
  view: Exclude<View, 'trade'>,
): readonly Row[] {
  const title: Row = [span(`   ${view}`, 'quiet'), span('   Esc goes back', 'quiet')];
  const panel = panelRows(view, dashboard, width);
  const spacer: readonly Row[] = panel.length + 2 <= rows ? [[]] : [];
  if (panel.length + 1 + spacer.length <= rows) return [title, ...spacer, ...panel];
  const room = Math.max(1, rows - 2);
  const from = Math.max(0, Math.min(scroll, panel.length - room));
  const above = from === 0 ? '' : `${from} above, PgUp`;
  const left = panel.length - from - room;
  const below = left <= 0 ? '' : `${left} more, PgDn`;
  const hint = [above, below].filter((part) => part !== '').join(' · ');
  return [title, ...panel.slice(from, from + room), [span(`   … ${hint}`, 'quiet')]];
}

function tradeRows({ dashboard, notices, width, rows, unicode }: MiddleInput): readonly Row[] {
  const open = openRows(dashboard, width);
  const roomy = rows >= open.length + 6;
  const built: Row[] = [...open, ...(roomy ? [[], []] : rows > open.length + 1 ? [[]] : [])];
  const chart = rows - built.length >= 14 ? chartRows(dashboard, width, rows >= 34 ? 6 : 3, unicode) : [];
  if (chart.length > 0) built.push(...chart, [], []);
  const room = Math.max(0, rows - built.length - (roomy ? 1 : 0));
  built.push(...logRows(notices, width, Math.min(room, 20)));
  return built;
}

function openRows(dashboard: Dashboard, width: number): readonly Row[] {
  const { positions } = dashboard;
  if (positions.length === 0)
    return [
      [span('   open', 'quiet')],
      [
        span('   Nothing is open.', 'quiet'),
        span('   buy 25 usdt btc shows first what would happen', 'quiet'),
      ],
    ];
  return [
    [span('   open', 'quiet')],
    ...positions.map((position) => positionRow(position, dashboard, width)),
  ];
}

function positionRow(position: PositionPanel, dashboard: Dashboard, width: number): Row {
  const decimals = decimalsOf(dashboard, position.symbol);
  const now = dashboard.at;
  const style = resultStyle(position.pnlDollars);
  const result = position.pnlDollars === null ? '-' : signedDollars(position.pnlDollars);
  const move = `${priceText(position.entryPrice, decimals)} → ${position.markPrice === null ? '-' : priceText(position.markPrice, decimals)}`;
  const stop = stopWords(position, decimals);
  const stopStyle: Style = position.protected || position.closing ? 'text' : 'caution';
  const at = (column: number, text: string, textStyle: Style): Piece => ({
    at: column,
    row: [span(text, textStyle)],
  });
  if (width < 76) {
    return placed(width, [
      at(1, position.display, 'bright'),
      at(11, result, style),
      at(20, stop, stopStyle),
      at(40, move, 'text'),
    ]);
  }
  if (width < 110) {
    return placed(width, [
      at(3, position.display, 'bright'),
      at(14, position.quantity, 'text'),
      at(25, move, 'text'),
      at(49, result, style),
      at(60, stop, stopStyle),
    ]);
  }
  const away =
    position.stopDistanceBps === null || !position.protected
      ? ''
      : `${percentOfBps(position.stopDistanceBps)} away`;
  return placed(width, [
    at(3, position.display, 'bright'),
    at(15, position.side.toLowerCase(), 'text'),
    at(22, position.quantity, 'text'),
    at(34, move, 'text'),
    at(62, result, style),
    at(74, stop, stopStyle),
    at(91, away, 'quiet'),
    at(106, durationOfMs(Math.floor(Math.max(0, now - position.openedAt) / 1_000) * 1_000), 'quiet'),
  ]);
}

function chartRows(dashboard: Dashboard, width: number, rows: number, unicode: boolean): readonly Row[] {
  const market = shownMarket(dashboard);
  if (market === null) return [];
  const caption = `last ${market.closes.length < 120 ? `${market.closes.length} min` : `${Math.round(market.closes.length / 60)} h`}, 1 min candles`;
  const lines = sparkline(
    market.closes,
    Math.max(10, Math.min(100, width - caption.length - 12)),
    rows,
    unicode,
  );
  return lines.map((text, index): Row => [
    span('   '),
    { text, style: market.stale ? 'quiet' : 'text' },
    ...(index === lines.length - 1 ? [span(`   ${caption}`, 'quiet')] : []),
  ]);
}

const toneStyle: Readonly<Record<Notice['tone'], Style>> = {
  plain: 'text',
  good: 'good',
  quiet: 'quiet',
  caution: 'caution',
};

function logRows(notices: readonly Notice[], width: number, rows: number): readonly Row[] {
  return notices.slice(0, rows).map((notice) =>
    placed(width, [
      { at: 3, row: [span(clockOfMs(notice.at), 'quiet')] },
      { at: 14, row: [span(notice.text, toneStyle[notice.tone])] },
    ]),
  );
}
