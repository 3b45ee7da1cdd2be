/**
 * From a key to the next state and what follows from it. Pure: the time comes in. Enter sends one
 * line and never two; what arrives as several lines at once is a paste and is never carried out
 * (reliability.md "User"). Behaviour is counted here, at the source.
 */
import { completions } from '../../core/command-grammar-completion.ts';
import { parseCommand } from '../../core/command-grammar.ts';
import { commandWord } from '../../core/command-grammar-words.ts';
import type { Behaviour } from '../../core/commands.ts';
import { noTyping, type ConsoleState, type Effect, type KeyContext, type Step } from './console-state.ts';
import { controlKey, isControl, letterOf, partsOf, type Key } from './key.ts';
import { cleared, inserted, lineChanged } from './line-change.ts';
import { edited, type Edit, type EditedLine } from './line-editor.ts';
import { viewOfKey } from './views/all-views.ts';
import { viewOrder, type View } from './views/view.ts';

/** After lines that came all at once, Enter is not heard for this long. */
const DEAF_MS = 300;

const PAGE_ROWS = 8;
const SCROLL_MAX = 200;

const quitWords: ReadonlySet<string> = new Set(['quit', 'exit', 'q']);

/** The state after a key, and what the console must do about it. */
export function afterKey(before: ConsoleState, key: Key, context: KeyContext): Step {
  const state = begunAnew(before, key);
  if (key.kind === 'interrupt') return interrupted(state, context);
  if (state.dialog === 'quit') return answerQuit(state, key);
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
    case 'handIn':
    case 'redraw':
    case 'suspend':
      return { state, effects: [] };
    case 'pageUp':
      return { state: { ...state, scroll: Math.max(0, state.scroll - PAGE_ROWS) }, effects: [] };
    case 'pageDown':
      return { state: { ...state, scroll: Math.min(SCROLL_MAX, state.scroll + PAGE_ROWS) }, effects: [] };
  }
}

/** The view a word opens, in full or short. */
function viewOfWord(word: string): View | null {
  const known = commandWord(word)?.word;
  return viewOrder.find((view) => view === known) ?? null;
}

/** Shows a view, and says that it was looked at. */
function showing(state: ConsoleState, view: View): Step {
  if (state.view === view) return { state: { ...state, scroll: 0, answer: null }, effects: [] };
  return {
    state: { ...state, view, scroll: 0, answer: null },
    effects: [{ kind: 'action', report: { action: 'view', symbol: null, figures: { name: view } } }],
  };
}

/** A refused line stays to be mended; a letter (the start of another command) takes its place. */
function begunAnew(state: ConsoleState, key: Key): ConsoleState {
  if (!state.refused || state.dialog !== null || key.kind === 'interrupt') return state;
  const mended = { ...state, refused: false };
  return key.kind === 'text' && /^[a-z]/i.test(key.text) ? cleared(mended) : mended;
}

function interrupted(state: ConsoleState, context: KeyContext): Step {
  // Asked twice, or nothing runs: leave; the engine is never stopped by impatience.
  if (state.dialog === 'quit' || context.connection === 'stopped')
    return { state, effects: [{ kind: 'leave' }] };
  return { state: { ...state, dialog: 'quit' }, effects: [] };
}

function answerQuit(state: ConsoleState, key: Key): Step {
  const letter = key.kind === 'text' ? key.text.toLowerCase() : '';
  if (letter === 'k') return { state, effects: [{ kind: 'leave' }] };
  if (letter === 's') return { state, effects: [{ kind: 'stopEngine' }] };
  if (key.kind === 'escape') return { state: { ...state, dialog: null }, effects: [] };
  return { state, effects: [] };
}

/**
 * A chunk of text: usually one key. Several lines in it make it a paste without its brackets. Keys
 * that were pressed while the console was busy come joined: control keys among them still act, and
 * any other control character sets the rest aside, its Enter included.
 */
function typed(state: ConsoleState, text: string, context: KeyContext): Step {
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.length > 2 || (lines.length === 2 && lines[1] !== '')) return pasted(state, text, context);
  const [first = ''] = lines;
  if (first === '?' && lines.length === 1) {
    if (state.line.text === '') {
      return showing(state, state.view === 'help' ? 'trade' : 'help');
    }
    if (state.preview !== null && state.preview.line === state.line.text) {
      return { state: { ...state, explaining: !state.explaining }, effects: [] };
    }
  }
  const numbered = state.line.text === '' && lines.length === 1 ? viewOfKey(first) : null;
  if (numbered !== null) return showing(state, numbered);
  const keys: Key[] = [];
  for (const part of partsOf(first)) {
    const key = isControl(part) ? controlKey(letterOf(part)) : { kind: 'text' as const, text: part };
    if (key === null) return inAll(state, [...keys, { kind: 'paste', text: part }], context);
    keys.push(key);
  }
  if (keys.length === 1 && keys[0]?.kind === 'text' && lines.length === 1)
    return inserted(state, first, false, context).step;
  return inAll(state, lines.length === 2 ? [...keys, { kind: 'enter' }] : keys, context);
}

/** Several keys, one after the other; a text that had to be cut ends them. */
function inAll(state: ConsoleState, keys: readonly Key[], context: KeyContext): Step {
  let current = state;
  const effects: Effect[] = [];
  for (const key of keys) {
    if (key.kind === 'text') {
      const { step, cut } = inserted(current, key.text, false, context);
      current = step.state;
      effects.push(...step.effects);
      if (cut) break;
    } else {
      const step = afterKey(current, key, context);
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

const corrections: ReadonlySet<Edit['kind']> = new Set([
  'backspace',
  'delete',
  'deleteWord',
  'deleteToStart',
  'deleteToEnd',
]);

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

function entered(state: ConsoleState, context: KeyContext): Step {
  const text = state.line.text.trim();
  if (text === '') {
    if (context.connection === 'stopped') return { state, effects: [{ kind: 'startEngine' }] };
    return { state: { ...state, answer: null }, effects: [] };
  }
  if (context.now < state.deafUntil) {
    return {
      state: { ...state, answer: { tone: 'plain', lines: ['Pasted. Press Enter again to send it.'] } },
      effects: [],
    };
  }
  const word = text.toLowerCase();
  if (quitWords.has(word)) return interrupted({ ...cleared(state) }, context);
  const view = viewOfWord(word);
  if (view !== null) {
    const shown = showing(remembered(cleared(state), text), view);
    return { ...shown, effects: [{ kind: 'remember', line: text }, ...shown.effects] };
  }
  if (context.connection !== 'live') {
    const lines = ['The engine is not connected, so nothing was sent. Your line is still there.'];
    return { state: { ...state, answer: { tone: 'caution', lines } }, effects: [] };
  }
  if (state.sent !== null) return { state, effects: [] };
  const behaviour = behaviourOf(state, context.now);
  return {
    state: { ...remembered(cleared(state), text), sent: state.line, answer: null },
    effects: [
      { kind: 'send', line: text, behaviour },
      { kind: 'remember', line: text },
    ],
  };
}

function behaviourOf({ typing }: ConsoleState, now: number): Behaviour {
  return {
    decisionMs: typing.firstKeyAt === null ? null : Math.max(0, Math.round(now - typing.firstKeyAt)),
    keys: typing.keys,
    corrections: typing.corrections,
    pasted: typing.pasted,
  };
}

/** Journal text and typed sentences are never kept. */
export function worthRemembering(line: string): boolean {
  return !/^ *(?:j|journal|resume)(?: |$)/i.test(line);
}

function remembered(state: ConsoleState, line: string): ConsoleState {
  if (!worthRemembering(line) || state.history.at(-1) === line) return state;
  return { ...state, history: [...state.history, line].slice(-HISTORY_MAX) };
}

export const HISTORY_MAX: number = 500;

function escaped(state: ConsoleState, context: KeyContext): Step {
  if (state.completion !== null)
    return { state: { ...state, line: state.completion.before, completion: null }, effects: [] };
  if (state.explaining) return { state: { ...state, explaining: false }, effects: [] };
  if (state.line.text !== '') {
    const read = parseCommand(state.line.text, context.grammar);
    const isOrder = read.ok && (read.value.kind === 'buy' || read.value.kind === 'slice');
    const effects: Effect[] = isOrder
      ? [
          {
            kind: 'action',
            report: {
              action: 'abandon',
              symbol: read.value.symbol,
              figures: { ...behaviourOf(state, context.now) },
            },
          },
        ]
      : [];
    return { state: { ...cleared(state), answer: null }, effects };
  }
  if (state.answer !== null) return { state: { ...state, answer: null }, effects: [] };
  return showing(state, 'trade');
}

function completed(state: ConsoleState, direction: 1 | -1, context: KeyContext): Step {
  const { completion } = state;
  const before = completion?.before ?? state.line;
  const found = completion?.found ?? completions(before.text, before.cursor, context.grammar);
  const count = found.items.length;
  if (count === 0) return { state, effects: [] };
  const index =
    completion === null ? (direction === 1 ? 0 : count - 1) : (completion.index + direction + count) % count;
  const line = withCompletion(before, found, found.items[index]?.text ?? '');
  const typing = {
    ...state.typing,
    firstKeyAt: state.typing.firstKeyAt ?? context.now,
    keys: state.typing.keys + 1,
  };
  const step = lineChanged(state, { ...state, line, typing, answer: null }, context);
  // A single candidate is taken at once; of several, Tab again shows the next.
  return {
    state: { ...step.state, completion: count === 1 ? null : { found, index, before } },
    effects: step.effects,
  };
}

function withCompletion(
  before: EditedLine,
  found: { readonly from: number; readonly to: number },
  text: string,
): EditedLine {
  const rest = before.text.slice(found.to);
  const word = rest.startsWith(' ') ? text : `${text} `;
  return { text: before.text.slice(0, found.from) + word + rest, cursor: found.from + word.length };
}

function recalled(state: ConsoleState, direction: 1 | -1, context: KeyContext): Step {
  const { history } = state;
  if (history.length === 0) return { state, effects: [] };
  const from = state.recalled?.index ?? history.length;
  const index = Math.max(0, from + direction);
  const draft = state.recalled?.draft ?? state.line.text;
  const text = index >= history.length ? draft : (history[index] ?? '');
  const typing = { ...noTyping, keys: state.typing.keys + 1, firstKeyAt: context.now };
  const step = lineChanged(
    state,
    { ...state, line: { text, cursor: text.length }, typing, answer: null },
    context,
  );
  return {
    state: { ...step.state, recalled: index >= history.length ? null : { index, draft } },
    effects: step.effects,
  };
}
