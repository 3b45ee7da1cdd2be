/**
 * The first zone: which market and how fresh it is, then the money: today's result in dollars top
 * left, what is left to lose, the tier. Never moves; stale figures are dimmed and say so.
 */
import {
  dollars,
  durationOfMs,
  percentOfBps,
  priceText,
  signedDollars,
  signedPercentOfBps,
} from '../../core/explain-figures.ts';
import type { Dashboard, MarketPanel } from '../../core/dashboard.ts';
import type { Connection } from './console-state.ts';
import { bar } from './charts/table.ts';
import { placed, rightAt, rowWidth, span, type Piece, type Row, type Span, type Style } from './spans.ts';
import { resultStyle } from './views/view.ts';
import { clockIn, shortClockIn, type Zone } from './zone.ts';

/** The pair of the open position, else the first one that is followed. */
export function shownMarket(dashboard: Dashboard): MarketPanel | null {
  const open = dashboard.positions[0]?.symbol;
  return dashboard.markets.find((market) => market.symbol === open) ?? dashboard.markets[0] ?? null;
}

function connectionWords(connection: Connection, nowMs: number): Span | null {
  switch (connection.kind) {
    case 'opening':
      return span('opening the market…', 'quiet');
    case 'live':
      return null;
    case 'reconnecting':
      return span(
        `reconnecting ${durationOfMs(Math.floor((nowMs - connection.sinceMs) / 1_000) * 1_000)}`,
        'caution',
      );
    case 'stopped':
      return span('no engine', 'caution');
  }
}

/** Ages under a frame are shown as one: a figure that flickers between 0 and 0.1 says nothing. */
const FRESH_MS = 100;

const stateWords: Readonly<Record<Dashboard['tradingState'], string>> = {
  STARTING: 'starting',
  RECONCILING: 'comparing with the exchange',
  READY: '',
  REDUCE_ONLY: 'reducing only',
  PAUSED: 'paused',
  HALTED: 'halted',
};

/** One row: name and mode, pair, price, market state, data age, time. */
export function headerRow(
  dashboard: Dashboard | null,
  connection: Connection,
  width: number,
  nowMs: number,
  zone: Zone,
): Row {
  const trouble = connectionWords(connection, nowMs);
  const name = [span(' genesis', 'bright'), span(dashboard === null ? '' : ` · ${dashboard.mode}`, 'quiet')];
  if (dashboard === null)
    return placed(width, [
      { at: 0, row: name },
      ...(trouble === null ? [] : [{ at: rightAt(width, [trouble]), row: [trouble] }]),
    ]);
  const state = dashboard.readOnly ? 'read-only' : stateWords[dashboard.tradingState];
  if (state !== '') name.push(span(` · ${state}`, 'caution'));
  const clock: Row = [
    span(
      width >= 70 ? `${clockIn(zone, dashboard.at)} ${zone.label}` : shortClockIn(zone, dashboard.at),
      'quiet',
    ),
  ];
  const clockAt = rightAt(width, clock);
  const nameWidth = rowWidth(name);
  const room = clockAt - nameWidth - 4;
  const full = marketSpans(shownMarket(dashboard), trouble, width);
  // A usual market needs no word where there is no room for one.
  const market = rowWidth(full) <= room ? full : marketSpans(shownMarket(dashboard), trouble, 0);
  const marketWidth = rowWidth(market);
  const wanted = width >= 110 ? Math.floor(width / 2) : clockAt - marketWidth - (width >= 70 ? 4 : 2);
  const marketAt = Math.max(nameWidth + 2, Math.min(wanted, clockAt - marketWidth - 2));
  return placed(width, [
    { at: 0, row: name },
    { at: marketAt, row: market },
    { at: clockAt, row: clock },
  ]);
}

function marketSpans(market: MarketPanel | null, trouble: Span | null, width: number): readonly Span[] {
  if (market === null) return [trouble ?? span('no market data yet', 'quiet')];
  const dim = market.stale || trouble !== null;
  const gap = width >= 110 ? '   ' : '  ';
  const pieces = [
    span(market.display, dim ? 'quiet' : 'text'),
    span(
      `${gap.slice(1)}${market.last === null ? '-' : priceText(market.last, market.priceDecimals)}`,
      dim ? 'quiet' : 'bright',
    ),
  ];
  if (trouble !== null) return [...pieces, span(gap), trouble];
  if (width >= 60)
    pieces.push(span(`${gap}${market.state.toLowerCase()}`, market.state === 'NORMAL' ? 'quiet' : 'caution'));
  const age = market.ageMs === null ? 'no data' : `data ${durationOfMs(Math.max(FRESH_MS, market.ageMs))}`;
  pieces.push(span(`${gap}${age}${market.stale ? ' stale' : ''}`, market.stale ? 'caution' : 'quiet'));
  return pieces;
}

/** Two rows: the result in dollars and below it in percent; what is left to lose; the tier, each with its bar. */
export function moneyRows(dashboard: Dashboard, width: number): readonly [Row, Row] {
  const { account, tier, tilt } = dashboard;
  const style = resultStyle(account.dayPnl);
  const second = width >= 110 ? Math.floor(width * 0.29) : 20;
  const third = width >= 110 ? Math.floor(width * 0.67) : width >= 76 ? 52 : 0;
  const passed = tier.gates.filter((gate) => gate.passed).length;
  const gates =
    tier.next === null
      ? ''
      : width >= 110
        ? `   ${passed} of ${tier.gates.length} gates to ${tier.next}`
        : `  ${passed}/${tier.gates.length} to ${tier.next}`;
  const left = Number(account.dailyLossLeft) / Number(account.dailyLossLimit);
  const leftStyle: Style = left < 0.3 ? 'caution' : 'text';
  const lossBar = Math.max(4, Math.min(31, (third === 0 ? width : third) - second - 4));
  const above: Piece[] = [
    {
      at: 3,
      row: [
        span(signedDollars(account.dayPnl), style === 'good' ? 'good' : 'bright'),
        span(' today', 'quiet'),
      ],
    },
    {
      at: second,
      row: [
        span(
          `${dollars(account.dailyLossLeft)} of ${dollars(account.dailyLossLimit)} left to lose`,
          leftStyle,
        ),
        span(width >= 110 ? ' today' : '', leftStyle),
      ],
    },
  ];
  const below: Piece[] = [
    { at: 3, row: [span(signedPercentOfBps(account.dayPnlBps), style)] },
    { at: second, row: bar(lossBar, left, leftStyle) },
  ];
  if (third > 0) {
    above.push({ at: third, row: [span(tier.tier, 'bright'), span(gates, 'quiet')] });
    const tilted =
      tilt.level === 'NORMAL'
        ? bar(
            Math.min(32, width - third - 3),
            tier.gates.length === 0 ? 0 : passed / tier.gates.length,
            'text',
          )
        : [span(`tilt ${tilt.level.toLowerCase()}`, 'caution')];
    below.push({ at: third, row: tilted });
  }
  return [placed(width, above), placed(width, below)];
}

/**
 * What a tier sees beyond the first three figures, in one row: up to seven in all from HUNTER on, all of
 * them where nothing bounds it. Empty for a tier that is best served with three.
 */
export function furtherFigures(dashboard: Dashboard, width: number): readonly Row[] {
  const { dashboardFigures } = dashboard.tier;
  const more = dashboardFigures === null ? Number.MAX_SAFE_INTEGER : dashboardFigures - FIRST_FIGURES;
  if (more <= 0) return [];
  const shown = furtherWords(dashboard).slice(0, more);
  const row: Span[] = [span('  ')];
  let used = 2;
  for (const [name, value] of shown) {
    const cells = name.length + value.length + 5;
    if (used + cells > width) break;
    used += cells;
    row.push(span(` ${name} `, 'quiet'), span(value), span('   '));
  }
  return row.length === 1 ? [] : [row];
}

const FIRST_FIGURES = 3;

/** In the order in which they are worth knowing. */
function furtherWords({
  account,
  risk,
  executions,
  tilt,
}: Dashboard): readonly (readonly [string, string])[] {
  const mean = risk?.correlation?.mean ?? null;
  const slices = executions.reduce((sum, { slicesDone }) => sum + slicesDone, 0);
  const wanted = executions.reduce((sum, { slicesTotal }) => sum + slicesTotal, 0);
  return [
    ...(risk === null
      ? []
      : [['exposed', `${dollars(risk.exposure)}, ${percentOfBps(risk.exposureBps)}`] as const]),
    ...(mean === null ? [] : [['moving together', mean.toFixed(2)] as const]),
    ['free', dollars(account.quoteFree)],
    // Only while something is carried out in slices; what stands after it gives way.
    ...(wanted === 0 ? [] : [['slices', `${slices} of ${wanted}`] as const]),
    ['under the peak', percentOfBps(account.drawdownBps)],
    ['entries', `${account.entriesToday} of ${account.entriesMax}`],
    ['tilt', String(tilt.score)],
    ...(risk === null || risk.valueAtRisk === null
      ? []
      : [['value at risk', dollars(risk.valueAtRisk.valueAtRisk)] as const]),
  ];
}
