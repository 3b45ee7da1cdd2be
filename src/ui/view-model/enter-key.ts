/**
 * Enter: what becomes of the line. Words of the console itself act here, everything else goes to the engine
 * as it is typed, once. A pasted line is asked about first, and a cancel waits for its undo window.
 */
import { parseCommand } from '../../core/command-grammar.ts';
import { resolveSymbol } from '../../core/command-grammar-errors.ts';
import { tokensOf } from '../../core/command-grammar-words.ts';
import type { Behaviour } from '../../core/commands.ts';
import { ceremonyLeft } from './ceremony.ts';
import type { Answer, ConsoleState, KeyContext, Step } from './console-state.ts';
import { openJournal } from './journal-editor.ts';
import { interrupted, quitWords } from './leave-question.ts';
import { cleared, lineChanged } from './line-change.ts';
import type { LaterCommand } from './refused-line.ts';
import { showing, viewOfWord } from './show-view.ts';
import { tourGoesOn, tourStarted } from './tour.ts';
import { holding, kept } from './undo-window.ts';

export const HISTORY_MAX: number = 500;

export function entered(state: ConsoleState, context: KeyContext): Step {
  const text = state.line.text.trim();
  if (text === '') return enteredNothing(state, context);
  if (state.later !== null) return enteredLater(state, state.later, context);
  if (context.now < state.deafUntil || (state.typing.pasted && !state.pasteAsked)) {
    const asked = { ...state, pasteAsked: true };
    return { state: said(asked, 'plain', 'Pasted. Press Enter again to send it.'), effects: [] };
  }
  const word = text.toLowerCase();
  if (quitWords.has(word)) return interrupted(cleared(state), context);
  if (word === 'tour') return { state: tourStarted(cleared(state), context), effects: [] };
  if (word === 'undo') return undone(cleared(state));
  if (word === 'journal' || word === 'j') return { state: openJournal(cleared(state)), effects: [] };
  const view = viewOfWord(word);
  if (view !== null) return remembering(showing(remembered(cleared(state), text), view), text);
  const looked = lookedAt(text, context);
  if (looked !== null) {
    const step = remembering(showing(remembered(cleared(state), text), 'market'), text);
    return { state: step.state, effects: [...step.effects, { kind: 'choose', symbol: looked }] };
  }
  if (context.connection !== 'live')
    return {
      state: said(
        state,
        'caution',
        'The engine is not connected, so nothing was sent. Your line is still there.',
      ),
      effects: [],
    };
  if (context.readOnly)
    return {
      state: said(state, 'plain', 'This console only watches, so nothing was sent. Another one can act.'),
      effects: [],
    };
  if (state.sent !== null) return { state, effects: [] };
  const behaviour = behaviourOf(state, context.now);
  const read = parseCommand(text, context.grammar);
  if (read.ok && read.value.kind === 'cancel' && state.held === null)
    return remembering(holding(remembered(cleared(state), text), text, behaviour, context.now), text);
  return {
    state: { ...remembered(cleared(state), text), sent: state.line, refused: state.refused, answer: null },
    effects: [
      { kind: 'send', line: text, behaviour },
      { kind: 'remember', line: text },
    ],
  };
}

/** An empty line: starts an engine where none runs, opens the page where one is asked for, clears the answer. */
function enteredNothing(state: ConsoleState, context: KeyContext): Step {
  if (context.connection === 'stopped' && !context.readOnly)
    return { state, effects: [{ kind: 'startEngine' }] };
  if (context.journalWords > 0 && !context.readOnly && state.answer === null)
    return { state: openJournal(state), effects: [] };
  if (state.ceremonies.open !== null && state.answer === null)
    return { state: ceremonyLeft(state), effects: [] };
  if (state.tour !== null && state.answer === null) return tourGoesOn(state, context.dashboard);
  return { state: { ...state, answer: null }, effects: [] };
}

/** The refused line makes room for the command typed behind it; it is in the history. */
function enteredLater(state: ConsoleState, { text, isAskedFirst }: LaterCommand, context: KeyContext): Step {
  const line = { text, cursor: text.length };
  const step = lineChanged(state, { ...state, line, refused: null }, context);
  if (!isAskedFirst) return entered(step.state, context);
  const words = 'The refused line made room; ↑ has it. Press Enter again to send what stands here now.';
  return { state: said(step.state, 'plain', words), effects: step.effects };
}

function undone(state: ConsoleState): Step {
  if (state.held !== null) return { state: kept(state), effects: [] };
  return { state: said(state, 'plain', 'Nothing waits to be undone.'), effects: [] };
}

/** `market eth`: the pair that is meant. */
function lookedAt(text: string, context: KeyContext): string | null {
  const [first, second, third] = tokensOf(text);
  if (first === undefined || second === undefined || third !== undefined) return null;
  if (viewOfWord(first.lower) !== 'market') return null;
  const symbol = resolveSymbol(second, context.grammar, null);
  return symbol.ok ? symbol.value.symbol : null;
}

function said(state: ConsoleState, tone: Answer['tone'], words: string): ConsoleState {
  return { ...state, answer: { tone, lines: [words] } };
}

function remembering(step: Step, line: string): Step {
  return { state: step.state, effects: [{ kind: 'remember', line }, ...step.effects] };
}

/** How the line came about, for the detector. */
function behaviourOf({ typing, lossAt }: ConsoleState, now: number): Behaviour {
  return {
    decisionMs: typing.firstKeyAt === null ? null : Math.max(0, Math.round(now - typing.firstKeyAt)),
    keys: typing.keys,
    corrections: typing.corrections,
    pasted: typing.pasted,
    afterLossMs: lossAt === null ? null : Math.max(0, Math.round(now - lossAt)),
  };
}

/** Journal text and typed sentences are never kept. */
export function worthRemembering(line: string): boolean {
  return !/^ *(?:j|journal|resume|accept|override|tier +reflect|tilt +reset)(?: |$)/i.test(line);
}

function remembered(state: ConsoleState, line: string): ConsoleState {
  if (!worthRemembering(line) || state.history.at(-1) === line) return state;
  return { ...state, history: [...state.history, line].slice(-HISTORY_MAX) };
}
