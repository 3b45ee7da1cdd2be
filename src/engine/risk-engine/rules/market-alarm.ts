/** No entry right after a flash crash, nor in a market state that leaves no size (domain rules, "Tiers", "Market states"). */
import { refusal, type Refusal } from '../../../core/refusals.ts';
import type { RiskContext } from '../context.ts';

export function marketAlarm(context: RiskContext): Refusal | null {
  const { state, rules, now, request, marketState } = context;
  const { flashCrash } = state;
  // Written so that a time that is not a number refuses.
  if (flashCrash !== null && !(now >= flashCrash.untilMs)) {
    return refusal('risk.flashCrash', {
      symbol: flashCrash.symbol,
      fallBps: flashCrash.fallBps,
      untilMs: flashCrash.untilMs,
      remainingMs: Number.isFinite(now) ? flashCrash.untilMs - now : null,
    });
  }
  if (rules.marketStateSizeBps[marketState] === 0)
    return refusal('risk.marketState', { symbol: request.symbol, state: marketState });
  return null;
}
