/**
 * Behaviour for tilt tests: events as the engine writes them, and a small loop that folds each one,
 * scores, and folds what the interventions answer, exactly as the engine does.
 */
import type { DomainEvent } from '../../src/core/events.ts';
import { notional, price, quantity } from '../../src/core/money.ts';
import type { Observed } from '../../src/tilt/indicators/indicator.ts';
import { decideInterventions, type Scored, type TiltRuleSet } from '../../src/tilt/interventions.ts';
import type { InterventionsState } from '../../src/tilt/interventions-state.ts';
import { evolveTilt, initialTilt, scoreTilt, type TiltState } from '../../src/tilt/tilt-state.ts';

export const noon: number = Date.UTC(2026, 5, 1, 12);

export function entry(
  symbol: string = 'BTCUSDT',
  commandId: string = '',
  actor: 'trader' | 'strategy' = 'trader',
): DomainEvent {
  return {
    kind: 'order.intended',
    orderId: 'o',
    clientOrderId: 'g-o',
    positionId: 'p',
    commandId,
    purpose: 'entry',
    actor,
    strategy: null,
    symbol,
    side: 'BUY',
    type: 'MARKET',
    timeInForce: null,
    quantity: quantity('0.001'),
    quoteQuantity: null,
    price: null,
    stopPrice: null,
    referencePrice: price('50000'),
    reserved: notional('50'),
    intentHash: '',
    figures: {},
    listClientOrderId: null,
  };
}

export function refused(symbol: string = 'BTCUSDT', commandId: string = ''): DomainEvent {
  return {
    kind: 'entry.refused',
    commandId,
    actor: 'trader',
    symbol,
    side: 'BUY',
    requested: null,
    stage: 'tilt',
    code: 'tilt.reentryAfterStop',
    figures: {},
  };
}

export function closed(
  reason: 'stop_loss' | 'manual' = 'stop_loss',
  symbol: string = 'BTCUSDT',
): DomainEvent {
  return {
    kind: 'position.closed',
    positionId: 'p',
    symbol,
    reason,
    entryPrice: price('50000'),
    exitPrice: price('49000'),
    quantity: quantity('0.001'),
    realisedPnl: notional('-1'),
    fees: notional('0.1'),
    heldMs: 60_000,
  };
}

export function decided(decisionMs: number, command: string = 'buy', pasted: boolean = false): DomainEvent {
  return {
    kind: 'action.recorded',
    action: 'command',
    symbol: null,
    figures: { command, decisionMs, keys: 12, corrections: 0, pasted },
  };
}

export function journal(textHash: string = 'h1'): DomainEvent {
  return { kind: 'journal.accepted', words: 500, textHash, reason: 'required', sketch: null };
}

export function reviewed(): DomainEvent {
  return { kind: 'tilt.recoveryStepDone', step: 'review', actor: 'trader', evidence: [] };
}

export function reconciled(): DomainEvent {
  return {
    kind: 'reconciliation.completed',
    requestId: 1,
    trigger: 'timer',
    openOrders: 0,
    fillsBooked: 0,
    ordersResolved: 0,
    externalFound: 0,
    differences: [],
    tradeCursor: {},
  };
}

export type TiltLoop = {
  /** What is in force. */
  readonly state: () => InterventionsState;
  readonly tilt: () => TiltState;
  readonly log: readonly Observed[];
  /** Every score computed, in order. */
  readonly scores: readonly Scored[];
  /** Folds one event and whatever follows from it; returns what followed. */
  readonly give: (event: DomainEvent, at: number) => readonly DomainEvent[];
  /** Time passes and nothing happens. */
  readonly wait: (at: number) => readonly DomainEvent[];
};

export function tiltLoop(rules: TiltRuleSet): TiltLoop {
  let state = initialTilt;
  const log: Observed[] = [];
  const scores: Scored[] = [];
  const fold = (event: DomainEvent, at: number): void => {
    const observed: Observed = { eventId: `e${log.length + 1}`, at, event };
    log.push(observed);
    state = evolveTilt(state, observed);
  };
  const wait = (at: number): readonly DomainEvent[] => {
    const scored = scoreTilt(state, at, rules);
    scores.push(scored);
    const events = decideInterventions(state.interventions, scored, at, rules);
    for (const event of events) fold(event, at);
    return events;
  };
  return {
    state: () => state.interventions,
    tilt: () => state,
    log,
    scores,
    give: (event, at) => {
      fold(event, at);
      return wait(at);
    },
    wait,
  };
}
