/**
 * Risk: the day's fuel gauge, the drawdown meter, what is exposed, every limit with its use, why
 * entries are smaller, correlation as a heat map, and what waits. What the engine cannot say yet is
 * said to be unknown, never shown as zero.
 */
import type { Dashboard, RiskPanel } from '../../../core/dashboard.ts';
import { dollars, percentOfBps, signedDollars } from '../../../core/explain-figures.ts';
import { beside } from '../charts/beside.ts';
import { heatStyle, shade } from '../charts/heat-map.ts';
import { bar, markedBar, table, type Cell } from '../charts/table.ts';
import { span, type Row, type Style } from '../spans.ts';
import { countdown, momentIn } from '../zone.ts';
import {
  checklistRows,
  counted,
  heading,
  INDENT,
  line,
  notKnown,
  pair,
  stacked,
  type ViewInput,
} from './view.ts';

const BAR_MAX = 46;
const WIDE = 110;
const RIGHT_AT = 62;

export function riskRows(input: ViewInput): readonly Row[] {
  const { dashboard, width } = input;
  const { risk } = dashboard;
  const cells = Math.min(BAR_MAX, (width >= WIDE ? RIGHT_AT : width) - 8);
  const left = stacked(
    fuelRows(dashboard, cells),
    drawdownRows(dashboard, cells),
    exposureRows(dashboard, cells),
  );
  if (risk === null)
    return stacked(left, accountRows(dashboard), [notKnown('More than this (limits in use, correlation)')]);
  const right = stacked(limitRows(risk, width), sizeRows(risk), correlationRows(risk), valueAtRiskRows(risk));
  const waiting = stacked(latchRows(risk, input), checklist(risk), pendingRows(risk, input));
  const account = accountRows(dashboard);
  return width >= WIDE
    ? stacked(beside(stacked(left, account), right, RIGHT_AT), waiting)
    : stacked(left, account, right, waiting);
}

const indented = (row: Row): Row => [span(' '.repeat(INDENT)), ...row];

/** How much of the day's loss is still there to be lost: a gauge that empties. */
function fuelRows({ account, risk }: Dashboard, cells: number): readonly Row[] {
  const share = Number(account.dailyLossLeft) / Number(account.dailyLossLimit);
  const style: Style = share < 0.3 ? 'caution' : 'text';
  const steps = risk?.deleveraging ?? [];
  const next = steps.find(({ done }) => !done);
  return [
    [
      span(`   ${dollars(account.dailyLossLeft)}`, 'bright'),
      span(` of ${dollars(account.dailyLossLimit)} left to lose today`, style),
    ],
    indented(bar(cells, share, style)),
    ...(next === undefined
      ? []
      : [
          line(
            `at a day's loss of ${percentOfBps(next.atBps)}, positions are cut by ${percentOfBps(next.cutBps)}`,
            'quiet',
          ),
        ]),
  ];
}

/** Under the peak, with the warnings and the halt as marks. */
function drawdownRows({ account, risk }: Dashboard, cells: number): readonly Row[] {
  const drawdown = risk?.drawdown ?? null;
  const bps = drawdown?.bps ?? account.drawdownBps;
  const head: Row = [
    span(`   ${percentOfBps(bps)}`, 'bright'),
    span(` under the peak of ${dollars(account.peak)}`),
  ];
  if (drawdown === null) return [head];
  const warned = drawdown.warningsBps.some((warning) => bps >= warning);
  const style: Style = warned ? 'caution' : 'text';
  const marks = drawdown.warningsBps.map((warning) => warning / drawdown.haltBps);
  const words = drawdown.warningsBps.map(percentOfBps).join(', ');
  return [
    head,
    indented(markedBar(cells, bps / drawdown.haltBps, style, marks)),
    line(`warned at ${words}; at ${percentOfBps(drawdown.haltBps)} entries stop`, 'quiet'),
  ];
}

function exposureRows({ risk, positions }: Dashboard, cells: number): readonly Row[] {
  const bare = positions.filter((position) => !position.protected && !position.closing).length;
  const stops =
    positions.length === 0
      ? 'nothing is open'
      : bare === 0
        ? 'each with its stop at the exchange'
        : `${bare} with the stop being placed`;
  const words = `${positions.length} open, ${stops}`;
  if (risk === null)
    return [line(positions.length === 0 ? 'nothing is open' : words, bare === 0 ? 'text' : 'caution')];
  return [
    [
      span(`   ${dollars(risk.exposure)}`, 'bright'),
      span(` exposed, ${percentOfBps(risk.exposureBps)} of equity`),
    ],
    indented(bar(cells, risk.exposureBps / 10_000, 'text')),
    line(positions.length === 0 ? 'nothing is open' : words, bare === 0 ? 'quiet' : 'caution'),
  ];
}

function accountRows({ account, risk }: Dashboard): readonly Row[] {
  const rows = [pair('entries today', `${account.entriesToday} of ${account.entriesMax}`)];
  if (risk !== null) {
    rows.push(
      pair(
        'losing in a row',
        `${counted(risk.losingTradesInRow, 'trade')}, ${counted(risk.losingDaysInRow, 'day')}`,
      ),
    );
    if (risk.recovery !== null) {
      const { quarter, sizeBps, earnedBack, lost } = risk.recovery;
      rows.push(
        pair(
          'recovery',
          `quarter ${quarter} of 4, sizes at ${percentOfBps(sizeBps)}, ${dollars(earnedBack)} of ${dollars(lost)} earned back`,
        ),
      );
    }
  }
  return table(rows, INDENT);
}

function limitRows({ limits }: RiskPanel, width: number): readonly Row[] {
  if (limits.length === 0) return [];
  const cells = width >= 150 ? 20 : 10;
  const named = Math.max(...limits.map(({ words }) => words.length));
  const figures = limits.map(({ used, max }) => `${used} of ${max}`);
  const figured = Math.max(...figures.map((text) => text.length));
  return [
    heading('limits'),
    ...limits.map(({ words, usedBps }, index): Row => {
      const style: Style = usedBps >= 10_000 ? 'caution' : usedBps >= 8_000 ? 'bright' : 'text';
      return [
        span('   '),
        span(words.padEnd(named + 2)),
        span((figures[index] ?? '').padStart(figured), style),
        span('  '),
        ...bar(cells, usedBps / 10_000, style),
      ];
    }),
  ];
}

function sizeRows({ sizeFactors }: RiskPanel): readonly Row[] {
  const smaller = sizeFactors.filter(({ bps }) => bps !== 10_000);
  if (smaller.length === 0) return [];
  const left = smaller.reduce((share, { bps }) => (share * bps) / 10_000, 10_000);
  return [
    heading(`entries at ${percentOfBps(Math.round(left))} of their size`),
    ...table(
      smaller.map(({ words, bps }): readonly Cell[] => [
        { ...span(`× ${percentOfBps(bps)}`), right: true },
        span(words),
      ]),
      INDENT,
    ),
  ];
}

/** Short names across, a shade and a figure in each cell. */
function correlationRows({ correlation }: RiskPanel): readonly Row[] {
  if (correlation === null) return [];
  const { symbols, matrix, mean, warnAbove, refuseAbove } = correlation;
  if (symbols.length < 2) return [];
  const isKnown = matrix.some((row, index) =>
    row.some((value, column) => column !== index && value !== null),
  );
  if (!isKnown)
    return [heading('moving together'), line('Not known yet: too few prices were seen.', 'quiet')];
  const name = (symbol: string): string => symbol.replace(/(?:USDT|USDC|FDUSD|USD)$/, '').slice(0, 6);
  const head: Row = [
    span(`   ${''.padEnd(7)}${symbols.map((symbol) => name(symbol).padEnd(8)).join('')}`, 'quiet'),
  ];
  const rows = symbols.map((symbol, row): Row => [
    span(`   ${name(symbol).padEnd(7)}`, 'quiet'),
    ...symbols.map((_, column) => {
      const value = matrix[row]?.[column] ?? null;
      if (row === column) return span('  -     ', 'quiet');
      if (value === null) return span('too few ', 'quiet');
      return span(`${shade(value)} ${value.toFixed(2)}`.padEnd(8), heatStyle(value, warnAbove));
    }),
  ]);
  const words = mean === null ? 'no mean yet' : `mean ${mean.toFixed(2)}`;
  return [
    heading('moving together'),
    head,
    ...rows,
    line(`${words}; warned above ${warnAbove.toFixed(2)}, refused above ${refuseAbove.toFixed(2)}`, 'quiet'),
  ];
}

function valueAtRiskRows({ valueAtRisk }: RiskPanel): readonly Row[] {
  if (valueAtRisk === null) return [];
  const { confidenceBps, expectedShortfall, observations } = valueAtRisk;
  return [
    heading(`losses of a day, from ${observations} days`),
    line(`${dollars(valueAtRisk.valueAtRisk)} at most on ${percentOfBps(confidenceBps)} of days`),
    line(`${dollars(expectedShortfall)} on average on the others`),
  ];
}

function latchRows({ latches, breakUntil }: RiskPanel, { zone, dashboard }: ViewInput): readonly Row[] {
  const rows = latches.map(({ latch, reason, untilMs }) =>
    line(`${latch}: ${reason}${untilMs === null ? '' : `, until ${momentIn(zone, untilMs)}`}`, 'caution'),
  );
  if (breakUntil !== null && breakUntil > dashboard.at)
    rows.push(line(`a break for ${countdown(breakUntil - dashboard.at)} more; exits go on`, 'caution'));
  return rows.length === 0 ? [] : [heading('in force'), ...rows];
}

function checklist({ checklist: items }: RiskPanel): readonly Row[] {
  return items.length === 0 ? [] : [heading('before entries reopen'), ...checklistRows(items)];
}

function pendingRows({ pendingSettings }: RiskPanel, { zone }: ViewInput): readonly Row[] {
  if (pendingSettings.length === 0) return [];
  return [
    heading('settings that wait'),
    ...pendingSettings.map(({ setting, from, to, maturesAt, waitsFor }) =>
      line(
        `${setting}: ${from} to ${to} at ${momentIn(zone, maturesAt)}${waitsFor === null ? '' : `, waits for ${waitsFor}`}`,
      ),
    ),
  ];
}

/** One trade's result as the mirror and the strategies show it. */
export function resultWords(pnl: string, trades: number): string {
  return `${signedDollars(pnl)} in ${counted(trades, 'trade')}`;
}
