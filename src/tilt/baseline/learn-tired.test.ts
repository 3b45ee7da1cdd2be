// Late hours slow a trader down, and that is usual for them; nothing else is excused by the hour.
import { describe, expect, it } from 'vitest';
import type { BehaviourFact } from '../../core/behaviour.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/time.ts';
import { initialDetection, observe, withoutTeaching, type Detection } from '../detector/observe.ts';
import { TIRED_AFTER_MS } from '../detector/recorder.ts';
import { MEASURES, measureIndex } from './channels.ts';
import { ALERT, initialBaseline, profiles, STRESSED, TIRED, TIRED_MEASURES } from './baseline.ts';
import { learnTired, TIRED_MAX } from './learn-tired.ts';
import type { Lesson } from './learn.ts';

const { decision, size, typing } = measureIndex;
const firstDay = Date.UTC(2026, 0, 5, 8);
const lateOf = (state: Detection, measure: number, profile = TIRED): number =>
  state.baseline.profile[measure * profiles.length + profile]!;

type Day = { readonly slower?: number; readonly larger?: number; readonly hours?: number };

/** A calm day, an order every ten minutes; after three hours decisions are slower and stakes larger by a factor. */
function playDay(from: Detection, day: number, { slower = 1, larger = 1, hours = 6 }: Day): Detection {
  let state = observe(from, {
    t: firstDay + day * DAY_MS,
    id: `d${day}`,
    fact: { type: 'session.start' },
  });
  for (let trade = 0; trade < hours * 6; trade += 1) {
    const elapsed = trade * 10 * MINUTE_MS;
    const late = elapsed >= TIRED_AFTER_MS;
    const life = 0.8 + 0.4 * (((day * 7 + trade * 13) % 11) / 11);
    const id = `d${day}t${trade}`;
    const fact: BehaviourFact = {
      type: 'order',
      id,
      symbol: 'BTCUSDT',
      side: trade % 2 === 0 ? 'BUY' : 'SELL',
      notional: 200 * life * (late ? larger : 1),
      kind: 'MARKET',
      decisionMs: 6_000 * life * (late ? slower : 1),
      afterLossMs: null,
      reduces: false,
    };
    state = observe(state, { t: firstDay + day * DAY_MS + elapsed, id, fact });
  }
  return state;
}

function playDays(days: number, how: Day): Detection {
  let state = initialDetection;
  for (let day = 0; day < days; day += 1) {
    state = observe(playDay(state, day, how), {
      t: firstDay + day * DAY_MS + 7 * HOUR_MS,
      id: `d${day}end`,
      fact: { type: 'session.end' },
    });
  }
  return state;
}

describe('late hours', () => {
  it('given calm days that slow down after three hours, when they end, then that is usual late and not early', () => {
    const taught = playDays(30, { slower: 1.2 });
    const scale = Math.sqrt(taught.baseline.variance[decision]!);
    expect(taught.baseline.sessions).toBe(30);
    expect(lateOf(taught, decision)).toBeGreaterThan(0.03);
    expect(lateOf(taught, decision)).toBeLessThanOrEqual(TIRED_MAX * scale);
    expect(lateOf(taught, decision)).toBeGreaterThan(lateOf(taught, decision, ALERT));
    expect(lateOf(taught, decision, STRESSED)).toBe(0);
  });

  it.each([
    { what: 'a hurry late in the day', how: { slower: 0.8 }, measure: decision },
    { what: 'the same pace all day', how: {}, measure: decision },
    { what: 'larger stakes late in the day', how: { larger: 1.2 }, measure: size },
    { what: 'a day that ends with the third hour', how: { slower: 1.2, hours: 3 }, measure: decision },
  ])('given $what, when it was so for thirty days, then lateness excuses nothing', ({ how, measure }) => {
    expect(lateOf(playDays(30, how), measure)).toBeCloseTo(0, 2);
    expect(lateOf(playDays(30, how), measure)).toBeGreaterThanOrEqual(0);
  });

  it('given a day in which an intervention was in force, then its late hours teach nothing', () => {
    const before = playDays(10, { slower: 1.2 });
    const after = observe(withoutTeaching(playDay(before, 10, { slower: 1.2 })), {
      t: firstDay + 10 * DAY_MS + 7 * HOUR_MS,
      id: 'end',
      fact: { type: 'session.end' },
    });
    expect(after.baseline.profile).toEqual(before.baseline.profile);
  });
});

/** A session of the measure: early and late observations, and how far apart, in deviations. */
const lesson = (measure: number, early: number, late: number, apart: number): Lesson => {
  const at = <T>(length: number, place: number, value: T, rest: T): T[] =>
    Array.from({ length }, (_, index) => (index === place ? value : rest));
  const place = TIRED_MEASURES.indexOf(measure);
  return {
    count: at(MEASURES, measure, early + late, 0),
    sum: at(MEASURES, measure, late * apart, 0),
    tiredCount: at(TIRED_MEASURES.length, place, late, 0),
    tiredSum: at(TIRED_MEASURES.length, place, late * apart, 0),
    squares: [],
    volatility: [],
    outcomeCount: [],
    outcomeSum: [],
    rateCount: [],
    exposure: [],
    hours: [],
    hourCell: 0,
    profile: ALERT,
  };
};

describe('what one session teaches of late hours', () => {
  it.each([
    { early: 3, late: 3, apart: 1, learned: true },
    { early: 2, late: 30, apart: 1, learned: false },
    { early: 30, late: 2, apart: 1, learned: false },
    { early: 30, late: 30, apart: -1, learned: false },
  ])('given $early early and $late late at $apart apart, then learned is $learned', (row) => {
    const { variance } = initialBaseline;
    const next = {
      variance,
      profile: initialBaseline.profile.slice(),
      profileDoubt: initialBaseline.profileDoubt.slice(),
    };
    learnTired(next, lesson(typing, row.early, row.late, row.apart));
    expect(next.profile[typing * profiles.length + TIRED]! > 0).toBe(row.learned);
  });

  it('given any number of very slow late hours, then the most is believed and no more', () => {
    const { variance } = initialBaseline;
    const next = {
      variance,
      profile: initialBaseline.profile.slice(),
      profileDoubt: initialBaseline.profileDoubt.slice(),
    };
    for (let session = 0; session < 500; session += 1) learnTired(next, lesson(typing, 50, 50, 3));
    expect(next.profile[typing * profiles.length + TIRED]).toBeCloseTo(
      TIRED_MAX * Math.sqrt(variance[typing]!),
      10,
    );
  });
});
