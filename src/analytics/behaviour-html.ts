/**
 * A behaviour report as one self-contained HTML file: the score as a line with its levels, days as bars,
 * tables. No script, no request to anywhere; calm colours, never red. Everything from outside is escaped.
 */
import { momentOfMs, signedDollars } from '../core/explain-figures.ts';
import { dayName } from '../core/time.ts';
import type { BehaviourReport } from './behaviour-report.ts';
import { firstDay, lastDay, summaryOf } from './behaviour-words.ts';

const WIDTH = 960;
const HEIGHT = 220;
const LEFT = 36;
const levelsAt: readonly (readonly [score: number, name: string])[] = [
  [30, 'caution'],
  [60, 'warning'],
  [80, 'locked'],
];

/** The whole document. */
export function behaviourHtml(report: BehaviourReport): string {
  const title = `Behaviour, ${dayName(firstDay(report))} to ${dayName(lastDay(report))}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>
:root { color-scheme: light dark; --ink: #2b2f33; --soft: #6c7278; --line: #d9dcdf; --paper: #fbfbfa; --gain: #4f8a68; --loss: #8b9096; --mark: #b58a3f; }
@media (prefers-color-scheme: dark) { :root { --ink: #d7dadd; --soft: #9aa0a6; --line: #33383d; --paper: #16181a; --gain: #7fb394; --loss: #9aa0a6; --mark: #c9a35f; } }
body { margin: 2.5rem auto; max-width: ${WIDTH}px; padding: 0 1rem; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.3rem; font-weight: 600; } h2 { font-size: 1rem; font-weight: 600; margin: 2rem 0 .5rem; }
p { color: var(--soft); margin: .2rem 0; }
svg { width: 100%; height: auto; display: block; } svg text { fill: var(--soft); font-size: 11px; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; }
th, td { text-align: right; padding: .3rem .5rem; border-bottom: 1px solid var(--line); } th { color: var(--soft); font-weight: 500; }
th:first-child, td:first-child { text-align: left; } td.words { text-align: left; }
.gain { color: var(--gain); } .loss { color: var(--loss); }
</style>
</head>
<body>
<h1>${escape(title)}</h1>
<p>Days are UTC. The score says how unusual a moment was for you, from 0 to 100.</p>
<h2>Score</h2>
${scoreChart(report)}
<h2>Days</h2>
${table(
  ['day', 'trades', 'result', 'highest score'],
  report.days.map(({ day, trades, pnl, scoreMax }) => [
    cell(dayName(day)),
    cell(String(trades)),
    money(pnl),
    cell(String(scoreMax)),
  ]),
)}
<h2>Trades by the level they were entered at</h2>
${table(
  ['level', 'trades', 'result'],
  report.byLevel.map(({ level, trades, pnl }) => [
    cell(level.toLowerCase()),
    cell(String(trades)),
    money(pnl),
  ]),
)}
<h2>Interventions</h2>
${
  report.interventions.length === 0
    ? '<p>None in these days.</p>'
    : table(
        ['when', 'level', 'score', 'what was said'],
        report.interventions.map(({ at, level, score, message, markedFine }) => [
          cell(momentOfMs(at)),
          cell(level.toLowerCase()),
          cell(String(score)),
          `<td class="words">${escape(message)}${markedFine ? ' (called fine by you)' : ''}</td>`,
        ]),
      )
}
<h2>What moved the score</h2>
${
  report.indicators.length === 0
    ? '<p>Nothing was unusual.</p>'
    : table(
        ['indicator', 'times'],
        report.indicators.map(({ indicator, times }) => [cell(indicator), cell(String(times))]),
      )
}
<h2>In short</h2>
${summaryOf(report)
  .map((line) => `<p>${escape(line)}</p>`)
  .join('\n')}
</body>
</html>
`;
}

function scoreChart({ scores, from, to }: BehaviourReport): string {
  const x = (at: number): string =>
    (LEFT + ((at - from) / Math.max(1, to - from)) * (WIDTH - LEFT)).toFixed(1);
  const y = (score: number): string => (HEIGHT - 16 - (score / 100) * (HEIGHT - 24)).toFixed(1);
  const lines = levelsAt.map(
    ([score, name]) =>
      `<line x1="${LEFT}" x2="${WIDTH}" y1="${y(score)}" y2="${y(score)}" stroke="var(--line)"/><text x="${LEFT + 4}" y="${Number(y(score)) - 3}">${name}</text><text x="0" y="${Number(y(score)) + 4}">${score}</text>`,
  );
  // The score holds until the next one is told: steps, not slopes.
  let path = `M${x(from)} ${y(0)}`;
  let last = 0;
  for (const { at, score } of scores) {
    path += ` L${x(at)} ${y(last)} L${x(at)} ${y(score)}`;
    last = score;
  }
  path += ` L${x(to)} ${y(last)}`;
  const marks = Array.from({ length: 7 }, (_, index) => from + ((to - from) / 7) * index).map(
    (at) => `<text x="${x(at)}" y="${HEIGHT - 2}">${dayName(Math.floor(at / 86_400_000)).slice(5)}</text>`,
  );
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="score over time">${lines.join('')}<path d="${path}" fill="none" stroke="var(--mark)" stroke-width="1.5"/>${marks.join('')}</svg>`;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return `<table><tr>${heads.map((head) => `<th>${escape(head)}</th>`).join('')}</tr>
${rows.map((row) => `<tr>${row.join('')}</tr>`).join('\n')}
</table>`;
}

function cell(text: string): string {
  return `<td>${escape(text)}</td>`;
}

function money(pnl: string): string {
  return `<td class="${pnl.startsWith('-') ? 'loss' : 'gain'}">${escape(signedDollars(pnl))}</td>`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
