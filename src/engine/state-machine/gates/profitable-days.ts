/** Enough of the last trading days ended with a profit. */
import { tradingDays } from '../days.ts';
import { newest, type Gate } from './gate.ts';

export const profitableDaysGate: Gate = ({ state, measures }, required) => {
  const days = tradingDays(state.evidence.days, measures.tradingDays);
  const won = days.filter(({ pnl }) => pnl > 0n).length;
  const enough = days.length >= measures.tradingDays;
  const share = days.length === 0 ? 0 : (won * 100) / days.length;
  return {
    current: enough ? share.toFixed(0) : `${won} of ${days.length} days, ${measures.tradingDays} needed`,
    passed: enough && share >= Number(required),
    evidence: newest(days.map(({ eventId }) => eventId)),
  };
};
