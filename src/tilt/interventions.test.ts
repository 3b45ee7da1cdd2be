import { describe, expect, it } from 'vitest';
import { interventionsLoop, type InterventionsLoop } from '../../tests/builders/interventions.ts';
import { testRules } from '../../tests/builders/rules.ts';
import { closed, journal, noon, reconciled, reviewed } from '../../tests/builders/tilt.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../core/time.ts';
import { clearForEntry, holdsEntries, journalWordsRequired } from './interventions.ts';
import { initialInterventions } from './interventions-state.ts';
import { recoveryChecklist } from './recovery.ts';
import { sizeMultiplierBps } from './return-size.ts';

const rules = testRules().trading;
const clear = (loop: InterventionsLoop, at: number, symbol = 'ETHUSDT'): string | null =>
  clearForEntry(loop.state(), at, symbol, rules)?.code ?? null;
const size = (loop: InterventionsLoop, at: number): number =>
  sizeMultiplierBps(loop.state(), at, rules.interventions);
const kinds = (events: readonly { readonly kind: string }[]): readonly string[] =>
  events.map(({ kind }) => kind);
const opened = (at: number) =>
  ({
    event: { kind: 'account.opened', accountId: 'a', mode: 'paper', quoteAsset: 'USDT', tier: 'SNIPER' },
    at,
  }) as const;

describe('CAUTION', () => {
  it('suggests and holds nothing back', () => {
    const loop = interventionsLoop(rules);
    loop.score(59, noon);
    expect(loop.state().level).toBe('CAUTION');
    expect(clear(loop, noon)).toBeNull();
    expect(holdsEntries(loop.state())).toBe(false);
    expect(size(loop, noon)).toBe(10_000);
    expect(loop.state().debt).toBe(0);
  });
});

describe('a score in the log', () => {
  it.each([
    ['below CAUTION a point more', 12, 13, false],
    ['up to the edge of the same ten', 12, 19, false],
    ['into another ten', 12, 20, true],
    ['the first ten', 0, 9, false],
    ['the first of another', 0, 10, true],
    ['into CAUTION', 29, 30, true],
    ['from CAUTION on a point more', 30, 31, true],
    ['close under WARNING', 58, 59, true],
    ['a fall of four', 25, 21, false],
    ['a fall of five', 25, 20, true],
    ['a fall to nothing', 13, 0, true],
  ])('%s', (_, before, after, written) => {
    const loop = interventionsLoop(rules, { ...initialInterventions, score: before });
    const said = after < before ? loop.fade(after, noon + SECOND_MS) : loop.score(after, noon + SECOND_MS);
    expect(kinds(said).includes('tilt.scored')).toBe(written);
  });

  it('that creeps up a point at a time is written down in every ten, and in every point from CAUTION on', () => {
    const loop = interventionsLoop(rules);
    for (let score = 1; score <= 33; score += 1) loop.score(score, noon + score * SECOND_MS);
    expect(loop.said('tilt.scored').map(({ score }) => score)).toEqual([10, 20, 30, 31, 32, 33]);
  });
});

describe('WARNING', () => {
  it('pauses entries until a journal entry, then opens at half size for an hour', () => {
    const loop = interventionsLoop(rules);
    loop.score(60, noon);
    expect(loop.state()).toMatchObject({ level: 'WARNING', paused: true });
    expect(clearForEntry(loop.state(), noon + 3, 'ETHUSDT', rules)).toEqual({
      code: 'tilt.paused',
      figures: { wordsMin: 500 },
    });
    expect(journalWordsRequired(loop.state(), rules)).toBe(500);

    const written = noon + 10 * MINUTE_MS;
    loop.fade(50, written);
    loop.give(journal(), written);
    expect(loop.state().level).toBe('CAUTION');
    expect(clear(loop, written)).toBeNull();
    expect(journalWordsRequired(loop.state(), rules)).toBe(0);
    expect(size(loop, written + HOUR_MS - 1)).toBe(5_000);
    expect(size(loop, written + HOUR_MS)).toBe(10_000);
  });

  it('does not end by waiting: the points fade, the journal is still asked for', () => {
    const loop = interventionsLoop(rules);
    loop.score(70, noon);
    loop.fade(0, noon + 5 * HOUR_MS);
    expect(loop.state().score).toBe(0);
    expect(clear(loop, noon + 5 * HOUR_MS)).toBe('tilt.paused');
  });

  it('is not answered by an entry of one’s own wish, which is held to no length', () => {
    const loop = interventionsLoop(rules);
    loop.score(70, noon);
    loop.give(
      { kind: 'journal.accepted', words: 2, textHash: 'x', reason: 'own wish', sketch: [] },
      noon + 1,
    );
    expect(clear(loop, noon + 2)).toBe('tilt.paused');
  });

  it('comes back with new evidence, not with the old', () => {
    const loop = interventionsLoop(rules);
    loop.score(65, noon);
    loop.give(journal(), noon + MINUTE_MS);
    expect(loop.wait(noon + MINUTE_MS + SECOND_MS)).toEqual([]);
    loop.score(66, noon + 2 * MINUTE_MS);
    expect(clear(loop, noon + 3 * MINUTE_MS)).toBe('tilt.paused');
  });
});

describe('the first 30 days', () => {
  const account = opened(noon);

  it.each([
    ['one moment before they are over', 30 * DAY_MS - 1, false],
    ['when they are over', 30 * DAY_MS, true],
  ])('a WARNING %s', (_name, after, holds) => {
    const loop = interventionsLoop(rules);
    loop.give(account.event, account.at);
    const [, changed] = loop.score(70, noon + after);
    expect(loop.state()).toMatchObject({ level: 'WARNING', paused: holds, debt: holds ? 10 : 0 });
    expect([...loop.said('tilt.levelChanged')].at(-1)).toMatchObject({ enforced: holds });
    expect(clear(loop, noon + after)).toBe(holds ? 'tilt.paused' : null);
    expect(changed).toBeDefined();
  });

  it('LOCKED-class evidence locks all the same', () => {
    const loop = interventionsLoop(rules);
    loop.give(account.event, account.at);
    loop.score(80, noon + DAY_MS);
    expect(clear(loop, noon + DAY_MS)).toBe('tilt.locked');
  });

  it('do not come back when the clock steps back', () => {
    const loop = interventionsLoop(rules);
    loop.give(account.event, account.at);
    loop.give(closed(), noon + 40 * DAY_MS);
    loop.score(70, noon - 365 * DAY_MS);
    expect(clear(loop, noon - 365 * DAY_MS)).toBe('tilt.paused');
  });

  it('a WARNING that was only shown binds once they are over and the score still stands', () => {
    const loop = interventionsLoop(rules);
    loop.give(account.event, account.at);
    loop.score(70, noon + 30 * DAY_MS - MINUTE_MS);
    expect(clear(loop, noon + 30 * DAY_MS - MINUTE_MS)).toBeNull();
    loop.wait(noon + 30 * DAY_MS);
    expect(clear(loop, noon + 30 * DAY_MS)).toBe('tilt.paused');
  });

  it('do not come back with a store that was lost', () => {
    const loop = interventionsLoop(rules);
    loop.give(opened(noon).event, noon);
    loop.give(
      { kind: 'history.lost', reason: 'gone', anchoredSequence: 9, anchoredHash: 'h', keptAs: null },
      noon,
    );
    loop.score(70, noon + DAY_MS);
    expect(loop.state().paused).toBe(true);
  });
});

describe('LOCKED', () => {
  const until = noon + 5 * MINUTE_MS;

  it('rests entries for five minutes and until every step of the checklist is done', () => {
    const loop = interventionsLoop(rules);
    loop.score(80, noon);
    expect(clearForEntry(loop.state(), noon + MINUTE_MS, 'ETHUSDT', rules)).toMatchObject({
      code: 'tilt.locked',
      figures: { untilMs: until, remainingMs: 4 * MINUTE_MS, wordsMin: 500 },
    });
    loop.wait(until);
    expect(clear(loop, until)).toBe('tilt.locked');
    loop.give(journal(), until + 1);
    expect(clear(loop, until + 1)).toBe('tilt.locked');
    loop.give(reviewed(), until + 2);
    expect(clear(loop, until + 2)).toBe('tilt.locked');
    loop.fade(40, until + 3);
    loop.give(reconciled(), until + 3);
    expect(clear(loop, until + 3)).toBeNull();
    expect(loop.state()).toMatchObject({ level: 'CAUTION', lock: null, calmTrades: 0 });
  });

  it('shows the checklist with the events behind each step', () => {
    const loop = interventionsLoop(rules);
    loop.score(80, noon);
    loop.give(journal(), noon + MINUTE_MS);
    const list = recoveryChecklist(loop.state(), noon + MINUTE_MS);
    expect(list.map(({ item, done, required }) => [item, done, required])).toEqual([
      ['rest', false, true],
      ['journal', true, true],
      ['review', false, true],
      ['account', false, true],
      ['breathing', false, false],
    ]);
    expect(list.find(({ item }) => item === 'journal')?.events).toEqual([loop.log.at(-1)?.eventId]);
    expect(list.find(({ item }) => item === 'review')?.events).toEqual([
      `evidence at ${noon}`,
      `evidence at ${noon}`,
    ]);
  });

  it('is not shortened by doing everything early', () => {
    const loop = interventionsLoop(rules);
    loop.score(80, noon);
    for (const event of [journal(), reviewed(), reconciled()]) loop.give(event, noon + MINUTE_MS);
    expect(clear(loop, noon + MINUTE_MS)).toBe('tilt.locked');
    expect(kinds(loop.wait(until - 1))).not.toContain('tilt.lockEnded');
    loop.wait(until);
    expect(clear(loop, until)).toBeNull();
  });

  it('takes the next step when it comes again, and starts over after a week', () => {
    const loop = interventionsLoop(rules);
    let at = noon;
    for (const pauseMs of [HOUR_MS, HOUR_MS, 2 * DAY_MS, 8 * DAY_MS, 0])
      at = loop.lockAndRecover(at) + pauseMs;
    expect(loop.said('tilt.locked').map(({ repetition }) => repetition)).toEqual([1, 2, 3, 4, 1]);
    const lengths = loop.log.flatMap(({ event, at: when }) =>
      event.kind === 'tilt.locked' ? [(event.untilMs - when) / MINUTE_MS] : [],
    );
    expect(lengths).toEqual([5, 30, 1_440, 1_440, 5]);
  });

  it('does not begin again on the evidence it has already answered', () => {
    const loop = interventionsLoop(rules);
    loop.score(90, noon);
    for (const event of [journal(), reviewed(), reconciled()]) loop.give(event, noon + MINUTE_MS);
    const after = Array.from({ length: 60 }, (_, minute) =>
      loop.wait(noon + (5 + minute) * MINUTE_MS),
    ).flat();
    expect(kinds(after)).not.toContain('tilt.locked');
  });

  it('keeps its full length when the clock steps back', () => {
    const loop = interventionsLoop(rules);
    loop.score(90, noon);
    const back = noon - DAY_MS;
    for (const event of [journal(), reviewed(), reconciled()]) loop.give(event, back);
    expect(loop.state().lock).toMatchObject({ lockedAt: back, untilMs: back + 5 * MINUTE_MS });
    expect(clear(loop, back + 5 * MINUTE_MS - 1)).toBe('tilt.locked');
    loop.wait(back + 5 * MINUTE_MS);
    expect(clear(loop, back + 5 * MINUTE_MS)).toBeNull();
  });

  it('is not ended by a time that is not a number', () => {
    const loop = interventionsLoop(rules);
    loop.score(90, noon);
    for (const event of [journal(), reviewed(), reconciled()]) loop.give(event, noon + 1);
    loop.wait(Number.NaN);
    expect(clear(loop, Number.NaN)).toBe('tilt.locked');
  });
});

describe('the way back', () => {
  it('gives size back in quarters, by calm trades', () => {
    const loop = interventionsLoop(testRules({ trading: { interventions: { debtMax: 1 } } }).trading);
    let at = loop.lockAndRecover(noon);
    const sizes: number[] = [];
    for (let trade = 0; trade < 7; trade += 1) {
      sizes.push(size(loop, at));
      at += HOUR_MS;
      loop.trade(`t${trade}`, at, 10 * MINUTE_MS);
    }
    expect(sizes).toEqual([2_500, 2_500, 5_000, 5_000, 7_500, 7_500, 10_000]);
  });

  it.each<readonly [name: string, heldMs: number, reason: 'manual' | 'stop_loss', counts: boolean]>([
    ['held for the time asked', 120_000, 'manual', true],
    ['closed by hand a moment sooner', 119_999, 'manual', false],
    ['stopped out soon after', 1_000, 'stop_loss', true],
  ])('a trade %s', (_name, heldMs, reason, counts) => {
    const loop = interventionsLoop(rules);
    const at = loop.lockAndRecover(noon);
    loop.trade('t', at + MINUTE_MS, heldMs, reason);
    expect(loop.state().calmTrades).toBe(counts ? 1 : 0);
    expect(loop.said('tilt.tradeJudged')).toMatchObject([{ positionId: 't', disciplined: counts }]);
  });

  it('one trade in parts counts once, and so do many in a row', () => {
    const loop = interventionsLoop(rules);
    const at = loop.lockAndRecover(noon) + MINUTE_MS;
    for (let part = 0; part < 9; part += 1) loop.trade(`t${part}`, at + part * MINUTE_MS, 3 * MINUTE_MS);
    expect(loop.state().calmTrades).toBe(1);
    loop.trade('later', at + 10 * MINUTE_MS, 3 * MINUTE_MS);
    expect(loop.state().calmTrades).toBe(2);
  });

  it('a position from before the lock, a strategy’s and one closed outside do not count', () => {
    const loop = interventionsLoop(rules);
    loop.trade('before', noon - HOUR_MS, 1);
    const at = loop.lockAndRecover(noon);
    loop.give(closed('manual'), at + HOUR_MS);
    expect(loop.state().calmTrades).toBe(0);
  });
});

describe('debt', () => {
  it('is what was gathered above WARNING, paid down by disciplined trades, and keeps size reduced until then', () => {
    const loop = interventionsLoop(rules);
    loop.score(75, noon);
    expect(loop.state().debt).toBe(15);
    loop.give(journal(), noon + MINUTE_MS);
    loop.fade(0, noon + HOUR_MS);
    let at = noon + 3 * HOUR_MS;
    expect(size(loop, at)).toBe(5_000);
    loop.trade('one', at, 5 * MINUTE_MS);
    expect(loop.state().debt).toBe(5);
    expect(size(loop, (at += HOUR_MS))).toBe(5_000);
    loop.trade('two', at, 5 * MINUTE_MS);
    expect(loop.state().debt).toBe(0);
    expect(size(loop, at + HOUR_MS)).toBe(10_000);
    expect(loop.said('tilt.debtChanged').map(({ delta, evidence }) => [delta, evidence.length > 0])).toEqual([
      [15, true],
      [-10, true],
      [-5, true],
    ]);
  });

  it('grows again with each new rise and never past one full score', () => {
    const loop = interventionsLoop(rules);
    for (let round = 0; round < 20; round += 1) {
      loop.score(79, noon + round * 2 * MINUTE_MS);
      loop.fade(50, noon + (round * 2 + 1) * MINUTE_MS);
    }
    expect(loop.state().debt).toBe(100);
  });
});

describe('coming close to WARNING', () => {
  const approach = (loop: InterventionsLoop, at: number): void => {
    loop.score(52, at);
    loop.fade(29, at + 10 * MINUTE_MS);
  };

  it('again and again brings it nearer, for a day', () => {
    const loop = interventionsLoop(rules);
    for (let time = 0; time < 3; time += 1) approach(loop, noon + time * HOUR_MS);
    expect(loop.said('tilt.approached').map(({ approaches }) => approaches)).toEqual([1, 2, 3]);
    loop.score(50, noon + 4 * HOUR_MS);
    expect(clear(loop, noon + 4 * HOUR_MS)).toBe('tilt.paused');
  });

  it('once changes nothing, and is forgotten after a day', () => {
    const loop = interventionsLoop(rules);
    approach(loop, noon);
    loop.score(59, noon + HOUR_MS);
    expect(clear(loop, noon + HOUR_MS)).toBeNull();
    const rested = interventionsLoop(rules);
    for (let time = 0; time < 3; time += 1) approach(rested, noon + time * HOUR_MS);
    rested.score(59, noon + 2 * DAY_MS);
    expect(clear(rested, noon + 2 * DAY_MS)).toBeNull();
  });

  it('does not count below the distance', () => {
    const loop = interventionsLoop(rules);
    loop.score(49, noon);
    loop.fade(0, noon + HOUR_MS);
    expect(loop.said('tilt.approached')).toEqual([]);
  });
});

describe('re-entry after a stop', () => {
  it('is refused for a minute whatever the score, in that pair only', () => {
    const loop = interventionsLoop(rules);
    loop.give(closed('stop_loss', 'BTCUSDT'), noon);
    expect(clearForEntry(loop.state(), noon + 20_000, 'BTCUSDT', rules)).toEqual({
      code: 'tilt.reentryAfterStop',
      figures: { symbol: 'BTCUSDT', waitMs: 40_000 },
    });
    expect(clear(loop, noon + 59_999, 'BTCUSDT')).toBe('tilt.reentryAfterStop');
    expect(clear(loop, noon + 60_000, 'BTCUSDT')).toBeNull();
    expect(clear(loop, noon + 1, 'ETHUSDT')).toBeNull();
  });

  it('is refused when the time is not a number', () => {
    const loop = interventionsLoop(rules);
    loop.give(closed(), noon);
    expect(clearForEntry(loop.state(), Number.NaN, 'BTCUSDT', rules)).toMatchObject({
      figures: { waitMs: 60_000 },
    });
  });
});

describe('what is recorded', () => {
  it('is nothing on a calm day', () => {
    const loop = interventionsLoop(rules);
    expect([...loop.trade('t', noon, HOUR_MS), ...loop.wait(noon + 2 * HOUR_MS)]).toEqual([]);
  });

  it('is the score with its evidence, the debt, the level with its message, then the lock', () => {
    const loop = interventionsLoop(rules);
    const events = loop.score(84, noon);
    expect(kinds(events)).toEqual(['tilt.scored', 'tilt.debtChanged', 'tilt.levelChanged', 'tilt.locked']);
    expect(events[0]).toMatchObject({ score: 84, level: 'LOCKED', figures: { decisionSpeed: 42 } });
    expect(loop.wait(noon + 6)).toEqual([]);
  });

  it('does not fill the log while points fade', () => {
    const loop = interventionsLoop(rules);
    loop.score(35, noon);
    const said = Array.from({ length: 36 }, (_, step) =>
      loop.fade(35 - step, noon + step * SECOND_MS),
    ).flat();
    expect(kinds(said).filter((kind) => kind === 'tilt.scored').length).toBeLessThanOrEqual(8);
    expect(loop.state()).toMatchObject({ score: 0, level: 'NORMAL' });
  });

  it('the size is whole before anything happened', () => {
    expect(sizeMultiplierBps(initialInterventions, noon, rules.interventions)).toBe(10_000);
  });
});
