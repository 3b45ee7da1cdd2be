// Logs judged line by line: interleaved traders, broken lines, labels that stay outside, first moments.
import { describe, expect, it } from 'vitest';
import type { BehaviourEvent } from '../../core/behaviour.ts';
import type { TiltJudge } from '../../core/ports/tilt-judge.ts';
import type { TiltLevel } from '../../core/vocabulary.ts';
import { createCountingJudge } from '../counting-judge.ts';
import { headline } from '../figures.ts';
import { generatedLog } from './generated-log.ts';
import { labelMeaning } from './label-group.ts';
import { createLogEvaluation, type LogEvaluation, type SessionVerdict } from './log-evaluation.ts';
import { parseLogLine } from './parse-line.ts';

function judged(
  lines: readonly string[],
  judge: TiltJudge = createCountingJudge(),
): LogEvaluation & { readonly verdicts: readonly SessionVerdict[] } {
  const verdicts: SessionVerdict[] = [];
  const log = createLogEvaluation(judge, (verdict) => verdicts.push(verdict));
  for (const [index, line] of lines.entries()) log.line(line, index + 1);
  log.end();
  return { ...log, verdicts };
}

/** Ten points for each opening order of the session, and all it was ever shown. */
function orderCounter(shown: BehaviourEvent[] = []): TiltJudge {
  const levelOf = (score: number): TiltLevel =>
    score >= 80 ? 'LOCKED' : score >= 60 ? 'WARNING' : score >= 30 ? 'CAUTION' : 'NORMAL';
  return {
    name: 'order counter',
    newTrader() {
      let orders = 0;
      return {
        observe(event) {
          shown.push(event);
          if (event.fact.type === 'session.start') orders = 0;
          if (event.fact.type === 'order' && !event.fact.reduces) orders += 1;
          const score = Math.min(100, orders * 10);
          return { score, level: levelOf(score), indicators: [], evidence: [] };
        },
      };
    },
  };
}

const at = (t: number, type: string, more: object = {}): string =>
  JSON.stringify({ trader: 'a', session: '1', t, type, ...more });

describe('a judged log', () => {
  it('gives the same verdicts whether traders follow each other or are interleaved', () => {
    const lines = [
      ...generatedLog({ split: 'report', fromSeed: 3, seeds: 1, traders: 3, contaminated: false }),
    ]
      .join('')
      .trimEnd()
      .split('\n');
    const byTime = lines.toSorted(
      (a, b) => (JSON.parse(a) as { t: number }).t - (JSON.parse(b) as { t: number }).t,
    );
    const key = ({ trader, session }: SessionVerdict): string => `${trader}/${session}`;
    const sorted = (verdicts: readonly SessionVerdict[]): readonly SessionVerdict[] =>
      verdicts.toSorted((a, b) => key(a).localeCompare(key(b)));
    const apart = judged(lines);
    const mixed = judged(byTime);
    expect(mixed.counts.traders).toBe(3);
    expect(sorted(mixed.verdicts)).toEqual(sorted(apart.verdicts));
    expect(headline(mixed.records).auc.strong).toBe(headline(apart.records).auc.strong);
    expect(apart.counts).toMatchObject({ broken: 0, unknownTypes: 0, backwards: 0, lines: lines.length });
  });

  it('counts trades as orders that open, up to the moment of the level', () => {
    const orders = Array.from({ length: 8 }, (_, index) =>
      at(100 + index, 'order', { id: `o${index}`, reduces: index === 1 }),
    );
    const { verdicts } = judged([at(1, 'session.start'), ...orders, at(900, 'session.end')], orderCounter());
    expect(verdicts).toEqual([
      {
        trader: 'a',
        session: '1',
        maxScore: 70,
        first: { CAUTION: { t: 103, trades: 3 }, WARNING: { t: 106, trades: 6 }, LOCKED: null },
        trades: 7,
        label: null,
      },
    ]);
  });

  it('measures delays from the onset that the line carries', () => {
    const orders = Array.from({ length: 8 }, (_, index) => at(100 + index, 'order', { id: `o${index}` }));
    const { records } = judged(
      [at(1, 'session.start', { label: 'strong', onset: 101 }), ...orders],
      orderCounter(),
    );
    expect(records[0]?.delay).toEqual({ CAUTION: 1, WARNING: 4, LOCKED: 6 });
    expect(headline(records).medianDelayTrades).toEqual({ caution: 1, locked: 6 });
  });

  it('shows the judge neither labels nor onsets', () => {
    const shown: BehaviourEvent[] = [];
    judged(
      [at(1, 'session.start', { label: 'chase.strong', onset: 5 }), at(9, 'view', { name: 'x' })],
      orderCounter(shown),
    );
    expect(shown).toEqual([
      { t: 1, id: 'line 1', fact: { type: 'session.start' } },
      { t: 9, id: 'line 2', fact: { type: 'view', name: 'x' } },
    ]);
  });

  it('counts and names broken lines and passes over unknown types and fields', () => {
    const lines = [
      at(1, 'session.start', { shoeSize: 43 }),
      '{"trader":"a","session":"1","t":2',
      '[1,2]',
      at(3, 'heartRate', { bpm: 90 }),
      JSON.stringify({ trader: 'a', session: '1', type: 'abandon' }),
      JSON.stringify({ trader: 'a', session: '1', t: 4 }),
      '{"trader":"a","session":"1","t":1e999,"type":"abandon"}',
      '   ',
      at(5, 'order'),
    ];
    const { counts, brokenLines, verdicts } = judged(lines, orderCounter());
    expect(counts).toMatchObject({ lines: 8, facts: 2, broken: 5, unknownTypes: 1, sessions: 1 });
    expect(brokenLines.map(({ line }) => line)).toEqual([2, 3, 5, 6, 7]);
    expect(verdicts[0]).toMatchObject({ maxScore: 10, trades: 1 });
  });

  it('keeps a session open over its own late facts, and tells of each session once', () => {
    const other = (t: number, type: string): string => JSON.stringify({ trader: 'a', session: '2', t, type });
    const { verdicts } = judged(
      [
        at(1, 'session.start'),
        at(2, 'order'),
        at(3, 'session.end'),
        at(4, 'order'),
        other(9, 'session.start'),
        other(10, 'order'),
      ],
      orderCounter(),
    );
    expect(verdicts.map(({ session, trades }) => [session, trades])).toEqual([
      ['1', 2],
      ['2', 1],
    ]);
  });

  it('judges a clock that steps back and ten thousand facts in one millisecond', () => {
    const flood = Array.from({ length: 10_000 }, (_, index) =>
      at(50, index % 2 === 0 ? 'view' : 'cancel', { ageMs: 1 }),
    );
    const { counts, verdicts } = judged([at(100, 'session.start'), ...flood, at(7, 'order')]);
    expect(counts.backwards).toBe(2);
    expect(verdicts).toHaveLength(1);
    expect(verdicts[0]?.first.LOCKED).toBeNull();
  });

  it('says nothing about an empty log', () => {
    const { verdicts, records } = judged([]);
    expect(verdicts).toEqual([]);
    expect(headline(records)).toEqual({
      auc: { strong: null, moderate: null, unseen: null, gamer: null },
      falsePer1000: { cautionCalm: null, lockedCalm: null, lockedStressed: null, lockedWorstDecile: null },
      medianDelayTrades: { caution: null, locked: null },
    });
  });
});

describe('missing fields', () => {
  it.each([
    ['order', { decisionMs: null, afterLossMs: null, reduces: false, notional: 0, side: 'BUY', kind: '' }],
    ['fill', { opens: true, closedBy: null, realizedPnl: 0, price: 0 }],
    ['cancel', { ageMs: Number.MAX_SAFE_INTEGER }],
    ['keys', { count: 0, errors: 0, pastes: 0, durationMs: 0 }],
    ['market', { volatility: 1 }],
    ['lossNotice', { realizedPnl: 0, symbol: '' }],
  ])('of a line of type %s become what says nothing', (type, expected) => {
    const read = parseLogLine(JSON.stringify({ t: 5, type }), 1);
    expect(read.ok && read.value.line.fact).toMatchObject({ type, ...expected });
    expect(read.ok && [read.value.line.trader, read.value.line.session]).toEqual(['', '']);
  });

  it('a close of unsaid kind opens nothing', () => {
    const read = parseLogLine('{"t":5,"type":"fill","closedBy":"stop"}', 1);
    expect(read.ok && read.value.line.fact).toMatchObject({ opens: false, closedBy: 'stop' });
  });
});

describe('labels', () => {
  it.each([
    ['calm', { group: 'calm', stressed: false }],
    ['calm, stressed market', { group: 'calm', stressed: true }],
    ['stressed', { group: 'calm', stressed: true }],
    ['calm_stressed', { group: 'calm', stressed: true }],
    ['chase.strong', { group: 'strong', stressed: false }],
    ['chasing-moderate', { group: 'moderate', stressed: false }],
    ['strongChase, stressed market', { group: 'strong', stressed: true }],
    ['gamer.split', { group: 'gamer', stressed: false }],
    ['stopMoving', { group: 'unseen', stressed: false }],
    ['paralysis, stressed market', { group: 'unseen', stressed: true }],
    ['learning, calm', null],
    ['baseline', null],
    ['', null],
    [null, null],
  ])('%s means %j', (label, meaning) => {
    expect(labelMeaning(label)).toEqual(meaning);
  });
});
