/** Losses so far: drawdown from the peak and the day's loss with realised, unrealised and fees (invariants 11 and 12). */
import { formatPlaces } from '../../../core/money.ts';
import { refusal, type Refusal } from '../../../core/refusals.ts';
import type { RiskContext } from '../context.ts';
import { dailyLossLimit, dayPnl, drawdownBps } from '../daily-loss.ts';

export function lossLimits(context: RiskContext): Refusal | null {
  const { state, equity, rules, limits } = context;
  const drawdown = drawdownBps(state.peakEquity, equity);
  if (drawdown >= rules.drawdownHaltBps) {
    return refusal('risk.drawdownHalt', {
      drawdownBps: drawdown,
      limitBps: rules.drawdownHaltBps,
      peak: formatPlaces(state.peakEquity, 2),
    });
  }
  const limit = dailyLossLimit(limits, state);
  const result = dayPnl(state, equity);
  if (result <= -limit) {
    return refusal('risk.dailyLoss', { dayPnl: formatPlaces(result, 2), limit: formatPlaces(limit, 2) });
  }
  return null;
}
