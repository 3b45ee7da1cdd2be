/** Misuse of grants that must not compile: a lower one where a higher is asked for, or one made by hand. */
import type { ArchitectGrant, HunterGrant, SniperGrant, StrategistGrant } from './grants.ts';

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
