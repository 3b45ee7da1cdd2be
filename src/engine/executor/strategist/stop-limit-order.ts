/** Buys on a rise: waits until the market has reached a price, then becomes a limit order at another. */
import { invariant } from '../../../core/invariant.ts';
import type { Refusal } from '../../../core/refusals.ts';
import { ok, type Result } from '../../../core/result.ts';
import type { TierAuthorised } from '../../../core/stages.ts';
import { requireGrant, type StrategistGrant } from '../../state-machine/grants.ts';
import { entryIntent, type Intent, type IntentIds } from '../intent.ts';

/** Plans one stop-limit entry. Refuses a grant that was revoked or forged, at every use. */
export function planStopLimitOrder(
  grant: StrategistGrant,
  entry: TierAuthorised,
  ids: IntentIds,
): Result<Intent, Refusal> {
  const held = requireGrant(grant, 'STRATEGIST');
  if (!held.ok) return held;
  invariant(entry.triggerPrice !== null, 'a stop-limit entry names the price it waits for');
  return ok(entryIntent(entry, ids));
}
