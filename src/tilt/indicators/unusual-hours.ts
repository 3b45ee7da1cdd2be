/** Trading at an hour of the day that hardly ever saw this trader. */
import { MEASURES, rateIndex as r } from '../baseline/channels.ts';
import type { Indicator } from './indicator.ts';

export const unusualHours: Indicator = {
  name: 'unusualHours',
  channels: [MEASURES + r.oddHours],
  look: ({ seen }, rules) => ({
    reach: seen(r.oddHours) / rules.oddHourOrders,
    words: 'orders at an hour you hardly ever trade in',
  }),
};
