/**
 * Ctrl-R: looking for a line typed before, by any part of it. What is found goes to the command line to be
 * looked at; nothing is ever sent from here.
 */
import type { ConsoleState, KeyContext, Step } from './console-state.ts';
import { noTyping } from './console-state.ts';
import type { Key } from './key.ts';
import { lineChanged } from './line-change.ts';
import type { EditedLine } from './line-editor.ts';

export type HistorySearch = {
  readonly query: string;
  /** Place of the line found, or null. */
  readonly index: number | null;
  readonly before: EditedLine;
};

const QUERY_MAX = 60;

/** Begins to search, or goes on to the next older line. */
export function searching(state: ConsoleState): Step {
  if (state.history.length === 0) return { state, effects: [] };
  const { search } = state;
  if (search === null)
    return {
      state: { ...state, search: { query: '', index: null, before: state.line }, answer: null },
      effects: [],
    };
  const older = found(state.history, search.query, (search.index ?? state.history.length) - 1);
  return { state: { ...state, search: { ...search, index: older ?? search.index } }, effects: [] };
}

/** A key while searching. */
export function searchKey(state: ConsoleState, search: HistorySearch, key: Key, context: KeyContext): Step {
  switch (key.kind) {
    case 'text':
    case 'paste':
      return queried(
        state,
        search,
        (search.query + key.text.replaceAll(/[^\x20-\x7e]/g, '')).slice(0, QUERY_MAX),
      );
    case 'search':
    case 'up':
      return searching(state);
    case 'edit':
      if (key.edit.kind === 'backspace') return queried(state, search, search.query.slice(0, -1));
      return taken(state, search, context);
    case 'escape':
      return { state: { ...state, search: null, line: search.before }, effects: [] };
    case 'enter':
    case 'tab':
      return taken(state, search, context);
    default:
      return { state, effects: [] };
  }
}

function queried(state: ConsoleState, search: HistorySearch, query: string): Step {
  const index = query === '' ? null : found(state.history, query, state.history.length - 1);
  return { state: { ...state, search: { ...search, query, index } }, effects: [] };
}

/** The line found is put on the command line, its cursor at the end. */
function taken(state: ConsoleState, search: HistorySearch, context: KeyContext): Step {
  const text = search.index === null ? search.before.text : (state.history[search.index] ?? '');
  const next: ConsoleState = {
    ...state,
    search: null,
    line: { text, cursor: text.length },
    typing: { ...noTyping, firstKeyAt: context.now, keys: search.query.length + 1 },
  };
  return lineChanged(state, next, context);
}

/** Newest line at or before `from` that holds the query. */
function found(history: readonly string[], query: string, from: number): number | null {
  const wanted = query.toLowerCase();
  for (let index = Math.min(from, history.length - 1); index >= 0; index -= 1)
    if ((history[index] ?? '').toLowerCase().includes(wanted)) return index;
  return null;
}
