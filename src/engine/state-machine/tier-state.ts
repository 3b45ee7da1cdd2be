/** The tier as a fold. Only the tier machine's own events move it; nothing is set from outside (invariant 13). */
import type { EventRecord } from '../../core/events.ts';
import { invariant } from '../../core/invariant.ts';
import { tierRank, type Tier } from '../../core/vocabulary.ts';

export type TierState = { readonly tier: Tier; readonly startedAt: number };

export const initialTier: TierState = { tier: 'SNIPER', startedAt: 0 };

export function evolveTier(state: TierState, record: EventRecord): TierState {
  const { event, at } = record;
  switch (event.kind) {
    case 'account.opened':
      return { tier: event.tier, startedAt: at };
    // Without its history nothing is earned.
    case 'history.lost':
      return { tier: 'SNIPER', startedAt: at };
    case 'tier.changed':
      invariant(event.from === state.tier, 'a tier changes from the tier it is');
      invariant(tierRank(event.to) <= tierRank(event.from) + 1, 'a tier rises one step at a time');
      return { tier: event.to, startedAt: at };
    default:
      return state;
  }
}
