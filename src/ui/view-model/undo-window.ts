/**
 * A cancel waits a moment before it is sent, and `undo` or Esc keeps the order meanwhile. Only what
 * gives up an order waits: exits and stops leave at once, always.
 */
import type { Behaviour } from '../../core/commands.ts';
import type { ConsoleState, Effect, Step } from './console-state.ts';

export const UNDO_WINDOW_MS = 3_000;

export type HeldCancel = { readonly line: string; readonly behaviour: Behaviour; readonly sendAt: number };

/** The state in which this cancel waits. */
export function holding(state: ConsoleState, line: string, behaviour: Behaviour, now: number): Step {
  const held: HeldCancel = { line, behaviour, sendAt: now + UNDO_WINDOW_MS };
  return { state: { ...state, held, answer: null }, effects: [{ kind: 'hold', sendAt: held.sendAt }] };
}

/** The order stays. */
export function kept(state: ConsoleState): ConsoleState {
  return {
    ...state,
    held: null,
    answer: { tone: 'plain', lines: ['Kept. Nothing was cancelled; the order still rests.'] },
  };
}

/** The moment has passed: what waits with this time is sent, or said to be unsent. */
export function afterHold(state: ConsoleState, sendAt: number, connected: boolean): Step {
  const { held } = state;
  if (held === null || held.sendAt !== sendAt) return { state, effects: [] };
  if (!connected) {
    const lines = ['The engine is not connected, so the cancel was not sent. The order still rests.'];
    return { state: { ...state, held: null, answer: { tone: 'caution', lines } }, effects: [] };
  }
  const effects: readonly Effect[] = [{ kind: 'send', line: held.line, behaviour: held.behaviour }];
  return { state: { ...state, held: null }, effects };
}
