/**
 * From a key to the next state and what follows from it. Pure: the time comes in. Enter sends one
 * line and never two; what arrives as several lines at once is a paste and is never carried out
 * (reliability.md "User"). Behaviour is counted here, at the source.
 */
import { parseCommand } from '../../core/command-grammar.ts';
import { commandWord, tokensOf } from '../../core/command-grammar-words.ts';
import { ceremonyLeft } from './ceremony.ts';
import { completed, recalled } from './completion-keys.ts';
import { noTyping, type ConsoleState, type Effect, type KeyContext, type Step } from './console-state.ts';
import { entered } from './enter-key.ts';
import { searching, searchKey } from './history-search.ts';
import { journalKey } from './journal-editor.ts';
import { captured, corrections, isComplete, keysReport, noKeys } from './key-capture.ts';
import { controlKey, isControl, letterOf, partsOf, type Key } from './key.ts';
import { cleared, inserted, lineChanged } from './line-change.ts';
import { edited, type Edit } from './line-editor.ts';
import { answerQuit, interrupted } from './leave-question.ts';
import { beginsAnew } from './refused-line.ts';
import { showing } from './show-view.ts';
import { kept } from './undo-window.ts';
import { tourEnded } from './tour.ts';
import { viewOfKey } from './views/all-views.ts';

/** After lines that came all at once, Enter is not heard for this long. */
const DEAF_MS = 300;

const PAGE_ROWS = 8;
const SCROLL_MAX = 200;

/** The state after a key, and what the console must do about it. */
export function afterKey(before: ConsoleState, key: Key, context: KeyContext): Step {
  const step = keyed(before, key, context);
  const capture = captured(before.capture, key, context.now);
  const ended =
    key.kind === 'enter' || key.kind === 'escape' || (key.kind === 'text' && /[\r\n]/.test(key.text));
  if (!isComplete(capture, ended, context.now))
    return { state: { ...step.state, capture }, effects: step.effects };
  return {
    state: { ...step.state, capture: noKeys },
    // Before what the line itself brings about: the keys came first.
    effects: [{ kind: 'action', report: keysReport(capture) }, ...step.effects],
  };
}

/** Nobody has typed for a while: what was counted is told. */
export function afterIdle(state: ConsoleState, now: number): Step {
  if (!isComplete(state.capture, false, now)) return { state, effects: [] };
  return {
    state: { ...state, capture: noKeys },
    effects: [{ kind: 'action', report: keysReport(state.capture) }],
  };
}

function keyed(before: ConsoleState, key: Key, context: KeyContext): Step {
  const state = begunAnew(before, key, context);
  if (key.kind === 'interrupt') return interrupted(state, context);
  if (state.dialog === 'quit') return answerQuit(state, key);
  if (state.journal.open) return journalKey(state, key, context);
  if (state.search !== null) return searchKey(state, state.search, key, context);
  switch (key.kind) {
    case 'text':
      return typed(state, key.text, context);
    case 'paste':
      return pasted(state, key.text, context);
    case 'edit':
      return editedBy(state, key.edit, context);
    case 'enter':
      return entered(state, context);
    case 'escape':
      return escaped(state, context);
    case 'tab':
      return completed(state, 1, context);
    case 'shiftTab':
      return completed(state, -1, context);
    case 'up':
      return recalled(state, -1, context);
    case 'down':
      return recalled(state, 1, context);
    case 'search':
      return searching(state);
    case 'pageUp':
      return { state: { ...state, scroll: Math.max(0, state.scroll - PAGE_ROWS) }, effects: [] };
    case 'pageDown':
      return { state: { ...state, scroll: Math.min(SCROLL_MAX, state.scroll + PAGE_ROWS) }, effects: [] };
    case 'handIn':
    case 'redraw':
    case 'suspend':
      return { state, effects: [] };
  }
}

function begunAnew(state: ConsoleState, key: Key, { grammar }: KeyContext): ConsoleState {
  const { refused, line, dialog, search, journal } = state;
  if (key.kind !== 'text' || dialog !== null || search !== null || journal.open) return state;
  return beginsAnew(refused, line, key.text, grammar) ? cleared(state) : state;
}

/**
 * A chunk of text: usually one key. Several lines in it make it a paste without its brackets. Keys
 * that were pressed while the console was busy come joined: control keys among them still act, the Enter
 * at their end behind typing and editing alone. Any other control character sets the rest aside.
 */
function typed(state: ConsoleState, text: string, context: KeyContext): Step {
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.length > 2 || (lines.length === 2 && lines[1] !== '')) return pasted(state, text, context);
  const [first = ''] = lines;
  if (first === '?' && lines.length === 1) {
    const asked = questioned(state);
    if (asked !== null) return asked;
  }
  // No command begins with a number; keys pressed right after it may come along.
  const numbered = state.line.text === '' ? viewOfKey(first.slice(0, 1)) : null;
  if (numbered !== null) {
    const shown = showing(state, numbered);
    const rest = text.slice(1);
    if (rest === '') return shown;
    const then = typed(shown.state, rest, context);
    return { state: then.state, effects: [...shown.effects, ...then.effects] };
  }
  const keys: Key[] = [];
  for (const part of partsOf(first)) {
    const key = isControl(part) ? controlKey(letterOf(part)) : { kind: 'text' as const, text: part };
    if (key === null) return inAll(state, [...keys, { kind: 'paste', text: part }], context);
    keys.push(key);
  }
  if (keys.length === 1 && keys[0]?.kind === 'text' && lines.length === 1)
    return inserted(state, first, false, context).step;
  // Completed or found text was not seen yet: its Enter has to be one of its own.
  const acts = lines.length === 2 && keys.every(({ kind }) => kind === 'text' || kind === 'edit');
  return inAll(state, acts ? [...keys, { kind: 'enter' }] : keys, context);
}

/** Words whose rest is the trader's own: a question mark in it is a question mark. */
const ownWords: ReadonlySet<string> = new Set(['journal', 'halt', 'resume', 'accept']);

/** What `?` asks here: every command, why the preview says what it says, or what this command does. */
function questioned(state: ConsoleState): Step | null {
  if (state.line.text === '') return showing(state, state.view === 'help' ? 'trade' : 'help');
  if (state.preview !== null && state.preview.line === state.line.text)
    return { state: { ...state, explaining: !state.explaining }, effects: [] };
  const word = commandWord(tokensOf(state.line.text)[0]?.lower ?? '')?.word;
  if (word !== undefined && ownWords.has(word)) return null;
  return { state: { ...state, hint: !state.hint, answer: null }, effects: [] };
}

/** Several keys, one after the other; a text that had to be cut ends them. */
function inAll(state: ConsoleState, keys: readonly Key[], context: KeyContext): Step {
  let current = state;
  const effects: Effect[] = [];
  for (const key of keys) {
    const isTyping = current.search === null && current.dialog === null && !current.journal.open;
    if (key.kind === 'text' && isTyping) {
      const { step, cut } = inserted(current, key.text, false, context);
      current = step.state;
      effects.push(...step.effects);
      if (cut) break;
    } else {
      const step = keyed(current, key, context);
      current = step.state;
      effects.push(...step.effects);
    }
  }
  return { state: current, effects };
}

function pasted(state: ConsoleState, text: string, context: KeyContext): Step {
  const whole = text.replace(/(?:\r\n|\r|\n)+$/, '');
  const deafUntil = context.now + DEAF_MS;
  if (/[\r\n]/.test(whole)) {
    const lines = whole.split(/\r\n|\r|\n/).length;
    const answer = {
      tone: 'caution' as const,
      lines: [
        `${lines} lines were pasted. None was carried out: one line at a time, each seen before it is sent.`,
      ],
    };
    return { state: { ...state, deafUntil, answer }, effects: [] };
  }
  return inserted({ ...state, deafUntil }, whole, true, context).step;
}

function editedBy(state: ConsoleState, edit: Edit, context: KeyContext): Step {
  const line = edited(state.line, edit);
  const corrected = corrections.has(edit.kind) && line.text !== state.line.text;
  const typing = corrected
    ? { ...state.typing, corrections: state.typing.corrections + 1, keys: state.typing.keys + 1 }
    : state.typing;
  const next = { ...state, line, typing: line.text === '' ? noTyping : typing };
  return line.text === state.line.text
    ? { state: { ...next, completion: null }, effects: [] }
    : lineChanged(state, next, context);
}

function escaped(state: ConsoleState, context: KeyContext): Step {
  if (state.completion !== null)
    return { state: { ...state, line: state.completion.before, completion: null }, effects: [] };
  if (state.explaining || state.hint)
    return { state: { ...state, explaining: false, hint: false }, effects: [] };
  if (state.line.text !== '') {
    const read = parseCommand(state.line.text, context.grammar);
    const isOrder = read.ok && (read.value.kind === 'buy' || read.value.kind === 'slice');
    const effects: Effect[] = isOrder
      ? [{ kind: 'action', report: { action: 'abandon', symbol: read.value.symbol, figures: {} } }]
      : [];
    return { state: { ...cleared(state), answer: null }, effects };
  }
  if (state.held !== null) return { state: kept(state), effects: [] };
  if (state.answer !== null) return { state: { ...state, answer: null }, effects: [] };
  if (state.ceremonies.open !== null) return { state: ceremonyLeft(state), effects: [] };
  if (state.tour !== null && state.view === 'trade') return tourEnded(state);
  return showing(state, 'trade');
}
