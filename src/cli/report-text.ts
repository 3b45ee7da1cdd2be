/** The read-only commands for a person: the dashboard as plain lines, dollars first. No colour, no cursor. */
import { clockOfMs, dollars, durationOfMs, grouped, momentOfMs, percentOfBps, signedDollars, signedPercentOfBps } from '../core/explain-figures.ts';
import type { Dashboard } from '../core/dashboard.ts';
import { columns } from './output.ts';

export const reportNames = ['status', 'positions', 'orders', 'tier', 'tilt', 'risk'] as const;
export type ReportName = (typeof reportNames)[number];

/** Lines for one report. */
export function reportLines(name: ReportName, dashboard: Dashboard): readonly string[] {
  return reports[name](dashboard);
}

const reports: Readonly<Record<ReportName, (dashboard: Dashboard) => readonly string[]>> = {
  status: statusLines, positions: positionLines, orders: orderLines, tier: tierLines, tilt: tiltLines, risk: riskLines,
};

function statusLines(dashboard: Dashboard): readonly string[] {
  const { account, tier, tilt } = dashboard;
  const state = dashboard.stateReason === '' ? dashboard.tradingState : `${dashboard.tradingState} (${dashboard.stateReason})`;
  return columns([
    ['engine', `${dashboard.mode} · ${state} · up ${durationOfMs(dashboard.uptimeMs)} · ${dashboard.version}`],
    ['equity', `${dollars(account.equity)}, ${dollars(account.quoteFree)} free`],
    ['today', `${signedDollars(account.dayPnl)}, ${signedPercentOfBps(account.dayPnlBps)}; ${dollars(account.dailyLossLeft)} of ${dollars(account.dailyLossLimit)} left to lose`],
    ['entries', `${account.entriesToday} of ${account.entriesMax} today`],
    ['tier', `${tier.tier}${tier.next === null ? '' : `, ${tier.gates.filter((gate) => gate.passed).length} of ${tier.gates.length} gates to ${tier.next}`}`],
    ['tilt', `${tilt.level.toLowerCase()}, ${tilt.score} of 100`],
    ['open', `${dashboard.positions.length} positions, ${dashboard.orders.length} orders`],
    ...dashboard.markets.map((market) => [
      market.display,
      `${market.last === null ? 'no price yet' : grouped(market.last)}, ${market.state.toLowerCase()}, data ${market.ageMs === null ? 'none' : durationOfMs(market.ageMs)} old${market.stale ? ' (stale)' : ''}`,
    ]),
    ['streams', `market ${dashboard.streams.market}, account ${dashboard.streams.user}`],
  ]);
}

function positionLines(dashboard: Dashboard): readonly string[] {
  if (dashboard.positions.length === 0) return ['Nothing is open.'];
  return columns([
    ['pair', 'side', 'quantity', 'entry', 'now', 'result', 'stop', 'since'],
    ...dashboard.positions.map((position) => [
      position.display, position.side.toLowerCase(), position.quantity, grouped(position.entryPrice),
      position.markPrice === null ? '-' : grouped(position.markPrice),
      position.pnlDollars === null ? '-' : `${signedDollars(position.pnlDollars)} ${signedPercentOfBps(position.pnlBps ?? 0)}`,
      position.stopPrice === null ? 'being placed' : `${grouped(position.stopPrice)}${position.protected ? '' : ' (being placed)'}`,
      momentOfMs(position.openedAt),
    ]),
  ]);
}

function orderLines(dashboard: Dashboard): readonly string[] {
  if (dashboard.orders.length === 0) return ['No orders.'];
  return columns([
    ['pair', 'side', 'type', 'for', 'status', 'quantity', 'filled', 'price', 'since'],
    ...dashboard.orders.map((order) => [
      order.symbol, order.side.toLowerCase(), order.type.toLowerCase(), order.purpose, order.status.toLowerCase(), order.quantity ?? '-',
      order.filledQuantity, grouped(order.stopPrice ?? order.price ?? '-'), clockOfMs(order.createdAt),
    ]),
  ]);
}

function tierLines(dashboard: Dashboard): readonly string[] {
  const { tier } = dashboard;
  const head = `${tier.tier} since ${momentOfMs(tier.startedAt)}${tier.next === null ? '' : `; next is ${tier.next}`}`;
  const gates = columns(tier.gates.map((gate) => [gate.passed ? '[x]' : '[ ]', gate.gate, `${gate.currentValue} of ${gate.requiredValue}`]));
  const locked = tier.lockedFeatures.length === 0 ? [] : [`still locked: ${tier.lockedFeatures.join(', ')}`];
  return [head, ...gates, ...locked];
}

function tiltLines(dashboard: Dashboard): readonly string[] {
  const { tilt } = dashboard;
  const lock = tilt.lockedUntil === null ? [] : [`entries rest until ${momentOfMs(tilt.lockedUntil)}; closing works as always`];
  const journal = tilt.journalRequired === 0 ? [] : [`a journal entry of ${tilt.journalRequired} words opens entries again`];
  const moved = tilt.indicators.filter((indicator) => indicator.points > 0).map((indicator) => `  ${indicator.words} (${indicator.points} points)`);
  return [`${tilt.level.toLowerCase()}, ${tilt.score} of 100`, ...(moved.length === 0 ? ['nothing is unusual for you'] : ['unusual for you:', ...moved]), ...lock, ...journal];
}

function riskLines(dashboard: Dashboard): readonly string[] {
  const { account } = dashboard;
  return columns([
    ['left to lose today', `${dollars(account.dailyLossLeft)} of ${dollars(account.dailyLossLimit)}`],
    ['under the peak', `${percentOfBps(account.drawdownBps)} of ${dollars(account.peak)}`],
    ['entries today', `${account.entriesToday} of ${account.entriesMax}`],
    ['without a stop', `${dashboard.positions.filter((position) => !position.protected).length} of ${dashboard.positions.length} positions`],
  ]);
}
