/**
 * The views that a word opens: status, positions, orders, tier, tilt, risk, help. Rows made from the
 * dashboard alone; the console shows them in its middle zone and the command line prints their text.
 */
import { commandWords } from '../../core/command-grammar-words.ts';
import {
  clockOfMs,
  dollars,
  durationOfMs,
  priceText,
  momentOfMs,
  percentOfBps,
  signedDollars,
  signedPercentOfBps,
} from '../../core/explain-figures.ts';
import type { Dashboard, GatePanel, OrderPanel, PositionPanel } from '../../core/dashboard.ts';
import { span, type Row, type Span, type Style } from './spans.ts';
import { bar, table, type Cell } from './table.ts';

export const panelNames = ['status', 'positions', 'orders', 'tier', 'tilt', 'risk', 'help'] as const;
export type PanelName = (typeof panelNames)[number];

/** The rows of a view, for about `width` cells. */
export function panelRows(name: PanelName, dashboard: Dashboard, width: number): readonly Row[] {
  switch (name) {
    case 'status':
      return statusRows(dashboard);
    case 'positions':
      return positionRows(dashboard, width);
    case 'orders':
      return orderRows(dashboard, width);
    case 'tier':
      return tierRows(dashboard, width);
    case 'tilt':
      return tiltRows(dashboard, width);
    case 'risk':
      return riskRows(dashboard, width);
    case 'help':
      return helpRows(width);
  }
}

const INDENT = 3;
const line = (text: string, style: Style = 'text'): Row => [span(' '.repeat(INDENT)), span(text, style)];
const pair = (name: string, text: string, style: Style = 'text'): readonly Cell[] => [
  span(name, 'quiet'),
  span(text, style),
];

/** The style of a result: green above zero, plain gray otherwise; the sign says it too. */
export function resultStyle(amount: string | null): Style {
  return amount !== null && !amount.startsWith('-') && /[1-9]/.test(amount) ? 'good' : 'text';
}

function statusRows(dashboard: Dashboard): readonly Row[] {
  const { account, tier, tilt } = dashboard;
  const state =
    dashboard.stateReason === ''
      ? dashboard.tradingState
      : `${dashboard.tradingState} (${dashboard.stateReason})`;
  const gates =
    tier.next === null
      ? ''
      : `, ${tier.gates.filter((gate) => gate.passed).length} of ${tier.gates.length} gates to ${tier.next}`;
  return table(
    [
      pair(
        'engine',
        `${dashboard.mode} · ${state} · up ${durationOfMs(dashboard.uptimeMs)} · ${dashboard.version}`,
      ),
      pair('equity', `${dollars(account.equity)}, ${dollars(account.quoteFree)} free`, 'bright'),
      pair(
        'today',
        `${signedDollars(account.dayPnl)}, ${signedPercentOfBps(account.dayPnlBps)}`,
        resultStyle(account.dayPnl),
      ),
      pair('left to lose', `${dollars(account.dailyLossLeft)} of ${dollars(account.dailyLossLimit)} today`),
      pair('entries', `${account.entriesToday} of ${account.entriesMax} today`),
      pair('tier', `${tier.tier}${gates}`),
      pair(
        'tilt',
        `${tilt.level.toLowerCase()}, ${tilt.score} of 100`,
        tilt.level === 'NORMAL' ? 'text' : 'caution',
      ),
      pair('open', `${dashboard.positions.length} positions, ${dashboard.orders.length} orders`),
      ...dashboard.markets.map((market) => {
        const age = market.ageMs === null ? 'no data yet' : `data ${durationOfMs(market.ageMs)} old`;
        const price = market.last === null ? 'no price yet' : priceText(market.last, market.priceDecimals);
        return pair(
          market.display,
          `${price}, ${market.state.toLowerCase()}, ${age}${market.stale ? ', stale' : ''}`,
          market.stale ? 'quiet' : 'text',
        );
      }),
      pair('streams', `market ${dashboard.streams.market}, account ${dashboard.streams.user}`),
    ],
    INDENT,
  );
}

/** Decimal places of a pair's prices; two when the pair is not followed. */
export function decimalsOf(dashboard: Dashboard, symbol: string): number {
  return dashboard.markets.find((market) => market.symbol === symbol)?.priceDecimals ?? 2;
}

/** What protects a position, in words. */
export function stopWords(position: PositionPanel, decimals: number): string {
  if (position.closing) return 'closing';
  if (position.stopPrice === null || !position.protected) return 'stop being placed';
  return `stop ${priceText(position.stopPrice, decimals)}`;
}

type Column<T> = readonly [title: string, cell: (item: T) => Cell, fromWidth?: number];

const right = (cell: Span): Cell => ({ ...cell, right: true });

/** A title row and a row for each item; columns that need a wider screen are left out. */
function listed<T>(width: number, columns: readonly Column<T>[], items: readonly T[]): readonly Row[] {
  const shown = columns.filter(([, , fromWidth = 0]) => width >= fromWidth);
  const head = shown.map(([title]) => span(title, 'quiet'));
  return table([head, ...items.map((item) => shown.map(([, cell]) => cell(item)))], INDENT);
}

function positionRows(dashboard: Dashboard, width: number): readonly Row[] {
  if (dashboard.positions.length === 0) return [line('Nothing is open.', 'quiet')];
  const decimals = ({ symbol }: PositionPanel): number => decimalsOf(dashboard, symbol);
  const columns: readonly Column<PositionPanel>[] = [
    ['pair', (position) => span(position.display, 'bright')],
    ['side', (position) => span(position.side.toLowerCase()), 100],
    ['quantity', (position) => right(span(position.quantity))],
    ['entry', (position) => right(span(priceText(position.entryPrice, decimals(position))))],
    ['now', (position) => right(span(priceText(position.markPrice ?? '-', decimals(position))))],
    [
      'result',
      ({ pnlDollars }) =>
        right(span(pnlDollars === null ? '-' : signedDollars(pnlDollars), resultStyle(pnlDollars))),
    ],
    [
      '',
      ({ pnlBps, pnlDollars }) =>
        right(span(pnlBps === null ? '' : signedPercentOfBps(pnlBps), resultStyle(pnlDollars))),
      100,
    ],
    [
      'stop',
      (position) =>
        span(
          stopWords(position, decimals(position)),
          position.protected || position.closing ? 'text' : 'caution',
        ),
    ],
    ['since', (position) => span(momentOfMs(position.openedAt), 'quiet'), 120],
  ];
  return listed(width, columns, dashboard.positions);
}

function orderRows(dashboard: Dashboard, width: number): readonly Row[] {
  if (dashboard.orders.length === 0) return [line('No order rests at the exchange.', 'quiet')];
  const columns: readonly Column<OrderPanel>[] = [
    ['pair', (order) => span(order.symbol, 'bright')],
    ['side', (order) => span(order.side.toLowerCase())],
    ['type', (order) => span(order.type.toLowerCase().replaceAll('_', ' '))],
    ['for', (order) => span(order.purpose)],
    ['status', (order) => span(order.status.toLowerCase(), order.status === 'UNKNOWN' ? 'caution' : 'text')],
    ['quantity', (order) => right(span(order.quantity ?? '-'))],
    ['filled', (order) => right(span(order.filledQuantity))],
    [
      'price',
      (order) =>
        right(span(priceText(order.stopPrice ?? order.price ?? '-', decimalsOf(dashboard, order.symbol)))),
    ],
    ['since', (order) => span(clockOfMs(order.createdAt), 'quiet'), 90],
  ];
  return listed(width, columns, dashboard.orders);
}

/** `profitableDaysPercent` as `profitable days`: gates are named in the configuration. */
function gateWords(gate: string): string {
  const words = gate.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.replace(/ percent$/, '');
}

/** `$499.98 of $2,000`, `3 of 30`, `not yet measured, 60 % needed`. */
function gateFigures({ gate, currentValue, requiredValue }: GatePanel): string {
  const shown = (value: string): string => {
    if (!/^-?\d+(?:\.\d+)?$/.test(value)) return value;
    return gate === 'equity' ? dollars(value) : gate.endsWith('Percent') ? `${value} %` : value;
  };
  const measured = /\d/.test(currentValue);
  return measured
    ? `${shown(currentValue)} of ${shown(requiredValue)}`
    : `${currentValue}, ${shown(requiredValue)} needed`;
}

function tierRows(dashboard: Dashboard, width: number): readonly Row[] {
  const { tier } = dashboard;
  const passed = tier.gates.filter((gate) => gate.passed).length;
  const head = line(`${tier.tier} since ${momentOfMs(tier.startedAt)}`, 'bright');
  const share = tier.gates.length === 0 ? 0 : passed / tier.gates.length;
  const progress: Row[] =
    tier.next === null
      ? []
      : [
          line(`${passed} of ${tier.gates.length} gates to ${tier.next}`),
          [span(' '.repeat(INDENT)), ...bar(Math.min(40, width - 6), share, 'good')],
        ];
  const gates = table(
    tier.gates.map((gate): readonly Cell[] => [
      span(gate.passed ? 'done' : 'open', gate.passed ? 'good' : 'quiet'),
      span(gateWords(gate.gate)),
      span(gateFigures(gate), gate.passed ? 'text' : 'bright'),
    ]),
    INDENT,
  );
  const locked: Row[] =
    tier.lockedFeatures.length === 0 ? [] : [[], line(`to come: ${tier.lockedFeatures.join(', ')}`, 'quiet')];
  return [head, ...progress, [], ...gates, ...locked];
}

function tiltRows(dashboard: Dashboard, width: number): readonly Row[] {
  const { tilt } = dashboard;
  const style: Style = tilt.level === 'NORMAL' ? 'text' : 'caution';
  const moved = tilt.indicators.filter((indicator) => indicator.points > 0);
  const rows: Row[] = [
    line(`${tilt.level.toLowerCase()}, ${tilt.score} of 100`, style),
    [span(' '.repeat(INDENT)), ...bar(Math.min(40, width - 6), tilt.score / 100, style)],
    [],
  ];
  if (moved.length === 0) rows.push(line('Nothing is unusual for you right now.', 'quiet'));
  else {
    rows.push(line('unusual for you:', 'quiet'));
    rows.push(
      ...table(
        moved.map((indicator): readonly Cell[] => [
          { ...span(`+${indicator.points}`, style), right: true },
          span(indicator.words === '' ? indicator.name : indicator.words),
        ]),
        INDENT,
      ),
    );
  }
  if (tilt.lockedUntil !== null)
    rows.push([], line(`Entries rest until ${momentOfMs(tilt.lockedUntil)}. Closing works as always.`));
  if (tilt.journalRequired > 0)
    rows.push(line(`A journal entry of ${tilt.journalRequired} words opens entries again: journal …`));
  return rows;
}

function riskRows(dashboard: Dashboard, width: number): readonly Row[] {
  const { account, positions } = dashboard;
  const bare = positions.filter((position) => !position.protected).length;
  const left = Number(account.dailyLossLeft) / Number(account.dailyLossLimit);
  return [
    ...table(
      [
        pair(
          'left to lose today',
          `${dollars(account.dailyLossLeft)} of ${dollars(account.dailyLossLimit)}`,
          'bright',
        ),
      ],
      INDENT,
    ),
    [span(' '.repeat(INDENT)), ...bar(Math.min(40, width - 6), left, left < 0.3 ? 'caution' : 'text')],
    [],
    ...table(
      [
        pair('under the peak', `${percentOfBps(account.drawdownBps)} of ${dollars(account.peak)}`),
        pair('entries today', `${account.entriesToday} of ${account.entriesMax}`),
        pair(
          'positions',
          `${positions.length} open, ${bare === 0 ? 'each with its stop at the exchange' : `${bare} with the stop being placed`}`,
          bare === 0 ? 'text' : 'caution',
        ),
      ],
      INDENT,
    ),
  ];
}

function helpRows(width: number): readonly Row[] {
  const wide = width >= 70;
  return table(
    [
      ...commandWords.map((entry): readonly Cell[] => [
        span(entry.form, 'bright'),
        span(wide ? entry.description : '', 'text'),
      ]),
      [span('quit', 'bright'), span(wide ? 'leave the console; asks whether the engine stays' : '', 'text')],
    ],
    INDENT,
  );
}
