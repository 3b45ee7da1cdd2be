/**
 * The tier stage of admission: what kind of order, execution and strategy the tier has earned. Asks for
 * the grant at every order; owns the cast to `TierAuthorised`.
 */
import { orderWord } from '../../core/order-words.ts';
import { refusal, type Refusal } from '../../core/refusals.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { TierGates } from '../../core/rules.ts';
import type { EntryRequest, TierAuthorised, TiltCleared } from '../../core/stages.ts';
import { tiers, type Tier } from '../../core/vocabulary.ts';
import { requireGrant, type SniperGrant } from './grants.ts';

export type Authorisation = { readonly entry: TierAuthorised; readonly grant: SniperGrant };

/** Approves with the grant that the executor must show again, or refuses naming where it is earned. */
export function authoriseTier(
  entry: TiltCleared,
  grant: SniperGrant,
  gates: TierGates,
): Result<Authorisation, Refusal> {
  const refused = earnedRefusal(entry, grant, gates);
  return refused === null ? ok({ entry: entry as TierAuthorised, grant }) : err(refused);
}

/** What of this request the tier has not earned, or null. */
export function earnedRefusal(entry: EntryRequest, grant: SniperGrant, gates: TierGates): Refusal | null {
  const held = requireGrant(grant, 'SNIPER');
  if (!held.ok) return held.error;
  const { tier } = grant;
  const rules = gates.tiers[tier];
  if (!rules.executionMethods.includes(entry.method)) {
    return earned('tier.executionMethod', entry.method, tier, gates, (name) =>
      gates.tiers[name].executionMethods.includes(entry.method),
    );
  }
  const word = orderWord(entry);
  if (!rules.entryOrderTypes.includes(word)) {
    return earned('tier.orderType', word, tier, gates, (name) =>
      gates.tiers[name].entryOrderTypes.includes(word),
    );
  }
  return entry.strategy === null ? null : earnedStrategy(entry.strategy, tier, gates);
}

/** Why this tier may not switch the strategy on or act for it, or null. */
export function earnedStrategy(strategy: string, tier: Tier, gates: TierGates): Refusal | null {
  if (gates.tiers[tier].strategies.includes(strategy)) return null;
  return earned('tier.strategy', strategy, tier, gates, (name) =>
    gates.tiers[name].strategies.includes(strategy),
  );
}

/** The refusal names the tier where it is earned and the first gate on the way. */
function earned(
  code: 'tier.executionMethod' | 'tier.orderType' | 'tier.strategy',
  what: string,
  tier: Tier,
  gates: TierGates,
  has: (tier: Tier) => boolean,
): Refusal {
  const at = tiers.find(has) ?? 'ARCHITECT';
  const gate = gates.gates.find((candidate) => candidate.from === tier);
  return refusal(code, {
    what,
    tier,
    earnedAt: at,
    equityMin: gate === undefined ? null : (gate.equityMin / 100_000_000n).toString(),
    daysAtTierMin: gate?.daysAtTierMin ?? null,
  });
}
