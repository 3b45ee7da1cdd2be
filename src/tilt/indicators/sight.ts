/**
 * What an indicator sees: the present evidence of a channel against the trader's own usual, as factors a
 * person understands ("in 0.4 times your usual time").
 */
import { rateOf } from '../baseline/baseline.ts';
import { CHANNELS, exposureIndex, MEASURES, rates } from '../baseline/channels.ts';
import { tests, testsOfChannel } from '../detector/patterns.ts';
import type { Detection } from '../detector/observe.ts';

export type Sight = {
  readonly detection: Detection;
  /** A measure now, as a factor of the usual: 1 is as always. */
  readonly factor: (measure: number) => number;
  /** How many of a rate's events the evidence holds, and as a factor of what is usual. */
  readonly seen: (rate: number) => number;
  readonly rateFactor: (rate: number) => number;
};

const byChannel = testsOfChannel(CHANNELS);

export function sightOf(detection: Detection): Sight {
  const { evidence, baseline, session } = detection;
  const strongest = (channel: number): number => {
    let best = -1;
    for (const test of byChannel[channel] ?? []) {
      if (tests[test]!.way === 'steady') continue;
      if (best < 0 || evidence.gain[test]! > evidence.gain[best]!) best = test;
    }
    return best;
  };
  const seen = (rate: number): number => {
    const test = strongest(MEASURES + rate);
    return test < 0 ? 0 : evidence.sum[test]!;
  };
  return {
    detection,
    factor(measure): number {
      const test = strongest(measure);
      if (test < 0 || evidence.count[test] === 0) return 1;
      const mean = evidence.sum[test]! / evidence.count[test]!;
      const signed = tests[test]!.way === 'low' ? -mean : mean;
      return Math.exp(signed * Math.sqrt(baseline.variance[measure]!));
    },
    seen,
    rateFactor(rate): number {
      const test = strongest(MEASURES + rate);
      const rule = rates[rate];
      if (test < 0 || rule === undefined) return 1;
      const exposure = session.exposure[exposureIndex[rule.per]]! - evidence.count[test]!;
      const usual = rateOf(baseline, rate) * Math.max(rule.exposureMin, exposure);
      return usual > 0 ? evidence.sum[test]! / usual : 1;
    },
  };
}

/** "0.4", "2.5", "12": a factor as people read it. */
export function times(factor: number): string {
  return factor >= 10 ? factor.toFixed(0) : factor.toFixed(1);
}
