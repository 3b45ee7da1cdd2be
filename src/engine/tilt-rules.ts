/** Tilt's rules as they hold now: from $1,800 on a SNIPER is watched, and every threshold is lower (domain rules). */
import type { Notional } from '../core/money.ts';
import type { TradingRules } from '../core/rules.ts';
import type { Kernel } from './kernel.ts';
import { tiltSensitivity } from './state-machine/watch.ts';

export function tradingRulesNow(kernel: Kernel, equity: Notional): TradingRules {
  const { trading, tierGates } = kernel.rules;
  const factor = tiltSensitivity(kernel.state().tier.tier, equity, tierGates);
  if (factor === 1) return trading;
  const lower = (threshold: number): number => Math.ceil(threshold / factor);
  const { cautionFrom, warningFrom, lockedFrom } = trading.tilt;
  return {
    ...trading,
    tilt: {
      ...trading.tilt,
      cautionFrom: lower(cautionFrom),
      warningFrom: lower(warningFrom),
      lockedFrom: lower(lockedFrom),
    },
  };
}
