/**
 * The last zone: a hairline, the line being typed, and under it what it would do, what it was
 * answered, or what could come next. One thing at a time; its height never changes.
 */
import { parseCommand } from '../../core/command-grammar.ts';
import { durationOfMs } from '../../core/explain-figures.ts';
import { commandWord, tokensOf } from '../../core/command-grammar-words.ts';
import type { Dashboard } from '../../core/dashboard.ts';
import { tierRank } from '../../core/vocabulary.ts';
import { longAnswer } from './answer-page.ts';
import { breathingRow } from './breathing.ts';
import type { Connection, ConsoleState } from './console-state.ts';
import { previewReasons } from './preview-reasons.ts';
import type { LaterCommand } from './refused-line.ts';
import type { HistorySearch } from './history-search.ts';
import { cellWidth, clean, cutRow, span, wrapped, type Row, type Span, type Style } from './spans.ts';
import { tourFoot, tourRows } from './tour-rows.ts';
import { countdown, momentIn, type Zone } from './zone.ts';

export type CommandZoneInput = {
  readonly state: ConsoleState;
  readonly dashboard: Dashboard | null;
  readonly connection: Connection;
  readonly width: number;
  /** Rows under the line. */
  readonly infoRows: number;
  readonly hairline: boolean;
  /** Monotonic. */
  readonly nowMs: number;
  readonly zone: Zone;
  readonly readOnly: boolean;
};

/** The hairline (when there is room), the line, and exactly `infoRows` rows below. */
export function commandRows(input: CommandZoneInput): readonly Row[] {
  const { width, infoRows, dashboard } = input;
  const info = withTour(infoContent(input), input)
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

/** The tour's next step on the last row, where something else is being said. */
function withTour(rows: readonly Row[], { state, dashboard, infoRows }: CommandZoneInput): readonly Row[] {
  const { tour } = state;
  const calm = dashboard !== null && state.dialog === null && state.search === null;
  if (tour === null || !calm || rows.length >= infoRows || rows.some(isTourRow)) return rows;
  const free = Array.from({ length: infoRows - rows.length - 1 }, (): Row => []);
  return [...rows, ...free, tourFoot(tour, dashboard)];
}

function isTourRow(row: Row): boolean {
  return row.some(({ text }) => text.startsWith('tour '));
}

function isTilted(dashboard: Dashboard | null): boolean {
  return dashboard !== null && dashboard.tilt.level !== 'NORMAL';
}

/** The line with its cursor, shifted so that the cursor is always seen; the search for one while it lasts. */
function inputRow({ state, width }: CommandZoneInput): Row {
  if (state.journal.open) return [span(' › ', 'quiet')];
  if (state.search !== null) return searchRow(state.search, state.history, width);
  const { text, cursor } = state.line;
  const room = Math.max(1, width - 5);
  // Counted in characters: good enough for the shift, and the row is cut to cells below.
  const from = cursor < room ? 0 : cursor - room + 1;
  const before = clean(text.slice(from, cursor));
  const under = clean(text.slice(cursor, cursor + 1)) || ' ';
  const after = clean(text.slice(cursor + 1, from + room * 2));
  const prompt: Span = span(from > 0 ? ' … ' : ' › ', 'quiet');
  const style: Style = state.refused?.text === text ? 'text' : 'bright';
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

function searchRow(search: HistorySearch, history: readonly string[], width: number): Row {
  const line = search.index === null ? '' : (history[search.index] ?? '');
  return cutRow(
    [
      span(' search ', 'quiet'),
      span(search.query, 'bright'),
      { text: ' ', style: 'cursor' },
      span(
        search.query === '' ? '' : line === '' ? '  nothing like it' : `  ${line}`,
        line === '' ? 'quiet' : 'text',
      ),
    ],
    width - 1,
  );
}

function infoContent(input: CommandZoneInput): readonly Row[] {
  const { state, connection, width, infoRows, nowMs } = input;
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
        'k keep it running · s stop it, stops stay at the exchange · Esc stay here',
      ],
      'bright',
    );
  }
  if (state.search !== null)
    return lines(['Type a part of it · Ctrl-R older · Enter takes it, unsent · Esc leaves'], 'quiet');
  if (connection.kind === 'stopped' && state.answer === null) {
    const { what, why, next } = connection.problem;
    return lines([what, why, next], 'caution');
  }
  if (state.explaining && state.preview !== null)
    return lines(previewReasons(state.preview.preview, maySlice(input.dashboard)), 'bright');
  if (state.completion !== null) return completionRows(state, inner, infoRows);
  if (state.hint) return lines(commandHelp(state.line.text), 'bright');
  if (state.held !== null && state.line.text === '')
    return lines(
      [
        `The cancel leaves in ${Math.ceil(Math.max(0, state.held.sendAt - nowMs) / 1_000)} s.`,
        'Esc or undo keeps the order. Exits and stops never wait.',
      ],
      'bright',
    );
  if (longAnswer(state, width, infoRows) !== null)
    return lines(['The answer is above. PgUp and PgDn scroll it, Esc puts it away.'], 'quiet');
  if (state.answer !== null)
    return lines(state.answer.lines, state.answer.tone === 'caution' ? 'caution' : 'bright');
  if (state.sent !== null) return lines(['asking the engine…'], 'quiet');
  if (state.preview !== null && state.preview.line === state.line.text)
    return previewRows(state, lines, infoRows);
  if (state.later !== null) return lines(laterWords(state.later), 'bright');
  if (state.line.text !== '') return lines(formHint(state.line.text), 'quiet');
  return restingRows(input, lines);
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

function previewRows(state: ConsoleState, lines: Lines, infoRows: number): readonly Row[] {
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

function maySlice(dashboard: Dashboard | null): boolean {
  return dashboard !== null && tierRank(dashboard.tier.tier) >= tierRank('HUNTER');
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

/** What holds entries, until when, and what to do about it. */
function heldWords(
  { tradingState, stateReason, pausedUntil, readOnly, at }: Dashboard,
  zone: Zone,
): readonly string[] {
  const state = tradingState === 'READY' ? 'read-only' : tradingState.toLowerCase().replace('_', ' ');
  const until =
    pausedUntil === null || pausedUntil <= at
      ? ''
      : ` Entries open in ${countdown(pausedUntil - at)}, at ${momentIn(zone, pausedUntil)}.`;
  return [
    ...(stateReason === '' ? [] : [`${sentence(state)}: ${stateReason}.${until}`]),
    ...(readOnly
      ? ['The program or its configuration is not the one accepted: accept says what to type.']
      : []),
    'Closing works as always; type why or status.',
  ];
}

function sentence(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** What Enter does with a command typed behind a refused line. */
function laterWords({ text, isAskedFirst }: LaterCommand): readonly string[] {
  return isAskedFirst
    ? [`Enter puts ${text} here alone, to be looked at before it is sent.`, 'Esc clears the line.']
    : [`Enter carries out ${text} alone. The refused line gives way.`, 'Esc clears the line.'];
}

/** The form of the command whose word is there, while the rest is being typed. */
function formHint(text: string): readonly string[] {
  const [first] = tokensOf(text);
  if (first === undefined) return [];
  const entry =
    commandWord(first.lower) ??
    (/^[bs][$\d.]/.test(first.lower) ? commandWord(first.lower.slice(0, 1)) : undefined);
  if (entry === undefined) return ['Tab completes · ? help'];
  if (entry.kind === 'lock') {
    const read = parseCommand(text, { symbols: [], openSymbols: [] });
    if (read.ok && read.value.kind === 'lock')
      return [
        `Enter lets entries rest for ${durationOfMs(read.value.durationMs)}. It cannot be shortened.`,
        'Exits and stops go on as always.',
      ];
  }
  if (entry.kind === 'journal') {
    const words = tokensOf(text).length - 1;
    return [`${words} words · Enter hands it in · journal alone opens a page with room`];
  }
  return [`${entry.form}   ${entry.description}`];
}

/** `?` while a command is being typed: its form, what it does, and how else it is written. */
function commandHelp(text: string): readonly string[] {
  const [first] = tokensOf(text);
  const word =
    first === undefined ? '' : /^[bs][$\d.]/.test(first.lower) ? first.lower.slice(0, 1) : first.lower;
  const entry = commandWord(word);
  if (entry === undefined)
    return [
      'No command begins like this.',
      'Tab shows what could stand here; ? on an empty line shows everything.',
    ];
  const others = entry.aliases.length === 0 ? '' : `also written ${entry.aliases.join(', ')}`;
  return [
    entry.form,
    `${entry.description.slice(0, 1).toUpperCase()}${entry.description.slice(1)}.`,
    others,
  ].filter((line) => line !== '');
}

type Lines = (texts: readonly string[], style?: Style) => readonly Row[];

/** What is said while nothing is asked: by level of tilt, else by what holds the engine, else the keys. */
function restingRows(input: CommandZoneInput, lines: Lines): readonly Row[] {
  const { dashboard, connection, state, zone, infoRows, readOnly } = input;
  if (dashboard === null || connection.kind === 'opening')
    return lines(['The market is opening; this takes a moment.'], 'quiet');
  if (state.journal.open)
    return lines(
      ['Positions stay protected. Esc brings the command line back; close btc and Enter works here too.'],
      'quiet',
    );
  const { tilt, at } = dashboard;
  switch (tilt.level) {
    case 'LOCKED': {
      const rows = lines(
        [
          tilt.lockedUntil === null
            ? 'Entries rest for a while.'
            : `Entries rest for ${countdown(tilt.lockedUntil - at)}, until ${momentIn(zone, tilt.lockedUntil)}.`,
          'Your positions stay protected, and closing works at any time.',
          dashboard.tiltMirror?.suggestion || 'A walk costs nothing. Type tilt to see what was unusual.',
        ],
        'caution',
      );
      return rows.length + 2 <= infoRows ? [...rows, [], breathingRow(at)] : rows;
    }
    case 'WARNING':
      return lines(
        [
          'What just happened is unusual for you, so entries wait.',
          'Your positions stay protected, and closing works.',
          tilt.journalWords > 0
            ? `${tilt.journalWords} words in the journal open entries again at half size. Enter opens the page.`
            : 'A journal entry opens entries again at half size. Type journal to begin.',
        ],
        'caution',
      );
    case 'CAUTION':
      return lines(
        ['This is a little unusual for you. Nothing is blocked; type tilt to see why.'],
        'caution',
      );
    case 'NORMAL':
      if (dashboard.readOnly || (dashboard.stateReason !== '' && dashboard.tradingState !== 'READY'))
        return lines(heldWords(dashboard, zone), 'quiet');
      if (state.ceremonies.open !== null)
        return lines(['Esc puts this page aside; nothing waits meanwhile. tier has the figures.'], 'quiet');
      if (state.tour !== null) return tourRows(state.tour, dashboard, lines);
      return lines(
        [
          readOnly
            ? 'This console only watches · 1 to 9 views · ? help · Ctrl-C leaves'
            : 'Tab completes · ↑ history · 1 to 9 views · ? help · Ctrl-C leaves',
        ],
        'quiet',
      );
  }
}
