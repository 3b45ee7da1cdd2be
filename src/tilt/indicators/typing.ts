/** Typing speed and corrections away from the usual. */
import { MEASURES, measureIndex as m, rateIndex as r } from '../baseline/channels.ts';
import type { Indicator } from './indicator.ts';
import { times } from './sight.ts';

export const typing: Indicator = {
  name: 'typing',
  channels: [m.typing, MEASURES + r.typingErrors],
  look: ({ factor, rateFactor }, rules) => {
    const pace = factor(m.typing);
    const errors = rateFactor(r.typingErrors);
    return {
      reach:
        Math.max(Math.abs(Math.log(pace)), Math.log(Math.max(1, errors))) /
        Math.log(1 + rules.typingOffBps / 10_000),
      words: `typing at ${times(1 / pace)} times your usual speed, with ${times(errors)} times the corrections`,
    };
  },
};
