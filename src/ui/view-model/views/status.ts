/** Status: the engine, the account and the freshness of everything, one line each. */
import {
  dollars,
  durationOfMs,
  priceText,
  signedDollars,
  signedPercentOfBps,
} from '../../../core/explain-figures.ts';
import { table } from '../charts/table.ts';
import type { Row } from '../spans.ts';
import { counted, INDENT, pair, resultStyle, type ViewInput } from './view.ts';

export function statusRows({ dashboard }: ViewInput): readonly Row[] {
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
      pair('engine', `${dashboard.mode} · ${state} · up ${durationOfMs(dashboard.uptimeMs)}`),
      pair('version', dashboard.version),
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
      pair(
        'open',
        `${counted(dashboard.positions.length, 'position')}, ${counted(dashboard.orders.length, 'order')}`,
      ),
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
