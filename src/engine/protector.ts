/**
 * Does for each open position what it needs now (invariants 8 and 14): places its stop, takes a stop back, sells,
 * closes; and sells what has lacked its stop for too long. What is needed is decided in protection.ts.
 */
import type { DomainEvent } from '../core/events.ts';
import type { Price } from '../core/money.ts';
import type { Reduce } from '../core/stages.ts';
import type { SymbolRules } from '../core/symbols.ts';
import { averagePriceOf, exitLimit } from './exit-terms.ts';
import type { Kernel } from './kernel.ts';
import { closingEvents } from './portfolio/closing.ts';
import { holdingOf } from './portfolio/ledger.ts';
import { positionOn, type Position } from './portfolio/positions.ts';
import { isBare, positionNeed, type Circumstances } from './protection.ts';
import { reduceIntent, type Intent } from './executor/intent.ts';
import type { Order } from './executor/orders.ts';
import type { Patience } from './executor/patience.ts';

export type ProtectorDeps = {
  readonly kernel: Kernel;
  readonly patience: Patience;
  readonly send: (before: readonly DomainEvent[], intent: Intent) => void;
  readonly cancel: (order: Order, reason: string) => void;
};

export interface Protector {
  look(positionId: string): void;
}

/** After so many failed legs a close is sold at any price, and a cut is left at what it has sold. */
export const BOUNDED_LEGS_MAX: number = 2;

export function createProtector(deps: ProtectorDeps): Protector {
  const { kernel, patience, send, cancel } = deps;
  const { execution, risk } = kernel.rules.trading;
  /** Since when a position has lacked its stop with nothing unresolved in the way. */
  const bareSince = new Map<string, number>();

  /** What it may be sold for: a book that is old, crossed or void is no reason to sell or to give up. */
  const trustedBid = (symbol: string): Price | null => {
    const ageMs = kernel.view.bookAgeMs(symbol, kernel.timers.monotonic());
    const isTrusted =
      kernel.view.quote(symbol)?.valid === true && ageMs !== null && ageMs <= risk.bookAgeMaxMs;
    return isTrusted ? kernel.view.bid(symbol) : null;
  };

  const circumstances = (position: Position, rules: SymbolRules): Circumstances => ({
    limitFor: (quantity) =>
      exitLimit(
        {
          rules,
          bid: trustedBid(position.symbol),
          book: kernel.view.book(position.symbol),
          averagePrice: averagePriceOf(
            kernel.view.candles(position.symbol),
            kernel.view.formingCandle(position.symbol),
          ),
          slippageMaxBps: risk.flattenSlippageMaxBps,
          atAnyPrice: position.closing !== null && patience.failures(position.positionId) >= BOUNDED_LEGS_MAX,
        },
        quantity,
      ),
  });

  /** Bare for longer than allowed: sold instead (invariant 14). */
  const leaveWhenBare = (positionId: string): void => {
    const { orders, ledger, positions } = kernel.state();
    const position = positions.open.get(positionId);
    const rules = position === undefined ? null : kernel.symbolRules(position.symbol);
    if (
      position === undefined ||
      rules === null ||
      !isBare(position, orders, rules, trustedBid(rules.symbol), holdingOf(ledger, position.baseAsset))
    ) {
      bareSince.delete(positionId);
      return;
    }
    const now = kernel.timers.monotonic();
    const since = bareSince.get(positionId) ?? now;
    bareSince.set(positionId, since);
    if (now - since <= execution.protectWithinMs) return;
    bareSince.delete(positionId);
    kernel.commit([
      {
        kind: 'protection.failed',
        positionId,
        reason: 'no stop could be placed in time',
        figures: { bareMs: Math.round(now - since), limitMs: execution.protectWithinMs },
      },
      leaving(positionId),
    ]);
  };

  const look = (positionId: string): void => {
    leaveWhenBare(positionId);
    // Several steps may follow at once (a close needs no second tick), but never without end.
    for (let step = 0; step < 4; step += 1) {
      const state = kernel.state();
      const position = state.positions.open.get(positionId);
      const rules = position === undefined ? null : kernel.symbolRules(position.symbol);
      if (position === undefined || rules === null) return;
      if (patience.isWaiting(positionId)) return;
      const need = positionNeed(
        position,
        state.orders,
        rules,
        trustedBid(position.symbol),
        holdingOf(state.ledger, position.baseAsset),
        circumstances(position, rules),
      );
      switch (need.kind) {
        case 'nothing':
        case 'wait':
          return;
        case 'cancel':
          if (patience.isWaiting(need.order.orderId)) return;
          cancel(need.order, need.reason);
          return;
        case 'place':
          place(need.reduce);
          return;
        case 'flatten':
          kernel.commit([leaving(positionId)]);
          break;
        case 'close':
          kernel.commit(
            closingEvents(
              position,
              holdingOf(state.ledger, position.baseAsset),
              need.reason,
              kernel.timers.now(),
            ),
            position.closing?.commandId ?? '',
          );
          patience.forget(positionId);
          return;
      }
    }
  };

  const place = (reduce: Reduce): void => {
    if (positionOn(kernel.state().positions, reduce.symbol) === undefined) return;
    send([], reduceIntent(reduce, { orderId: kernel.ids.next(), hash: kernel.hash }));
  };

  return { look };
}

/** The wish of the protection itself to be out of a position. */
export function leaving(positionId: string): DomainEvent {
  return {
    kind: 'position.closeRequested',
    positionId,
    reason: 'stop_loss',
    actor: 'protection',
    commandId: '',
  };
}
