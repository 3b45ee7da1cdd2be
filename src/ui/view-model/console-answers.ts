/**
 * What the engine's answers do to the console's state. A refused line comes back to the command line
 * with its cursor, unless something else was typed meanwhile.
 */
import type { CommandReply, Preview } from '../../core/dashboard.ts';
import type { Explanation } from '../../core/refusals.ts';
import type { Answer, ConsoleState } from './console-state.ts';
import { emptyJournal } from './journal-editor.ts';
import { refusedAfter } from './refused-line.ts';

/** An answer of more lines may take the middle of the screen, and begins at its top. */
const SHORT_LINES = 2;

/** After the reply to the line that was sent. */
export function afterReply(state: ConsoleState, reply: CommandReply): ConsoleState {
  if (reply.outcome !== 'refused') {
    const lines = reply.lines.length > 0 ? reply.lines : ['Done.'];
    const journal = state.sentJournal ? { ...emptyJournal, offered: state.journal.offered } : state.journal;
    return {
      ...state,
      sent: null,
      sentJournal: false,
      refused: null,
      journal,
      answer: { tone: 'plain', lines },
      scroll: lines.length > SHORT_LINES ? 0 : state.scroll,
    };
  }
  const explanation = reply.refusal?.explanation;
  const lines =
    explanation === undefined ? reply.lines : [explanation.what, explanation.why, explanation.next];
  return restored({ ...state, lastRefusal: lines }, { tone: 'caution', lines });
}

/** After a command that was turned away, or that nothing answered: then it may have arrived, and is not offered again. */
export function afterFailure(state: ConsoleState, problem: Explanation, fateUnknown: boolean): ConsoleState {
  if (!fateUnknown)
    return restored(state, { tone: 'caution', lines: [problem.what, problem.why, problem.next] });
  const lines = [
    'The engine did not answer, so it is not known whether the command arrived.',
    'It is never sent a second time by itself; your stops rest at the exchange.',
    'Look at positions and orders when the engine is back, before sending it again.',
  ];
  return { ...state, sent: null, sentJournal: false, answer: { tone: 'caution', lines } };
}

function restored(state: ConsoleState, answer: Answer): ConsoleState {
  const { sent, sentJournal } = state;
  const answered: ConsoleState = { ...state, sent: null, sentJournal: false, answer };
  // The journal's page was never taken away.
  if (sentJournal || state.line.text !== '' || sent === null) return answered;
  return { ...answered, line: sent, refused: refusedAfter(state.refused, sent) };
}

/** After a preview; one for a line that has changed since is dropped. */
export function afterPreview(state: ConsoleState, line: string, preview: Preview): ConsoleState {
  return state.line.text === line ? { ...state, preview: { line, preview } } : state;
}
