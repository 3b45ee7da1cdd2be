/**
 * Does for each open position what it needs now (invariants 8 and 14): places its stop, takes a stop back, sells,
 * closes; and sells what has lacked its stop for too long. What is needed is decided in protection.ts.
 */
import type { DomainEvent } from '../core/events.ts';
import type { Price } from '../core/money.ts';
import type { Reduce } from '../core/stages.ts';
import type { SymbolRules } from '../core/symbols.ts';
import type { CloseReason } from '../core/vocabulary.ts';
import { clientOrderIdOf } from '../core/ids.ts';
import { averagePriceOf, exitLimit, isUnderBand } from './exit-terms.ts';
import type { Kernel } from './kernel.ts';
import { closingEvents } from './portfolio/closing.ts';
import { holdingOf } from './portfolio/ledger.ts';
import { positionOn, type Position } from './portfolio/positions.ts';
import { isBare, isOverdue, positionNeed, type Circumstances } from './protection.ts';
import { reduceIntent, type Intent } from './executor/intent.ts';
import type { Order } from './executor/orders.ts';
import type { Patience } from './executor/patience.ts';

export type ProtectorDeps = {
  readonly kernel: Kernel;
  readonly patience: Patience;
  readonly send: (before: readonly DomainEvent[], intent: Intent) => void;
  /** Commits both intents, then hands the pair to the gateway. */
  readonly sendList: (stop: Intent, target: Intent) => void;
  /** Whether an order list for the position may be tried again after a refusal. */
  readonly listsOpen: (positionId: string) => boolean;
  readonly cancel: (order: Order, reason: string) => void;
};

export interface Protector {
  look(positionId: string): void;
}

/** After so many failed legs a close is sold at any price, and a cut is left at what it has sold. */
export const BOUNDED_LEGS_MAX: number = 2;

export function createProtector(deps: ProtectorDeps): Protector {
  const { kernel, patience, send, sendList, cancel } = deps;
  /** Since when a position has lacked a stop that works, with nothing unresolved in the way. */
  const exposedSince = new Map<string, number>();

  /** What it may be sold for: a book that is old, crossed or void, or one odd bid, is no reason to sell or to give up. */
  const trustedBid = (symbol: string): Price | null => {
    const ageMs = kernel.view.bookAgeMs(symbol, kernel.timers.monotonic());
    const isTrusted =
      kernel.view.quote(symbol)?.valid === true &&
      ageMs !== null &&
      ageMs <= kernel.rules.trading.risk.bookAgeMaxMs;
    return isTrusted ? kernel.view.mark(symbol) : null;
  };

  const averageOf = (symbol: string): Price | null =>
    averagePriceOf(kernel.view.candles(symbol), kernel.view.formingCandle(symbol));

  const circumstances = (position: Position, rules: SymbolRules): Circumstances => ({
    targetOpen: (goal) =>
      deps.listsOpen(position.positionId) && isUnderBand(goal, averageOf(position.symbol), rules),
    limitFor: (quantity) =>
      exitLimit(
        {
          rules,
          bid: trustedBid(position.symbol),
          book: kernel.view.book(position.symbol),
          averagePrice: averageOf(position.symbol),
          slippageMaxBps: kernel.rules.trading.risk.flattenSlippageMaxBps,
          atAnyPrice: position.closing !== null && patience.failures(position.positionId) >= BOUNDED_LEGS_MAX,
        },
        quantity,
      ),
  });

  /** What is wrong with its protection now, in words; null when nothing is. */
  const exposure = (position: Position, rules: SymbolRules): string | null => {
    const { orders, ledger } = kernel.state();
    const bid = trustedBid(rules.symbol);
    if (isBare(position, orders, rules, bid, holdingOf(ledger, position.baseAsset)))
      return 'no stop could be placed in time';
    return isOverdue(position, orders, rules, bid, kernel.view.lastPrice(rules.symbol))
      ? 'the market has passed the stop and it has not sold'
      : null;
  };

  /** Exposed for longer than allowed: sold instead (invariant 14). */
  const leaveWhenExposed = (positionId: string): void => {
    const position = kernel.state().positions.open.get(positionId);
    const rules = position === undefined ? null : kernel.symbolRules(position.symbol);
    const reason = position === undefined || rules === null ? null : exposure(position, rules);
    if (reason === null) {
      exposedSince.delete(positionId);
      return;
    }
    const now = kernel.timers.monotonic();
    const since = exposedSince.get(positionId) ?? now;
    exposedSince.set(positionId, since);
    const { protectWithinMs: limitMs } = kernel.rules.trading.execution;
    if (now - since <= limitMs) return;
    exposedSince.delete(positionId);
    kernel.commit([
      {
        kind: 'protection.failed',
        positionId,
        reason,
        figures: { bareMs: Math.round(now - since), limitMs },
      },
      leaving(positionId, 'stop_loss'),
    ]);
  };

  const look = (positionId: string): void => {
    leaveWhenExposed(positionId);
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
        case 'placeList':
          placeList(need.stop, need.target);
          return;
        case 'flatten':
          kernel.commit([leaving(positionId, need.reason)]);
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

  const placeList = (stop: Reduce, target: Reduce): void => {
    if (positionOn(kernel.state().positions, stop.symbol) === undefined) return;
    const listClientOrderId = clientOrderIdOf(kernel.ids.next());
    const leg = (reduce: Reduce): Intent =>
      reduceIntent(reduce, { orderId: kernel.ids.next(), hash: kernel.hash, listClientOrderId });
    sendList(leg(stop), leg(target));
  };

  return { look };
}

/** The wish of the protection itself to be out of a position. */
export function leaving(positionId: string, reason: CloseReason): DomainEvent {
  return {
    kind: 'position.closeRequested',
    positionId,
    reason,
    actor: 'protection',
    commandId: '',
  };
}
