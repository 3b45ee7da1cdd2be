/** Back into the same pair within a minute of its stop. The hard rule beside it is in interventions.ts. */
import { MEASURES, rateIndex as r } from '../baseline/channels.ts';
import type { Indicator } from './indicator.ts';

export const reentryAfterStop: Indicator = {
  name: 'reentryAfterStop',
  channels: [MEASURES + r.reentries],
  look: ({ seen }, rules) => ({
    reach: seen(r.reentries) / rules.reentriesAfterStop,
    words: 'back into a pair within a minute of its stop, sooner than planned trades usually come',
  }),
};
