import { describe, expect, it } from 'vitest';
import { testRules } from '../../tests/builders/rules.ts';
import { closed, decided, entry, noon, refused, tiltLoop } from '../../tests/builders/tilt.ts';
import type { DomainEvent } from '../core/events.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../core/time.ts';
import { evolveTilt, initialTilt, scoreTilt, type TiltState } from './tilt-state.ts';

const rules = testRules().trading.tilt;

type Given = readonly [event: DomainEvent, at: number];

function stateAfter(given: readonly Given[]): TiltState {
  return given.reduce(
    (state, [event, at], index) => evolveTilt(state, { eventId: `e${index + 1}`, at, event }),
    initialTilt,
  );
}

function scoreAfter(given: readonly Given[], at: number): ReturnType<typeof scoreTilt> {
  return scoreTilt(stateAfter(given), at, rules);
}

const entries = (count: number, everyMs: number): readonly Given[] =>
  Array.from({ length: count }, (_, index) => [entry('BTCUSDT', `c${index}`), noon + index * everyMs]);

describe('the tilt score', () => {
  it('is 0 without events', () => {
    expect(scoreTilt(initialTilt, noon, rules)).toEqual({ score: 0, level: 'NORMAL', contributions: [] });
  });

  it('is 0 after calm trading', () => {
    const calm: Given[] = [];
    for (let hour = 0; hour < 6; hour += 1) {
      calm.push(
        [decided(7_000), noon + hour * HOUR_MS],
        [entry('BTCUSDT', `c${hour}`), noon + hour * HOUR_MS + 1],
      );
      calm.push([closed(hour % 2 === 0 ? 'stop_loss' : 'manual'), noon + hour * HOUR_MS + 30 * MINUTE_MS]);
    }
    expect(scoreAfter(calm, noon + 6 * HOUR_MS).score).toBe(0);
  });

  it('cites an event for every point', () => {
    const given: Given[] = [
      ...entries(9, MINUTE_MS),
      [closed(), noon + 9 * MINUTE_MS],
      [refused(), noon + 9 * MINUTE_MS + 20 * SECOND_MS],
    ];
    const { contributions } = scoreAfter(given, noon + 10 * MINUTE_MS);
    expect(contributions.map(({ indicator, evidence }) => [indicator, evidence])).toEqual([
      ['reentryAfterStop', ['e11']],
      ['tradeFrequency', ['e9']],
    ]);
  });
});

describe('trade frequency', () => {
  it.each([
    [8, 0],
    [9, 10],
    [10, 20],
    [20, 40],
  ])('%i entries within seconds give %i points', (count, points) => {
    const sum = scoreAfter(entries(count, 1), noon).contributions.reduce(
      (total, each) => total + each.points,
      0,
    );
    expect(sum).toBe(points);
  });

  it('looks one hour back and no further', () => {
    expect(scoreAfter(entries(9, HOUR_MS / 8), noon + HOUR_MS).score).toBe(0);
    expect(scoreAfter(entries(9, HOUR_MS / 8 - 1), noon + HOUR_MS).score).toBe(10);
  });

  it('counts the slices of one command once and a strategy never', () => {
    const slices: Given[] = Array.from({ length: 20 }, (_, index) => [
      entry('BTCUSDT', 'same'),
      noon + index,
    ]);
    const robot: Given[] = Array.from({ length: 20 }, (_, index) => [
      entry('BTCUSDT', `s${index}`, 'strategy'),
      noon + index,
    ]);
    expect(scoreAfter([...slices, ...robot], noon + 100).score).toBe(0);
  });

  it('fades with calm minutes', () => {
    const given = entries(9, 1);
    expect(scoreAfter(given, noon + 5 * MINUTE_MS).score).toBe(5);
    expect(scoreAfter(given, noon + 11 * MINUTE_MS)).toEqual({
      score: 0,
      level: 'NORMAL',
      contributions: [],
    });
  });
});

describe('re-entry after a stop', () => {
  const stopped: Given = [closed(), noon];

  it.each<readonly [name: string, attempt: Given, points: number]>([
    ['within the minute counts', [entry(), noon + 59_999], 35],
    ['at the minute does not', [entry(), noon + 60_000], 0],
    ['counts when it was refused', [refused(), noon + 1], 35],
    ['into another pair does not count', [entry('ETHUSDT'), noon + 1], 0],
    ['by a strategy does not count', [entry('BTCUSDT', '', 'strategy'), noon + 1], 0],
  ])('%s', (_name, attempt, points) => {
    expect(scoreAfter([stopped, attempt], attempt[1]).score).toBe(points);
  });

  it('does not follow a close by hand', () => {
    expect(
      scoreAfter(
        [
          [closed('manual'), noon],
          [entry(), noon + 1],
        ],
        noon + 1,
      ).score,
    ).toBe(0);
  });

  it('never locks alone, however often it is tried', () => {
    const given: Given[] = [
      stopped,
      ...Array.from({ length: 40 }, (_, index): Given => [refused('BTCUSDT', `c${index}`), noon + index]),
    ];
    expect(scoreAfter(given, noon + 50)).toMatchObject({ score: 60, level: 'WARNING' });
  });

  it('counts a command once', () => {
    expect(
      scoreAfter(
        [stopped, [refused('BTCUSDT', 'c'), noon + 1], [refused('BTCUSDT', 'c'), noon + 2]],
        noon + 2,
      ).score,
    ).toBe(35);
  });
});

describe('decision speed', () => {
  it.each<readonly [name: string, event: DomainEvent, points: number]>([
    ['half the usual time is not yet unusual', decided(3_000), 0],
    ['less than half is', decided(2_999), 8],
    ['a slow decision is not fast', decided(60_000), 0],
    ['a close says nothing about impulse', decided(500, 'close'), 0],
    ['a pasted line has no typing time', decided(10, 'buy', true), 0],
    ['a negative time is no time', decided(-1), 0],
    ['a time of hours is a line left behind', decided(HOUR_MS), 0],
  ])('%s', (_name, event, points) => {
    expect(scoreAfter([[event, noon]], noon).score).toBe(points);
  });

  it('learns what is usual for the trader', () => {
    const swift: Given[] = Array.from({ length: 200 }, (_, index) => [
      decided(1_500),
      noon + index * HOUR_MS,
    ]);
    const later = noon + 300 * HOUR_MS;
    expect(scoreAfter([[decided(2_000), later]], later).score).toBe(8);
    expect(scoreAfter([...swift, [decided(2_000), later]], later).score).toBe(0);
    expect(scoreAfter([...swift, [decided(900), later]], later).score).toBe(8);
  });

  it('is not taught by decisions made above NORMAL', () => {
    const tilted: Given[] = [
      [{ kind: 'tilt.levelChanged', from: 'NORMAL', to: 'CAUTION', score: 30, message: '' }, noon],
    ];
    for (let index = 0; index < 40; index += 1) tilted.push([decided(500), noon + index * HOUR_MS]);
    expect(stateAfter(tilted).detector.decisionSpeed.learned).toEqual([]);
  });
});

describe('levels', () => {
  it('rise with evidence of several kinds up to a lock', () => {
    const loop = tiltLoop(rules);
    let at = noon;
    for (let index = 0; index < 9; index += 1)
      loop.give(entry('BTCUSDT', `c${index}`), (at += 10 * SECOND_MS));
    expect(loop.state().level).toBe('NORMAL');
    loop.give(closed(), (at += SECOND_MS));
    loop.give(refused('BTCUSDT', 'r1'), (at += SECOND_MS));
    expect(loop.state().level).toBe('CAUTION');
    loop.give(refused('BTCUSDT', 'r2'), (at += SECOND_MS));
    expect(loop.state().level).toBe('WARNING');
    loop.give(decided(400), (at += SECOND_MS));
    expect(loop.state().level).toBe('WARNING');
    loop.give(decided(400), (at += SECOND_MS));
    expect(loop.state().level).toBe('LOCKED');
    expect(loop.state().lock).toMatchObject({ byEvidence: true, lockedAt: at, untilMs: at + 5 * MINUTE_MS });
  });
});

describe('a clock that jumps', () => {
  it('backwards by a year does not keep old points alive for a year', () => {
    const given: Given[] = [
      [closed(), noon],
      [refused(), noon + 1],
      [decided(7_000), noon - 365 * 24 * HOUR_MS],
    ];
    expect(scoreAfter(given, noon - 365 * 24 * HOUR_MS).score).toBe(35);
    expect(scoreAfter(given, noon - 365 * 24 * HOUR_MS + 36 * MINUTE_MS).score).toBe(0);
  });

  it('that is not a number changes nothing', () => {
    const state = stateAfter([[closed(), noon]]);
    expect(evolveTilt(state, { eventId: 'x', at: Number.NaN, event: entry() })).toBe(state);
    expect(
      scoreTilt(
        stateAfter([
          [closed(), noon],
          [refused(), noon + 1],
        ]),
        Number.NaN,
        rules,
      ).score,
    ).toBe(35);
  });
});
