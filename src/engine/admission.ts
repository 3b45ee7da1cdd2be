/**
 * The one admission point (invariants 9, 10, 11). Every wish to add risk, from anyone, passes these
 * stages in this order, synchronously and without side effects: trading state → risk → tilt → tier.
 * The caller commits the intent before anything else runs, so that concurrent requests cannot jointly
 * exceed a limit. A guard that throws means halt, never "carry on". Owns the cast to `TiltCleared`.
 */
import { refusal, type Refusal } from '../core/refusals.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Rules } from '../core/rules.ts';
import type { RiskApproved, TiltCleared } from '../core/stages.ts';
import { clearForEntry } from '../tilt/interventions.ts';
import type { RiskContext } from './risk-engine/context.ts';
import { approveRisk } from './risk-engine/decide.ts';
import { authoriseTier, earnedRefusal, type Authorisation } from './state-machine/authorise.ts';
import type { SniperGrant } from './state-machine/grants.ts';
import { clearIntegrity } from './integrity.ts';
import { clearTradingState } from './trading-state.ts';
import type { EngineState } from './state.ts';

export type AdmissionStage = 'state' | 'risk' | 'tilt' | 'tier' | 'guard';
export type Denied = { readonly stage: AdmissionStage; readonly refusal: Refusal };

export type AdmissionInput = {
  readonly state: EngineState;
  readonly risk: RiskContext;
  readonly grant: SniperGrant;
  readonly rules: Rules;
  readonly reconciledAgoMs: number;
};

/** Approves or refuses; the same input always gives the same answer. */
export function admitEntry(input: AdmissionInput): Result<Authorisation, Denied> {
  try {
    // What the tier has not earned is refused first, whatever the market does: it cannot change today.
    const early = admitState(input);
    if (early !== null) return err({ stage: 'state', refusal: early });
    const preview = authoriseMethod(input);
    if (preview !== null) return err({ stage: 'tier', refusal: preview });
    const approved = approveRisk(input.risk);
    if (!approved.ok) return err({ stage: 'risk', refusal: approved.error });
    const cleared = clearTilt(approved.value, input);
    if (!cleared.ok) return err({ stage: 'tilt', refusal: cleared.error });
    const authorised = authoriseTier(cleared.value, input.grant, input.rules.tierGates);
    if (!authorised.ok) return err({ stage: 'tier', refusal: authorised.error });
    return authorised;
  } catch (error) {
    return err({
      stage: 'guard',
      refusal: refusal('risk.guardFailed', { guard: error instanceof Error ? error.message : 'unknown' }),
    });
  }
}

function admitState(input: AdmissionInput): Refusal | null {
  const untrusted = clearIntegrity(input.state.integrity);
  if (untrusted !== null) return untrusted;
  const blocked = clearTradingState(input.state.trading, input.risk.now);
  if (blocked !== null) return blocked;
  const limit = input.rules.trading.execution.reconcileAgeMaxMs;
  if (input.reconciledAgoMs > limit) {
    return refusal('engine.reconciliationStale', {
      ageMs: Number.isFinite(input.reconciledAgoMs) ? Math.round(input.reconciledAgoMs) : null,
      limitMs: limit,
    });
  }
  return null;
}

/** A method or order type that is not earned is refused before its size is looked at. */
function authoriseMethod(input: AdmissionInput): Refusal | null {
  return earnedRefusal(input.risk.request, input.grant, input.rules.tierGates);
}

function clearTilt(entry: RiskApproved, input: AdmissionInput): Result<TiltCleared, Refusal> {
  const denied = clearForEntry(
    input.state.tilt.interventions,
    input.risk.now,
    entry.symbol,
    input.rules.trading,
  );
  return denied === null ? ok(entry as TiltCleared) : err(denied);
}
