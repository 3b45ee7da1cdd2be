import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candleAt, madeCandles } from '../../../tests/builders/candles.ts';
import { toNumber } from '../../core/money.ts';
import type { Candle } from '../../core/ports/market-feed.ts';
import { MINUTE_MS } from '../../core/time.ts';
import { smaCross } from './sma-cross.ts';

type Wish = readonly [minute: number, kind: 'enter' | 'exit'];

/** Wishes over the candles, each followed as if filled at once. */
function wishes(candles: readonly Candle[]): readonly Wish[] {
  let { initial: state } = smaCross;
  let isOpen = false;
  const found: Wish[] = [];
  for (const [minute, candle] of candles.entries()) {
    const step = smaCross.onCandle(state, { symbol: 'BTCUSDT', candle, isOpen });
    ({ state } = step);
    for (const { kind } of step.signals) {
      found.push([minute, kind]);
      isOpen = kind === 'enter';
    }
  }
  return found;
}

/** The rule read from its one sentence, with nothing carried over from candle to candle. */
function byTheBook(closes: readonly number[]): readonly Wish[] {
  const mean = (end: number, count: number): number =>
    closes.slice(end - count + 1, end + 1).reduce((sum, close) => sum + close, 0) / count;
  const above = (end: number): boolean => mean(end, 10) > mean(end, 30);
  const found: Wish[] = [];
  let isOpen = false;
  for (let minute = 29; minute < closes.length; minute += 1) {
    if (!isOpen && minute > 29 && above(minute) && !above(minute - 1)) {
      found.push([minute, 'enter']);
      isOpen = true;
    } else if (isOpen && !above(minute)) {
      found.push([minute, 'exit']);
      isOpen = false;
    }
  }
  return found;
}

const minutes = (closes: readonly number[]): readonly Candle[] =>
  closes.map((close, index) => candleAt(index * MINUTE_MS, close));

const fallThenRise = [
  ...Array.from({ length: 40 }, (_, index) => 200 - index),
  ...Array.from({ length: 20 }, (_, index) => 160 + 3 * index),
];

describe('sma_cross', () => {
  it('makes exactly these wishes on the made candles', () => {
    // Golden: from tests/fixtures/candles/BTCUSDT-1m-made.csv, checked against byTheBook below.
    expect(wishes(madeCandles()).map(([minute, kind]) => `${minute} ${kind}`)).toEqual([
      '108 enter',
      '155 exit',
      '195 enter',
      '261 exit',
      '307 enter',
      '338 exit',
      '345 enter',
      '381 exit',
      '412 enter',
      '466 exit',
      '524 enter',
      '560 exit',
    ]);
  });

  it('agrees with its one-sentence description on any closes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 25, maxLength: 120 }), (closes) => {
        expect(wishes(minutes(closes))).toEqual(byTheBook(closes));
      }),
    );
    expect(byTheBook(madeCandles().map(({ close }) => toNumber(close)))).toEqual(wishes(madeCandles()));
  });

  it('says nothing before thirty candles, nor for having started above', () => {
    expect(wishes(minutes(Array.from({ length: 60 }, (_, index) => 100 + index)))).toEqual([]);
  });

  it('enters once on the way up and does not ask again while open', () => {
    expect(wishes(minutes(fallThenRise)).map(([, kind]) => kind)).toEqual(['enter']);
  });

  it('warms up anew after a hole of more than half an hour', () => {
    const candles = minutes(fallThenRise).map((candle, index) =>
      index < 45 ? candle : { ...candle, openTime: candle.openTime + 31 * MINUTE_MS },
    );
    expect(wishes(candles)).toEqual([]);
  });

  it('leaves the state it was given as it was', () => {
    const before = smaCross.onCandle(smaCross.initial, {
      symbol: 'BTCUSDT',
      candle: candleAt(0, 5),
      isOpen: false,
    }).state;
    const copy = structuredClone(before);
    smaCross.onCandle(before, { symbol: 'BTCUSDT', candle: candleAt(MINUTE_MS, 6), isOpen: false });
    expect(before).toEqual(copy);
  });
});
