/**
 * An evaluation as one self-contained HTML file: figures against what they have to reach, ROC curves, delays,
 * false alarms by trader, kinds, session lengths, ablations, and what it all cannot see. No script, no request.
 */
import type { JudgeRun } from '../evaluation.ts';
import { delays, falseByTrader, ofGroup, rankedWith, type Headline } from '../figures.ts';
import { tiltGroups, type TiltGroup } from '../generator/archetypes.ts';
import type { SessionRecord } from '../session-record.ts';
import type { AlarmLevel } from '../session-scorer.ts';
import type { Interval } from '../statistics/bootstrap.ts';
import { rocCurve } from '../statistics/ranked-scores.ts';
import type { Summary } from '../summary.ts';
import { aims } from './aims.ts';
import { barChart, escapeText, rocChart } from './charts.ts';
import { limitsOfTheFigures } from './limits.ts';
import { reportStyle } from './report-style.ts';
import { percent, rate, share, span } from './text-report.ts';

/** The whole document. The first run is the judge in question, the second the counting rule. */
export function htmlReport(summary: Summary, runs: readonly JudgeRun[]): string {
  const main = runs[0]?.tests ?? [];
  const counting = runs[1]?.tests ?? [];
  const title = `How well drift is noticed: ${summary.judge}`;
  const seeds =
    summary.seeds === 1
      ? `seed ${summary.fromSeed}`
      : `seeds ${summary.fromSeed} to ${summary.fromSeed + summary.seeds - 1}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(title)}</title>
<style>${reportStyle}</style>
</head>
<body>
<h1>${escapeText(title)}</h1>
<p><strong>Synthetic behaviour.</strong> ${escapeText(`${summary.split} split, ${seeds}, ${summary.traders} traders, ${summary.sessions} sessions, ${summary.facts} facts${summary.complete ? '' : '; ended early'}.`)}</p>
<h2>Figures</h2>
${figureTable(summary)}
<h2>Calm against drifting, at every threshold</h2>
<div class="grid">
${tiltGroups.map((group) => rocOf(group, summary, main, counting)).join('\n')}
</div>
<h2>Trades from the onset to the level, strong drift</h2>
${delayChart(main)}
<h2>False alarms by trader</h2>
<p>Calm sessions, calm and stressed markets. How many traders had none, one, two and so on of theirs reach the level.</p>
${falseChart(main)}
<h2>Kinds of session</h2>
${kindTable(summary)}
<h2>How long the session was</h2>
${lengthTable(summary)}
${contaminationTable(summary)}
${ablationTable(summary)}
<h2>What these figures cannot see</h2>
<ul>
${limitsOfTheFigures.map((limit) => `<li>${escapeText(limit)}</li>`).join('\n')}
</ul>
</body>
</html>
`;
}

function figureTable(summary: Summary): string {
  const { intervals, countingRule, falsePer1000, medianDelayTrades } = summary;
  const alarms: readonly (readonly [string, keyof Headline['falsePer1000'], Interval | null])[] = [
    ['CAUTION per 1,000 calm sessions', 'cautionCalm', intervals.falsePer1000.cautionCalm],
    ['LOCKED per 1,000 calm sessions', 'lockedCalm', intervals.falsePer1000.lockedCalm],
    ['LOCKED per 1,000, stressed market', 'lockedStressed', intervals.falsePer1000.lockedStressed],
    ['LOCKED per 1,000, worst decile of traders', 'lockedWorstDecile', null],
  ];
  const delay = (value: number | null): string => (value === null ? 'not reached' : String(value));
  return table(
    ['figure', 'has to reach', 'judge', '95 % interval', 'counting rule'],
    [
      ...tiltGroups.map((group) => [
        `AUC, ${group}`,
        `≥ ${aims.auc[group].toFixed(2)}`,
        share(summary.auc[group]),
        span(intervals.auc[group], 3),
        share(countingRule.auc[group]),
      ]),
      ...alarms.map(([name, figure, interval]) => [
        name,
        `≤ ${aims.falsePer1000[figure]}`,
        rate(falsePer1000[figure]),
        span(interval, 1),
        rate(countingRule.falsePer1000[figure]),
      ]),
      ['  the same, ranked on other sessions', '', rate(summary.lockedWorstDecileCrossed), '', ''],
      ['LOCKED per 1,000 while learning', '', rate(summary.learning.lockedPer1000), '', ''],
      [
        'median trades to CAUTION',
        `≤ ${aims.medianDelayTrades.caution}`,
        delay(medianDelayTrades.caution),
        '',
        delay(countingRule.medianDelayTrades.caution),
      ],
      [
        'median trades to LOCKED',
        `≤ ${aims.medianDelayTrades.locked}`,
        delay(medianDelayTrades.locked),
        '',
        delay(countingRule.medianDelayTrades.locked),
      ],
    ],
  );
}

function rocOf(
  group: TiltGroup,
  summary: Summary,
  main: readonly SessionRecord[],
  counting: readonly SessionRecord[],
): string {
  if (summary.auc[group] === null) return '';
  const line = (records: readonly SessionRecord[]): ReturnType<typeof rocCurve> =>
    rocCurve(rankedWith(records, ofGroup(group)));
  return rocChart(group, [
    {
      name: `counting rule ${share(summary.countingRule.auc[group])}`,
      points: line(counting),
      tone: 'yardstick',
    },
    { name: `${summary.judge} ${share(summary.auc[group])}`, points: line(main), tone: 'main' },
  ]);
}

const DELAY_SHOWN_MAX = 10;

function delayChart(records: readonly SessionRecord[]): string {
  const shares = (level: AlarmLevel): readonly number[] => {
    const all = delays(records, level);
    const bins = Array.from({ length: DELAY_SHOWN_MAX + 3 }, () => 0);
    for (const delay of all) {
      const bin = delay === Infinity ? DELAY_SHOWN_MAX + 2 : Math.min(delay, DELAY_SHOWN_MAX + 1);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    return bins.map((count) => count / Math.max(1, all.length));
  };
  const labels = [
    ...Array.from({ length: DELAY_SHOWN_MAX + 1 }, (_, index) => String(index)),
    'later',
    'never',
  ];
  const series = [
    { name: 'CAUTION', values: shares('CAUTION'), tone: 'main' as const },
    { name: 'LOCKED', values: shares('LOCKED'), tone: 'second' as const },
  ];
  return barChart(
    'share of sessions by trades to the level',
    labels,
    series,
    'trades since the onset; percent of strong sessions',
  );
}

const FALSE_SHOWN_MAX = 7;

function falseChart(records: readonly SessionRecord[]): string {
  const shares = (level: AlarmLevel): readonly number[] => {
    const traders = falseByTrader(records, level);
    const bins = Array.from({ length: FALSE_SHOWN_MAX + 2 }, () => 0);
    for (const { alarms } of traders) {
      const bin = Math.min(alarms, FALSE_SHOWN_MAX + 1);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    return bins.map((count) => count / Math.max(1, traders.length));
  };
  const labels = [...Array.from({ length: FALSE_SHOWN_MAX + 1 }, (_, index) => String(index)), 'more'];
  const series = [
    { name: 'CAUTION', values: shares('CAUTION'), tone: 'main' as const },
    { name: 'LOCKED', values: shares('LOCKED'), tone: 'second' as const },
  ];
  return barChart(
    'share of traders by false alarms',
    labels,
    series,
    'calm sessions that reached the level; percent of traders',
  );
}

function kindTable({ kinds }: Summary): string {
  return table(
    ['kind', 'group', 'sessions', 'AUC', 'reach CAUTION', 'reach LOCKED'],
    kinds.map((row) => [
      row.kind,
      row.group,
      String(row.sessions),
      share(row.auc),
      percent(row.cautionShare),
      percent(row.lockedShare),
    ]),
  );
}

function lengthTable({ lengths }: Summary): string {
  return table(
    ['trades', 'sessions', 'AUC strong', 'AUC moderate', 'CAUTION per 1,000 calm', 'LOCKED per 1,000 calm'],
    lengths.map((row) => [
      row.tradesTo === null ? `${row.tradesFrom} and more` : `${row.tradesFrom} to ${row.tradesTo}`,
      String(row.sessions),
      share(row.auc.strong),
      share(row.auc.moderate),
      rate(row.cautionFalsePer1000),
      rate(row.lockedFalsePer1000),
    ]),
  );
}

function contaminationTable({ contaminated, auc }: Summary): string {
  if (contaminated === null) return '';
  const rows = tiltGroups.map((group) => {
    const [before, after] = [auc[group], contaminated.auc[group]];
    const cost = before === null || after === null ? '–' : (before - after).toFixed(3);
    return [group, share(before), share(after), cost];
  });
  return `<h2>A past that was 30 % tilted</h2>\n${table(['AUC', 'clean past', 'tilted past', 'cost'], rows)}`;
}

function ablationTable({ ablations }: Summary): string {
  if (ablations.length === 0) return '';
  const rows = ablations.map(({ judge, auc, falsePer1000 }) => [
    judge,
    ...tiltGroups.map((group) => share(auc[group])),
    rate(falsePer1000.cautionCalm),
    rate(falsePer1000.lockedCalm),
  ]);
  return `<h2>With one part left out</h2>\n${table(['judge', ...tiltGroups, 'CAUTION', 'LOCKED per 1,000 calm'], rows)}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[], tag: 'th' | 'td'): string =>
    `<tr>${row.map((cell) => `<${tag}>${escapeText(cell)}</${tag}>`).join('')}</tr>`;
  return `<table><thead>${cells(head, 'th')}</thead><tbody>
${rows.map((row) => cells(row, 'td')).join('\n')}
</tbody></table>`;
}
