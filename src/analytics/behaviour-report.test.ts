import { describe, expect, it } from 'vitest';
import { interventionsLoop } from '../../tests/builders/interventions.ts';
import { testRules } from '../../tests/builders/rules.ts';
import { journal, noon } from '../../tests/builders/tilt.ts';
import type { EventRecord } from '../core/events.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../core/time.ts';
import { behaviourHtml } from './behaviour-html.ts';
import { behaviourReport, lastDays, type BehaviourReport } from './behaviour-report.ts';
import { behaviourLinesOf } from './behaviour-words.ts';

const { from, to } = lastDays(noon, 7);

function week(): BehaviourReport {
  const loop = interventionsLoop(testRules().trading);
  loop.trade('before', noon - 8 * DAY_MS, MINUTE_MS);
  loop.trade('calm', noon - 2 * DAY_MS, HOUR_MS);
  loop.score(45, noon - DAY_MS);
  loop.trade('hasty', noon - DAY_MS, MINUTE_MS);
  loop.score(72, noon);
  loop.give(journal(), noon + MINUTE_MS);
  loop.give(
    {
      kind: 'tilt.markedFine',
      interventionId: loop.state().lastIntervention?.eventId ?? '',
      level: 'WARNING',
    },
    noon + HOUR_MS,
  );
  const records = loop.log.map((observed) => observed as EventRecord);
  return behaviourReport(records, from, to);
}

describe('a week of behaviour', () => {
  it('is told by day and by the level trades were entered at', () => {
    const report = week();
    expect(report.days.map(({ trades, scoreMax }) => [trades, scoreMax])).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
      [1, 0],
      [1, 45],
      [0, 72],
    ]);
    expect(report.byLevel).toEqual([
      { level: 'NORMAL', trades: 1, pnl: '-1' },
      { level: 'CAUTION', trades: 1, pnl: '-1' },
      { level: 'WARNING', trades: 0, pnl: '0' },
      { level: 'LOCKED', trades: 0, pnl: '0' },
    ]);
    expect(report.interventions).toMatchObject([{ level: 'WARNING', score: 72, markedFine: true }]);
    expect(report).toMatchObject({ journals: 1, journalWords: 500, debt: 12 });
  });

  it('as text is calm, and says what it cannot see', () => {
    const text = behaviourLinesOf(week()).join('\n');
    expect(text).toContain('warning at 72, called fine by you');
    expect(text).toMatch(/cannot see/);
    expect(text).not.toMatch(/!|error|NaN|undefined/i);
  });

  it('as HTML holds everything itself, runs nothing, and escapes what it was told', () => {
    const report = week();
    const [first] = report.interventions;
    if (first === undefined) throw new Error('an intervention');
    const html = behaviourHtml({
      ...report,
      interventions: [{ ...first, message: '<script>alert(1)</script>' }],
    });
    expect(html).not.toMatch(/<script|https?:|@import|url\(/);
    expect(html).toContain('&lt;script&gt;');
    expect(html).toMatch(/<path d="M[\d.LM -]+"/);
  });

  it('of nothing is a week of zeros', () => {
    const report = behaviourReport([], from, to);
    expect(report.days).toHaveLength(7);
    expect(behaviourHtml(report)).toContain('None in these days');
    expect(behaviourLinesOf(report).join('\n')).toContain('none in these days');
  });
});
