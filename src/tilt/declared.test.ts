/** What the trader says about themselves: given what stands, when asked or when time passes, then events. */
import { describe, expect, it } from 'vitest';
import { testRules } from '../../tests/builders/rules.ts';
import { noon } from '../../tests/builders/tilt.ts';
import type { DomainEvent } from '../core/events.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../core/time.ts';
import { lifeEvents } from '../core/vocabulary.ts';
import {
  askRelearn,
  decideDeclared,
  declaredSensitivity,
  declareLife,
  isRelearning,
  tiltUnrest,
} from './declared.ts';
import { evolveDeclared, initialDeclared, type DeclaredState } from './declared-state.ts';
import { initialInterventions, type InterventionsState } from './interventions-state.ts';

const rules = testRules().trading.interventions;
const by = (at: number) => ({ actor: 'trader', at }) as const;
const learned = { sessions: 30 };

function after(...given: readonly (readonly [DomainEvent, number])[]): DeclaredState {
  return given.reduce(
    (state, [event, at], index) => evolveDeclared(state, { eventId: `e${index}`, at, event }),
    initialDeclared,
  );
}
const asked = (at: number): readonly [DomainEvent, number] => [
  { kind: 'tilt.relearnAsked', maturesAtMs: at + HOUR_MS, sessions: 30, actor: 'trader' },
  at,
];
const reset: DomainEvent = { kind: 'tilt.baselineReset', reason: 'r' };
const life = (at: number, days: number): readonly [DomainEvent, number] => [
  { kind: 'tilt.lifeEventDeclared', lifeEvent: 'sleep', untilMs: at + days * DAY_MS, actor: 'trader' },
  at,
];
const now = (state: DeclaredState, unrest: string | null, at: number, red: boolean = false) =>
  decideDeclared(state, { unrest, red, at });
const kinds = (events: readonly DomainEvent[]): readonly string[] => events.map(({ kind }) => kind);

describe('learning one’s usual anew', () => {
  it('waits an hour, and then begins', () => {
    const { event } = askRelearn(initialDeclared, learned, null, by(noon), rules);
    expect(event).toMatchObject({ kind: 'tilt.relearnAsked', maturesAtMs: noon + HOUR_MS, sessions: 30 });
    const state = after(asked(noon));
    expect(now(state, null, noon + HOUR_MS - 1)).toEqual([]);
    expect(kinds(now(state, null, noon + HOUR_MS))).toEqual(['tilt.baselineReset']);
    expect(now(state, null, Number.NaN)).toEqual([]);
  });

  it.each(['entries rest', 'the account is in drawdown protection'])(
    'is not to be had while %s',
    (unrest) => {
      const answer = askRelearn(initialDeclared, learned, unrest, by(noon), rules);
      expect(answer.event).toBeNull();
      expect(answer.refusal).toMatchObject({ code: 'tilt.relearnNotNow', figures: { reason: unrest } });
    },
  );

  it('is withdrawn by anything that is not calm in its hour, also at its very end', () => {
    const state = after(asked(noon));
    expect(kinds(now(state, 'entries rest', noon + HOUR_MS))).toEqual(['tilt.relearnWithdrawn']);
    const withLife = after(asked(noon), life(noon + 1, 1));
    expect(kinds(now(withLife, null, noon + HOUR_MS))).toEqual(['tilt.relearnWithdrawn']);
  });

  it('comes once in thirty days, counted from a demotion’s as well, and never twice at once', () => {
    const state = after([reset, noon]);
    const at = noon + rules.relearnEveryMs;
    expect(askRelearn(state, learned, null, by(at - 1), rules).refusal?.figures['untilMs']).toBe(at);
    expect(askRelearn(state, learned, null, by(at), rules).refusal).toBeNull();
    expect(askRelearn(after(asked(noon)), learned, null, by(noon + 1), rules).event).toBeNull();
    expect(askRelearn(after(life(noon, 2)), learned, null, by(noon + 1), rules).event).toBeNull();
  });

  it('makes warnings come sooner until enough is learned again, and locks never later', () => {
    const state = after([reset, noon]);
    expect(declaredSensitivity(state, { sessions: 9 }, rules)).toEqual({ early: 1.25, locked: 1 });
    expect(declaredSensitivity(state, { sessions: 10 }, rules)).toEqual({ early: 1, locked: 1 });
    expect(isRelearning(initialDeclared, { sessions: 0 }, rules)).toBe(false);
  });
});

describe('a time in life', () => {
  it.each(lifeEvents)('%s lowers thresholds at once and for as long as it was said', (event) => {
    const said = declareLife(initialDeclared, { event, days: 3 }, by(noon), rules);
    expect(said.event).toMatchObject({ lifeEvent: event, untilMs: noon + 3 * DAY_MS });
    if (said.event === null) return;
    const state = after([said.event, noon]);
    expect(declaredSensitivity(state, learned, rules)).toEqual({ early: 1.25, locked: 1.25 });
    expect(now(state, null, noon + 3 * DAY_MS - 1)).toEqual([]);
    const ended = now(state, null, noon + 3 * DAY_MS);
    expect(kinds(ended)).toEqual(['tilt.lifeEventEnded']);
    expect(
      ended.reduce((next, each) => evolveDeclared(next, { eventId: 'x', at: noon, event: each }), state).life,
    ).toEqual([]);
  });

  it('is not ended on an account that is not calm: that would loosen', () => {
    const state = after(life(noon, 1));
    expect(now(state, 'entries rest', noon + 9 * DAY_MS)).toEqual([]);
    expect(now(state, null, noon + 9 * DAY_MS, true)).toEqual([]);
    expect(now(after(asked(noon)), null, noon + 9 * DAY_MS, true)).toEqual([]);
  });

  it('is lengthened and never shortened, and no longer than is allowed', () => {
    const state = after(life(noon, 5));
    const ask = (days: number | null) => declareLife(state, { event: 'sleep', days }, by(noon + 1), rules);
    expect(ask(4).refusal?.code).toBe('tilt.lifeEventStands');
    expect(ask(6).event?.untilMs).toBe(noon + 1 + 6 * DAY_MS);
    expect(ask(null).event?.untilMs).toBe(noon + 1 + rules.lifeEventUsualMs);
    expect(ask(30).event).not.toBeNull();
    expect(ask(31).refusal?.code).toBe('command.durationOutOfRange');
  });

  it('keeps its length when the clock steps back, and a wait keeps its own', () => {
    const state = after(life(noon, 2), asked(noon), [reset, noon - DAY_MS]);
    expect(state.life[0]?.untilMs).toBe(noon + DAY_MS);
    const waiting = after(
      asked(noon),
      [{ kind: 'tilt.relearnWithdrawn', reason: 'r' }, noon],
      asked(noon + 5),
      life(noon - HOUR_MS, 1),
    );
    expect(waiting.relearn?.maturesAt).toBe(noon);
  });

  it('that nobody knows is let pass', () => {
    const odd: DomainEvent = {
      kind: 'tilt.lifeEventDeclared',
      lifeEvent: 'eclipse',
      untilMs: noon,
      actor: 'trader',
    };
    expect(after([odd, noon])).toBe(initialDeclared);
    expect(evolveDeclared(initialDeclared, { eventId: 'x', at: Number.NaN, event: reset })).toBe(
      initialDeclared,
    );
  });
});

const lock: InterventionsState['lock'] = {
  lockedAt: noon,
  untilMs: noon,
  eventId: 'l',
  evidence: [],
  done: [],
};

it.each<[string, Partial<InterventionsState>, string | null]>([
  ['nothing', {}, null],
  ['a lock', { lock }, 'entries rest'],
  ['a pause', { paused: true }, 'entries wait for a journal entry'],
  ['caution', { level: 'CAUTION' }, 'something is unusual for you now'],
  [
    'an override under way',
    { override: { grantedAt: noon, effectiveAtMs: noon + 1 } },
    'an override is under way',
  ],
  [
    'the hour after a journal entry',
    { reopenedAt: noon - rules.reopenedForMs + 1 },
    'entries were reopened just now',
  ],
  ['that hour over', { reopenedAt: noon - rules.reopenedForMs }, null],
  ['the cool-down', { manualAt: noon - 4 * MINUTE_MS }, 'the last step lies minutes back'],
  ['the cool-down over', { manualAt: noon - 5 * MINUTE_MS }, null],
  ['the way back', { calmTrades: 5 }, 'size is still coming back'],
  ['the way back done', { calmTrades: 6 }, null],
  ['debt', { debt: 1 }, 'debt is still being paid down'],
])('%s is unrest or not', (_name, change, reason) => {
  expect(tiltUnrest({ ...initialInterventions, ...change }, noon, rules)).toBe(reason);
});
