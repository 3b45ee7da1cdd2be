/**
 * What keeps the account from being calm, in words for a person; null when nothing does. Asked before anything
 * the trader declared may loosen (tilt/declared.ts): stricter than what a tightened limit asks, because a
 * usual that is learned anew is forgotten for good.
 */
import type { Notional } from '../core/money.ts';
import { scoreTilt } from '../tilt/tilt-state.ts';
import { tiltUnrest, type Unrest } from '../tilt/declared.ts';
import type { Kernel } from './kernel.ts';
import { dayPnl, drawdownBps } from './risk-engine/daily-loss.ts';
import { recoveryAt } from './risk-engine/recovery.ts';
import { restAt } from './risk-engine/streaks.ts';
import { tradingRulesNow } from './tilt-rules.ts';
import { latchAt } from './trading-state.ts';

export function unrestNow(kernel: Kernel, equity: Notional): Unrest {
  const { tilt, trading, risk, tier } = kernel.state();
  const now = kernel.timers.now();
  const rules = kernel.rules.trading;
  if (!kernel.timers.isTrusted()) return 'the exchange’s time is not known yet';
  const ofTilt = tiltUnrest(tilt.interventions, now, rules.interventions);
  if (ofTilt !== null) return ofTilt;
  if (scoreTilt(tilt, now, tradingRulesNow(kernel, equity)).level !== 'NORMAL')
    return 'something is unusual for you now';
  if (latchAt(trading, now) !== null) return 'trading rests or is halted';
  if (restAt(risk.streaks, now, rules.risk) !== null) return 'a break after losing trades is not over';
  if (tier.emergency !== null) return 'emergency mode is not over';
  if (
    recoveryAt(risk.recovery, risk.peakEquity, equity, rules.risk) !== null ||
    drawdownBps(risk.peakEquity, equity) >= rules.integrity.calmDrawdownMaxBps
  )
    return 'the account is in drawdown protection';
  return null;
}

/** Nothing is asked for on such a day, and nothing ends on it; what waits goes on waiting. */
export function isRedDay(kernel: Kernel, equity: Notional): boolean {
  const { risk } = kernel.state();
  return risk.day >= 0 && dayPnl(risk, equity) < 0n;
}
