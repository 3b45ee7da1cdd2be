/** Whether this is a calm moment of the account: the only kind in which a loosened limit takes effect at once. */
import type { Notional } from '../core/money.ts';
import type { Calm } from './integrity.ts';
import type { Kernel } from './kernel.ts';
import { dayPnl, drawdownBps } from './risk-engine/daily-loss.ts';
import { latchAt } from './trading-state.ts';

export function calmAt(kernel: Kernel, equity: Notional): Calm {
  const { tilt, trading, risk } = kernel.state();
  const now = kernel.timers.now();
  const isSettled =
    // Before the exchange's time is known, nothing can be said to be over.
    kernel.timers.isTrusted() &&
    tilt.interventions.level === 'NORMAL' &&
    tilt.interventions.lock === null &&
    latchAt(trading, now) === null &&
    drawdownBps(risk.peakEquity, equity) < kernel.rules.trading.integrity.calmDrawdownMaxBps;
  return { isSettled, isCalm: isSettled && (risk.day < 0 || dayPnl(risk, equity) >= 0n), now };
}
