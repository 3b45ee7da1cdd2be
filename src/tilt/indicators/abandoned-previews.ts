/** Orders looked at and left. */
import { MEASURES, rateIndex as r } from '../baseline/channels.ts';
import type { Indicator } from './indicator.ts';
import { times } from './sight.ts';

export const abandonedPreviews: Indicator = {
  name: 'abandonedPreviews',
  channels: [MEASURES + r.abandons],
  look: ({ rateFactor }, rules) => {
    const now = rateFactor(r.abandons);
    return {
      reach: now / rules.abandonedTimes,
      words: `previews left ${times(now)} times as often as usual`,
    };
  },
};
