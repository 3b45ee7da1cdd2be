/**
 * Staged deleveraging (domain rules, "Tiers"): on the day's loss every open position is cut by a share, and at
 * the last stage all is closed. Each stage acts once a day, which the log remembers over a restart; where
 * a gap jumps several stages, the deepest one acts.
 */
import { present } from '../../core/invariant.ts';
import type { Notional } from '../../core/money.ts';
import type { RiskRules } from '../../core/rules.ts';
import type { RiskState } from './risk-state.ts';
import { dayPnl, drawdownBps } from './daily-loss.ts';

export type Deleveraging = {
  readonly atBps: number;
  readonly cutBps: number;
  readonly dayLossBps: number;
};

/** The stage that is due now, or null. */
export function deleveragingDue(state: RiskState, equity: Notional, rules: RiskRules): Deleveraging | null {
  if (state.day < 0 || dayPnl(state, equity) >= 0n) return null;
  const dayLossBps = drawdownBps(state.dayStartEquity, equity);
  const stage = rules.deleverageAtBps.findLastIndex((atBps) => dayLossBps >= atBps);
  const atBps = rules.deleverageAtBps[stage];
  if (atBps === undefined || atBps <= state.deleveragedAtBps) return null;
  return { atBps, cutBps: present(rules.deleverageCutBps[stage], 'each stage has its cut'), dayLossBps };
}
