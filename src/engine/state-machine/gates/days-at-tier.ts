/** Days at the tier: by the calendar, and lived through; the smaller counts. */
import { daysSinceEvent, type Gate } from './gate.ts';

export const daysAtTierGate: Gate = (input, required) => {
  const days = daysSinceEvent(input, null);
  const { recent } = input.state.evidence.days;
  const first = recent[0];
  return {
    current: String(days),
    passed: days >= Number(required),
    evidence: first === undefined ? [] : [first.eventId],
  };
};
