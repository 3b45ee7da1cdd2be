// The behaviour log against anything: what is written is read back, and no text makes it throw or invent.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BehaviourFact, BehaviourLine } from '../../core/behaviour.ts';
import { createCountingJudge } from '../counting-judge.ts';
import { formatLogLine } from './format-line.ts';
import { createLogEvaluation } from './log-evaluation.ts';
import { parseLogLine } from './parse-line.ts';

const rounds = process.env['GENESIS_TEST_PROFILE'] === 'full' ? 20_000 : 400;

const figure = fc.double({ min: 0, max: 1e9, noNaN: true });
const signed = fc.double({ min: -1e9, max: 1e9, noNaN: true });
const maybe = fc.option(figure, { nil: null });
const name = fc.string({ maxLength: 12 });
const side = fc.constantFrom('BUY' as const, 'SELL' as const);

const fact: fc.Arbitrary<BehaviourFact> = fc.oneof(
  fc
    .constantFrom('session.start', 'session.end', 'abandon', 'disconnect', 'connect')
    .map((type) => ({ type })),
  fc.record({
    type: fc.constant('keys' as const),
    count: figure,
    errors: figure,
    pastes: figure,
    durationMs: figure,
  }),
  fc.record({ type: fc.constant('view' as const), name }),
  fc.record({ type: fc.constant('preview' as const), symbol: name, side, notional: figure }),
  fc.record({
    type: fc.constant('order' as const),
    id: name,
    symbol: name,
    side,
    notional: figure,
    kind: name,
    decisionMs: maybe,
    afterLossMs: maybe,
    reduces: fc.boolean(),
  }),
  fc.record({ type: fc.constant('amend' as const), id: name }),
  fc.record({ type: fc.constant('cancel' as const), id: name, ageMs: figure }),
  fc.record({
    type: fc.constant('fill' as const),
    id: name,
    symbol: name,
    side,
    price: figure,
    quantity: figure,
    opens: fc.boolean(),
    closedBy: fc.constantFrom('stop' as const, 'target' as const, 'manual' as const, null),
    realizedPnl: signed,
  }),
  fc.record({ type: fc.constant('lossNotice' as const), symbol: name, realizedPnl: signed }),
  fc.record({
    type: fc.constant('settings' as const),
    key: name,
    direction: fc.constantFrom('loosen' as const, 'tighten' as const),
  }),
  fc.record({
    type: fc.constant('market' as const),
    volatility: fc.double({ min: 1e-3, max: 100, noNaN: true }),
  }),
);

const line: fc.Arbitrary<BehaviourLine> = fc
  .record({
    t: fc.integer({ min: 0, max: 4e12 }),
    trader: name,
    session: name,
    fact,
    label: fc.option(name, { nil: null }),
  })
  .map((drawn) => ({
    ...drawn,
    id: 'line 3',
    label: drawn.fact.type === 'session.start' ? drawn.label : null,
  }));

/** A line with fields lost, spoilt or added, or cut in the middle. */
const damaged: fc.Arbitrary<string> = fc
  .tuple(
    line,
    fc.array(fc.tuple(fc.nat(20), fc.jsonValue()), { maxLength: 4 }),
    fc.double({ min: 0.2, max: 1, noNaN: true }),
  )
  .map(([written, changes, kept]) => {
    const fields = JSON.parse(formatLogLine(written, null)) as Record<string, unknown>;
    const keys = Object.keys(fields);
    for (const [index, value] of changes) {
      const key = keys[index % keys.length] ?? 'extra';
      if (index > 15) delete fields[key];
      else fields[key] = value;
    }
    const text = JSON.stringify(fields);
    return kept > 0.5 ? text : text.slice(0, Math.ceil(text.length * kept * 2));
  });

describe('a line of the behaviour log', () => {
  it('reads back as it was written', () => {
    fc.assert(
      fc.property(line, (written) => {
        const read = parseLogLine(formatLogLine(written, null), 3);
        expect(read).toEqual({
          ok: true,
          value: { line: JSON.parse(JSON.stringify(written)), onsetMs: null },
        });
      }),
      { numRuns: rounds },
    );
  });

  it('never throws and never yields a figure that is not finite', () => {
    const anything = fc.oneof(fc.string(), fc.json(), damaged, fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(anything, (text) => {
        const read = parseLogLine(text, 1);
        if (!read.ok) return;
        const figures = Object.values({ ...read.value.line, ...read.value.line.fact });
        expect(figures.every((value) => typeof value !== 'number' || Number.isFinite(value))).toBe(true);
      }),
      { numRuns: rounds },
    );
  });

  it('leaves a whole log judgeable whatever stands in it, counting each line once', () => {
    const lines = fc.array(
      fc.oneof(
        damaged,
        line.map((one) => formatLogLine(one, null)),
        fc.string(),
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(lines, (texts) => {
        const scores: number[] = [];
        const log = createLogEvaluation(createCountingJudge(), ({ maxScore }) => scores.push(maxScore));
        for (const [index, text] of texts.entries()) log.line(text, index + 1);
        log.end();
        const { counts } = log;
        expect(counts.lines).toBe(texts.filter((text) => text.trim() !== '').length);
        expect(counts.facts + counts.broken + counts.unknownTypes).toBe(counts.lines);
        expect(counts.sessions).toBe(scores.length);
        expect(scores.every((score) => score >= 0 && score <= 100)).toBe(true);
        expect(counts.faultyReadings).toBe(0);
      }),
      { numRuns: Math.ceil(rounds / 4) },
    );
  });
});
