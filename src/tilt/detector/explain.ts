/**
 * The score taken apart: each pattern counts by how likely it is among all, each test by its gain within
 * its pattern, so that the shares add up to the score and every share has the facts behind it.
 */
import { CHANNELS, MEASURES, zeros } from '../baseline/channels.ts';
import { IDS_KEPT } from './evidence.ts';
import type { Detection } from './observe.ts';
import { PATTERNS, tests, testsOfPattern } from './patterns.ts';

export type Share = {
  readonly channel: number;
  readonly share: number;
  readonly evidence: readonly string[];
};

/** Shares above 0, adding up to 1; none when the score is 0. */
export function sharesOf({ score, evidence }: Detection): readonly Share[] {
  if (!(score > 0)) return [];
  const gains = zeros(CHANNELS);
  const counts = zeros(CHANNELS);
  let total = 0;
  for (let pattern = 0; pattern < PATTERNS; pattern += 1) {
    const sum = evidence.pattern[pattern]!;
    if (!(sum > 0)) continue;
    const likelihood = Math.expm1(Math.min(50, sum));
    for (const test of testsOfPattern[pattern]!) {
      const gain = evidence.gain[test]!;
      if (!(gain > 0)) continue;
      const { channel } = tests[test]!;
      gains[channel]! += likelihood * gain;
      total += likelihood * gain;
      const observed = channel < MEASURES ? Math.ceil(evidence.count[test]!) : Math.ceil(evidence.sum[test]!);
      counts[channel] = Math.max(counts[channel]!, observed);
    }
  }
  const shares: Share[] = [];
  for (let channel = 0; channel < CHANNELS; channel += 1) {
    const ids = evidence.ids[channel]!;
    if (gains[channel]! > 0 && ids.length > 0)
      shares.push({
        channel,
        share: gains[channel]! / total,
        evidence: ids.slice(-Math.max(1, Math.min(IDS_KEPT, counts[channel]!))),
      });
  }
  return shares;
}
