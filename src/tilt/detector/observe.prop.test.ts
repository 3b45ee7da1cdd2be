// Whatever behaviour says: numbers stay numbers, state stays small, a replay is exact, points have facts.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeState, encodeState } from '../../core/codec.ts';
import type { BehaviourEvent, BehaviourFact } from '../../core/behaviour.ts';
import { sharesOf } from './explain.ts';
import { initialDetection, observe, type Detection } from './observe.ts';

const wild = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: 0, max: 1e6, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity, 0, -1, 1e300, -1e300) },
  { weight: 1, arbitrary: fc.constant(undefined as unknown as number) },
);
const symbol = fc.constantFrom('BTCUSDT', 'ETHUSDT', '');
const side = fc.constantFrom('BUY' as const, 'SELL' as const);
const id = fc.constantFrom('a', 'b', 'c');
const fact: fc.Arbitrary<BehaviourFact> = fc.oneof(
  fc.record({
    type: fc.constant('keys' as const),
    count: wild,
    errors: wild,
    pastes: wild,
    durationMs: wild,
  }),
  fc.record({ type: fc.constant('view' as const), name: fc.constant('x') }),
  fc.record({ type: fc.constant('preview' as const), symbol, side, notional: wild }),
  fc.record({
    type: fc.constant('order' as const),
    id,
    symbol,
    side,
    notional: wild,
    kind: fc.constant('MARKET'),
    decisionMs: fc.option(wild),
    afterLossMs: fc.option(wild),
    reduces: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('fill' as const),
    id,
    symbol,
    side,
    price: wild,
    quantity: wild,
    opens: fc.boolean(),
    closedBy: fc.constantFrom('stop' as const, 'target' as const, 'manual' as const, null),
    realizedPnl: wild,
  }),
  fc.record({ type: fc.constant('lossNotice' as const), symbol, realizedPnl: wild }),
  fc.record({ type: fc.constant('cancel' as const), id, ageMs: wild }),
  fc.record({ type: fc.constant('amend' as const), id }),
  fc.record({
    type: fc.constant('settings' as const),
    key: fc.constant('stop'),
    direction: fc.constantFrom('loosen' as const, 'tighten' as const),
  }),
  fc.record({ type: fc.constant('market' as const), volatility: wild }),
  fc.constantFrom<BehaviourFact>(
    { type: 'session.start' },
    { type: 'session.end' },
    { type: 'abandon' },
    { type: 'disconnect' },
    { type: 'connect' },
  ),
);
const step = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0, max: 300_000 }) },
  { weight: 2, arbitrary: fc.integer({ min: -1e9, max: 1e10 }) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
);
const story = fc.array(fc.tuple(fact, step), { maxLength: 150 });
type Story = readonly (readonly [BehaviourFact, number])[];

function eventsOf(told: Story): readonly BehaviourEvent[] {
  let at = Date.UTC(2026, 5, 1);
  return told.map(([each, stepMs], index) => {
    if (Number.isFinite(stepMs)) at += stepMs;
    return { t: Number.isFinite(stepMs) ? at : stepMs, id: `f${index}`, fact: each };
  });
}

function isSound(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isSound);
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isSound);
  return true;
}

describe('any behaviour', () => {
  it('keeps every number finite, every score within 0 and 100, and every point with its facts', () => {
    fc.assert(
      fc.property(story, (told) => {
        let state: Detection = initialDetection;
        const seen = new Set<string>();
        for (const event of eventsOf(told)) {
          seen.add(event.id);
          state = observe(state, event);
          expect(state.score >= 0 && state.score <= 100).toBe(true);
          const shares = sharesOf(state);
          expect(shares.length > 0).toBe(state.score > 0);
          for (const { evidence } of shares)
            expect(evidence.length > 0 && evidence.every((each) => seen.has(each))).toBe(true);
        }
        expect(isSound(state)).toBe(true);
      }),
    );
  });

  it('leaves no score without its facts where a session ends after a gap', () => {
    const order: BehaviourFact = {
      type: 'order',
      id: 'a',
      symbol: 'BTCUSDT',
      side: 'BUY',
      notional: Number.NaN,
      kind: 'MARKET',
      decisionMs: null,
      afterLossMs: null,
      reduces: false,
    };
    const [first, last] = eventsOf([
      [order, 0],
      [{ type: 'session.end' }, 1_800_000],
    ]);
    if (first === undefined || last === undefined) throw new Error('two facts were told');
    expect(observe(observe(initialDetection, first), last).score).toBe(0);
  });

  it('replays to the bit, also through a snapshot in the middle', () => {
    fc.assert(
      fc.property(story, fc.nat(), (told, cut) => {
        const events = eventsOf(told);
        const whole = events.reduce((state, event) => observe(state, event), initialDetection);
        const middle = events.length === 0 ? 0 : cut % events.length;
        const first = events
          .slice(0, middle)
          .reduce((state, event) => observe(state, event), initialDetection);
        const read = decodeState(encodeState(first)) as Detection;
        const rest = events.slice(middle).reduce((state, event) => observe(state, event), read);
        expect(encodeState(rest)).toBe(encodeState(whole));
      }),
    );
  });

  it('never changes the state it was given', () => {
    fc.assert(
      fc.property(story, (told) => {
        let state = initialDetection;
        for (const event of eventsOf(told)) {
          const before = encodeState(state);
          const next = observe(state, event);
          expect(encodeState(state)).toBe(before);
          state = next;
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe('absurd rates', () => {
  const burst = (count: number): Detection => {
    let state: Detection = initialDetection;
    for (let index = 0; index < count; index += 1) {
      state = observe(state, {
        t: Date.UTC(2026, 5, 1) + Math.floor(index / 10),
        id: `b${index}`,
        fact: { type: 'view', name: 'x' },
      });
    }
    return state;
  };

  it('of ten thousand actions a second leave the state as small as it was', () => {
    expect(encodeState(burst(20_000)).length).toBeLessThan(encodeState(burst(1_000)).length * 1.1);
  });

  it('of one kind alone do not lock anyone', () => {
    expect(burst(20_000).score).toBeLessThan(80);
  });
});
