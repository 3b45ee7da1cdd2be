// The harness with small populations: repeatable, blind, and with figures that mean what they say.
import { describe, expect, it } from 'vitest';
import type { TiltJudge } from '../core/ports/tilt-judge.ts';
import { createCountingJudge } from './counting-judge.ts';
import { createEvaluation, type Evaluation } from './evaluation.ts';
import { headline } from './figures.ts';
import type { Split } from './generator/archetypes.ts';
import { htmlReport } from './report/html-report.ts';
import { textReport } from './report/text-report.ts';
import type { SessionRecord } from './session-record.ts';
import { summarise, type Summary } from './summary.ts';

function evaluated(split: Split, traders: number, judge: TiltJudge = createCountingJudge()): Evaluation {
  const judges = [
    { judge, contaminated: true },
    { judge: createCountingJudge(), contaminated: false },
  ];
  const evaluation = createEvaluation({ split, fromSeed: 1, seeds: 1, traders, judges });
  while (evaluation.next());
  return evaluation;
}

const summaryOf = (evaluation: Evaluation, split: Split): Summary =>
  summarise(evaluation, { split, fromSeed: 1, seeds: 1 });

const record = (
  trader: number,
  group: SessionRecord['group'],
  maxScore: number,
  more: Partial<SessionRecord> = {},
): SessionRecord => ({
  trader,
  group,
  kind: group,
  stressed: false,
  maxScore,
  trades: 10,
  reached: { CAUTION: maxScore >= 30, WARNING: maxScore >= 60, LOCKED: maxScore >= 80 },
  delay: { CAUTION: null, WARNING: null, LOCKED: null },
  timed: group !== 'calm',
  ...more,
});

describe('an evaluation', () => {
  it('is the same every time, and says the same in every form', () => {
    const evaluation = evaluated('report', 4);
    const summary = summaryOf(evaluation, 'report');
    expect(summaryOf(evaluated('report', 4), 'report')).toEqual(summary);
    expect(summary).toMatchObject({ synthetic: true, complete: true, traders: 4, faultyReadings: 0 });
    expect(summary.countingRule.auc).toEqual(summary.auc);
    const text = textReport(summary).join('\n');
    const html = htmlReport(summary, evaluation.runs);
    for (const form of [text, html]) {
      expect(form.toLowerCase()).toContain('synthetic');
      expect(form).toContain('cannot see');
      expect(form).toContain((summary.auc.strong ?? 0).toFixed(3));
    }
    expect(html).not.toMatch(/<script|https?:|NaN|undefined|Infinity/);
  }, 30_000);

  it('of the tune split knows nothing of what is held out', () => {
    const summary = summaryOf(evaluated('tune', 3), 'tune');
    expect(summary.auc.unseen).toBeNull();
    expect(summary.auc.strong).not.toBeNull();
    expect(summary.kinds.map(({ kind }) => kind)).not.toContain('paralysis');
  }, 30_000);

  it('counts a judge that says nothing as useless and harmless, and one that always locks as useless and harmful', () => {
    const silent: TiltJudge = {
      name: 'silent',
      newTrader: () => ({ observe: () => ({ score: 0, level: 'NORMAL', indicators: [], evidence: [] }) }),
    };
    const stern: TiltJudge = {
      name: 'stern',
      newTrader: () => ({ observe: () => ({ score: 100, level: 'LOCKED', indicators: [], evidence: [] }) }),
    };
    const quiet = summaryOf(evaluated('tune', 3, silent), 'tune');
    const loud = summaryOf(evaluated('tune', 3, stern), 'tune');
    expect([quiet.auc.strong, loud.auc.strong]).toEqual([0.5, 0.5]);
    expect(quiet.falsePer1000).toEqual({
      cautionCalm: 0,
      lockedCalm: 0,
      lockedStressed: 0,
      lockedWorstDecile: 0,
    });
    expect(quiet.medianDelayTrades).toEqual({ caution: null, locked: null });
    expect(loud.falsePer1000.lockedWorstDecile).toBe(1_000);
    expect(loud.medianDelayTrades).toEqual({ caution: 0, locked: 0 });
    expect(loud.contaminated?.costModerate).toBe(0);
  }, 30_000);
});

describe('the figures', () => {
  it('take calm sessions of both markets as the negatives and keep them apart in the rates', () => {
    const records = [
      record(0, 'calm', 10),
      record(0, 'calm', 85, { stressed: true }),
      record(1, 'strong', 50),
      record(1, 'moderate', 5),
    ];
    expect(headline(records)).toMatchObject({
      auc: { strong: 0.5, moderate: 0, unseen: null },
      falsePer1000: { cautionCalm: 0, lockedCalm: 0, lockedStressed: 1_000 },
    });
  });

  it('take a level that was never reached as a delay longer than any', () => {
    const delay = (caution: number | null): Partial<SessionRecord> => ({
      delay: { CAUTION: caution, WARNING: null, LOCKED: null },
    });
    const two = [
      record(0, 'strong', 40, delay(2)),
      record(0, 'strong', 40, delay(3)),
      record(0, 'strong', 0, delay(null)),
    ];
    expect(headline(two).medianDelayTrades.caution).toBe(3);
    expect(headline([...two, ...two.slice(2), ...two.slice(2)]).medianDelayTrades.caution).toBeNull();
  });

  it('take the tenth of the traders with the most false locks as the worst', () => {
    const records = Array.from({ length: 20 }, (_, trader) => [
      record(trader, 'calm', trader < 2 ? 90 : 0),
      record(trader, 'calm', 0),
    ]).flat();
    expect(headline(records).falsePer1000).toMatchObject({ lockedCalm: 50, lockedWorstDecile: 500 });
  });
});
