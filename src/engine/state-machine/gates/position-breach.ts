/** No position was filled to more than its share of equity, for so many days. */
import { ratioBps } from '../../../core/money.ts';
import type { FilledShare } from '../days.ts';
import { daysSinceEvent, type Gate, type GateInput } from './gate.ts';
import { DAY_MS } from '../../../core/time.ts';

export const positionBreachGate: Gate = (input, required) => {
  const { recent } = input.state.evidence.days;
  let breach: { readonly day: number; readonly eventId: string } | null = null;
  for (const { day, shares } of recent) {
    const over = shares.find((share) => isBreach(share, input));
    if (over !== undefined) breach = { day, eventId: over.eventId };
  }
  // A day with a breach counts until it has ended.
  const days = daysSinceEvent(input, breach === null ? null : (breach.day + 1) * DAY_MS);
  return {
    current: String(days),
    passed: days >= Number(required),
    evidence: breach === null ? recent.slice(-1).map(({ eventId }) => eventId) : [breach.eventId],
  };
};

function isBreach(
  { shareBps, value }: FilledShare,
  { limits, positionValueMin, measures }: GateInput,
): boolean {
  const smallestBps = ratioBps(positionValueMin * BigInt(shareBps), value * 10_000n);
  return shareBps > Math.max(limits.positionValueMaxBps, smallestBps) + measures.positionSlackBps;
}
