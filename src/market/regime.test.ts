import { describe, expect, it } from 'vitest';
import type { MarketState } from '../core/vocabulary.ts';
import {
  classify,
  createRegimeRecorder,
  regimeLimits,
  type RegimeFigures,
  type RegimeRecorder,
} from './regime.ts';

/** Usual in every way, though of a symbol that moves enough to be volatile. */
const usual: RegimeFigures = {
  ratio: 1,
  minuteBps: 15,
  rank: 0.5,
  spreadBps: 1,
  spreadRatio: 1,
  moveSigmas: 1,
  moveBps: 8,
};
const limits = regimeLimits;

describe('classify', () => {
  const rows: readonly [string, Partial<RegimeFigures>, MarketState, MarketState][] = [
    ['usual figures', {}, 'NORMAL', 'NORMAL'],
    [
      'volatility at the volatile limit',
      { ratio: limits.volatileRatio, rank: limits.volatileRank },
      'NORMAL',
      'VOLATILE',
    ],
    [
      'a high ratio that is usual for this symbol',
      { ratio: limits.volatileRatio, rank: 0.8 },
      'NORMAL',
      'NORMAL',
    ],
    ['volatility just under the limit', { ratio: limits.volatileRatio - 0.01, rank: 1 }, 'NORMAL', 'NORMAL'],
    [
      'the same just under it, when already volatile',
      { ratio: limits.volatileRatio - 0.01, rank: 1 },
      'VOLATILE',
      'VOLATILE',
    ],
    [
      'volatility at the panic limit',
      { ratio: limits.panicRatio, rank: limits.panicRank, minuteBps: limits.panicMinuteBps },
      'NORMAL',
      'PANIC',
    ],
    [
      'a calm market that stirs',
      { ratio: limits.panicRatio, rank: 1, minuteBps: limits.panicMinuteBps - 1 },
      'NORMAL',
      'VOLATILE',
    ],
    [
      'the ratio of a storm in a market of tiny moves',
      { ratio: 100, rank: 1, minuteBps: limits.volatileMinuteBps - 1 },
      'NORMAL',
      'NORMAL',
    ],
    [
      'a minute that runs away',
      { moveSigmas: limits.panicMoveSigmas, moveBps: limits.panicMoveBps },
      'NORMAL',
      'PANIC',
    ],
    [
      'a run that is large only in sigmas',
      { moveSigmas: 50, moveBps: limits.volatileMoveBps - 1 },
      'NORMAL',
      'NORMAL',
    ],
    ['a wide spread in a calm market', { spreadRatio: 100 }, 'NORMAL', 'NORMAL'],
    [
      'a wide spread in a volatile market',
      { ratio: 3, rank: 0.95, spreadRatio: limits.panicSpreadRatio, spreadBps: limits.panicSpreadBps },
      'NORMAL',
      'PANIC',
    ],
    [
      'a spread of ticks that are a fraction of a basis point',
      { ratio: 3, rank: 0.95, spreadRatio: 100, spreadBps: 0.1 },
      'NORMAL',
      'VOLATILE',
    ],
    ['silence', { ratio: limits.deadRatio, rank: limits.deadRank }, 'NORMAL', 'DEAD'],
    ['near silence', { ratio: limits.deadRatio + 0.01, rank: 0.05 }, 'NORMAL', 'NORMAL'],
    ['near silence, when already dead', { ratio: limits.deadRatio + 0.01, rank: 0.05 }, 'DEAD', 'DEAD'],
  ];
  it.each(rows)('%s', (_name, change, held, expected) => {
    expect(classify({ ...usual, ...change }, held)).toBe(expected);
  });
});

/** Minutes of a walk that alternates up and down by `bps`. */
function walk(regime: RegimeRecorder, minutes: number, bps: number): void {
  for (let minute = 0; minute < minutes; minute += 1) {
    const swing = 1 + bps / 10_000;
    const close = minute % 2 === 0 ? 100 * swing : 100;
    regime.minute(Math.max(close, 100), Math.min(close, 100), close);
  }
}

describe('the recorder', () => {
  it('starts NORMAL and stays so in a steady market', () => {
    const regime = createRegimeRecorder();
    expect(regime.state()).toBe('NORMAL');
    walk(regime, 300, 8);
    expect(regime.state()).toBe('NORMAL');
  });

  it('rises within the minutes of a storm and takes its time to come down', () => {
    const regime = createRegimeRecorder();
    walk(regime, 300, 8);
    walk(regime, 20, 120);
    expect(regime.state()).toBe('PANIC');
    walk(regime, limits.leaveMinutes - 1, 8);
    expect(regime.state()).toBe('PANIC');
    walk(regime, 200, 8);
    expect(regime.state()).toBe('NORMAL');
  });

  it('is PANIC within the second in which the price runs away', () => {
    const regime = createRegimeRecorder();
    walk(regime, 100, 8);
    for (let second = 0; second < 60; second += 1) regime.touch(second * 1000, 100, 1);
    expect(regime.state()).toBe('NORMAL');
    for (let second = 60; second < 64; second += 1) regime.touch(second * 1000, 100 - (second - 59), 1);
    expect(regime.state()).toBe('PANIC');
    expect(regime.figures()).toMatchObject({ moveBps: expect.closeTo(408, 0) });
  });

  it('does not flap when figures swing around a limit', () => {
    const regime = createRegimeRecorder();
    walk(regime, 300, 8);
    let changes = 0;
    let before = regime.state();
    for (let round = 0; round < 60; round += 1) {
      walk(regime, 5, round % 2 === 0 ? 60 : 8);
      if (regime.state() !== before) changes += 1;
      before = regime.state();
    }
    expect(changes).toBeLessThanOrEqual(2);
  });

  it('falls to DEAD only after quiet minutes', () => {
    const regime = createRegimeRecorder();
    walk(regime, 600, 10);
    walk(regime, 80, 0.5);
    expect(regime.state()).toBe('DEAD');
    walk(regime, 40, 10);
    expect(regime.state()).toBe('NORMAL');
  });

  it('is MAINTENANCE while the symbol does not trade, and remembers what it was', () => {
    const regime = createRegimeRecorder();
    regime.status('BREAK');
    expect(regime.state()).toBe('MAINTENANCE');
    regime.status('CANCEL_ONLY');
    expect(regime.state()).toBe('MAINTENANCE');
    regime.status('TRADING');
    expect(regime.state()).toBe('NORMAL');
  });

  it('a frozen price gives finite figures', () => {
    const regime = createRegimeRecorder();
    for (let minute = 0; minute < 100; minute += 1) regime.minute(100, 100, 100);
    regime.touch(0, 100, 0);
    for (const figure of Object.values(regime.figures())) expect(Number.isNaN(figure)).toBe(false);
  });
});
