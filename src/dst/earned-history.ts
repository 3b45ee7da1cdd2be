/**
 * The history of an account that came to its tier before the world begins: every step of the way as the tier
 * machine itself writes it, or its fold would refuse the rise (invariant 13).
 */
import type { DomainEvent } from '../core/events.ts';
import type { EventLog } from '../core/ports/event-log.ts';
import { DAY_MS, HOUR_MS } from '../core/time.ts';
import { tierRank, tiers, type Tier } from '../core/vocabulary.ts';

const ACCOUNT_ID = '019374d0-0000-7000-8000-00000000acc0';
const idOf = (number: number): string => `019374d0-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** Nothing is written for the first tier: the engine opens the account itself. */
export function earnTier(log: EventLog, tier: Tier, before: number): void {
  if (tier === 'SNIPER') return;
  const start = before - 100 * DAY_MS;
  const opened: DomainEvent = {
    kind: 'account.opened',
    accountId: ACCOUNT_ID,
    mode: 'paper',
    quoteAsset: 'USDT',
    tier: 'SNIPER',
  };
  const steps = tiers.slice(1, tierRank(tier) + 1).map((to, rank) => stepEvents(tiers[rank] ?? 'SNIPER', to));
  const events = [opened, ...steps.flat()];
  log.append(
    events.map((event, index) => ({
      eventId: idOf(index),
      at: start + index * HOUR_MS,
      aggregateType: 'tier',
      aggregateId: ACCOUNT_ID,
      causationId: '',
      event,
    })),
  );
}

/** One step up: gates, trial, sentence, reflection. */
export function stepEvents(from: Tier, to: Tier): readonly DomainEvent[] {
  const trialId = `trial for ${to}`;
  const evaluated: DomainEvent = {
    kind: 'tier.evaluated',
    tier: from,
    to,
    passed: true,
    trigger: 'rise',
    figures: {},
    evidence: [idOf(0)],
  };
  return [
    evaluated,
    { kind: 'tier.trialStarted', trialId, to, evidence: [idOf(0)] },
    { kind: 'tier.trialEnded', trialId, to, passed: true, reason: 'all of it was shown', figures: {} },
    { kind: 'tier.confirmed', to, actor: 'trader' },
    evaluated,
    { kind: 'tier.reflected', to, words: 120, textHash: 'hash' },
    { kind: 'tier.changed', from, to, reason: 'earned', evidence: [idOf(0)] },
  ];
}
