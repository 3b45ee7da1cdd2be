/**
 * The recovery protocol (domain rules, "Tiers"): from a drawdown of 10 % on, size stays at a quarter, and
 * grows by quarters as the loss is earned back. The peak it began from is kept until all of it is earned.
 */
import type { DomainEvent } from '../../core/events.ts';
import { present } from '../../core/invariant.ts';
import { larger, smaller, ZERO_NOTIONAL, type Notional } from '../../core/money.ts';
import type { RiskRules } from '../../core/rules.ts';
import { drawdownBps } from './daily-loss.ts';

export type Recovery = { readonly peak: Notional; readonly lowest: Notional };

const QUARTERS = 4n;

export type RecoveryStanding = {
  /** 0 to 3: how many quarters of the loss are earned back. */
  readonly quarter: number;
  readonly sizeBps: number;
  readonly lost: Notional;
  readonly earnedBack: Notional;
};

export function evolveRecovery(
  state: Recovery | null,
  event: Extract<DomainEvent, { kind: 'account.recoveryEntered' | 'account.recoveryLeft' | 'equity.marked' }>,
): Recovery | null {
  switch (event.kind) {
    case 'account.recoveryEntered':
      return { peak: event.peak, lowest: event.equity };
    case 'account.recoveryLeft':
      return null;
    case 'equity.marked':
      if (state === null || event.equity >= state.lowest) return state;
      return { ...state, lowest: event.equity };
  }
}

/** Money came or went that is no result: both references move in proportion. */
export function recoveryFlowed(state: Recovery | null, before: bigint, after: bigint): Recovery | null {
  if (state === null || before <= 0n || after <= 0n) return state;
  return {
    peak: larger(((state.peak * after + before - 1n) / before) as Notional, ZERO_NOTIONAL),
    lowest: larger(((state.lowest * after) / before) as Notional, ZERO_NOTIONAL),
  };
}

/** Where the account stands in the protocol at this equity, begun or due; null when it is not in it. */
export function recoveryAt(
  state: Recovery | null,
  peak: Notional,
  equity: Notional,
  rules: RiskRules,
): RecoveryStanding | null {
  const begun = state ?? dueAt(peak, equity, rules);
  if (begun === null || equity >= begun.peak) return null;
  const lowest = smaller(begun.lowest, equity);
  const lost = (begun.peak - lowest) as Notional;
  const earnedBack = (equity - lowest) as Notional;
  const quarter = Number((earnedBack * QUARTERS) / lost);
  return {
    quarter,
    sizeBps: present(rules.recoverySizesBps[quarter], 'each quarter has its size'),
    lost,
    earnedBack,
  };
}

function dueAt(peak: Notional, equity: Notional, rules: RiskRules): Recovery | null {
  return drawdownBps(peak, equity) >= rules.recoveryFromBps ? { peak, lowest: equity } : null;
}

/** What to record when equity is marked: the protocol begins, or all is earned back. */
export function decideRecovery(
  state: Recovery | null,
  peak: Notional,
  equity: Notional,
  rules: RiskRules,
): readonly DomainEvent[] {
  if (state === null) {
    const drawdown = drawdownBps(peak, equity);
    return drawdown < rules.recoveryFromBps
      ? []
      : [{ kind: 'account.recoveryEntered', peak, equity, drawdownBps: drawdown }];
  }
  if (equity < state.peak) return [];
  return [{ kind: 'account.recoveryLeft', peak: state.peak, lowest: state.lowest, equity }];
}
