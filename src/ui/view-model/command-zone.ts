/**
 * The last zone: a hairline, the line being typed, and under it what it would do, what it was
 * answered, or what could come next. One thing at a time; its height never changes.
 */
import { commandWord, tokensOf } from '../../core/command-grammar-words.ts';
import type { Dashboard } from '../../core/dashboard.ts';
import { explain } from '../../core/explain.ts';
import { momentOfMs } from '../../core/explain-figures.ts';
import { refusalCodes } from '../../core/refusals.ts';
import type { Connection, ConsoleState } from './console-state.ts';
import { cellWidth, clean, cutRow, span, wrapped, type Row, type Span, type Style } from './spans.ts';

export type CommandZoneInput = {
  readonly state: ConsoleState;
  readonly dashboard: Dashboard | null;
  readonly connection: Connection;
  readonly width: number;
  /** Rows under the line. */
  readonly infoRows: number;
  readonly hairline: boolean;
};

/** The hairline (when there is room), the line, and exactly `infoRows` rows below. */
export function commandRows(input: CommandZoneInput): readonly Row[] {
  const { width, infoRows, dashboard } = input;
  const info = infoContent(input)
    .slice(0, infoRows)
    .map((row) => cutRow(row, width - 1));
  const filled = [...info, ...Array.from({ length: infoRows - info.length }, (): Row => [])];
  const locked = dashboard?.tilt.level === 'LOCKED';
  const border: Row = [
    span(' '),
    span('─'.repeat(Math.max(0, width - 3)), locked ? 'lock' : isTilted(dashboard) ? 'caution' : 'quiet'),
  ];
  return [...(input.hairline ? [border] : []), inputRow(input), ...filled];
}

function isTilted(dashboard: Dashboard | null): boolean {
  return dashboard !== null && dashboard.tilt.level !== 'NORMAL';
}

/** The line with its cursor, shifted so that the cursor is always seen. */
function inputRow({ state, width }: CommandZoneInput): Row {
  const { text, cursor } = state.line;
  const room = Math.max(1, width - 5);
  // Counted in characters: good enough for the shift, and the row is cut to cells below.
  const from = cursor < room ? 0 : cursor - room + 1;
  const before = clean(text.slice(from, cursor));
  const under = clean(text.slice(cursor, cursor + 1)) || ' ';
  const after = clean(text.slice(cursor + 1, from + room * 2));
  const prompt: Span = span(from > 0 ? ' … ' : ' › ', 'quiet');
  const style: Style = state.refused ? 'text' : 'bright';
  const line: Row = [
    prompt,
    { text: before, style },
    { text: under, style: 'cursor' },
    { text: after, style },
  ];
  return cellWidth(before) + 4 > width
    ? [prompt, { text: before.slice(-(room >> 1)), style: 'bright' }, { text: under, style: 'cursor' }]
    : cutRow(line, width - 1);
}

function infoContent(input: CommandZoneInput): readonly Row[] {
  const { state, connection, dashboard, width, infoRows } = input;
  const inner = width - 4;
  const lines = (texts: readonly string[], style: Style = 'text'): readonly Row[] =>
    spread(texts, inner, infoRows).map((text, index) => [
      span('   '),
      span(text, index === 0 || style === 'quiet' ? style : 'text'),
    ]);

  if (state.dialog === 'quit') {
    return lines(
      [
        'Leave the console. Does the engine keep running?',
        'k keep running, stops and all · s stop it, stops stay at the exchange · Esc stay here',
      ],
      'bright',
    );
  }
  if (connection.kind === 'stopped' && state.answer === null) {
    const { what, why, next } = connection.problem;
    return lines([what, why, next], 'caution');
  }
  if (state.explaining && state.preview !== null)
    return lines(previewReasons(state.preview.preview.figures, state.preview.preview.lines), 'bright');
  if (state.completion !== null) return completionRows(state, inner, infoRows);
  if (state.answer !== null)
    return lines(state.answer.lines, state.answer.tone === 'caution' ? 'caution' : 'bright');
  if (state.sent !== null) return lines(['asking the engine…'], 'quiet');
  if (state.preview !== null && state.preview.line === state.line.text)
    return previewRows(state, lines, infoRows);
  if (state.line.text !== '') return lines(formHint(state.line.text), 'quiet');
  return lines(restingWords(dashboard, connection), isTilted(dashboard) ? 'caution' : 'quiet');
}

/** Each text in rows of `width` cells, all of them within `rows`. */
function spread(texts: readonly string[], width: number, rows: number): readonly string[] {
  const spreadOut = texts.flatMap((text) => wrapped(text, width, rows));
  return spreadOut.length <= rows
    ? spreadOut
    : texts
        .flatMap((text, index) => wrapped(text, width, index === 0 && rows > texts.length ? 2 : 1))
        .slice(0, rows);
}

function previewRows(
  state: ConsoleState,
  lines: (texts: readonly string[], style?: Style) => readonly Row[],
  infoRows: number,
): readonly Row[] {
  const shown = state.preview?.preview;
  if (shown === undefined) return [];
  if (shown.outcome === 'answered')
    return lines(
      shown.lines.length > 0 ? [...shown.lines, 'Enter to send'] : ['Enter to send · Esc to clear'],
      'quiet',
    );
  const hint =
    shown.outcome === 'wouldSend' ? 'Enter to send · Esc to clear · ? for why' : 'Esc to clear · ? for why';
  const rows = lines(shown.lines, shown.outcome === 'wouldSend' ? 'bright' : 'caution').slice(
    0,
    Math.max(1, infoRows - 1),
  );
  return [...rows, [span('   '), span(hint, 'quiet')]];
}

/** The refusal behind a preview in full, or the figures it was made from. */
function previewReasons(
  figures: Readonly<Record<string, string | number | boolean | null>>,
  otherwise: readonly string[],
): readonly string[] {
  const code = refusalCodes.find((known) => known === figures['code']);
  if (code === undefined) {
    const parts = Object.entries(figures)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => `${name} ${String(value)}`);
    return [...otherwise.slice(0, 1), ...(parts.length > 0 ? [parts.join(' · ')] : [])];
  }
  const { what, why, next } = explain({ code, figures });
  return [what, why, next];
}

function completionRows(state: ConsoleState, width: number, infoRows: number): readonly Row[] {
  const { completion } = state;
  if (completion === null) return [];
  const { items } = completion.found;
  const first = Math.max(0, Math.min(completion.index - Math.floor(infoRows / 2), items.length - infoRows));
  const widest = Math.max(...items.map((item) => item.text.length));
  return items.slice(first, first + infoRows).map((item, offset) => {
    const chosen = first + offset === completion.index;
    return cutRow(
      [
        span(chosen ? ' > ' : '   ', 'bright'),
        span(item.text.padEnd(widest + 3), chosen ? 'bright' : 'text'),
        span(item.description, 'quiet'),
      ],
      width,
    );
  });
}

/** The form of the command whose word is there, while the rest is being typed. */
function formHint(text: string): readonly string[] {
  const [first] = tokensOf(text);
  if (first === undefined) return [];
  const entry =
    commandWord(first.lower) ??
    (/^[bs][$\d.]/.test(first.lower) ? commandWord(first.lower.slice(0, 1)) : undefined);
  if (entry === undefined) return ['Tab completes · ? help'];
  if (entry.kind === 'journal') {
    const words = tokensOf(text).length - 1;
    return [`${words} words · Enter keeps the entry on this machine`];
  }
  return [`${entry.form}   ${entry.description}`];
}

function restingWords(dashboard: Dashboard | null, connection: Connection): readonly string[] {
  if (dashboard === null || connection.kind === 'opening')
    return ['The market is opening; this takes a moment.'];
  const { tilt } = dashboard;
  switch (tilt.level) {
    case 'LOCKED':
      return [
        tilt.lockedUntil === null
          ? 'Entries rest for a while.'
          : `Entries rest until ${momentOfMs(tilt.lockedUntil)}.`,
        'Your positions stay protected, and closing works at any time.',
        'A walk costs nothing. Type tilt to see what was unusual.',
      ];
    case 'WARNING':
      return [
        'What just happened is unusual for you, so entries wait.',
        'Your positions stay protected, and closing works.',
        `journal … with ${tilt.journalRequired} words opens entries again at half size.`,
      ];
    case 'CAUTION':
      return ['This is a little unusual for you. Nothing is blocked; type tilt to see why.'];
    case 'NORMAL':
      return dashboard.stateReason !== '' && dashboard.tradingState !== 'READY'
        ? [`${dashboard.stateReason}. Closing works as always; type why or status.`]
        : ['Tab completes · ↑ history · ? help · Ctrl-C leaves'];
  }
}
