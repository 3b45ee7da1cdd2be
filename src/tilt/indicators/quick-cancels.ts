/** Orders taken back within seconds of placing them. */
import { MEASURES, rateIndex as r } from '../baseline/channels.ts';
import type { Indicator } from './indicator.ts';

export const quickCancels: Indicator = {
  name: 'quickCancels',
  channels: [MEASURES + r.quickCancels, MEASURES + r.cancels],
  look: ({ seen, detection }, rules) => {
    const orders = Math.max(1, detection.session.orders);
    const share = detection.session.sums.rateCount[r.quickCancels]! / orders;
    return {
      reach: share / (rules.quickCancelShareBps / 10_000),
      words: `${Math.round(seen(r.cancels))} orders taken back lately, more than is usual for you`,
    };
  },
};
