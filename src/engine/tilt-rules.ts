/**
 * Tilt's rules as they hold now. Thresholds only ever move down: from $1,800 on a SNIPER is watched (domain rules,
 * "Gates"), a declared time in life speaks up sooner, and so does a usual that is learned anew. The greatest
 * of them holds.
 */
import type { Notional } from '../core/money.ts';
import type { TradingRules } from '../core/rules.ts';
import { declaredSensitivity } from '../tilt/declared.ts';
import type { Kernel } from './kernel.ts';
import { tiltSensitivity } from './state-machine/watch.ts';

export function tradingRulesNow(kernel: Kernel, equity: Notional): TradingRules {
  const { trading, tierGates } = kernel.rules;
  const { tier, tilt } = kernel.state();
  const watched = tiltSensitivity(tier.tier, equity, tierGates);
  const declared = declaredSensitivity(
    tilt.declared,
    tilt.detector.detection.baseline,
    trading.interventions,
  );
  const early = Math.max(watched, declared.early);
  const locked = Math.max(watched, declared.locked);
  if (early === 1 && locked === 1) return trading;
  const { cautionFrom, warningFrom, lockedFrom } = trading.tilt;
  return {
    ...trading,
    tilt: {
      ...trading.tilt,
      cautionFrom: Math.ceil(cautionFrom / early),
      warningFrom: Math.ceil(warningFrom / early),
      lockedFrom: Math.ceil(lockedFrom / locked),
    },
  };
}
