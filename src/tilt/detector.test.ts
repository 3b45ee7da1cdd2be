import { describe, expect, it } from 'vitest';
import { testRules } from '../../tests/builders/rules.ts';
import { closed, decided, entry, noon, refused } from '../../tests/builders/tilt.ts';
import type { DomainEvent } from '../core/events.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../core/time.ts';
import { evolveDetector, initialDetector, scoreDetector, type DetectorState } from './detector.ts';

const rules = testRules().trading.tilt;

type Given = readonly [event: DomainEvent, at: number];

function fold(given: readonly Given[], from: DetectorState = initialDetector, prefix = 'e'): DetectorState {
  return given.reduce(
    (state, [event, at], index) =>
      evolveDetector(state, { eventId: `${prefix}${index + 1}`, at, event }, 'usual'),
    from,
  );
}

/** One calm day: seven decisions of about six seconds, a trade every forty minutes less a bit of life. */
function calmDay(day: number): readonly Given[] {
  const given: Given[] = [];
  let at = noon + day * DAY_MS;
  for (let trade = 0; trade < 10; trade += 1) {
    const life = ((day * 7 + trade * 13) % 11) / 11;
    at += (4 + 6 * life) * MINUTE_MS;
    given.push([decided(5_000 + 3_000 * life), at]);
    given.push([entry('BTCUSDT', `d${day}t${trade}`), at + 1]);
    at += (6 + 8 * life) * MINUTE_MS;
    given.push([closed(trade % 3 === 0 ? 'stop_loss' : 'manual'), at]);
  }
  return given;
}

const calmMonth: readonly Given[] = Array.from({ length: 25 }, (_, day) => calmDay(day)).flat();
const later = noon + 40 * DAY_MS;

/** Loss after loss, each answered at once, without thinking. */
function chase(trades: number): readonly Given[] {
  const given: Given[] = [];
  let at = later;
  for (let trade = 0; trade < trades; trade += 1) {
    given.push([decided(700), at], [entry('BTCUSDT', `x${trade}`), at + 1]);
    given.push([closed('stop_loss'), (at += 40 * SECOND_MS)]);
    at += 15 * SECOND_MS;
  }
  return given;
}

describe('the tilt score', () => {
  it('is 0 without events', () => {
    expect(scoreDetector(initialDetector, noon, rules)).toEqual({ score: 0, contributions: [], orders: 0 });
  });

  it('stays under WARNING through a calm month, and nearly always under CAUTION', () => {
    let state = initialDetector;
    const highest = new Map<number, number>();
    for (const [index, [event, at]] of calmMonth.entries()) {
      state = evolveDetector(state, { eventId: `e${index}`, at, event }, 'usual');
      const day = Math.floor(at / DAY_MS);
      highest.set(day, Math.max(highest.get(day) ?? 0, scoreDetector(state, at, rules).score));
    }
    const days = [...highest.values()];
    expect(Math.max(...days)).toBeLessThan(rules.warningFrom);
    expect(days.filter((score) => score >= rules.cautionFrom).length).toBeLessThanOrEqual(2);
    expect(state.detection.baseline.sessions).toBeGreaterThan(20);
  });

  it('reaches LOCKED within six trades of a chase, citing its events and adding up', () => {
    const taught = fold(calmMonth);
    const given = chase(6);
    const state = fold(given, taught, 'chase');
    const { score, contributions } = scoreDetector(state, given.at(-1)?.[1] ?? later, rules);
    expect(score).toBeGreaterThanOrEqual(rules.lockedFrom);
    expect(contributions.length).toBeGreaterThanOrEqual(rules.lockKindsMin);
    const sum = contributions.reduce((total, { points }) => total + points, 0);
    expect(Math.abs(sum - score)).toBeLessThan(1);
    for (const { evidence } of contributions) {
      expect(evidence.length).toBeGreaterThan(0);
      expect(evidence.every((id) => id.startsWith('chase'))).toBe(true);
    }
    expect(contributions.map(({ indicator }) => indicator)).toContain('decisionSpeed');
  });

  it('fades to nothing over half an hour without events', () => {
    const state = fold(chase(6), fold(calmMonth), 'chase');
    const at = state.detection.session.lastAt;
    const now = scoreDetector(state, at, rules).score;
    const half = scoreDetector(state, at + 15 * MINUTE_MS, rules).score;
    expect(half).toBeGreaterThan(0);
    expect(half).toBeLessThan(now);
    expect(scoreDetector(state, at + 30 * MINUTE_MS, rules)).toMatchObject({ score: 0, contributions: [] });
  });

  it('lays aside what a journal entry answered', () => {
    const state = fold(chase(6), fold(calmMonth), 'chase');
    const at = state.detection.session.lastAt + SECOND_MS;
    const journal: DomainEvent = {
      kind: 'tilt.lockEnded',
      reason: 'timeOverAndJournal',
    };
    const answered = evolveDetector(state, { eventId: 'j', at, event: journal }, 'heights');
    expect(scoreDetector(answered, at, rules).score).toBe(0);
    expect(answered.detection.baseline).toBe(state.detection.baseline);
  });
});

describe('what teaches', () => {
  it('is no session in which an intervention was in force', () => {
    const state = fold(calmMonth);
    const day = calmDay(50);
    const above = day.reduce(
      (folded, [event, at], index) => evolveDetector(folded, { eventId: `c${index}`, at, event }, 'heights'),
      state,
    );
    const next = fold([[decided(5_000), noon + 60 * DAY_MS]], above, 'n');
    const taughtNext = fold([...day, [decided(5_000), noon + 60 * DAY_MS]], state, 'n');
    expect(next.detection.baseline.location).toEqual(
      fold([[decided(5_000), noon + 45 * DAY_MS]], state).detection.baseline.location,
    );
    expect(taughtNext.detection.baseline.location).not.toEqual(next.detection.baseline.location);
  });

  it('is nothing of a time in life: neither the usual nor the stakes a day begins with nor how high evidence goes', () => {
    const state = fold(calmMonth);
    const ended = fold([[decided(5_000), noon + 44 * DAY_MS]], state, 'a');
    const { baseline } = ended.detection;
    const inLife = calmDay(50).reduce(
      (folded, [event, at], index) => evolveDetector(folded, { eventId: `c${index}`, at, event }, 'nothing'),
      ended,
    );
    const next = fold([[decided(5_000), noon + 60 * DAY_MS]], inLife, 'n');
    expect(next.detection.baseline).toEqual(baseline);
    const taught = fold([...calmDay(50), [decided(5_000), noon + 60 * DAY_MS]], ended, 'n');
    expect(taught.detection.baseline.maxima).not.toEqual(baseline.maxima);
  });

  it('is nothing of the session in which the usual was begun anew: it was measured against the one that is gone', () => {
    const day = calmDay(50);
    const half = fold(day.slice(0, 15), fold(calmMonth), 'a');
    const anew = evolveDetector(
      half,
      { eventId: 'r', at: day[15]?.[1] ?? noon, event: { kind: 'tilt.baselineReset', reason: 'r' } },
      'usual',
    );
    const after = fold([...day.slice(15), [decided(5_000), noon + 60 * DAY_MS]], anew, 'b');
    expect(after.detection.baseline).toEqual(anew.detection.baseline);
    expect(after.detection.baseline.sessions).toBe(0);
  });

  it('begins anew after a demotion, and says so', () => {
    const state = fold(calmMonth);
    const fallen = fold([[{ kind: 'tilt.baselineReset', reason: 'losingDays' }, later]], state);
    expect(fallen.detection.baseline).toMatchObject({ sessions: 0, resets: 1 });
    const risen = fold(
      [[{ kind: 'tier.changed', from: 'SNIPER', to: 'HUNTER', reason: 'r', evidence: [] }, later]],
      state,
    );
    expect(risen).toBe(state);
  });
});

describe('whose behaviour', () => {
  it('a strategy has none', () => {
    const robot: Given[] = Array.from({ length: 40 }, (_, index) => [
      entry('BTCUSDT', `s${index}`, 'strategy'),
      noon + index * SECOND_MS,
    ]);
    expect(fold(robot)).toBe(initialDetector);
  });

  it('the slices of one command are one order', () => {
    const slices: Given[] = Array.from({ length: 20 }, (_, index) => [
      entry('BTCUSDT', 'same'),
      noon + (index * HOUR_MS) / 60,
    ]);
    expect(fold(slices).detection.session.orders).toBe(1);
  });

  it('an entry refused for how one trades is a wish and counts', () => {
    const state = fold([
      [closed(), noon],
      [refused('BTCUSDT', 'r1'), noon + 20 * SECOND_MS],
    ]);
    expect(state.detection.session.orders).toBe(1);
  });
});

describe('a clock that jumps', () => {
  it('backwards lets no time pass, and points fade from the new time on', () => {
    const state = fold(chase(6), fold(calmMonth), 'chase');
    const back = state.detection.session.lastAt - 365 * DAY_MS;
    const next = fold([[closed(), back]], state, 'b');
    expect(scoreDetector(next, back, rules).score).toBeGreaterThan(0);
    expect(scoreDetector(next, back + 31 * MINUTE_MS, rules).score).toBe(0);
  });

  it('that is not a number changes nothing', () => {
    const state = fold([[closed(), noon]]);
    expect(evolveDetector(state, { eventId: 'x', at: Number.NaN, event: entry() }, 'usual')).toBe(state);
    expect(scoreDetector(state, Number.NaN, rules).score).toBeGreaterThanOrEqual(0);
  });
});
