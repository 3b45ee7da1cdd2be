/** A strategy that the repeated-execution throttle switched off stays off until a person arms it (controls, section 1). */
import { refusal, type Refusal } from '../../../core/refusals.ts';
import type { RiskContext } from '../context.ts';

export function suspendedStrategy({ state, request }: RiskContext): Refusal | null {
  return request.strategy !== null && state.suspended.has(request.strategy)
    ? refusal('risk.strategySuspended', { strategy: request.strategy })
    : null;
}
