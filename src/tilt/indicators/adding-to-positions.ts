/** Adding to what is already open. */
import { MEASURES, rateIndex as r } from '../baseline/channels.ts';
import type { Indicator } from './indicator.ts';
import { times } from './sight.ts';

export const addingToPositions: Indicator = {
  name: 'addingToPositions',
  channels: [MEASURES + r.adds],
  look: ({ rateFactor }, rules) => {
    const now = rateFactor(r.adds);
    return {
      reach: now / rules.addingTimes,
      words: `open positions added to ${times(now)} times as often as usual`,
    };
  },
};
