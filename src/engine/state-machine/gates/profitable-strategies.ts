/** So many strategies earn at once, and none of them too much of it. */
import { ratioBps } from '../../../core/money.ts';
import type { Earned } from '../evidence.ts';
import { newest, type Gate, type GateInput } from './gate.ts';

export const profitableStrategiesGate: Gate = (input, required) => {
  const won = winners(input);
  return {
    current: String(won.length),
    passed: won.length >= Number(required),
    evidence: newest(won.map(({ eventId }) => eventId)),
  };
};

/** The largest share of the profit that any one strategy made. */
export const strategyShareGate: Gate = (input, required) => {
  const won = winners(input);
  const total = won.reduce((sum, { pnl }) => sum + pnl, 0n);
  if (total === 0n) return { current: 'no profit yet', passed: false, evidence: [] };
  const most = won.reduce((best, one) => (one.pnl > best.pnl ? one : best));
  const share = ratioBps(most.pnl, total) / 100;
  return { current: share.toFixed(0), passed: share <= Number(required), evidence: [most.eventId] };
};

function winners({ state }: GateInput): readonly Earned[] {
  return [...state.evidence.strategies.values()].filter(({ pnl }) => pnl > 0n);
}
