/** Market: the pairs with their spreads as a heat map, then one pair closely: candles and depth. */
import type { Dashboard, MarketPanel } from '../../../core/dashboard.ts';
import { durationOfMs, priceText } from '../../../core/explain-figures.ts';
import { beside } from '../charts/beside.ts';
import { candleChart } from '../charts/candle-chart.ts';
import { heatStrip } from '../charts/heat-map.ts';
import { table, type Cell } from '../charts/table.ts';
import { span, type Row } from '../spans.ts';
import { shownMarket } from '../top-zone.ts';
import { shortClockIn } from '../zone.ts';
import { heading, INDENT, line, stacked, type ViewInput } from './view.ts';

const DEPTH_BAR = 6;
/** Bar, quantity and price of one side. */
const DEPTH_SIDE: number = DEPTH_BAR + 9 + 12;
const DEPTH_WIDTH: number = DEPTH_SIDE * 2 + 6;
const DEPTH_ROWS = 10;
/** As wide as they get, so that no column moves when a figure grows. */
const DATA_CELLS = 11;
const SPREAD_CELLS = 10;
const CHART_ROWS_MAX = 18;
const CHART_ROWS_MIN = 8;
/** Cells to the right of a chart, for its prices. */
const PRICE_LABEL = 12;

/** The pair that is looked at closely: the one asked for, else the one of the first zone. */
export function marketInView(dashboard: Dashboard, chosen: string | null): MarketPanel | null {
  return dashboard.markets.find(({ symbol }) => symbol === chosen) ?? shownMarket(dashboard);
}

export function marketRows(input: ViewInput): readonly Row[] {
  const { dashboard, market, width, rows } = input;
  const looked = marketInView(dashboard, market.chosen);
  const pairs = pairRows(input);
  if (looked === null) return [line('No market data yet.', 'quiet')];
  if (market.detail === null || market.detail.symbol !== looked.symbol)
    return stacked(pairs, [line(`${looked.display} is being read…`, 'quiet')]);
  const room = rows - pairs.length - 2;
  if (width >= 110) {
    const chartWidth = Math.min(
      width - DEPTH_WIDTH - 6,
      market.detail.candles.length + PRICE_LABEL + INDENT + 2,
    );
    const height = Math.max(CHART_ROWS_MIN, Math.min(CHART_ROWS_MAX, room - 3));
    const chart = chartRows(looked, input, chartWidth, height);
    return stacked(pairs, beside(chart, depthRows(looked, input), chartWidth + 2));
  }
  const chart = chartRows(looked, input, width - 4, Math.max(CHART_ROWS_MIN, room - DEPTH_ROWS - 6));
  return stacked(pairs, chart, depthRows(looked, input));
}

function pairRows({ dashboard, market, width }: ViewInput): readonly Row[] {
  const strips = Math.max(0, Math.min(60, width - 66));
  const title: readonly Cell[] = [
    span('pair', 'quiet'),
    { ...span('last', 'quiet'), right: true },
    span('state', 'quiet'),
    span('data'.padEnd(DATA_CELLS), 'quiet'),
    { ...span('spread'.padStart(SPREAD_CELLS), 'quiet'), right: true },
    ...(strips > 8
      ? [span(strips >= 40 ? 'spread so far, each against its widest' : 'so far', 'quiet')]
      : []),
  ];
  const rows = dashboard.markets.map((panel): readonly Cell[] => {
    const seen = market.spreads.get(panel.symbol) ?? [];
    const dim = panel.stale ? 'quiet' : 'text';
    return [
      span(panel.display, panel.stale ? 'quiet' : 'bright'),
      { ...span(panel.last === null ? '-' : priceText(panel.last, panel.priceDecimals), dim), right: true },
      span(panel.state.toLowerCase(), panel.state === 'NORMAL' ? 'quiet' : 'caution'),
      span(
        panel.ageMs === null
          ? 'none'
          : `${durationOfMs(Math.max(100, panel.ageMs))}${panel.stale ? ' stale' : ''}`,
        panel.stale ? 'caution' : 'quiet',
      ),
      { ...span(panel.spreadBps === null ? '-' : `${panel.spreadBps.toFixed(2)} bps`, dim), right: true },
      ...(strips > 8 ? [span(heatStrip(seen, strips, Math.max(0, ...seen)), 'quiet')] : []),
    ];
  });
  return table([title, ...rows], INDENT);
}

function chartRows(
  looked: MarketPanel,
  { market, zone }: ViewInput,
  width: number,
  height: number,
): readonly Row[] {
  const chart = candleChart(
    market.detail?.candles ?? [],
    Math.max(10, width - PRICE_LABEL - INDENT - 1),
    height,
  );
  if (chart === null) return [heading(looked.display), line('No candles yet.', 'quiet')];
  const priceAt = (price: number): string =>
    priceText(price.toFixed(looked.priceDecimals), looked.priceDecimals);
  const labels = new Map([
    [0, priceAt(chart.high)],
    [Math.floor((chart.rows.length - 1) / 2), priceAt((chart.high + chart.low) / 2)],
    [chart.rows.length - 1, priceAt(chart.low)],
  ]);
  const body = chart.rows.map((row, index): Row => [
    span(' '.repeat(INDENT)),
    ...row,
    span(` ${labels.get(index) ?? ''}`, 'quiet'),
  ]);
  const minutes = chart.joined === 1 ? '1 min' : `${chart.joined} min`;
  return [
    [
      span(`   ${looked.display}`, 'bright'),
      span(
        `   ${shortClockIn(zone, chart.from)} to ${shortClockIn(zone, chart.to)}, ${minutes}   ┃ up  ║ down`,
        'quiet',
      ),
    ],
    ...body,
  ];
}

/** Bids to the left, asks to the right, best on top, each with a bar for its quantity. */
function depthRows(looked: MarketPanel, { market, rows }: ViewInput): readonly Row[] {
  const { bids, asks } = market.detail ?? { bids: [], asks: [] };
  const levels = Math.min(Math.max(3, Math.min(DEPTH_ROWS, rows - 8)), Math.max(bids.length, asks.length));
  if (levels === 0) return [heading('depth'), line('No book yet.', 'quiet')];
  const shown = [...bids.slice(0, levels), ...asks.slice(0, levels)];
  const largest = Math.max(...shown.map(([, quantity]) => Number(quantity)));
  const bars = (quantity: string): string =>
    '━'.repeat(largest > 0 ? Math.max(1, Math.round((Number(quantity) / largest) * DEPTH_BAR)) : 0);
  const price = (text: string): string => priceText(text, looked.priceDecimals);
  const quiet = 'quiet' as const;
  return [
    [span(`   ${'bids'.padStart(DEPTH_SIDE)}   asks`, quiet)],
    ...Array.from({ length: levels }, (_, level): Row => {
      const [bid, ask] = [bids[level], asks[level]];
      const style = level === 0 ? 'bright' : 'text';
      return [
        span(`   ${(bid === undefined ? '' : bars(bid[1])).padStart(DEPTH_BAR)}`, quiet),
        span((bid === undefined ? '' : bid[1].slice(0, 8)).padStart(9), quiet),
        span((bid === undefined ? '' : price(bid[0])).padStart(12), style),
        span(`   ${(ask === undefined ? '' : price(ask[0])).padEnd(12)}`, style),
        span((ask === undefined ? '' : ask[1].slice(0, 8)).padEnd(9), quiet),
        span(ask === undefined ? '' : bars(ask[1]), quiet),
      ];
    }),
  ];
}
