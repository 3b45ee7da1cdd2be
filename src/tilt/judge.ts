/**
 * The detector behind the port of the evaluation: the same fold the engine runs, one per trader.
 */
import type { BehaviourEvent } from '../core/behaviour.ts';
import type { TiltJudge, TiltReading, TiltSubject } from '../core/ports/tilt-judge.ts';
import type { TiltRules } from '../core/rules.ts';
import type { TiltLevel } from '../core/vocabulary.ts';
import { measureIndex as m, MEASURES, rateIndex as r } from './baseline/channels.ts';
import { sharesOf, type Share } from './detector/explain.ts';
import { initialDetection, observe, type Detection } from './detector/observe.ts';
import { indicatorOf } from './indicators/all-indicators.ts';

const rate = (index: number): number => MEASURES + index;
type Levels = Pick<TiltRules, 'cautionFrom' | 'warningFrom' | 'lockedFrom'>;

/** The parts that an evaluation can leave out. */
const parts: Readonly<Record<string, readonly number[]>> = {
  decisions: [m.decision],
  pace: [m.interval, m.turnover, rate(r.orders)],
  'pauses after losses and wins': [m.pauseAfterLoss, m.pauseAfterWin, rate(r.reentries), rate(r.reflexes)],
  sizes: [m.size, m.sizeAfterLoss, m.sizeAfterWin, rate(r.adds)],
  hands: [m.typing, rate(r.typingErrors), rate(r.pastes)],
  looking: [rate(r.views), rate(r.staring), rate(r.abandons), rate(r.previewsAsked)],
  'stops and settings': [m.lossDepth, m.heldLoser, m.heldWinner, rate(r.amends), rate(r.loosened)],
};

export function detectorJudge(rules: Levels): TiltJudge {
  return {
    name: 'detector',
    newTrader: () => newSubject(rules, null),
    variants: () =>
      Object.entries(parts).map(([name, channels]) => ({
        name: `without ${name}`,
        newTrader: () => newSubject(rules, new Set(channels)),
      })),
  };
}

function newSubject(rules: Levels, muted: ReadonlySet<number> | null): TiltSubject {
  let detection = initialDetection;
  return {
    observe(event: BehaviourEvent): TiltReading {
      detection = observe(detection, event, muted);
      return new Reading(detection, levelAt(detection.score, rules));
    },
  };
}

/** What is behind a score is put together only when somebody asks: most readings are never looked at. */
class Reading implements TiltReading {
  readonly score: number;
  readonly level: TiltLevel;
  readonly #detection: Detection;

  constructor(detection: Detection, level: TiltLevel) {
    this.score = detection.score;
    this.level = level;
    this.#detection = detection;
  }

  get indicators(): readonly string[] {
    return [...new Set(this.#shares().map(({ channel }) => indicatorOf(channel).name))];
  }

  get evidence(): readonly string[] {
    return [...new Set(this.#shares().flatMap(({ evidence }) => evidence))];
  }

  #shares(): readonly Share[] {
    return sharesOf(this.#detection).toSorted((left, right) => right.share - left.share);
  }
}

function levelAt(score: number, rules: Levels): TiltLevel {
  if (score >= rules.lockedFrom) return 'LOCKED';
  if (score >= rules.warningFrom) return 'WARNING';
  return score >= rules.cautionFrom ? 'CAUTION' : 'NORMAL';
}
