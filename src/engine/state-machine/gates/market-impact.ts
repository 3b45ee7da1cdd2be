/** No order moved the price by more than this, entries and whole executions by slices. */
import type { Gate } from './gate.ts';

export const marketImpactGate: Gate = ({ state }, required) => {
  const { impact, pairs } = state.evidence;
  // Without a single trade there was nothing to measure.
  if (impact === null)
    return { current: pairs.size === 0 ? 'no trade yet' : '0.00', passed: pairs.size > 0, evidence: [] };
  return {
    current: (impact.bps / 100).toFixed(2),
    passed: impact.bps <= Number(required) * 100,
    evidence: [impact.eventId],
  };
};
