/** Performance: the equity curve, a calendar of days, and results by strategy, pair and hour. */
import type { PerformancePanel, PerformanceRow } from '../../../core/dashboard.ts';
import { dollars, signedDollars } from '../../../core/explain-figures.ts';
import { dayName } from '../../../core/time.ts';
import { beside } from '../charts/beside.ts';
import { shade } from '../charts/heat-map.ts';
import { sparkline } from '../charts/sparkline.ts';
import { table, type Cell } from '../charts/table.ts';
import { span, type Row } from '../spans.ts';
import { dayAndClockIn } from '../zone.ts';
import { heading, INDENT, line, notKnown, resultStyle, stacked, type ViewInput } from './view.ts';

const WIDE = 110;
const WEEKS = 6;
const CELL = 9;
const RIGHT_AT = 74;
/** Fewer points are no curve. */
const CURVE_POINTS_MIN = 12;
const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

export function performanceRows(input: ViewInput): readonly Row[] {
  const { performance } = input.dashboard;
  if (performance === null) return [notKnown('What was earned')];
  if (performance.days.length === 0 && performance.equityCurve.length < 2)
    return [line('Nothing has been closed yet; the first trade begins this page.', 'quiet')];
  const curve = curveRows(performance, input);
  const calendar = calendarRows(performance, input.width);
  const tables = stacked(
    namedRows('by strategy', performance.byStrategy),
    namedRows('by pair', performance.bySymbol),
  );
  const hours = hourRows(performance);
  return input.width >= WIDE
    ? stacked(curve, beside(calendar, tables, RIGHT_AT), hours)
    : stacked(curve, calendar, tables, hours);
}

function curveRows(
  { equityCurve }: PerformancePanel,
  { width, unicode, zone, rows }: ViewInput,
): readonly Row[] {
  const first = equityCurve[0];
  const last = equityCurve.at(-1);
  if (first === undefined || last === undefined || equityCurve.length < 2) return [];
  if (equityCurve.length < CURVE_POINTS_MIN)
    return [line(`equity went from ${dollars(first.equity)} to ${dollars(last.equity)}`, 'quiet')];
  const values = equityCurve.map(({ equity }) => Number(equity));
  const highest = Math.max(...values);
  const lowest = Math.min(...values);
  const cells = Math.max(10, Math.min(100, width - 18));
  const lines = sparkline(values, cells, rows >= 26 ? 5 : 3, unicode);
  return [
    heading(`equity, ${dayAndClockIn(zone, first.at)} to ${dayAndClockIn(zone, last.at)}`),
    ...lines.map((text, index): Row => [
      span(' '.repeat(INDENT)),
      { text, style: 'text' },
      span(
        index === 0
          ? `  ${dollars(highest.toFixed(2))}`
          : index === lines.length - 1
            ? `  ${dollars(lowest.toFixed(2))}`
            : '',
        'quiet',
      ),
    ]),
  ];
}

/** Weeks under each other, Monday first: the result in dollars, or a sign where there is no room. */
function calendarRows({ days }: PerformancePanel, width: number): readonly Row[] {
  const newest = days.at(-1);
  if (newest === undefined) return [];
  const results = new Map(days.map((day) => [day.day, day]));
  // 1970-01-01 was a Thursday: day 0 is the fourth of its week.
  const monday = newest.day - ((newest.day + 3) % 7);
  const earliest = days[0]?.day ?? newest.day;
  const weeks = Math.max(1, Math.min(WEEKS, Math.ceil((monday + 7 - earliest) / 7)));
  const roomy = width >= 76;
  const head: Row = [
    span(' '.repeat(INDENT)),
    ...weekdays.map((name) => span(roomy ? name.padStart(CELL) : `${name} `, 'quiet')),
  ];
  const body = Array.from({ length: weeks }, (_, index): Row => {
    const start = monday - (weeks - 1 - index) * 7;
    return [
      span(' '.repeat(INDENT)),
      ...weekdays.map((_name, weekday) => {
        const day = results.get(start + weekday);
        const style = day === undefined ? 'quiet' : resultStyle(day.pnl);
        if (!roomy)
          return span(day === undefined ? ' ·  ' : day.pnl.startsWith('-') ? ' -  ' : ' +  ', style);
        return span((day === undefined ? '·' : signedDollars(day.pnl)).padStart(CELL), style);
      }),
    ];
  });
  return [heading(`days to ${dayName(newest.day)}`), head, ...body];
}

function namedRows(title: string, rows: readonly PerformanceRow[]): readonly Row[] {
  if (rows.length === 0) return [];
  return [
    heading(title),
    ...table(
      rows.map((row): readonly Cell[] => [
        span(row.name),
        { ...span(signedDollars(row.pnl), resultStyle(row.pnl)), right: true },
        span(`${row.wins} of ${row.trades} won`, 'quiet'),
      ]),
      INDENT,
    ),
  ];
}

/** A strip of 24 hours: the shade says how much, the sign above it which way. */
function hourRows({ byHour }: PerformancePanel): readonly Row[] {
  if (byHour.length === 0) return [];
  const byName = new Map(byHour.map((row) => [Number.parseInt(row.name, 10), row]));
  const amounts = byHour.map((row) => Math.abs(Number(row.pnl)));
  const largest = Math.max(...amounts);
  const hours = Array.from({ length: 24 }, (_, hour) => byName.get(hour));
  const cell = (row: PerformanceRow | undefined): string => {
    if (row === undefined) return ' · ';
    const sign = row.pnl.startsWith('-') ? '-' : '+';
    return ` ${sign}${shade(largest === 0 ? 0 : Math.abs(Number(row.pnl)) / largest)}`;
  };
  return [
    heading('by hour of entry, UTC: + earned, - lost, darker is more'),
    [
      span(' '.repeat(INDENT)),
      ...hours.map((row) => span(cell(row), row === undefined ? 'quiet' : resultStyle(row.pnl))),
    ],
    line(hours.map((_, hour) => ` ${String(hour).padStart(2, '0')}`).join(''), 'quiet'),
  ];
}
