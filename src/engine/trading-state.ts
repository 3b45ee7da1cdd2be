/**
 * Whether trading is allowed, as a fold: the phase of this run (starting, reconciling, ready) and the
 * latches that outlive it. Latches are durable and independent (invariants 7, 12, 24, 28): a halt is lifted
 * by a person, a pause only by its time, and lifting one never touches the other.
 */
import type { DomainEvent } from '../core/events.ts';
import { refusal, type Refusal } from '../core/refusals.ts';
import type { TradingState } from '../core/vocabulary.ts';

export type TradingPhase = 'STARTING' | 'RECONCILING' | 'READY';
export type Latch = {
  readonly state: 'HALTED' | 'REDUCE_ONLY' | 'PAUSED';
  readonly reason: string;
  readonly untilMs: number | null;
};
export type Trading = {
  readonly phase: TradingPhase;
  readonly halt: Latch | null;
  readonly reduceOnly: Latch | null;
  readonly pause: Latch | null;
};

export const initialTrading: Trading = {
  phase: 'STARTING',
  halt: null,
  reduceOnly: null,
  pause: null,
};

export function evolveTrading(state: Trading, event: DomainEvent): Trading {
  switch (event.kind) {
    case 'engine.started':
      return { ...state, phase: 'STARTING' };
    case 'trading.stateChanged':
      return withState(state, event.to, event.reason, event.untilMs);
    case 'trading.halted':
      return { ...state, halt: { state: 'HALTED', reason: event.reason, untilMs: null } };
    case 'trading.rearmed':
      return { ...state, halt: null, reduceOnly: null };
    default:
      return state;
  }
}

function withState(state: Trading, to: TradingState, reason: string, untilMs: number | null): Trading {
  switch (to) {
    case 'STARTING':
    case 'RECONCILING':
    case 'READY':
      return { ...state, phase: to };
    case 'HALTED':
      return { ...state, halt: { state: to, reason, untilMs: null } };
    case 'REDUCE_ONLY':
      return { ...state, reduceOnly: { state: to, reason, untilMs: null } };
    case 'PAUSED': {
      // A second pause never shortens the first.
      const until = Math.max(untilMs ?? 0, state.pause?.untilMs ?? 0);
      return { ...state, pause: { state: to, reason, untilMs: until } };
    }
  }
}

/** The latch that holds at `now`, the strictest first, or null. */
export function latchAt(state: Trading, now: number): Latch | null {
  if (state.halt !== null) return state.halt;
  if (state.reduceOnly !== null) return state.reduceOnly;
  return state.pause !== null && now < (state.pause.untilMs ?? 0) ? state.pause : null;
}

/** The one word shown: the latch when there is one, else the phase. */
export function tradingStateAt(state: Trading, now: number): TradingState {
  return latchAt(state, now)?.state ?? state.phase;
}

/** Why no entry may be made now, or null. Exits never ask. */
export function clearTradingState(state: Trading, now: number): Refusal | null {
  const latch = latchAt(state, now);
  switch (latch?.state) {
    case 'HALTED':
      return refusal('engine.halted', { reason: latch.reason });
    case 'REDUCE_ONLY':
      return refusal('engine.reduceOnly', { reason: latch.reason });
    case 'PAUSED':
      return refusal('engine.paused', { reason: latch.reason, untilMs: latch.untilMs });
    case undefined:
      break;
  }
  if (state.phase === 'STARTING') return refusal('engine.starting', {});
  if (state.phase === 'RECONCILING') return refusal('engine.reconciling', {});
  return null;
}
