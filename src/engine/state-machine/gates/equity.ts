/** The account is worth enough, by the engine's own last mark. */
import { formatPlaces, notional } from '../../../core/money.ts';
import type { Gate } from './gate.ts';

export const equityGate: Gate = ({ state }, required) => {
  const { equity, recent } = state.evidence.days;
  const last = recent.at(-1);
  return {
    current: formatPlaces(equity, 2),
    passed: equity >= notional(required),
    evidence: last === undefined ? [] : [last.eventId],
  };
};
