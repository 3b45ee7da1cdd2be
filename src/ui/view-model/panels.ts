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
import type { Dashboard, OrderPanel, PositionPanel } from '../../core/dashboard.ts';
import { span, type Row, type Style } from './spans.ts';
import { bar, table, type Cell } from './table.ts';

export const panelNames = ['status', 'positions', 'orders', 'tier', 'tilt', 'risk', 'help'] as const;
export type PanelName = (typeof panelNames)[number];

/** The rows of a view, for about `width` cells. */
export function panelRows(name: PanelName, dashboard: Dashboard, width: number): readonly Row[] {
  switch (name) {
    case 'status':
      return statusRows(dashboard);
    case 'positions':
      return positionRows(dashboard);
    case 'orders':
      return orderRows(dashboard);
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

function positionRows(dashboard: Dashboard): readonly Row[] {
  const decimals = ({ symbol }: PositionPanel): number => decimalsOf(dashboard, symbol);
  if (dashboard.positions.length === 0) return [line('Nothing is open.', 'quiet')];
  const head = ['pair', 'side', 'quantity', 'entry', 'now', 'result', '', 'stop', 'since'].map((text) =>
    span(text, 'quiet'),
  );
  return table(
    [
      head,
      ...dashboard.positions.map((position): readonly Cell[] => [
        span(position.display, 'bright'),
        span(position.side.toLowerCase()),
        { ...span(position.quantity), right: true },
        { ...span(priceText(position.entryPrice, decimals(position))), right: true },
        {
          ...span(position.markPrice === null ? '-' : priceText(position.markPrice, decimals(position))),
          right: true,
        },
        {
          ...span(
            position.pnlDollars === null ? '-' : signedDollars(position.pnlDollars),
            resultStyle(position.pnlDollars),
          ),
          right: true,
        },
        {
          ...span(
            position.pnlBps === null ? '' : signedPercentOfBps(position.pnlBps),
            resultStyle(position.pnlDollars),
          ),
          right: true,
        },
        span(
          stopWords(position, decimals(position)),
          position.protected || position.closing ? 'text' : 'caution',
        ),
        span(momentOfMs(position.openedAt), 'quiet'),
      ]),
    ],
    INDENT,
  );
}

function orderRows(dashboard: Dashboard): readonly Row[] {
  const decimals = ({ symbol }: OrderPanel): number => decimalsOf(dashboard, symbol);
  if (dashboard.orders.length === 0) return [line('No order rests at the exchange.', 'quiet')];
  const head = ['pair', 'side', 'type', 'for', 'status', 'quantity', 'filled', 'price', 'since'].map((text) =>
    span(text, 'quiet'),
  );
  return table(
    [
      head,
      ...dashboard.orders.map((order): readonly Cell[] => [
        span(order.symbol, 'bright'),
        span(order.side.toLowerCase()),
        span(order.type.toLowerCase().replaceAll('_', ' ')),
        span(order.purpose),
        span(order.status.toLowerCase(), order.status === 'UNKNOWN' ? 'caution' : 'text'),
        { ...span(order.quantity ?? '-'), right: true },
        { ...span(order.filledQuantity), right: true },
        { ...span(priceText(order.stopPrice ?? order.price ?? '-', decimals(order))), right: true },
        span(clockOfMs(order.createdAt), 'quiet'),
      ]),
    ],
    INDENT,
  );
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
      span(gate.gate),
      span(`${gate.currentValue} of ${gate.requiredValue}`, gate.passed ? 'text' : 'bright'),
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
