/** Days without an attempt to override an intervention. */
import { daysSinceEvent, type Gate } from './gate.ts';

export const overridesGate: Gate = (input, required) => {
  const { override } = input.state.evidence;
  const days = daysSinceEvent(input, override?.at ?? null);
  return {
    current: String(days),
    passed: days >= Number(required),
    evidence: override === null ? [] : [override.eventId],
  };
};
