/**
 * What the console remembers between two frames, besides what the engine shows: the line being
 * typed and how, the history, the view, the last answer, a question on screen. Plain data; it
 * changes only in console-keys.ts and console-answers.ts.
 */
import type { Completions } from '../../core/command-grammar-completion.ts';
import type { GrammarContext } from '../../core/command-grammar-errors.ts';
import type { Behaviour } from '../../core/commands.ts';
import type { Dashboard, Preview } from '../../core/dashboard.ts';
import type { ActionReport } from '../../core/ports/engine-control.ts';
import type { Explanation } from '../../core/refusals.ts';
import { noCeremonies, type Ceremonies } from './ceremony.ts';
import type { HistorySearch } from './history-search.ts';
import { emptyJournal, type Journal } from './journal-editor.ts';
import { noKeys, type KeyCapture } from './key-capture.ts';
import { emptyLine, type EditedLine } from './line-editor.ts';
import type { LaterCommand } from './refused-line.ts';
import type { HeldCancel } from './undo-window.ts';
import type { View } from './views/view.ts';

/** The screen's question; it takes the keys until it is answered. */
export type Dialog = 'quit' | null;

export type Answer = { readonly tone: 'plain' | 'caution'; readonly lines: readonly string[] };

/** How the line came about, counted at the source. */
export type Typing = {
  readonly firstKeyAt: number | null;
  readonly keys: number;
  readonly corrections: number;
  readonly pasted: boolean;
};

export const noTyping: Typing = { firstKeyAt: null, keys: 0, corrections: 0, pasted: false };

export type ConsoleState = {
  readonly line: EditedLine;
  readonly typing: Typing;
  /** Oldest first. */
  readonly history: readonly string[];
  /** Place in the history while looking back, and the line that was being typed. */
  readonly recalled: { readonly index: number; readonly draft: string } | null;
  readonly completion: {
    readonly found: Completions;
    readonly index: number;
    readonly before: EditedLine;
  } | null;
  readonly preview: { readonly line: string; readonly preview: Preview } | null;
  /** `?` was asked about the preview. */
  readonly explaining: boolean;
  readonly answer: Answer | null;
  /** What was refused last, as it was explained. */
  readonly lastRefusal: readonly string[];
  readonly view: View;
  /** Rows of the view that are scrolled past. */
  readonly scroll: number;
  readonly dialog: Dialog;
  /** The line that was refused last, while it is being mended. */
  readonly refused: EditedLine | null;
  /** A command typed behind the refused line. */
  readonly later: LaterCommand | null;
  /** The line that waits for the engine's answer. */
  readonly sent: EditedLine | null;
  /** What waits for an answer is the journal's page. */
  readonly sentJournal: boolean;
  /** A cancel that can still be undone. */
  readonly held: HeldCancel | null;
  readonly search: HistorySearch | null;
  readonly journal: Journal;
  /** `?` asked what the command being typed does. */
  readonly hint: boolean;
  /** A pasted line was met with the question whether it is meant. */
  readonly pasteAsked: boolean;
  readonly capture: KeyCapture;
  /** When the newest loss was shown, monotonic. */
  readonly lossAt: number | null;
  /** A step up or down that takes the whole screen, and which were seen. */
  readonly ceremonies: Ceremonies;
  /** The step of the guided tour, or null while none is taken. */
  readonly tour: number | null;
  /** Enter is ignored until then: the rest of a paste may still be arriving. */
  readonly deafUntil: number;
};

/** An empty line; `said` is shown first. */
export function initialState(history: readonly string[], said: readonly string[] = []): ConsoleState {
  return {
    line: emptyLine,
    typing: noTyping,
    history,
    recalled: null,
    completion: null,
    preview: null,
    explaining: false,
    answer: said.length === 0 ? null : { tone: 'caution', lines: said },
    lastRefusal: [],
    view: 'trade',
    scroll: 0,
    dialog: null,
    refused: null,
    later: null,
    sent: null,
    sentJournal: false,
    held: null,
    search: null,
    journal: emptyJournal,
    hint: false,
    pasteAsked: false,
    capture: noKeys,
    lossAt: null,
    ceremonies: noCeremonies,
    tour: null,
    deafUntil: 0,
  };
}

/** What the console asks of the world. */
export type Effect =
  | { readonly kind: 'send'; readonly line: string; readonly behaviour: Behaviour }
  | { readonly kind: 'preview'; readonly line: string }
  | { readonly kind: 'action'; readonly report: ActionReport }
  | { readonly kind: 'remember'; readonly line: string }
  /** Come back with `afterHold` at this monotonic time. */
  | { readonly kind: 'hold'; readonly sendAt: number }
  /** Another pair is looked at closely. */
  | { readonly kind: 'choose'; readonly symbol: string }
  /** The tour was taken or put aside: it is not offered again. */
  | { readonly kind: 'tourDone' }
  | { readonly kind: 'leave' }
  | { readonly kind: 'stopEngine' }
  | { readonly kind: 'startEngine' };

export type Step = { readonly state: ConsoleState; readonly effects: readonly Effect[] };

/** How the engine is reached right now. */
export type Connection =
  | { readonly kind: 'opening' }
  | { readonly kind: 'live' }
  /** It was live; no picture for a while, or the stream was cut. */
  | { readonly kind: 'reconnecting'; readonly sinceMs: number }
  | { readonly kind: 'stopped'; readonly problem: Explanation };

export type KeyContext = {
  /** Monotonic milliseconds. */
  readonly now: number;
  readonly grammar: GrammarContext;
  readonly connection: Connection['kind'];
  /** Words a required journal entry needs; 0 when none is. */
  readonly journalWords: number;
  /** Only to size what the detector is told of a preview. */
  readonly dashboard: Dashboard | null;
  /** This console only watches. */
  readonly readOnly: boolean;
};

/** The pairs and positions a line is read against. */
export function grammarOf(symbols: GrammarContext['symbols'], dashboard: Dashboard | null): GrammarContext {
  const strategies =
    dashboard === null ? [] : [...new Set(dashboard.strategies.map((entry) => entry.strategy))];
  return {
    symbols,
    openSymbols: dashboard?.positions.map((position) => position.symbol) ?? [],
    ...(strategies.length > 0 ? { strategies } : {}),
  };
}
