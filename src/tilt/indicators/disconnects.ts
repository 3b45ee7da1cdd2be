/** Several disconnects within minutes. */
import { MEASURES, rateIndex as r } from '../baseline/channels.ts';
import type { Indicator } from './indicator.ts';

export const disconnects: Indicator = {
  name: 'disconnects',
  channels: [MEASURES + r.disconnects],
  look: ({ detection: { session } }, rules) => {
    const recent = session.disconnectedAt.filter(
      (at) => session.lastAt - at <= rules.disconnectsWithinMs,
    ).length;
    return { reach: recent / rules.disconnects, words: `${recent} disconnects within minutes` };
  },
};
