/** Waits at a price and never takes: the exchange refuses it rather than let it trade at once. */
import { invariant } from '../../../core/invariant.ts';
import type { Refusal } from '../../../core/refusals.ts';
import { ok, type Result } from '../../../core/result.ts';
import type { TierAuthorised } from '../../../core/stages.ts';
import { requireGrant, type HunterGrant } from '../../state-machine/grants.ts';
import { entryIntent, type Intent, type IntentIds } from '../intent.ts';

/** Plans one post-only order. Refuses a grant that was revoked or forged, at every use. */
export function planPostOnlyOrder(
  grant: HunterGrant,
  entry: TierAuthorised,
  ids: IntentIds,
): Result<Intent, Refusal> {
  const held = requireGrant(grant, 'HUNTER');
  if (!held.ok) return held;
  // The exchange takes no time in force with it; one that named a time would be another order.
  invariant(entry.timeInForce === null, 'a post-only order names no time in force');
  return ok(entryIntent(entry, ids));
}
