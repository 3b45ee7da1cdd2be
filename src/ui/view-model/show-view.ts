/** Opening a view, by word or number, and saying that it was looked at. Pure. */
import { commandWord } from '../../core/command-grammar-words.ts';
import { ceremonyLeft } from './ceremony.ts';
import type { ConsoleState, Step } from './console-state.ts';
import { viewOrder, type View } from './views/view.ts';

/** The view a word opens, in full or short. */
export function viewOfWord(word: string): View | null {
  const known = commandWord(word)?.word;
  return viewOrder.find((view) => view === known) ?? null;
}

/** Shows a view; looking at the one that is shown already is nothing new. */
export function showing(before: ConsoleState, view: View): Step {
  const state = ceremonyLeft(before);
  if (state.view === view) return { state: { ...state, scroll: 0, answer: null }, effects: [] };
  return {
    state: { ...state, view, scroll: 0, answer: null },
    effects: [{ kind: 'action', report: { action: 'view', symbol: null, figures: { name: view } } }],
  };
}
