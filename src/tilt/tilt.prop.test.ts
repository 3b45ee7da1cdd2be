import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testRules } from '../../tests/builders/rules.ts';
import {
  closed,
  decided,
  entry,
  journal,
  noon,
  reconciled,
  refused,
  reviewed,
  tiltLoop,
  type TiltLoop,
} from '../../tests/builders/tilt.ts';
import { decodeState, encodeState } from '../core/codec.ts';
import type { DomainEvent } from '../core/events.ts';
import { DAY_MS } from '../core/time.ts';
import { clearForEntry } from './interventions.ts';
import { sizeMultiplierBps } from './return-size.ts';
import { initialInterventions } from './interventions-state.ts';
import { evolveTilt, initialTilt, scoreTilt } from './tilt-state.ts';

const rules = testRules().trading;

const symbol = fc.constantFrom('BTCUSDT', 'ETHUSDT');
const commandId = fc.constantFrom('', 'a', 'b', 'c', 'd', 'e');
const behaviour: fc.Arbitrary<DomainEvent> = fc.oneof(
  fc.tuple(symbol, commandId).map(([pair, id]) => entry(pair, id)),
  fc.tuple(symbol, commandId).map(([pair, id]) => refused(pair, id)),
  fc
    .tuple(fc.constantFrom('stop_loss' as const, 'manual' as const), symbol)
    .map(([reason, pair]) => closed(reason, pair)),
  fc.oneof(fc.integer({ min: 0, max: 20_000 }), fc.double()).map((ms) => decided(ms)),
  fc.string({ maxLength: 3 }).map((hash) => journal(hash)),
  fc.constantFrom(reviewed(), reconciled()),
);
/** Mostly forward by seconds; now and then days, back, or not a number. */
const step = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0, max: 120_000 }) },
  { weight: 2, arbitrary: fc.integer({ min: -DAY_MS, max: 40 * DAY_MS }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity) },
);
const story = fc.array(fc.tuple(behaviour, step), { maxLength: 120 });

type Story = readonly (readonly [DomainEvent, number])[];

function tell(
  told: Story,
  check: (loop: TiltLoop, at: number, said: readonly DomainEvent[]) => void = () => undefined,
): TiltLoop {
  const loop = tiltLoop(rules);
  let at = noon;
  for (const [event, stepMs] of told) {
    const next = at + stepMs;
    if (Number.isFinite(next)) at = next;
    check(loop, at, loop.give(event, Number.isFinite(stepMs) ? at : stepMs));
  }
  return loop;
}

describe('any story of behaviour', () => {
  it('keeps every score a whole number from 0 to 100 whose points have events', () => {
    fc.assert(
      fc.property(story, (told) => {
        const loop = tell(told);
        const ids = new Set(loop.log.map(({ eventId }) => eventId));
        for (const { score, contributions } of loop.scores) {
          expect(Number.isInteger(score) && score >= 0 && score <= 100).toBe(true);
          expect(score === 0 || contributions.length > 0).toBe(true);
          for (const { points, evidence, words } of contributions) {
            expect(points > 0 && points <= 100).toBe(true);
            expect(evidence.length > 0 && evidence.every((id) => ids.has(id))).toBe(true);
            expect(words).not.toMatch(/NaN|undefined|Infinity/);
          }
        }
      }),
    );
  });

  it('replayed from its log gives the same state byte for byte, also through a snapshot in the middle', () => {
    fc.assert(
      fc.property(story, fc.nat(), (told, cut) => {
        const loop = tell(told);
        const middle = loop.log.length === 0 ? 0 : cut % loop.log.length;
        let state = loop.log.slice(0, middle).reduce(evolveTilt, initialTilt);
        state = decodeState(encodeState(state)) as typeof state;
        state = loop.log.slice(middle).reduce(evolveTilt, state);
        expect(encodeState(state)).toBe(encodeState(loop.tilt()));
        expect(scoreTilt(state, noon, rules)).toEqual(scoreTilt(loop.tilt(), noon, rules));
      }),
    );
  });

  it('locks only on evidence of several kinds', () => {
    fc.assert(
      fc.property(story, (told) => {
        tell(told, (loop, _at, said) => {
          for (const event of said) {
            if (event.kind !== 'tilt.locked') continue;
            expect(loop.scores.at(-1)?.contributions.length).toBeGreaterThanOrEqual(rules.tilt.lockKindsMin);
            expect(loop.scores.at(-1)?.score).toBeGreaterThanOrEqual(rules.tilt.lockedFrom);
          }
        });
      }),
    );
  });

  it('lets no entry through while a lock or a pause is on, and ends neither without its due', () => {
    fc.assert(
      fc.property(story, (told) => {
        let before = initialInterventions;
        tell(told, (loop, at) => {
          const state = loop.state();
          const bound = state.lock !== null || state.paused;
          expect(bound && clearForEntry(state, at, 'XRPUSDT', rules) === null).toBe(false);
          const unlocked = before.lock !== null && state.lock === null;
          // After a step back the lock keeps its full length from the new time on.
          const lengthMs = before.lock === null ? 0 : before.lock.untilMs - before.lock.lockedAt;
          const due = Math.min(before.lock?.untilMs ?? 0, at + lengthMs);
          expect(unlocked && at < due).toBe(false);
          const reopened = before.paused && !state.paused && state.lock === null;
          expect(reopened && state.answeredAt === before.answeredAt).toBe(false);
          const size = sizeMultiplierBps(state, at, rules.interventions);
          expect(Number.isInteger(size) && size > 0 && size <= 10_000).toBe(true);
          before = state;
        });
      }),
    );
  });

  it('settles: deciding again at the same moment says nothing new', () => {
    fc.assert(
      fc.property(story, (told) => {
        tell(told, (loop, at) => {
          loop.wait(at);
          expect(loop.wait(at)).toEqual([]);
        });
      }),
    );
  });

  it('forgets in the end: without new events the score is 0 after two days', () => {
    fc.assert(
      fc.property(story, (told) => {
        const loop = tell(told);
        expect(
          scoreTilt(
            loop.tilt(),
            Math.max(loop.state().newestAt, loop.tilt().detector.detection.newestAt) + 2 * DAY_MS,
            rules,
          ).score,
        ).toBe(0);
      }),
    );
  });
});
