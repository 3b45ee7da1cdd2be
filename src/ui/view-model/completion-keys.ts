/** Tab and the arrows: completing the word at the cursor, and going back through lines typed before. Pure. */
import { completions } from '../../core/command-grammar-completion.ts';
import { noTyping, type ConsoleState, type KeyContext, type Step } from './console-state.ts';
import { lineChanged } from './line-change.ts';
import type { EditedLine } from './line-editor.ts';

/** The next (1) or previous (-1) candidate for the word at the cursor. */
export function completed(state: ConsoleState, direction: 1 | -1, context: KeyContext): Step {
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

/** The line before (-1) or after (1) the one shown; past the newest is what was being typed. */
export function recalled(state: ConsoleState, direction: 1 | -1, context: KeyContext): Step {
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
