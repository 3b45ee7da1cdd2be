/**
 * The journal: several lines of the trader's own words, kept in memory only until they are handed in.
 * They are never remembered in the history and never logged; Esc puts the page aside with its words. A
 * warning opens the page by itself, once, while nobody types; closing works on it as everywhere.
 */
import { JOURNAL_LENGTH_MAX, parseCommand } from '../../core/command-grammar.ts';
import { hiddenCharacterAt } from '../../core/command-grammar-words.ts';
import type { Behaviour } from '../../core/commands.ts';
import type { Dashboard } from '../../core/dashboard.ts';
import { wordsOf } from '../../core/words.ts';
import type { ConsoleState, KeyContext, Step } from './console-state.ts';
import type { Key } from './key.ts';
import { edited, emptyLine, type EditedLine } from './line-editor.ts';

export type Journal = {
  readonly open: boolean;
  readonly page: EditedLine;
  readonly words: number;
  readonly pasted: boolean;
  readonly keys: number;
  readonly corrections: number;
  readonly firstKeyAt: number | null;
  /** It came by itself for the warning that holds. */
  readonly offered: boolean;
};

export const emptyJournal: Journal = {
  open: false,
  page: emptyLine,
  words: 0,
  pasted: false,
  keys: 0,
  corrections: 0,
  firstKeyAt: null,
  offered: false,
};

/** Room for the word `journal` in front. */
const PAGE_MAX: number = JOURNAL_LENGTH_MAX - 10;

/** The page in front; its words are still there. */
export function openJournal(state: ConsoleState): ConsoleState {
  return { ...state, journal: { ...state.journal, open: true }, answer: null };
}

/** Nobody types into the page what was meant for the line. */
const QUIET_MS = 1_500;

/** The state after a picture: the page in front when a warning asks for words, as soon as the hands rest. */
export function journalDue(state: ConsoleState, { tilt }: Dashboard, now: number): ConsoleState {
  const { journal } = state;
  const isAsked = tilt.level === 'WARNING' && tilt.journalWords > 0;
  if (!isAsked) return journal.offered ? { ...state, journal: { ...journal, offered: false } } : state;
  const isBusy =
    state.line.text !== '' ||
    state.sent !== null ||
    state.dialog !== null ||
    state.search !== null ||
    state.held !== null ||
    (state.capture.count > 0 && now - state.capture.lastAt < QUIET_MS);
  if (journal.offered || isBusy) return state;
  return openJournal({ ...state, journal: { ...journal, offered: true } });
}

/** A key on the page. */
export function journalKey(state: ConsoleState, key: Key, context: KeyContext): Step {
  const { journal } = state;
  switch (key.kind) {
    case 'text':
      return written(state, key.text.replaceAll(/\r\n?/g, '\n'), false, context);
    case 'paste':
      return written(state, key.text.replaceAll(/\r\n?/g, '\n'), true, context);
    case 'enter':
      return closing(state, context) ?? written(state, '\n', false, context);
    case 'edit': {
      const page = edited(journal.page, key.edit);
      const corrected = page.text !== journal.page.text;
      return turned(state, page, { keys: 1, corrections: corrected ? 1 : 0 }, context);
    }
    case 'up':
    case 'down':
      return turned(
        state,
        movedLine(journal.page, key.kind === 'up' ? -1 : 1),
        { keys: 0, corrections: 0 },
        context,
      );
    case 'escape':
      return { state: { ...state, journal: { ...journal, open: false } }, effects: [] };
    case 'handIn':
      return handedIn(state, context);
    default:
      return { state, effects: [] };
  }
}

function written(state: ConsoleState, text: string, pasted: boolean, context: KeyContext): Step {
  const { journal } = state;
  const room = Math.max(0, PAGE_MAX - journal.page.text.length);
  const near = text.slice(0, room);
  const hidden = hiddenCharacterAt(near, true);
  const kept = hidden < 0 ? near : near.slice(0, hidden);
  const step = turned(
    state,
    edited(journal.page, { kind: 'insert', text: kept }),
    { keys: pasted ? 1 : kept.length, corrections: 0 },
    context,
  );
  if (!pasted || kept === '') return step;
  const lines = [
    'This came from a clipboard. Writing it out is the part that helps; pasted words do not count.',
  ];
  return {
    state: {
      ...step.state,
      journal: { ...step.state.journal, pasted: true },
      answer: { tone: 'plain', lines },
    },
    effects: step.effects,
  };
}

function turned(
  state: ConsoleState,
  page: EditedLine,
  added: { readonly keys: number; readonly corrections: number },
  context: KeyContext,
): Step {
  const { journal } = state;
  const same = page.text === journal.page.text;
  const empty = page.text === '';
  return {
    state: {
      ...state,
      answer: same ? state.answer : null,
      journal: {
        ...journal,
        page,
        words: same ? journal.words : wordsOf(page.text).length,
        pasted: journal.pasted && !empty,
        keys: journal.keys + added.keys,
        corrections: journal.corrections + added.corrections,
        firstKeyAt: empty ? null : (journal.firstKeyAt ?? context.now),
      },
    },
    effects: [],
  };
}

/** `close btc` as all there is on the page is no entry of a journal: an exit waits for nothing. */
function closing(state: ConsoleState, context: KeyContext): Step | null {
  const { journal } = state;
  const line = journal.page.text.trim();
  const read = parseCommand(line, context.grammar);
  if (!read.ok || (read.value.kind !== 'close' && read.value.kind !== 'closeAll')) return null;
  if (journal.pasted || context.connection !== 'live' || context.readOnly || state.sent !== null) return null;
  return {
    state: {
      ...state,
      journal: { ...emptyJournal, offered: journal.offered },
      sent: { text: line, cursor: line.length },
      answer: null,
    },
    effects: [{ kind: 'send', line, behaviour: behaviourOn(journal, context.now) }],
  };
}

/** Sent when it has words enough; else it says how many are missing and stays. */
function handedIn(state: ConsoleState, context: KeyContext): Step {
  const { journal } = state;
  const say = (lines: readonly string[]): Step => ({
    state: { ...state, answer: { tone: 'plain', lines } },
    effects: [],
  });
  if (journal.words === 0) return say(['There are no words yet. Esc puts the page aside.']);
  if (journal.words < context.journalWords)
    return say([
      `${journal.words} of ${context.journalWords} words so far. What is written stays; go on where you stopped.`,
    ]);
  if (context.connection !== 'live' || state.sent !== null)
    return say(['The engine is not ready to take it. The page stays as it is; try again in a moment.']);
  return {
    state: { ...state, sent: { text: '', cursor: 0 }, sentJournal: true, answer: null },
    effects: [
      {
        kind: 'send',
        line: `journal ${journal.page.text.trim()}`,
        behaviour: behaviourOn(journal, context.now),
      },
    ],
  };
}

function behaviourOn({ firstKeyAt, keys, corrections, pasted }: Journal, now: number): Behaviour {
  const decisionMs = firstKeyAt === null ? null : Math.max(0, Math.round(now - firstKeyAt));
  return { decisionMs, keys, corrections, pasted };
}

/** The cursor on the line above or below, as near to its column as that line allows. */
function movedLine(page: EditedLine, direction: -1 | 1): EditedLine {
  const { text, cursor } = page;
  const start = text.lastIndexOf('\n', cursor - 1) + 1;
  const column = cursor - start;
  if (direction === -1) {
    if (start === 0) return { text, cursor: 0 };
    const above = text.lastIndexOf('\n', start - 2) + 1;
    return { text, cursor: Math.min(above + column, start - 1) };
  }
  const end = text.indexOf('\n', cursor);
  if (end < 0) return { text, cursor: text.length };
  const after = text.indexOf('\n', end + 1);
  return { text, cursor: Math.min(end + 1 + column, after < 0 ? text.length : after) };
}
