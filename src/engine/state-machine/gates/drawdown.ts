/** No drawdown deeper than this within the window. */
import { daysSince } from '../days.ts';
import type { Gate } from './gate.ts';

export const drawdownGate: Gate = ({ state, today, measures }, required) => {
  const days = daysSince(state.evidence.days, today, measures.drawdownDays);
  const deepest = days.reduce<(typeof days)[number] | null>(
    (worst, day) => (worst === null || day.drawdownBps > worst.drawdownBps ? day : worst),
    null,
  );
  // Nothing recorded proves nothing.
  if (deepest === null) return { current: 'no day recorded', passed: false, evidence: [] };
  return {
    current: (deepest.drawdownBps / 100).toFixed(1),
    passed: deepest.drawdownBps <= Number(required) * 100,
    evidence: [deepest.eventId],
  };
};
