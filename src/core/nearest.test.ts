import { describe, expect, it } from 'vitest';
import { nearestWord } from './nearest.ts';

const words = ['positions', 'position', 'cancel', 'close', 'iceberg', 'buy'];

describe('the nearest word', () => {
  it.each([
    ['postions', 'positions'],
    ['POSITION', 'position'],
    ['cancle', 'cancel'],
    ['clsoe', 'close'],
    ['icebreg', 'iceberg'],
    ['bu', 'buy'],
  ])('to %s is %s', (typed, meant) => {
    expect(nearestWord(typed, words)).toBe(meant);
  });

  it.each(['', 'xyz', 'sell', 'q'.repeat(10_000)])('to %j is nothing', (typed) => {
    expect(nearestWord(typed, words)).toBeNull();
  });
});
