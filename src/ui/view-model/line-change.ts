/**
 * What follows when the line becomes another: what of a text is taken, which preview is asked for,
 * what an empty line forgets. Pure.
 */
import { JOURNAL_LENGTH_MAX, LINE_LENGTH_MAX, parseCommand } from '../../core/command-grammar.ts';
import { hiddenCharacterAt } from '../../core/command-grammar-words.ts';
import type { Command } from '../../core/commands.ts';
import type { Dashboard } from '../../core/dashboard.ts';
import { formatFixed } from '../../core/money.ts';
import type { ActionReport } from '../../core/ports/engine-control.ts';
import {
  noTyping,
  type Answer,
  type ConsoleState,
  type Effect,
  type KeyContext,
  type Step,
} from './console-state.ts';
import { edited, emptyLine } from './line-editor.ts';
import { laterCommand } from './refused-line.ts';

type Inserted = { readonly step: Step; readonly cut: boolean };

/** The line with a text put in at the cursor, as far as it may be; `cut` when some was left out. */
export function inserted(
  state: ConsoleState,
  text: string,
  fromPaste: boolean,
  context: KeyContext,
): Inserted {
  const journal = /^ *j(?:ournal)? /i.test(state.line.text + text.slice(0, 40));
  const room = Math.max(0, (journal ? JOURNAL_LENGTH_MAX : LINE_LENGTH_MAX) - state.line.text.length);
  // Looked at only as far as it could be kept, whatever its size.
  const near = text.slice(0, room + 1);
  const hidden = hiddenCharacterAt(near, false);
  const fits = hidden < 0 ? near : near.slice(0, hidden);
  const kept = fits.slice(0, room);
  const { typing } = state;
  const next: ConsoleState = {
    ...state,
    line: edited(state.line, { kind: 'insert', text: kept }),
    typing: {
      ...typing,
      firstKeyAt: typing.firstKeyAt ?? context.now,
      keys: typing.keys + (fromPaste ? 1 : kept.length),
      pasted: typing.pasted || fromPaste,
    },
    answer: whatWasCut(text, kept, hidden),
  };
  return { step: lineChanged(state, next, context), cut: kept.length < text.length };
}

/** Says what of an insertion was left out, or nothing. */
function whatWasCut(text: string, kept: string, hidden: number): Answer | null {
  if (kept.length === text.length) return null;
  const why =
    hidden >= 0 && hidden <= kept.length ? 'of a character that cannot be seen' : 'a line can be no longer';
  const taken =
    kept.length === 0 ? 'Nothing was taken' : `Only the first ${kept.length} characters were taken`;
  return { tone: 'caution', lines: [`${taken}, because ${why}. Nothing was sent.`] };
}

/** Commands whose effect on money is worth a look before Enter. */
export const previewed: ReadonlySet<Command['kind']> = new Set([
  'buy',
  'sell',
  'slice',
  'close',
  'stop',
  'target',
]);

/** The state with its new line, and the preview to ask for. */
export function lineChanged(before: ConsoleState, next: ConsoleState, context: KeyContext): Step {
  const state: ConsoleState = {
    ...next,
    later: laterCommand(next.refused, next.line, context.grammar),
    completion: null,
    recalled: null,
    explaining: false,
    hint: false,
    pasteAsked: false,
  };
  if (context.connection !== 'live' || context.readOnly)
    return { state: { ...state, preview: null }, effects: [] };
  const read = parseCommand(state.line.text, context.grammar);
  if (!read.ok || !previewed.has(read.value.kind)) return { state: { ...state, preview: null }, effects: [] };
  const effects: Effect[] = [{ kind: 'preview', line: state.line.text }];
  // Once for each line that becomes an order, not once for each key.
  const report = before.preview === null ? previewReport(read.value, context.dashboard) : null;
  if (report !== null) effects.push({ kind: 'action', report });
  return { state, effects };
}

/** What the detector is told of a looked-at order: pair, side and about how much. */
function previewReport(command: Command, dashboard: Dashboard | null): ActionReport | null {
  if (command.kind !== 'buy' && command.kind !== 'sell' && command.kind !== 'slice') return null;
  const { symbol, amount } = command;
  const last = Number(dashboard?.markets.find((market) => market.symbol === symbol)?.last ?? Number.NaN);
  const held = Number(
    dashboard?.positions.find((position) => position.symbol === symbol)?.value ?? Number.NaN,
  );
  const notional =
    amount.unit === 'quote'
      ? Number(formatFixed(amount.amount))
      : amount.unit === 'base'
        ? Number(formatFixed(amount.amount)) * last
        : (held * amount.shareBps) / 10_000;
  const side = command.kind === 'slice' ? command.side : command.kind === 'buy' ? 'BUY' : 'SELL';
  return {
    action: 'preview',
    symbol,
    figures: { side, notional: Number.isFinite(notional) ? Math.round(notional * 100) / 100 : 0 },
  };
}

/** The state with an empty line. */
export function cleared(state: ConsoleState): ConsoleState {
  return {
    ...state,
    line: emptyLine,
    typing: noTyping,
    recalled: null,
    completion: null,
    preview: null,
    explaining: false,
    hint: false,
    pasteAsked: false,
    refused: null,
    later: null,
  };
}
