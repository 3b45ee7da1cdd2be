/**
 * Trade: what is open with its stop and distance, a small chart where there is room, what happened.
 * Order of rows never changes; on a small screen the chart goes first, then the log.
 */
import type { Dashboard, PositionPanel } from '../../../core/dashboard.ts';
import { durationOfMs, percentOfBps, priceText, signedDollars } from '../../../core/explain-figures.ts';
import { sparkline } from '../charts/sparkline.ts';
import { placed, rightAt, span, type Piece, type Row, type Style } from '../spans.ts';
import { shownMarket } from '../top-zone.ts';
import { noticeRows } from './log.ts';
import { stopWords, targetWords } from './positions.ts';
import { resultWords } from './risk.ts';
import { decimalsOf, heading, resultStyle, type ViewInput } from './view.ts';

/** Rows that the log needs before a chart may take any. */
const CHART_FROM_ROWS = 14;
const LOG_ROWS = 20;

export function tradeRows(input: ViewInput): readonly Row[] {
  const { dashboard, width, rows, unicode } = input;
  const open = [...openRows(dashboard, width), ...strategyRows(dashboard)];
  const roomy = rows >= open.length + 6;
  const built: Row[] = [...open, ...(roomy ? [[], []] : rows > open.length + 1 ? [[]] : [])];
  const chart =
    rows - built.length >= CHART_FROM_ROWS
      ? chartRows(dashboard, width, rows >= 34 ? 8 : rows >= 22 ? 5 : 3, unicode)
      : [];
  if (chart.length > 0) built.push(...chart, [], []);
  const room = Math.max(0, rows - built.length - (roomy ? 1 : 0));
  built.push(...noticeRows(input, Math.min(room, LOG_ROWS)));
  return built;
}

function openRows(dashboard: Dashboard, width: number): readonly Row[] {
  const { positions } = dashboard;
  const mayEnter = dashboard.tradingState === 'READY' && !dashboard.readOnly;
  if (positions.length > 0)
    return [
      heading('open'),
      ...positions.flatMap((position) => [
        positionRow(position, dashboard, width),
        ...underRows(position, dashboard, width),
      ]),
    ];
  return [
    heading('open'),
    [
      span('   Nothing is open.', 'quiet'),
      span(mayEnter && width >= 76 ? '   buy 25 usdt btc shows first what would happen' : '', 'quiet'),
    ],
  ];
}

/** A tier that sees everything sees its strategies too. */
function strategyRows(dashboard: Dashboard): readonly Row[] {
  const running = dashboard.strategies.filter(({ enabled }) => enabled);
  if (dashboard.tier.dashboardFigures !== null || running.length === 0) return [];
  const results = new Map(dashboard.performance?.byStrategy.map((row) => [row.name, row]));
  return [
    [],
    heading('strategies'),
    ...running.map(({ strategy, symbol }): Row => {
      const result = results.get(strategy);
      return [
        span('   '),
        span(strategy.padEnd(24), 'bright'),
        span(symbol.padEnd(12)),
        span(
          result === undefined ? 'no trade yet' : resultWords(result.pnl, result.trades),
          result === undefined ? 'quiet' : resultStyle(result.pnl),
        ),
      ];
    }),
  ];
}

function positionRow(position: PositionPanel, dashboard: Dashboard, width: number): Row {
  const decimals = decimalsOf(dashboard, position.symbol);
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
  return placed(width, [
    at(3, position.display, 'bright'),
    at(15, position.side.toLowerCase(), 'text'),
    at(22, position.quantity, 'text'),
    at(34, move, 'text'),
    at(62, result, style),
    at(74, stop, stopStyle),
    at(91, awayWords(position), 'quiet'),
    at(106, heldFor(dashboard.at - position.openedAt), 'quiet'),
  ]);
}

function awayWords({ stopDistanceBps, protected: isProtected }: PositionPanel): string {
  return stopDistanceBps === null || !isProtected ? '' : `${percentOfBps(stopDistanceBps)} away`;
}

/** Under the stop what the row above has no room for: how far it is on a narrow screen, and the target. */
function underRows(position: PositionPanel, dashboard: Dashboard, width: number): readonly Row[] {
  const target = targetWords(position, decimalsOf(dashboard, position.symbol));
  const away = width < 110 ? awayWords(position) : '';
  const words = [away, target].filter((part) => part !== '').join(' · ');
  if (words === '') return [];
  const row: Row = [span(words, 'quiet')];
  return [
    placed(width, [{ at: Math.min(rightAt(width, row), width < 76 ? 20 : width < 110 ? 60 : 74), row }]),
  ];
}

/** Whole seconds, so that the figure moves once a second at most. */
function heldFor(ms: number): string {
  return durationOfMs(Math.floor(Math.max(0, ms) / 1_000) * 1_000);
}

function chartRows(dashboard: Dashboard, width: number, rows: number, unicode: boolean): readonly Row[] {
  const market = shownMarket(dashboard);
  if (market === null) return [];
  const { closes } = market;
  const span4h = closes.length < 120 ? `${closes.length} min` : `${Math.round(closes.length / 60)} h`;
  const caption = `last ${span4h}, 1 min candles`;
  const lines = sparkline(closes, Math.max(10, Math.min(100, width - caption.length - 12)), rows, unicode);
  return lines.map((text, index): Row => [
    span('   '),
    { text, style: market.stale ? 'quiet' : 'text' },
    ...(index === lines.length - 1 ? [span(`   ${caption}`, 'quiet')] : []),
  ]);
}
