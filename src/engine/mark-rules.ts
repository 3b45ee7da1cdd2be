/** What values the account (market/tick-filter.ts), as the rules of this moment have it: read at each use. */
import type { RiskRules } from '../core/rules.ts';
import type { TickFilterRules } from '../market/tick-filter.ts';

export function markRules(risk: () => RiskRules): TickFilterRules {
  return {
    get outlierBps() {
      return risk().markOutlierBps;
    },
    get confirmTrades() {
      return risk().markConfirmTrades;
    },
    get confirmMs() {
      return risk().markConfirmMs;
    },
  };
}
