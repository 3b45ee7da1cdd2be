/**
 * How fast things may come that a hand does. What comes faster is a fault or a flood: it is let go until a second
 * has been quiet, because it says nothing about the trader.
 */
import { SECOND_MS } from '../core/time.ts';

export interface Pace {
  /** Whether one more is taken: at most so many a second, none in a flood. */
  takes(perSecondMax: number): boolean;
}

export function createPace(monotonic: () => number): Pace {
  let secondFrom = Number.NEGATIVE_INFINITY;
  let came = 0;
  return {
    takes(perSecondMax) {
      const now = monotonic();
      if (!(now - secondFrom < SECOND_MS)) {
        secondFrom = now;
        came = 0;
      }
      came += 1;
      if (came <= perSecondMax) return true;
      secondFrom = now;
      return false;
    },
  };
}
