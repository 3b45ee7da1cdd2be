/** No entry that leaves the mean pairwise correlation of the portfolio above its limit (domain rules, "Correlation"). */
import { refusal, type Refusal } from '../../../core/refusals.ts';
import type { RiskContext } from '../context.ts';

export function tooAlike(context: RiskContext): Refusal | null {
  const { correlation, rules, request } = context;
  const { now, after } = correlation;
  if (after === null || after <= rules.correlationRefuse) return null;
  return refusal('risk.correlation', {
    symbol: request.symbol,
    mean: rounded(after),
    before: now === null ? null : rounded(now),
    limit: rules.correlationRefuse,
  });
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
