/** An evaluation as lines for a person: figures with their intervals, the yardstick beside, the limits last. */
import { tiltGroups } from '../generator/archetypes.ts';
import type { Headline } from '../figures.ts';
import type { Interval } from '../statistics/bootstrap.ts';
import type { Summary } from '../summary.ts';
import { limitsOfTheFigures } from './limits.ts';

export function textReport(summary: Summary): readonly string[] {
  const { intervals, countingRule } = summary;
  return [
    `How well drift is noticed: ${summary.judge}, on SYNTHETIC behaviour (${summary.split} split)`,
    `seeds ${summary.fromSeed} to ${summary.fromSeed + summary.seeds - 1}, ${summary.traders} traders, ${summary.sessions} sessions, ${summary.facts} facts${summary.complete ? '' : ', ended early'}`,
    '',
    row('AUC', summary.judge, '95 % interval', 'counting rule'),
    ...tiltGroups.map((group) =>
      row(group, share(summary.auc[group]), span(intervals.auc[group], 3), share(countingRule.auc[group])),
    ),
    '',
    row('false per 1,000 calm', summary.judge, '95 % interval', 'counting rule'),
    falseRow('CAUTION, calm market', summary, 'cautionCalm', intervals.falsePer1000.cautionCalm),
    falseRow('LOCKED, calm market', summary, 'lockedCalm', intervals.falsePer1000.lockedCalm),
    falseRow('LOCKED, stressed', summary, 'lockedStressed', intervals.falsePer1000.lockedStressed),
    falseRow('LOCKED, worst decile', summary, 'lockedWorstDecile', null),
    row('  ranked on other half', rate(summary.lockedWorstDecileCrossed), '', ''),
    row('CAUTION, stressed', rate(summary.cautionStressedPer1000), '', ''),
    row('LOCKED while learning', rate(summary.learning.lockedPer1000), '', ''),
    '',
    row('median delay, trades', summary.judge, '', 'counting rule'),
    delayRow('to CAUTION', summary, 'caution'),
    delayRow('to LOCKED', summary, 'locked'),
    '',
    ...contaminationRows(summary),
    row('kind of session', 'AUC', 'reach CAUTION', 'reach LOCKED'),
    ...summary.kinds.map(({ kind, auc, cautionShare, lockedShare }) =>
      row(kind, share(auc), percent(cautionShare), percent(lockedShare)),
    ),
    '',
    row('trades in the session', 'AUC strong', 'AUC moderate', 'LOCKED per 1,000 calm'),
    ...summary.lengths.map((length) =>
      row(
        length.tradesTo === null
          ? `${length.tradesFrom} and more`
          : `${length.tradesFrom} to ${length.tradesTo}`,
        share(length.auc.strong),
        share(length.auc.moderate),
        rate(length.lockedFalsePer1000),
      ),
    ),
    ...ablationRows(summary),
    ...(summary.faultyReadings === 0
      ? []
      : ['', `${summary.faultyReadings} readings were no score from 0 to 100`]),
    '',
    'What these figures cannot see:',
    ...limitsOfTheFigures.map((limit) => `  - ${limit}`),
  ];
}

function contaminationRows({ contaminated, auc }: Summary): readonly string[] {
  if (contaminated === null) return [];
  return [
    row('past 30 % tilted', 'AUC', 'cost', ''),
    ...tiltGroups.map((group) => {
      const now = contaminated.auc[group];
      const before = auc[group];
      return row(group, share(now), now === null || before === null ? '–' : (before - now).toFixed(3), '');
    }),
    row('LOCKED per 1,000 calm', rate(contaminated.lockedCalmPer1000), '', ''),
    '',
  ];
}

function ablationRows({ ablations }: Summary): readonly string[] {
  if (ablations.length === 0) return [];
  return [
    '',
    row('with one part left out', 'AUC strong', 'AUC moderate', 'LOCKED per 1,000 calm'),
    ...ablations.map(({ judge, auc, falsePer1000 }) =>
      row(judge, share(auc.strong), share(auc.moderate), rate(falsePer1000.lockedCalm)),
    ),
  ];
}

function falseRow(
  name: string,
  summary: Summary,
  figure: keyof Headline['falsePer1000'],
  interval: Interval | null,
): string {
  const counted = rate(summary.countingRule.falsePer1000[figure]);
  return row(name, rate(summary.falsePer1000[figure]), span(interval, 1), counted);
}

function delayRow(name: string, summary: Summary, figure: keyof Headline['medianDelayTrades']): string {
  const words = (value: number | null): string => (value === null ? 'not reached' : String(value));
  return row(
    name,
    words(summary.medianDelayTrades[figure]),
    '',
    words(summary.countingRule.medianDelayTrades[figure]),
  );
}

const row = (...cells: readonly [string, string, string, string]): string =>
  `${cells[0].padEnd(26)}${cells[1].padEnd(18)}${cells[2].padEnd(18)}${cells[3]}`.trimEnd();

export const share = (value: number | null): string => (value === null ? '–' : value.toFixed(3));
export const rate = (value: number | null): string => (value === null ? '–' : value.toFixed(1));
export const percent = (value: number): string => `${(value * 100).toFixed(0)} %`;

export function span(interval: Interval | null, places: number): string {
  return interval === null ? '' : `${interval.low.toFixed(places)} to ${interval.high.toFixed(places)}`;
}
