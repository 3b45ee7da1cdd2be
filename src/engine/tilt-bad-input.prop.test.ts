/** Whatever a console tells, at whatever rate and whatever the clock does: no crash, no NaN, no lock without evidence, no unlock. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readyRig, type Rig } from '../../tests/builders/engine.ts';
import { SYMBOL } from '../../tests/builders/engine-gateway.ts';
import { lockedRig } from '../../tests/builders/tilt-rig.ts';
import type { Behaviour } from '../core/commands.ts';
import { notional } from '../core/money.ts';
import type { ActionReport } from '../core/ports/engine-control.ts';
import { DAY_MS, SECOND_MS } from '../core/time.ts';

const numRuns = process.env['GENESIS_TEST_PROFILE'] === 'full' ? 400 : 25;

type Act =
  | { readonly kind: 'action'; readonly report: ActionReport; readonly times: number }
  | { readonly kind: 'line'; readonly behaviour: Behaviour | null; readonly dollars: string }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'jump'; readonly ms: number };

const odd = fc.oneof(
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1, 0, 1e308, Number.MIN_VALUE, 1e-320),
  fc.integer({ min: 0, max: 100_000 }),
);
const figure = fc.oneof(odd, fc.constantFrom('', 'NaN', '12', true, null), fc.string({ maxLength: 6 }));
const report: fc.Arbitrary<ActionReport> = fc.record({
  action: fc.constantFrom('preview', 'abandon', 'view', 'keys', 'lossSeen', 'connect', 'disconnect'),
  symbol: fc.constantFrom(null, '', SYMBOL, 'NOSUCHPAIR'),
  figures: fc.dictionary(
    fc.constantFrom(
      'count',
      'errors',
      'pastes',
      'durationMs',
      'name',
      'side',
      'notional',
      'realizedPnl',
      '__proto__',
    ),
    figure,
    { maxKeys: 5 },
  ),
});
const behaviour: fc.Arbitrary<Behaviour | null> = fc.option(
  fc.record({
    decisionMs: fc.option(odd),
    keys: odd,
    corrections: odd,
    pasted: fc.boolean(),
    afterLossMs: odd,
  }),
);
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ kind: fc.constant('action' as const), report, times: fc.constantFrom(1, 3, 200) }),
  fc.record({
    kind: fc.constant('line' as const),
    behaviour,
    dollars: fc.constantFrom('0.01', '25', '9000000'),
  }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 30 * SECOND_MS }) }),
  fc.record({
    kind: fc.constant('jump' as const),
    ms: fc.constantFrom(-400 * DAY_MS, -SECOND_MS, SECOND_MS, DAY_MS, 400 * DAY_MS),
  }),
);

function play(rig: Rig, acts: readonly Act[]): void {
  for (const next of acts)
    switch (next.kind) {
      case 'action':
        for (let time = 0; time < next.times; time += 1) rig.engine.action(next.report);
        break;
      case 'line':
        rig.say(
          { kind: 'buy', symbol: SYMBOL, amount: { unit: 'quote', amount: notional(next.dollars) } },
          { behaviour: next.behaviour },
        );
        break;
      case 'wait':
        rig.wait(next.ms);
        break;
      case 'jump':
        rig.timers.jumpWall(next.ms);
        break;
    }
}

function expectSound(rig: Rig): void {
  expect(rig.fatal).toEqual([]);
  const { tilt, tiltMirror } = rig.engine.dashboard();
  expect(Number.isInteger(tilt.score) && tilt.score >= 0 && tilt.score <= 100).toBe(true);
  for (const { points } of tilt.indicators) expect(Number.isFinite(points)).toBe(true);
  // NaN and Infinity would be written as null where a number stands.
  expect(
    Object.values(tiltMirror ?? {}).filter((value) => typeof value === 'number' && !Number.isFinite(value)),
  ).toEqual([]);
  for (const { evidence, score } of rig.eventsOf('tilt.scored'))
    expect(score === 0 || evidence.length > 0).toBe(true);
}

it('an engine without history stays sound, and locks nobody who asked for nothing', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
      const rig = readyRig();
      play(rig, acts);
      expectSound(rig);
      const asked = acts.some(({ kind }) => kind === 'line');
      expect(asked || rig.eventsOf('tilt.locked').length === 0).toBe(true);
    }),
    { numRuns },
  );
});

it('a lock is ended by none of it, before or after a restart', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 25 }), (acts) => {
      const rig = lockedRig();
      play(rig, acts);
      expectSound(rig);
      expect(rig.engine.state().tilt.interventions.lock).not.toBeNull();
      expect(rig.eventsOf('order.intended')).toEqual([]);
      expect(rig.restart().engine.state().tilt.interventions.lock).not.toBeNull();
    }),
    { numRuns },
  );
});
