/**
 * The detector behind the port of the evaluation: the same fold the engine runs, one per trader.
 */
import type { BehaviourEvent } from '../core/behaviour.ts';
import type { TiltJudge, TiltReading, TiltSubject } from '../core/ports/tilt-judge.ts';
import type { TiltRules } from '../core/rules.ts';
import type { TiltLevel } from '../core/vocabulary.ts';
import { sharesOf } from './detector/explain.ts';
import { initialDetection, observe } from './detector/observe.ts';
import { indicatorOf } from './indicators/all-indicators.ts';

type Levels = Pick<TiltRules, 'cautionFrom' | 'warningFrom' | 'lockedFrom'>;

export function detectorJudge(rules: Levels): TiltJudge {
  return { name: 'detector', newTrader: () => newSubject(rules) };
}

function newSubject(rules: Levels): TiltSubject {
  let detection = initialDetection;
  return {
    observe(event: BehaviourEvent): TiltReading {
      detection = observe(detection, event);
      const { score } = detection;
      const shares = sharesOf(detection).toSorted((left, right) => right.share - left.share);
      const indicators = new Set(shares.map(({ channel }) => indicatorOf(channel).name));
      return {
        score,
        level: levelAt(score, rules),
        indicators: [...indicators],
        evidence: [...new Set(shares.flatMap(({ evidence }) => evidence))],
      };
    },
  };
}

function levelAt(score: number, rules: Levels): TiltLevel {
  if (score >= rules.lockedFrom) return 'LOCKED';
  if (score >= rules.warningFrom) return 'WARNING';
  return score >= rules.cautionFrom ? 'CAUTION' : 'NORMAL';
}
