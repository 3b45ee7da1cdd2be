/**
 * Tilt: the mirror. The score with its levels, what is unusual and by how much, how the score went,
 * and the way back: journal, size, calm trades, checklist. Words are "unusual for you".
 */
import type { Dashboard, TiltMirrorPanel } from '../../../core/dashboard.ts';
import { percentOfBps } from '../../../core/explain-figures.ts';
import { beside } from '../charts/beside.ts';
import { sparkline } from '../charts/sparkline.ts';
import { bar, table, type Cell } from '../charts/table.ts';
import { span, wrapped, type Row, type Style } from '../spans.ts';
import { countdown, momentIn, shortClockIn } from '../zone.ts';
import { resultWords } from './risk.ts';
import {
  checklistRows,
  counted,
  heading,
  INDENT,
  line,
  pair,
  resultStyle,
  stacked,
  type ViewInput,
} from './view.ts';

const WIDE = 110;
const RIGHT_AT = 62;
const BAR_MAX = 46;

export function tiltRows(input: ViewInput): readonly Row[] {
  const { dashboard, width } = input;
  const mirror = dashboard.tiltMirror;
  const wide = width >= WIDE;
  const left = stacked(
    scoreRows(dashboard, Math.min(BAR_MAX, width - 8)),
    movedRows(dashboard),
    restRows(input),
  );
  const right =
    mirror === null
      ? []
      : stacked(
          historyRows(mirror, input),
          wayBackRows(mirror, input),
          costRows(mirror),
          historyWords(mirror),
        );
  const below =
    mirror === null
      ? []
      : stacked(
          promptRows(mirror, width),
          mirror.checklist.length === 0 ? [] : [heading('the way back'), ...checklistRows(mirror.checklist)],
        );
  return wide ? stacked(beside(left, right, RIGHT_AT), below) : stacked(left, right, below);
}

function styleOf({ tilt }: Dashboard): Style {
  return tilt.level === 'NORMAL' ? 'text' : 'caution';
}

function scoreRows(dashboard: Dashboard, cells: number): readonly Row[] {
  const { tilt, tiltMirror } = dashboard;
  const style = styleOf(dashboard);
  const learning =
    tiltMirror?.learning === true ? `   learning your usual, ${tiltMirror.sessionsLearned} sessions` : '';
  return [
    [
      span(`   ${tilt.level.toLowerCase()}`, style === 'text' ? 'bright' : style),
      span(`, ${tilt.score} of 100`, style),
      span(learning, 'quiet'),
    ],
    [span(' '.repeat(INDENT)), ...bar(cells, tilt.score / 100, style)],
  ];
}

function movedRows({ tilt }: Dashboard): readonly Row[] {
  const moved = tilt.indicators.filter((indicator) => indicator.points > 0);
  if (moved.length === 0) return [line('Nothing is unusual for you right now.', 'quiet')];
  return [
    heading('unusual for you'),
    ...table(
      moved.map((indicator): readonly Cell[] => [
        { ...span(`+${indicator.points}`, tilt.level === 'NORMAL' ? 'text' : 'caution'), right: true },
        span(indicator.words === '' ? indicator.name : indicator.words),
      ]),
      INDENT,
    ),
  ];
}

function restRows({ dashboard, zone, width }: ViewInput): readonly Row[] {
  const { tilt } = dashboard;
  const room = (width >= WIDE ? RIGHT_AT - 2 : width) - INDENT - 1;
  const said = (text: string, style: Style = 'text'): readonly Row[] =>
    wrapped(text, room, 3).map((row) => line(row, style));
  const rows: Row[] = [];
  if (tilt.lockedUntil !== null && tilt.lockedUntil > dashboard.at)
    rows.push(
      ...said(
        `Entries rest for ${countdown(tilt.lockedUntil - dashboard.at)}, until ${momentIn(zone, tilt.lockedUntil)}.`,
      ),
      ...said('Positions stay protected; closing works as always.', 'quiet'),
    );
  if (tilt.journalWords > 0)
    rows.push(...said(`A journal entry of ${tilt.journalWords} words opens entries again: type journal.`));
  return rows;
}

function historyRows({ history }: TiltMirrorPanel, { unicode, zone, width }: ViewInput): readonly Row[] {
  if (history.length < 2) return [];
  const cells = Math.max(10, Math.min(50, width >= WIDE ? width - RIGHT_AT - 6 : width - 8));
  // Drawn from 0 to 100, not from its own lowest to its own highest: a calm day is a flat line at the bottom.
  const lines = sparkline([0, 100, ...history.map(({ score }) => score)], cells, 3, unicode).map((text) =>
    text.slice(unicode ? 1 : 2),
  );
  const from = shortClockIn(zone, history[0]?.at ?? 0);
  const to = shortClockIn(zone, history.at(-1)?.at ?? 0);
  return [
    heading(`score, ${from} to ${to}`),
    ...lines.map((text): Row => [span(' '.repeat(INDENT)), { text, style: 'text' }]),
  ];
}

function wayBackRows(mirror: TiltMirrorPanel, { dashboard, zone }: ViewInput): readonly Row[] {
  const { calmTrades, calmTradesNeeded, overrides, interventionNotBefore } = mirror;
  const rows = [
    pair('entries at', `${percentOfBps(mirror.sizeBps)} of their size`),
    pair('profile', mirror.profile),
  ];
  for (const { words, untilMs } of mirror.lifeEvents)
    rows.push(pair('speaking up sooner', `${words}, until ${momentIn(zone, untilMs)}`));
  if (mirror.relearnAt !== null)
    rows.push(pair('your usual', `is begun anew at ${momentIn(zone, mirror.relearnAt)}, if all stays calm`));
  else if (mirror.relearning)
    rows.push(
      pair('your usual', `is learned anew, ${mirror.sessionsLearned} sessions so far; warnings come sooner`),
    );
  if (mirror.debt > 0) rows.push(pair('debt', `${mirror.debt} points, paid down by calm trades`));
  if (calmTrades !== null && calmTradesNeeded !== null)
    rows.push(pair('calm trades', `${calmTrades} of ${calmTradesNeeded} to the next size`));
  rows.push(
    pair(
      'overrides',
      `${overrides.used} of ${overrides.max} this month${overrides.notBefore !== null && overrides.notBefore > dashboard.at ? `, the next from ${momentIn(zone, overrides.notBefore)}` : ''}`,
    ),
  );
  if (interventionNotBefore !== null && interventionNotBefore > dashboard.at)
    rows.push(pair('next step', `in ${countdown(interventionNotBefore - dashboard.at)}`));
  return table(rows, INDENT);
}

/** What the trader's own history says of interventions, ways back and hours; nothing before there is any. */
function historyWords({ falseAlarms, waysBack, dangerousHours }: TiltMirrorPanel): readonly Row[] {
  const rows: (readonly Cell[])[] = [];
  if (falseAlarms.interventions > 0)
    rows.push(
      pair(
        'called fine',
        `${falseAlarms.fine} of ${counted(falseAlarms.interventions, 'intervention')}; fine marks one`,
      ),
    );
  for (const { step, taken, calmAfter } of waysBack)
    rows.push(pair(`after ${step}`, `${calmAfter} of ${taken} times a calm day followed`));
  const [hour] = dangerousHours;
  if (hour !== undefined)
    rows.push(
      pair(
        'likeliest hour',
        `${String(hour.hour).padStart(2, '0')}:00 UTC: ${percentOfBps(Math.round(hour.chance * 100) * 100)}, between ${percentOfBps(Math.round(hour.low * 100) * 100)} and ${percentOfBps(Math.round(hour.high * 100) * 100)}`,
      ),
    );
  return rows.length === 0 ? [] : [heading('your own history'), ...table(rows, INDENT)];
}

function costRows({ costAbove }: TiltMirrorPanel): readonly Row[] {
  const known = costAbove.filter(({ trades }) => trades > 0);
  if (known.length === 0) return [];
  return [
    heading('trades entered at a score of'),
    ...table(
      known.map(({ score, trades, pnl }): readonly Cell[] => [
        { ...span(score === 0 ? 'any' : `${score} or more`), right: true },
        span(resultWords(pnl, trades), resultStyle(pnl)),
      ]),
      INDENT,
    ),
  ];
}

function promptRows({ suggestion, prompt }: TiltMirrorPanel, width: number): readonly Row[] {
  const inner = Math.min(100, width - 6);
  return [
    ...(suggestion === '' ? [] : wrapped(suggestion, inner, 2).map((text) => line(text))),
    ...(prompt === null ? [] : wrapped(prompt, inner, 2).map((text) => line(text, 'quiet'))),
  ];
}
