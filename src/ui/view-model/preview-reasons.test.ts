// `?` under a preview: words for every figure that made the size, and none for what the tier cannot use.
import { describe, expect, test } from 'vitest';
import type { Preview } from '../../core/dashboard.ts';
import { previewReasons } from './preview-reasons.ts';

const figures: Preview['figures'] = {
  requested: '100.00',
  cap: '25.00',
  equity: '500.00',
  shareBps: 500,
  riskShareBps: 11_363,
  kellyShareBps: null,
  breakEvenBps: 21,
  slicesMax: 4,
  quantity: '0.00023',
};
const of = (changes: Preview['figures'], maySlice = false): readonly string[] =>
  previewReasons({ outcome: 'wouldSend', lines: ['x'], figures: { ...figures, ...changes } }, maySlice);

describe('why a size is what it is', () => {
  test('the bound that counts, and what the price must do', () => {
    expect(of({})).toEqual([
      '$100 was asked for. At most $25: one position holds 5 % of $500.',
      'Both fees are earned back once the price is 0.21 % higher.',
    ]);
  });

  test.each<[string, Preview['figures'], string]>([
    ['the stop', { riskShareBps: 320 }, 'what the stop may cost allows 3.2 % of $500.'],
    ['own results', { kellyShareBps: 210 }, 'your own results allow 2.1 % of $500.'],
    ['the position limit at a draw', { kellyShareBps: 500 }, 'one position holds 5 % of $500.'],
  ])('bound by %s', (_name, changes, words) => {
    expect(of(changes)[0]).toContain(words);
  });

  test('everything that makes it smaller, by name', () => {
    expect(of({ tiltBps: 5_000, marketStateBps: 7_500, recoveryBps: 10_000 })[1]).toBe(
      'Made smaller by an unusual spell to 50 %, the market state to 75 %.',
    );
  });

  test.each<[slicesMax: number, maySlice: boolean, words: string | undefined]>([
    [4, false, undefined],
    [4, true, 'The exchange would take it in 4 slices at most.'],
    [1, true, 'Too small to be sliced.'],
    [Number.MAX_SAFE_INTEGER + 1, true, undefined],
  ])('%d slices, of use: %s', (slicesMax, maySlice, words) => {
    expect(of({ slicesMax }, maySlice)[2]).toBe(words);
  });

  test('a refusal in full; a preview without figures as it is', () => {
    const refused = { code: 'risk.dailyEntries', entries: 10, limit: 10 };
    expect(previewReasons({ outcome: 'refused', lines: ['x'], figures: refused }, false)).toHaveLength(3);
    expect(previewReasons({ outcome: 'wouldSend', lines: ['a', 'b'], figures: {} }, true)).toEqual([
      'a',
      'b',
    ]);
  });
});
