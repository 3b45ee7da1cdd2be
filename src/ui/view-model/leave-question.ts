/** Leaving: the question whether the engine stays, and its answers. Pure. */
import type { ConsoleState, KeyContext, Step } from './console-state.ts';
import type { Key } from './key.ts';

export const quitWords: ReadonlySet<string> = new Set(['quit', 'exit', 'q']);

/** Asks before leaving. Asked twice, or nothing runs: leaves; the engine is never stopped by impatience. */
export function interrupted(state: ConsoleState, context: KeyContext): Step {
  if (state.dialog === 'quit' || context.connection === 'stopped' || context.readOnly)
    return { state, effects: [{ kind: 'leave' }] };
  return { state: { ...state, dialog: 'quit' }, effects: [] };
}

/** A key while the question is on screen. */
export function answerQuit(state: ConsoleState, key: Key): Step {
  const letter = key.kind === 'text' ? key.text.toLowerCase() : '';
  if (letter === 'k') return { state, effects: [{ kind: 'leave' }] };
  if (letter === 's') return { state, effects: [{ kind: 'stopEngine' }] };
  if (key.kind === 'escape') return { state: { ...state, dialog: null }, effects: [] };
  return { state, effects: [] };
}
