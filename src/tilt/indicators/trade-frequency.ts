/**
 * Trades per hour against the usual pace. Each entry that comes when the hour before it already
 * held more than the allowed number is one occurrence. Slices of one command count once; what a
 * strategy does is not the trader's behaviour.
 */
import type { TiltRules } from '../../core/rules.ts';
import { HOUR_MS } from '../../core/time.ts';
import { notAfter, remember, weigh, type Contribution, type Observed, type Trace } from './indicator.ts';

/** More than any tier may enter in an hour; older ones have left the window or say nothing new. */
const ENTRIES_KEPT = 64;

export type TradeFrequency = { readonly entries: readonly Trace[]; readonly lastCommandId: string };

export const initialTradeFrequency: TradeFrequency = { entries: [], lastCommandId: '' };

export function evolveTradeFrequency(
  state: TradeFrequency,
  { event, at, eventId }: Observed,
): TradeFrequency {
  if (event.kind !== 'order.intended' || event.purpose !== 'entry') return state;
  if (event.actor !== 'trader' && event.actor !== 'api') return state;
  if (event.commandId !== '' && event.commandId === state.lastCommandId) return state;
  return { entries: remember(state.entries, { at, eventId }, ENTRIES_KEPT), lastCommandId: event.commandId };
}

export function rebaseTradeFrequency(state: TradeFrequency, at: number): TradeFrequency {
  return { ...state, entries: notAfter(state.entries, at) };
}

/** Points for every entry past the ratio. */
export function scoreTradeFrequency(
  state: TradeFrequency,
  at: number,
  rules: TiltRules,
): Contribution | null {
  const allowed = Math.floor(rules.tradesPerHourRatio * rules.tradesPerHourBaseline);
  const { entries } = state;
  if (entries.length <= allowed) return null;
  return weigh(
    {
      indicator: 'tradeFrequency',
      traces: entries,
      // Past the ratio when as many as are allowed came before it within the hour.
      fires: (trace, index) => (entries[index - allowed]?.at ?? -Infinity) > trace.at - HOUR_MS,
      points: rules.tradesPerHourPoints,
      pointsMax: rules.tradesPerHourPointsMax,
      decayPerMinute: rules.decayPerMinute,
      words: (_newest, count) =>
        `${allowed + count} entries within an hour, where about ${rules.tradesPerHourBaseline} are usual`,
    },
    at,
  );
}
