/**
 * Entries that wait at the exchange, looked at on every step: whatever would refuse the same entry now takes
 * it back (invariants 7, 11, 24). Level-triggered like protection: an entry that turns up late, after a
 * restart or a lost answer, meets the same question. Numbers and order of reasons: domain rules.
 */
import { holdsEntries } from '../tilt/interventions.ts';
import { orderWord } from '../core/order-words.ts';
import type { Notional } from '../core/money.ts';
import { dayNumber } from '../core/time.ts';
import type { EngineState } from './state.ts';
import type { Order } from './executor/orders.ts';
import { isOpenAtExchange } from './executor/reports.ts';
import type { Patience } from './executor/patience.ts';
import { clearIntegrity } from './integrity.ts';
import type { Kernel } from './kernel.ts';
import { equityOf } from './portfolio/valuation.ts';
import { dailyLossLimit, dayPnl } from './risk-engine/daily-loss.ts';
import { limitsNow } from './state-machine/limits.ts';
import { latchAt } from './trading-state.ts';

/** What holds for all entries alike at this moment: a reason to take every one of them back, or null. */
function reasonForAll(state: EngineState, kernel: Kernel, equity: () => Notional): string | null {
  const { trading, tilt, risk, tier } = state;
  const now = kernel.timers.now();
  const latch = latchAt(trading, now);
  // Shown to the trader in the order's last line, so each names what happened in two or three words.
  if (trading.halt !== null) return 'halted';
  if (latch !== null) return latch.state === 'PAUSED' ? 'locked' : 'only exits now';
  if (clearIntegrity(state.integrity) !== null) return 'read-only';
  if (holdsEntries(tilt.interventions)) return 'entries rest';
  if (risk.day >= 0) {
    const limits = limitsNow(tier, kernel.rules.tierGates, now);
    if (dayPnl(risk, equity()) <= -dailyLossLimit(limits, risk)) return 'the daily loss limit is reached';
  }
  return null;
}

/** A reason of its own to take this one back, or null. */
function reasonFor(order: Order, state: EngineState, kernel: Kernel): string | null {
  const { tier } = state;
  if (!kernel.rules.tierGates.tiers[tier.tier].entryOrderTypes.includes(orderWord(order)))
    return 'the tier has changed';
  // Whatever was waiting when an emergency began was decided before it (domain rules, "Demotion").
  if (tier.fellAt !== null && order.createdAt <= tier.fellAt) return 'the account is in emergency mode';
  // A plan is for the day it was made on: tomorrow is a new decision (docs/decisions).
  if (dayNumber(order.createdAt) < dayNumber(kernel.timers.now())) return 'its day is over';
  if (hasSold(state, order.positionId)) return 'its position has been left';
  return null;
}

/** The position it was filling has sold: what would still come in is no longer what was planned. */
function hasSold(state: EngineState, positionId: string): boolean {
  const position = state.positions.open.get(positionId);
  return position !== undefined && (position.sold > 0n || position.closing !== null);
}

export type RestingEntries = { look(): void };

export function createRestingEntries(
  kernel: Kernel,
  patience: Patience,
  cancel: (order: Order, reason: string) => void,
): RestingEntries {
  const equity = (): Notional => {
    const state = kernel.state();
    return equityOf(state.ledger, state.positions, state.account?.quoteAsset ?? '', (symbol) =>
      kernel.view.mark(symbol),
    );
  };
  return {
    look(): void {
      const waiting = [...kernel.state().orders.open.values()].filter(
        (order) =>
          order.purpose === 'entry' &&
          order.cancelRequestedAt === null &&
          isOpenAtExchange(order) &&
          !patience.isWaiting(order.orderId),
      );
      if (waiting.length === 0) return;
      const all = reasonForAll(kernel.state(), kernel, equity);
      for (const order of waiting) {
        const reason = all ?? reasonFor(order, kernel.state(), kernel);
        if (reason !== null) cancel(order, reason);
      }
    },
  };
}
