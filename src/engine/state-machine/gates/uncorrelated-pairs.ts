/** So many pairs traded whose correlation with each other is low. Waits for `correlation.measured`. */
import type { Gate } from './gate.ts';

export const uncorrelatedPairsGate: Gate = ({ state }, required) => {
  const { uncorrelated } = state.evidence;
  if (uncorrelated === null) return { current: 'not measured yet', passed: false, evidence: [] };
  return {
    current: String(uncorrelated.pairs),
    passed: uncorrelated.pairs >= Number(required),
    evidence: [uncorrelated.eventId],
  };
};
