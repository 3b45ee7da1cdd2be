/** Acting within a moment of hearing of a loss. */
import { MEASURES, rateIndex as r } from '../baseline/channels.ts';
import type { Indicator } from './indicator.ts';

export const reflexes: Indicator = {
  name: 'reflexes',
  channels: [MEASURES + r.reflexes],
  look: ({ seen }, rules) => ({
    reach: seen(r.reflexes) / rules.reflexes,
    words: 'an action within two seconds of hearing of a loss',
  }),
};
