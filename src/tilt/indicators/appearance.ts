/** Input that tries to look calm: pasted lines, unasked previews, timing more regular than a person's. */
import { MEASURES, rateIndex as r } from '../baseline/channels.ts';
import type { Indicator } from './indicator.ts';

export const appearance: Indicator = {
  name: 'appearance',
  channels: [MEASURES + r.pastes, MEASURES + r.previewsAsked],
  look: ({ rateFactor }, rules) => ({
    reach: rateFactor(r.pastes) / rules.appearanceTimes,
    words: 'input more regular, or more often pasted, than yours usually is',
  }),
};
