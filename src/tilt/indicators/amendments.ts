/** One order or stop changed again and again. */
import { MEASURES, rateIndex as r } from '../baseline/channels.ts';
import type { Indicator } from './indicator.ts';
import { times } from './sight.ts';

export const amendments: Indicator = {
  name: 'amendments',
  channels: [MEASURES + r.amends],
  look: ({ rateFactor, detection }, rules) => ({
    reach: detection.session.amendedCount / rules.amendmentsPerOrder,
    words: `orders and stops changed ${times(rateFactor(r.amends))} times as often as usual`,
  }),
};
