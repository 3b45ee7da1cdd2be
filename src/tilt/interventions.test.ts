import { describe, expect, it } from 'vitest';
import { testRules } from '../../tests/builders/rules.ts';
import { scriptedLoop as tiltLoop } from '../../tests/builders/scripted-tilt.ts';
import {
  closed,
  decided,
  entry,
  journal,
  noon,
  refused,
  type TiltLoop as WholeLoop,
} from '../../tests/builders/tilt.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../core/time.ts';
import { clearForEntry, journalWordsRequired, lockAskedFor, sizeMultiplierBps } from './interventions.ts';
import { initialInterventions } from './interventions-state.ts';
import { levelMessage } from './messages.ts';

type TiltLoop = Omit<WholeLoop, 'tilt'>;
const rules = testRules().trading.tilt;
const clear = (loop: TiltLoop, at: number, symbol = 'ETHUSDT'): string | null =>
  clearForEntry(loop.state(), at, symbol, rules)?.code ?? null;
const size = (loop: TiltLoop, at: number): number => sizeMultiplierBps(loop.state(), at, rules);

let run = 0;

/** Two attempts to go back in right after a stop: 60 points, WARNING. */
function toWarning(loop: TiltLoop, at: number): void {
  run += 1;
  loop.give(closed(), at);
  loop.give(refused('BTCUSDT', `w${run}a`), at + 1);
  loop.give(refused('BTCUSDT', `w${run}b`), at + 2);
}

/** Hasty decisions on top: LOCKED at `at + 10`. */
function toLock(loop: TiltLoop, at: number): void {
  toWarning(loop, at);
  for (let index = 0; index < 3; index += 1) loop.give(decided(300), at + 10);
}

describe('WARNING', () => {
  it('pauses entries until a journal entry, then opens at half size for an hour', () => {
    const loop = tiltLoop(rules);
    toWarning(loop, noon);
    expect(loop.state()).toMatchObject({ level: 'WARNING', paused: true });
    expect(clearForEntry(loop.state(), noon + 3, 'ETHUSDT', rules)).toEqual({
      code: 'tilt.paused',
      figures: { wordsMin: 500 },
    });
    expect(journalWordsRequired(loop.state(), rules)).toBe(500);

    const written = noon + 10 * MINUTE_MS;
    loop.give(journal(), written);
    expect(loop.state().level).toBe('CAUTION');
    expect(clear(loop, written)).toBeNull();
    expect(journalWordsRequired(loop.state(), rules)).toBe(0);
    expect(size(loop, written + HOUR_MS - 1)).toBe(5_000);
    expect(size(loop, written + HOUR_MS)).toBe(10_000);
  });

  it('does not end by waiting: the points fade, the journal is still asked for', () => {
    const loop = tiltLoop(rules);
    toWarning(loop, noon);
    for (let minute = 1; minute <= 300; minute += 1) loop.wait(noon + minute * MINUTE_MS);
    expect(loop.state().score).toBe(0);
    expect(clear(loop, noon + 5 * HOUR_MS)).toBe('tilt.paused');
  });

  it('comes back with new evidence, not with the old', () => {
    const loop = tiltLoop(rules);
    toWarning(loop, noon);
    loop.give(journal(), noon + MINUTE_MS);
    expect(loop.wait(noon + MINUTE_MS + SECOND_MS)).toEqual([]);
    toWarning(loop, noon + 2 * MINUTE_MS);
    expect(clear(loop, noon + 3 * MINUTE_MS)).toBe('tilt.paused');
    for (let minute = 4; minute <= 200; minute += 1) loop.wait(noon + minute * MINUTE_MS);
    expect(clear(loop, noon + 200 * MINUTE_MS)).toBe('tilt.paused');
  });
});

describe('LOCKED', () => {
  it('rests entries for five minutes and until the journal is written', () => {
    const loop = tiltLoop(rules);
    toLock(loop, noon);
    const until = noon + 10 + 5 * MINUTE_MS;
    expect(clearForEntry(loop.state(), noon + MINUTE_MS, 'ETHUSDT', rules)).toMatchObject({
      code: 'tilt.locked',
      figures: { untilMs: until, wordsMin: 500 },
    });
    loop.wait(until);
    expect(clear(loop, until)).toBe('tilt.locked');
    loop.give(journal(), until + MINUTE_MS);
    expect(clear(loop, until + MINUTE_MS)).toBeNull();
    expect(loop.state()).toMatchObject({ level: 'CAUTION', lock: null, calmTrades: 0 });
  });

  it('is not shortened by writing the journal early', () => {
    const loop = tiltLoop(rules);
    toLock(loop, noon);
    loop.give(journal(), noon + MINUTE_MS);
    expect(clear(loop, noon + MINUTE_MS)).toBe('tilt.locked');
    expect(loop.wait(noon + 10 + 5 * MINUTE_MS - 1)).not.toContainEqual(
      expect.objectContaining({ kind: 'tilt.lockEnded' }),
    );
    loop.wait(noon + 10 + 5 * MINUTE_MS);
    expect(clear(loop, noon + 10 + 5 * MINUTE_MS)).toBeNull();
  });

  it('takes the next step when it comes again, and starts over after a week', () => {
    const loop = tiltLoop(rules);
    const lengths: number[] = [];
    let at = noon;
    for (const pauseMs of [HOUR_MS, HOUR_MS, 2 * DAY_MS, 8 * DAY_MS, 0]) {
      toLock(loop, at);
      const { lock } = loop.state();
      if (lock === null) throw new Error('no lock');
      lengths.push(lock.untilMs - lock.lockedAt);
      loop.give(journal(`h${at}`), lock.untilMs);
      at = lock.untilMs + pauseMs;
      loop.wait(at);
    }
    expect(lengths).toEqual([5, 30, 1_440, 1_440, 5].map((minutes) => minutes * MINUTE_MS));
  });

  it('does not begin again on the evidence it has already answered', () => {
    const loop = tiltLoop(rules);
    toLock(loop, noon);
    loop.give(journal(), noon + MINUTE_MS);
    loop.wait(noon + 10 + 5 * MINUTE_MS);
    const after = Array.from({ length: 60 }, (_, minute) =>
      loop.wait(noon + (6 + minute) * MINUTE_MS),
    ).flat();
    expect(after.map(({ kind }) => kind)).not.toContain('tilt.locked');
  });

  it('gives size back in quarters, by calm trades', () => {
    const loop = tiltLoop(rules);
    toLock(loop, noon);
    loop.give(journal(), noon + MINUTE_MS);
    let at = noon + HOUR_MS;
    loop.wait(at);
    const sizes: number[] = [];
    for (let trade = 0; trade < 7; trade += 1) {
      sizes.push(size(loop, at));
      loop.give(closed('manual'), (at += 3 * HOUR_MS));
    }
    expect(sizes).toEqual([2_500, 2_500, 5_000, 5_000, 7_500, 7_500, 10_000]);
  });

  it('keeps its full length when the clock steps back', () => {
    const loop = tiltLoop(rules);
    toLock(loop, noon);
    const back = noon - DAY_MS;
    loop.give(journal(), back);
    expect(loop.state().lock).toMatchObject({ lockedAt: back, untilMs: back + 5 * MINUTE_MS });
    expect(clear(loop, back + 5 * MINUTE_MS - 1)).toBe('tilt.locked');
    loop.wait(back + 5 * MINUTE_MS);
    expect(clear(loop, back + 5 * MINUTE_MS)).toBeNull();
  });
});

describe('a lock the trader asked for', () => {
  it('ends by time alone, and not before', () => {
    const loop = tiltLoop(rules);
    loop.give(lockAskedFor(DAY_MS, noon), noon);
    expect(clearForEntry(loop.state(), noon + HOUR_MS, 'BTCUSDT', rules)).toEqual({
      code: 'tilt.locked',
      figures: { untilMs: noon + DAY_MS, remainingMs: DAY_MS - HOUR_MS, wordsMin: 0 },
    });
    expect(loop.wait(noon + DAY_MS - 1)).toEqual([]);
    expect(loop.wait(noon + DAY_MS)).toEqual([{ kind: 'tilt.lockEnded', reason: 'timeOver' }]);
    expect(clear(loop, noon + DAY_MS)).toBeNull();
    expect(size(loop, noon + DAY_MS)).toBe(10_000);
  });

  it('cannot be shortened by asking for a shorter one', () => {
    const loop = tiltLoop(rules);
    loop.give(lockAskedFor(DAY_MS, noon), noon);
    loop.give(lockAskedFor(MINUTE_MS, noon + 1), noon + 1);
    expect(loop.state().lock?.untilMs).toBe(noon + DAY_MS);
  });
});

describe('re-entry after a stop', () => {
  it('is refused for a minute whatever the score, in that pair only, on every path', () => {
    const loop = tiltLoop(rules);
    loop.give(closed('stop_loss', 'BTCUSDT'), noon);
    expect(loop.scores.at(-1)?.score).toBe(0);
    expect(clearForEntry(loop.state(), noon + 20_000, 'BTCUSDT', rules)).toEqual({
      code: 'tilt.reentryAfterStop',
      figures: { symbol: 'BTCUSDT', waitMs: 40_000 },
    });
    expect(clear(loop, noon + 59_999, 'BTCUSDT')).toBe('tilt.reentryAfterStop');
    expect(clear(loop, noon + 60_000, 'BTCUSDT')).toBeNull();
    expect(clear(loop, noon + 1, 'ETHUSDT')).toBeNull();
  });

  it('is refused when the time is not a number', () => {
    const loop = tiltLoop(rules);
    loop.give(closed(), noon);
    expect(clearForEntry(loop.state(), Number.NaN, 'BTCUSDT', rules)).toMatchObject({
      figures: { waitMs: 60_000 },
    });
  });
});

describe('what is recorded', () => {
  it('is nothing on a calm day', () => {
    const loop = tiltLoop(rules);
    const said = [
      loop.give(decided(8_000), noon),
      loop.give(entry(), noon + 1),
      loop.give(closed('manual'), noon + HOUR_MS),
    ];
    expect(said.flat()).toEqual([]);
  });

  it('is the score with its evidence, then the level with its message, then the lock', () => {
    const loop = tiltLoop(rules);
    toWarning(loop, noon);
    loop.give(decided(300), noon + 3);
    loop.give(decided(300), noon + 4);
    const events = loop.give(decided(300), noon + 5);
    expect(events.map(({ kind }) => kind)).toEqual(['tilt.scored', 'tilt.levelChanged', 'tilt.locked']);
    expect(events[0]).toMatchObject({
      score: 84,
      level: 'LOCKED',
      indicators: ['reentryAfterStop', 'decisionSpeed'],
      figures: { reentryAfterStop: 60, decisionSpeed: 24 },
    });
    expect(loop.wait(noon + 6)).toEqual([]);
  });

  it('does not fill the log while points fade', () => {
    const loop = tiltLoop(rules);
    loop.give(closed(), noon);
    loop.give(refused(), noon + 1);
    const said: string[] = [];
    for (let second = 1; second <= 3_600; second += 1)
      said.push(...loop.wait(noon + second * SECOND_MS).map(({ kind }) => kind));
    expect(said.filter((kind) => kind === 'tilt.scored').length).toBeLessThanOrEqual(8);
    expect(loop.state()).toMatchObject({ score: 0, level: 'NORMAL' });
  });

  it.each(['NORMAL', 'CAUTION', 'WARNING', 'LOCKED'] as const)('the words for %s are calm', (level) => {
    const words = levelMessage(level, [], rules);
    expect(words).not.toMatch(/!|error|tilting|fail|wrong|must/i);
    expect(words.split('. ').length).toBeGreaterThanOrEqual(3);
  });

  it('the size is whole before anything happened', () => {
    expect(sizeMultiplierBps(initialInterventions, noon, rules)).toBe(10_000);
  });
});
