/** So many pairs were traded at a profit, each over all its trades at this tier. */
import { newest, type Gate } from './gate.ts';

export const profitablePairsGate: Gate = ({ state }, required) => {
  const won = [...state.evidence.pairs.values()].filter(({ pnl }) => pnl > 0n);
  return {
    current: String(won.length),
    passed: won.length >= Number(required),
    evidence: newest(won.map(({ eventId }) => eventId)),
  };
};
