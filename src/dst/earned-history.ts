/** The history of an account that came to its tier before the world begins, one step after the other. */
import type { DomainEvent } from '../core/events.ts';
import type { EventLog } from '../core/ports/event-log.ts';
import { DAY_MS } from '../core/time.ts';
import { tierRank, tiers, type Tier } from '../core/vocabulary.ts';

const ACCOUNT_ID = '019374d0-0000-7000-8000-00000000acc0';

/** Nothing is written for the first tier: the engine opens the account itself. */
export function earnTier(log: EventLog, tier: Tier, before: number): void {
  const steps = tierRank(tier);
  if (steps === 0) return;
  const events: DomainEvent[] = [
    { kind: 'account.opened', accountId: ACCOUNT_ID, mode: 'paper', quoteAsset: 'USDT', tier: 'SNIPER' },
  ];
  for (let rank = 1; rank <= steps; rank += 1)
    events.push({
      kind: 'tier.changed',
      from: tiers[rank - 1] ?? 'SNIPER',
      to: tiers[rank] ?? 'SNIPER',
      reason: 'earned before the test begins',
      evidence: [],
    });
  log.append(
    events.map((event, index) => ({
      eventId: `019374d0-0000-7000-8000-${String(index).padStart(12, '0')}`,
      at: before - 100 * DAY_MS,
      aggregateType: 'tier',
      aggregateId: ACCOUNT_ID,
      causationId: '',
      event,
    })),
  );
}
