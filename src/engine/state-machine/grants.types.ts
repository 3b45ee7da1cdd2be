/** Misuse of grants that must not compile: a lower one where a higher is asked for, or one made by hand. */
import type { TierAuthorised, TiltCleared } from '../../core/stages.ts';
import type { planImmediateOrder as Immediate } from '../executor/hunter/immediate-order.ts';
import type { planLimitOrder as Limit } from '../executor/hunter/limit-order.ts';
import type { planPostOnlyOrder as PostOnly } from '../executor/hunter/post-only-order.ts';
import type { planStopLimitOrder as StopLimit } from '../executor/strategist/stop-limit-order.ts';
import type { IntentIds } from '../executor/intent.ts';
import type { ArchitectGrant, HunterGrant, SniperGrant, StrategistGrant } from './grants.ts';

declare const planLimitOrder: typeof Limit;
declare const planPostOnlyOrder: typeof PostOnly;
declare const planImmediateOrder: typeof Immediate;
declare const planStopLimitOrder: typeof StopLimit;
declare function huntersOnly(grant: HunterGrant): void;
declare function anyone(grant: SniperGrant): void;
declare const sniper: SniperGrant;
declare const hunter: HunterGrant;
declare const strategist: StrategistGrant;
declare const architect: ArchitectGrant;

anyone(sniper);
anyone(architect);
huntersOnly(hunter);
huntersOnly(strategist);
huntersOnly(architect);

// @ts-expect-error a lower grant opens no higher door
huntersOnly(sniper);

// @ts-expect-error private fields make a look-alike unassignable
huntersOnly({ tier: 'HUNTER' });

// @ts-expect-error private fields make another object unassignable, whatever its shape
anyone({ tier: sniper.tier });

// @ts-expect-error the tier of a grant is not written
sniper.tier = 'ARCHITECT';

declare const entry: TierAuthorised;
declare const cleared: TiltCleared;
declare const ids: IntentIds;

planLimitOrder(hunter, entry, ids);
planPostOnlyOrder(strategist, entry, ids);
planStopLimitOrder(strategist, entry, ids);

// @ts-expect-error a SNIPER's grant plans no limit order
planLimitOrder(sniper, entry, ids);

// @ts-expect-error a SNIPER's grant plans no post-only order
planPostOnlyOrder(sniper, entry, ids);

// @ts-expect-error a SNIPER's grant plans no order that never waits
planImmediateOrder(sniper, entry, ids);

// @ts-expect-error a HUNTER's grant plans no stop-limit entry
planStopLimitOrder(hunter, entry, ids);

// @ts-expect-error what the tier stage has not passed is not planned, whoever asks
planLimitOrder(hunter, cleared, ids);

// @ts-expect-error a lower grant with another name on it is no higher one
const forged: HunterGrant = Object.assign(sniper, { tier: 'HUNTER' });
anyone(forged);
