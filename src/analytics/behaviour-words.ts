/** A behaviour report as plain lines: dollars first, calm words, nothing but what happened. */
import { momentOfMs, signedDollars } from '../core/explain-figures.ts';
import { indicatorWords } from '../core/indicator-words.ts';
import { lifeEventWords } from '../core/life-event-words.ts';
import { lifeEvents } from '../core/vocabulary.ts';
import { dayName } from '../core/time.ts';
import type { BehaviourReport } from './behaviour-report.ts';

const BAR_CELLS = 20;

export function behaviourLinesOf(report: BehaviourReport): readonly string[] {
  const lines = [`Behaviour, ${dayName(firstDay(report))} to ${dayName(lastDay(report))} (UTC)`, ''];
  lines.push('day          trades      result   highest score');
  for (const { day, trades, pnl, scoreMax } of report.days)
    lines.push(
      `${dayName(day)}  ${String(trades).padStart(7)}  ${signedDollars(pnl).padStart(10)}   ${String(scoreMax).padStart(3)} ${'#'.repeat(Math.round((scoreMax / 100) * BAR_CELLS))}`.trimEnd(),
    );
  lines.push('', 'trades by the level they were entered at');
  for (const { level, trades, pnl } of report.byLevel)
    if (trades > 0)
      lines.push(
        `  ${level.toLowerCase().padEnd(8)} ${String(trades).padStart(4)}  ${signedDollars(pnl).padStart(10)}`,
      );
  if (report.byLevel.every(({ trades }) => trades === 0)) lines.push('  none in these days');
  lines.push('', 'interventions');
  for (const { at, level, score, message, markedFine } of report.interventions)
    lines.push(
      `  ${momentOfMs(at)}, ${level.toLowerCase()} at ${score}${markedFine ? ', called fine by you' : ''}`,
      `    ${message}`,
    );
  if (report.interventions.length === 0) lines.push('  none in these days');
  if (report.indicators.length > 0)
    lines.push(
      '',
      `what moved the score: ${report.indicators
        .slice(0, 5)
        .map(({ indicator, times }) => `${indicatorWords(indicator)} (${times})`)
        .join(', ')}`,
    );
  for (const line of declaredLines(report)) lines.push(line);
  lines.push('', ...summaryOf(report));
  return lines;
}

/** The figures that are one sentence each. */
export function summaryOf(report: BehaviourReport): readonly string[] {
  return [
    `Journal: ${report.journals} ${report.journals === 1 ? 'entry' : 'entries'}, ${report.journalWords} words.`,
    `Overrides: ${report.overridesAsked} asked for, ${report.overridesGranted} granted.`,
    `Calm trades on the way back: ${report.calmTrades}. Debt left: ${report.debt} points.`,
    'The score says how unusual a session was for you. It cannot see what you think, whether a trade was good, or what happens on other accounts.',
  ];
}

export function firstDay({ days }: BehaviourReport): number {
  return days[0]?.day ?? 0;
}

export function lastDay({ days }: BehaviourReport): number {
  return days.at(-1)?.day ?? 0;
}

/** What was declared in these days: times in life, a usual begun anew. */
export function declaredLines({ declared }: BehaviourReport): readonly string[] {
  return declared.map(({ at, what, untilMs }) => {
    const life = lifeEvents.find((event) => event === what);
    return life === undefined || untilMs === null
      ? `${momentOfMs(at)}: your usual was begun anew; it is learned again from there.`
      : `${momentOfMs(at)}: ${lifeEventWords[life]}, until ${momentOfMs(untilMs)}; the program spoke up sooner meanwhile.`;
  });
}
