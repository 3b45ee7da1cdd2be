/**
 * Whether trading is allowed, as a fold: the phase of this run (starting, reconciling, ready) and the
 * latches that outlive it. Latches are durable and independent (invariants 7, 12, 24, 28): a halt is lifted
 * by a person, a pause only by its time, and lifting one never touches the other.
 */
import type { EventOf, EventRecord } from '../core/events.ts';
import type { KillLevel } from '../core/commands.ts';
import { refusal, type Refusal } from '../core/refusals.ts';
import type { TradingState } from '../core/vocabulary.ts';

export type TradingPhase = 'STARTING' | 'RECONCILING' | 'READY';
export type Latch = {
  readonly state: 'HALTED' | 'REDUCE_ONLY' | 'PAUSED';
  readonly reason: string;
  readonly untilMs: number | null;
  readonly since: number;
};
/** K1 no new risk, K2 entries are cancelled as well, K3 everything is sold (invariant 24). */
export type Halt = Latch & { readonly level: KillLevel };
export type Trading = {
  readonly phase: TradingPhase;
  readonly halt: Halt | null;
  readonly reduceOnly: Latch | null;
  readonly pause: Latch | null;
  /** What of the recovery checklist was done since the halt: item and fingerprint of what was written. */
  readonly checklist: ReadonlyMap<string, string>;
};

export const initialTrading: Trading = {
  phase: 'STARTING',
  halt: null,
  reduceOnly: null,
  pause: null,
  checklist: new Map(),
};

export function evolveTrading(state: Trading, { event, at }: Pick<EventRecord, 'event' | 'at'>): Trading {
  switch (event.kind) {
    case 'engine.started':
      return { ...state, phase: 'STARTING' };
    case 'trading.stateChanged':
      return withState(state, event, at);
    case 'trading.halted':
      return halted(state, event.reason, levelOf(event.level), at);
    case 'trading.rearmed':
      return { ...state, halt: null, reduceOnly: null, checklist: new Map() };
    case 'trading.checklistItemDone':
      return { ...state, checklist: new Map(state.checklist).set(event.item, event.textHash) };
    case 'journal.accepted':
      // An entry written since the halt counts for the checklist.
      if (state.halt === null) return state;
      return { ...state, checklist: new Map(state.checklist).set('journal', event.textHash) };
    default:
      return state;
  }
}

/** A level that is not known is taken for the one that sells nothing and lets nothing rest. */
function levelOf(level: number | null): KillLevel {
  return level === 1 || level === 3 ? level : 2;
}

/** A second halt never lowers the level of the first, and asks for a checklist of its own. */
function halted(state: Trading, reason: string, level: KillLevel, at: number): Trading {
  const before = state.halt?.level ?? 1;
  const higher = level > before ? level : before;
  return {
    ...state,
    halt: { state: 'HALTED', reason, untilMs: null, since: at, level: higher },
    checklist: new Map(),
  };
}

function withState(
  state: Trading,
  { to, reason, untilMs }: EventOf<'trading.stateChanged'>,
  at: number,
): Trading {
  switch (to) {
    case 'STARTING':
    case 'RECONCILING':
    case 'READY':
      return { ...state, phase: to };
    case 'HALTED':
      return halted(state, reason, 2, at);
    case 'REDUCE_ONLY':
      return { ...state, reduceOnly: { state: to, reason, untilMs: null, since: at } };
    case 'PAUSED': {
      // A second pause never shortens the first, and the reason shown is that of the one that lasts.
      const { pause } = state;
      if (pause !== null && (pause.untilMs ?? 0) >= (untilMs ?? 0)) return state;
      return { ...state, pause: { state: to, reason, untilMs: untilMs ?? 0, since: at } };
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
