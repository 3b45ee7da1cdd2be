/** The daily loss limit: the tier's dollars or its share of the day's starting equity, whichever is less. */
import { bpsFloor, ratioBps, smaller, type Notional } from '../../core/money.ts';
import type { TierRules } from '../../core/rules.ts';

/** The part of the risk state that a day's result is measured from. */
type DayStart = { readonly dayStartEquity: Notional };

export function dailyLossLimit(limits: TierRules, state: DayStart): Notional {
  return smaller(limits.dailyLossMax, bpsFloor(state.dayStartEquity, limits.dailyLossMaxBps));
}

/** Realised, unrealised and fees together: equity now less equity at the start of the day. */
export function dayPnl(state: DayStart, equity: Notional): Notional {
  return (equity - state.dayStartEquity) as Notional;
}

/** How far equity lies under its peak, in basis points; 0 at or above it. */
export function drawdownBps(peak: Notional, equity: Notional): number {
  if (peak <= 0n || equity >= peak) return 0;
  return ratioBps(peak - equity, peak);
}
