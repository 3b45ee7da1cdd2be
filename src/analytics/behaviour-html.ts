/**
 * A behaviour report as one self-contained HTML file: the score as a line with its levels, days as bars,
 * tables. No script, no request to anywhere; calm colours, never red. Everything from outside is escaped.
 */
import { momentOfMs, signedDollars } from '../core/explain-figures.ts';
import { indicatorWords } from '../core/indicator-words.ts';
import { DAY_MS, dayName, MINUTE_MS } from '../core/time.ts';
import type { BehaviourReport } from './behaviour-report.ts';
import { declaredLines, firstDay, lastDay, summaryOf } from './behaviour-words.ts';

const WIDTH = 960;
const HEIGHT = 220;
const LEFT = 36;
const NARROW = 360;
const INDICATORS_SHOWN = 8;
/** As in the detector: half an hour without anything is the end of a session. */
const FADES_MS: number = 30 * MINUTE_MS;
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
* { box-sizing: border-box; }
body { margin: 2.5rem auto; max-width: ${WIDTH}px; padding: 0 1rem; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.3rem; font-weight: 600; } h2 { font-size: 1rem; font-weight: 600; margin: 2rem 0 .5rem; }
p { color: var(--soft); margin: .2rem 0; }
svg { width: 100%; height: auto; display: block; } svg text { fill: var(--soft); font-size: 11px; } .narrow { display: none; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; }
th, td { text-align: right; padding: .3rem .5rem; border-bottom: 1px solid var(--line); } th { color: var(--soft); font-weight: 500; }
th:first-child, td:first-child { text-align: left; padding-left: 0; } th:last-child, td:last-child { padding-right: 0; }
.gain { color: var(--gain); } .loss { color: var(--loss); }
.score { display: inline-block; min-width: 2.2em; } .bar { display: inline-block; width: min(30vw, 9rem); height: .55rem; margin-right: .6rem; border-radius: 2px; background: var(--line); } .bar i { display: block; height: 100%; border-radius: 2px; background: var(--mark); }
article { border-left: 3px solid var(--mark); padding-left: .8rem; margin: .8rem 0; } article p:first-child { color: var(--ink); font-weight: 500; }
@media (max-width: 560px) { body { margin: 1.2rem auto; } .wide { display: none; } .narrow { display: block; } .bar { display: none; } th, td { padding: .3rem .25rem; } }
</style>
</head>
<body>
<h1>${escape(title)}</h1>
<p>Days are UTC; the score goes from 0 to 100.</p>
${summaryOf(report)
  .map((line) => `<p>${escape(line)}</p>`)
  .join('\n')}
<h2>Score</h2>
${scoreChart(report, WIDTH, 'wide')}
${scoreChart(report, NARROW, 'narrow')}
<h2>Days</h2>
${table(
  ['day', 'trades', 'result', 'highest score'],
  report.days.map(({ day, trades, pnl, scoreMax }) => [
    cell(dayName(day)),
    cell(String(trades)),
    money(pnl, trades),
    `<td><span class="bar"><i style="width:${scoreMax}%"></i></span><span class="score">${scoreMax}</span></td>`,
  ]),
)}
<h2>Trades by the level they were entered at</h2>
${tradesByLevel(report)}
<h2>Interventions</h2>
${interventions(report)}
<h2>What moved the score</h2>
${
  report.indicators.length === 0
    ? '<p>Nothing was unusual.</p>'
    : table(
        ['what', 'times'],
        report.indicators
          .slice(0, INDICATORS_SHOWN)
          .map(({ indicator, times }) => [cell(indicatorWords(indicator)), cell(String(times))]),
      )
}
${
  report.declared.length === 0
    ? ''
    : `<h2>Said by you</h2>\n${declaredLines(report)
        .map((line) => `<p>${escape(line)}</p>`)
        .join('\n')}`
}
</body>
</html>
`;
}

function tradesByLevel({ byLevel }: BehaviourReport): string {
  const known = byLevel.filter(({ trades }) => trades > 0);
  if (known.length === 0) return '<p>None in these days.</p>';
  return table(
    ['level', 'trades', 'result'],
    known.map(({ level, trades, pnl }) => [
      cell(level.toLowerCase()),
      cell(String(trades)),
      money(pnl, trades),
    ]),
  );
}

function interventions(report: BehaviourReport): string {
  if (report.interventions.length === 0) return '<p>None in these days.</p>';
  return report.interventions
    .map(
      ({ at, level, score, message, markedFine }) =>
        `<article><p>${escape(momentOfMs(at))}, ${level.toLowerCase()} at ${score}${markedFine ? ', called fine by you' : ''}</p><p>${escape(message)}</p></article>`,
    )
    .join('\n');
}

function scoreChart({ scores, from, to }: BehaviourReport, width: number, shown: 'wide' | 'narrow'): string {
  const x = (at: number): string =>
    (LEFT + ((at - from) / Math.max(1, to - from)) * (width - LEFT)).toFixed(1);
  const y = (score: number): string => (HEIGHT - 16 - (score / 100) * (HEIGHT - 24)).toFixed(1);
  const lines = levelsAt.map(
    ([score, name]) =>
      `<line x1="${LEFT}" x2="${width}" y1="${y(score)}" y2="${y(score)}" stroke="var(--line)"/><text x="${LEFT + 4}" y="${Number(y(score)) - 3}">${name}</text><text x="0" y="${Number(y(score)) + 4}">${score}</text>`,
  );
  // Steps while somebody trades; without a word the score fades to nothing, as in the engine.
  let path = `M${x(from)} ${y(0)}`;
  let last = { at: from, score: 0 };
  const fade = (until: number): void => {
    const gone = Math.min(last.at + FADES_MS, until);
    path +=
      until - last.at >= FADES_MS
        ? ` L${x(gone)} ${y(0)} L${x(until)} ${y(0)}`
        : ` L${x(until)} ${y(last.score)}`;
  };
  for (const { at, score } of scores) {
    fade(at);
    path += ` L${x(at)} ${y(score)}`;
    last = { at, score };
  }
  fade(to);
  const days = Math.max(1, Math.round((to - from) / DAY_MS));
  const every = Math.ceil(days / (shown === 'wide' ? 8 : 4));
  const marks = Array.from(
    { length: Math.ceil(days / every) },
    (_, index) => from + index * every * DAY_MS,
  ).map((at) => `<text x="${x(at)}" y="${HEIGHT - 2}">${dayName(Math.floor(at / DAY_MS)).slice(5)}</text>`);
  return `<svg class="${shown}" viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="score over time">${lines.join('')}<path d="${path}" fill="none" stroke="var(--mark)" stroke-width="1.5"/>${marks.join('')}</svg>`;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return `<table><tr>${heads.map((head) => `<th>${escape(head)}</th>`).join('')}</tr>
${rows.map((row) => `<tr>${row.join('')}</tr>`).join('\n')}
</table>`;
}

function cell(text: string): string {
  return `<td>${escape(text)}</td>`;
}

/** Green for a gain, gray for a loss, plain where nothing was traded. */
function money(pnl: string, trades: number): string {
  if (trades === 0) return '<td>–</td>';
  return `<td class="${pnl.startsWith('-') ? 'loss' : 'gain'}">${escape(signedDollars(pnl))}</td>`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
