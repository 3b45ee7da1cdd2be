// Stakes follow the account, and nothing else does: a deposit becomes usual, doubling day by day does not.
import { describe, expect, it } from 'vitest';
import type { BehaviourFact } from '../../core/behaviour.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/time.ts';
import { initialDetection, observe, type Detection } from '../detector/observe.ts';
import { initialBaseline, type Baseline } from './baseline.ts';
import { measureIndex } from './channels.ts';
import { learnOpening } from './learn-opening.ts';

const CAUTION = 30;
const LOCKED = 80;
const firstDay = Date.UTC(2026, 0, 5, 12);

/** One calm day of ten trades at about this stake; gives the state after it and its highest score. */
function playDay(from: Detection, day: number, stake: number): { state: Detection; highest: number } {
  let state = from;
  let highest = 0;
  let at = firstDay + day * DAY_MS;
  const tell = (fact: BehaviourFact, id: string): void => {
    state = observe(state, { t: at, id, fact });
    highest = Math.max(highest, state.score);
  };
  for (let trade = 0; trade < 10; trade += 1) {
    const life = ((day * 7 + trade * 13) % 11) / 11;
    const id = `d${day}t${trade}`;
    const notional = stake * (0.85 + 0.3 * life);
    at += (4 + 6 * life) * MINUTE_MS;
    tell(
      {
        type: 'order',
        id,
        symbol: 'BTCUSDT',
        side: 'BUY',
        notional,
        kind: 'MARKET',
        decisionMs: 5_000 + 3_000 * life,
        afterLossMs: null,
        reduces: false,
      },
      id,
    );
    at += (6 + 8 * life) * MINUTE_MS;
    const won = trade % 3 !== 0;
    tell(
      {
        type: 'fill',
        id: `${id}x`,
        symbol: 'BTCUSDT',
        side: 'SELL',
        price: 100,
        quantity: notional / 100,
        opens: false,
        closedBy: won ? 'target' : 'stop',
        realizedPnl: won ? 1 : -1,
      },
      `${id}x`,
    );
  }
  tell({ type: 'session.end' }, `d${day}end`);
  return { state, highest };
}

function playDays(
  from: Detection,
  first: number,
  stakes: readonly number[],
): { state: Detection; highest: number[] } {
  let state = from;
  const highest: number[] = [];
  for (const [index, stake] of stakes.entries()) {
    const played = playDay(state, first + index, stake);
    state = played.state;
    highest.push(played.highest);
  }
  return { state, highest };
}

const calmMonth = playDays(
  initialDetection,
  0,
  Array.from({ length: 25 }, () => 100),
).state;
const size = measureIndex.size;

describe('a deposit', () => {
  it('never locks, and is the usual after two days', () => {
    const { highest } = playDays(calmMonth, 25, [300, 300, 300, 300, 300]);
    expect(Math.max(...highest)).toBeLessThan(LOCKED);
    for (const score of highest.slice(2)) expect(score).toBeLessThan(CAUTION);
  });

  it('followed by a withdrawal comes back as it went', () => {
    const risen = playDays(calmMonth, 25, [300, 300, 300]).state;
    const back = playDays(risen, 28, [100, 100, 100]);
    expect(back.highest.at(-1)).toBeLessThan(CAUTION);
    expect(back.state.baseline.location[size]!).toBeCloseTo(calmMonth.baseline.location[size]!, 0);
  });
});

describe('doubling from day to day', () => {
  it('stays ahead of what is usual', () => {
    const { highest } = playDays(calmMonth, 25, [200, 400, 800, 1_600, 3_200]);
    for (const score of highest) expect(score).toBeGreaterThanOrEqual(CAUTION);
  });
});

describe('an opening', () => {
  const settled: Baseline = calmMonth.baseline;
  const at = firstDay + 40 * DAY_MS;
  const far = Math.log(3);
  const learn = (baseline: Baseline, mean: number, time: number): Baseline =>
    learnOpening(baseline, baseline, { mean, count: 3, at: time });

  it.each([
    ['the next day', far, far, DAY_MS, far],
    ['after a night', far, far, 8 * HOUR_MS, far],
    ['the same evening', far, far, 8 * HOUR_MS - 1, 0],
    ['on a clock that stepped back', far, far, -DAY_MS, 0],
    ['the other way', far, -far, DAY_MS, 0],
    ['less far', far, far / 2, DAY_MS, far / 2],
    ['near the usual', far, 0.01, DAY_MS, 0],
    ['ten times as far as anything is believed at once', Math.log(40), Math.log(40), DAY_MS, Math.log(4)],
  ])(
    'twice, the second %s, moves the level by as much as both agree on',
    (_, first, second, apart, moved) => {
      const after = learn(learn(settled, first, at), second, at + apart);
      expect(after.location[size]! - settled.location[size]!).toBeCloseTo(moved, 10);
      expect(after.anchor[size]! - settled.anchor[size]!).toBeCloseTo(moved, 10);
    },
  );

  it('of an account nobody knows yet is not far from anything', () => {
    expect(learn(initialBaseline, far, at)).toBe(initialBaseline);
  });
});
