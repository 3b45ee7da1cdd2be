/**
 * Grants open tiers. A grant is an object that only this file can make: the constructors stay here,
 * `#private` fields make a look-alike unassignable, and each grant extends the one below, so that a
 * higher grant opens lower doors. A demotion revokes the grant; every use asks whether it still holds.
 */
import { invariant } from '../../core/invariant.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { refusal, type Refusal } from '../../core/refusals.ts';
import type { Tier } from '../../core/vocabulary.ts';

const minted = new WeakSet<object>();
/** Every object leads to its constructor; without this key that leads nowhere. */
const mintKey = Symbol('mint');

class Sniper {
  #revoked = false;
  readonly tier: Tier;
  constructor(key: symbol, tier: Tier) {
    invariant(key === mintKey, 'grants are made in this file alone');
    this.tier = tier;
    minted.add(this);
  }
  static revoke(grant: Sniper): void {
    grant.#revoked = true;
  }
  static holds(grant: Sniper): boolean {
    return #revoked in grant && !grant.#revoked;
  }
}
class Hunter extends Sniper {
  readonly #hunter = true;
  static isHunter(grant: object): grant is Hunter {
    return #hunter in grant ? grant.#hunter : false;
  }
}
class Strategist extends Hunter {
  readonly #strategist = true;
  static isStrategist(grant: object): grant is Strategist {
    return #strategist in grant ? grant.#strategist : false;
  }
}
class Architect extends Strategist {
  readonly #architect = true;
  static isArchitect(grant: object): grant is Architect {
    return #architect in grant ? grant.#architect : false;
  }
}

export type SniperGrant = Sniper;
export type HunterGrant = Hunter;
export type StrategistGrant = Strategist;
export type ArchitectGrant = Architect;

export interface GrantHolder {
  /** The grant for the present tier; a new one after each change, the old one revoked. */
  current(): SniperGrant;
  /** Called by the tier machine alone when its state has changed. */
  become(tier: Tier): SniperGrant;
}

export function createGrantHolder(tier: Tier): GrantHolder {
  let grant = mint(tier);
  return {
    current: () => grant,
    become(next: Tier): SniperGrant {
      if (next !== grant.tier) {
        Sniper.revoke(grant);
        grant = mint(next);
      }
      return grant;
    },
  };
}

/** Frozen: what tier it is for cannot be written over. */
function mint(tier: Tier): Sniper {
  const grant = grantOf(tier);
  Object.freeze(grant);
  return grant;
}

function grantOf(tier: Tier): Sniper {
  switch (tier) {
    case 'SNIPER':
      return new Sniper(mintKey, tier);
    case 'HUNTER':
      return new Hunter(mintKey, tier);
    case 'STRATEGIST':
      return new Strategist(mintKey, tier);
    case 'ARCHITECT':
      return new Architect(mintKey, tier);
  }
}

/** The second lock: refuses a grant that was revoked, forged, or is too low, at every use. */
export function requireGrant(grant: SniperGrant, needed: Tier): Result<SniperGrant, Refusal> {
  if (typeof grant !== 'object' || grant === null || !minted.has(grant)) {
    return err(refusal('tier.grantRevoked', { needed, held: 'none' }));
  }
  return Sniper.holds(grant) && isOfTier(grant, needed)
    ? ok(grant)
    : err(refusal('tier.grantRevoked', { needed, held: grant.tier }));
}

/** The same, for the doors of a higher tier: what comes back is accepted there by type as well. */
export function asHunter(grant: SniperGrant): Result<HunterGrant, Refusal> {
  const held = requireGrant(grant, 'HUNTER');
  return held.ok ? ok(held.value as HunterGrant) : held;
}
export function asStrategist(grant: SniperGrant): Result<StrategistGrant, Refusal> {
  const held = requireGrant(grant, 'STRATEGIST');
  return held.ok ? ok(held.value as StrategistGrant) : held;
}

/** By what the object is, not by what it says. */
function isOfTier(grant: SniperGrant, needed: Tier): boolean {
  switch (needed) {
    case 'SNIPER':
      return true;
    case 'HUNTER':
      return Hunter.isHunter(grant);
    case 'STRATEGIST':
      return Strategist.isStrategist(grant);
    case 'ARCHITECT':
      return Architect.isArchitect(grant);
  }
}
