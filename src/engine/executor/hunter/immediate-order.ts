/** Takes what there is at a price or better and never waits: IOC lets the rest go, FOK takes all or nothing. */
import { invariant } from '../../../core/invariant.ts';
import type { Refusal } from '../../../core/refusals.ts';
import { ok, type Result } from '../../../core/result.ts';
import type { TierAuthorised } from '../../../core/stages.ts';
import { requireGrant, type HunterGrant } from '../../state-machine/grants.ts';
import { entryIntent, type Intent, type IntentIds } from '../intent.ts';

/** Plans one order that is over at once. Refuses a grant that was revoked or forged, at every use. */
export function planImmediateOrder(
  grant: HunterGrant,
  entry: TierAuthorised,
  ids: IntentIds,
): Result<Intent, Refusal> {
  const held = requireGrant(grant, 'HUNTER');
  if (!held.ok) return held;
  invariant(entry.timeInForce === 'IOC' || entry.timeInForce === 'FOK', 'an immediate order is IOC or FOK');
  return ok(entryIntent(entry, ids));
}
