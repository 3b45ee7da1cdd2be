/** The one execution method a SNIPER has: the whole order at the market, at once. */
import type { Result } from '../../../core/result.ts';
import { ok } from '../../../core/result.ts';
import type { Refusal } from '../../../core/refusals.ts';
import type { TierAuthorised } from '../../../core/stages.ts';
import { requireGrant, type SniperGrant } from '../../state-machine/grants.ts';
import { entryIntent, type Intent, type IntentIds } from '../intent.ts';

/** Plans one market order for the whole size. Refuses a grant that was revoked or forged. */
export function planWholeOrder(
  grant: SniperGrant,
  entry: TierAuthorised,
  ids: IntentIds,
): Result<Intent, Refusal> {
  const held = requireGrant(grant, 'SNIPER');
  return held.ok ? ok(entryIntent(entry, ids)) : held;
}
