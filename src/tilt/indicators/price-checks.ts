/** Looking again and again. */
import { MEASURES, rateIndex as r } from '../baseline/channels.ts';
import type { Indicator } from './indicator.ts';
import { times } from './sight.ts';

export const priceChecks: Indicator = {
  name: 'priceChecks',
  channels: [MEASURES + r.views],
  look: ({ rateFactor, detection: { baseline } }, rules) => {
    const now = rateFactor(r.views);
    const perMinute = (now * baseline.rateCount[r.views]!) / baseline.rateExposure[r.views]!;
    return {
      reach: perMinute / rules.priceChecksPerMinute,
      words: `views switched ${times(now)} times as often as usual`,
    };
  },
};
