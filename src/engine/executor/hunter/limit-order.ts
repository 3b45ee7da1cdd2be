/** Buys at a price or better and waits for it: the whole order rests at the exchange until its day ends. */
import type { Refusal } from '../../../core/refusals.ts';
import { ok, type Result } from '../../../core/result.ts';
import type { TierAuthorised } from '../../../core/stages.ts';
import { requireGrant, type HunterGrant } from '../../state-machine/grants.ts';
import { entryIntent, type Intent, type IntentIds } from '../intent.ts';

/** Plans one resting limit order. Refuses a grant that was revoked or forged, at every use. */
export function planLimitOrder(
  grant: HunterGrant,
  entry: TierAuthorised,
  ids: IntentIds,
): Result<Intent, Refusal> {
  const held = requireGrant(grant, 'HUNTER');
  return held.ok ? ok(entryIntent(entry, ids)) : held;
}
