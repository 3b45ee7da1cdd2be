/** Looking on for a long time without doing anything. */
import { MEASURES, rateIndex as r } from '../baseline/channels.ts';
import type { Indicator } from './indicator.ts';

export const staring: Indicator = {
  name: 'staring',
  channels: [MEASURES + r.staring],
  look: ({ seen }, rules) => ({
    reach: seen(r.staring) / rules.staringTimes,
    words: 'half an hour and more of watching without an action',
  }),
};
