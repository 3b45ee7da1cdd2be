/** Limits loosened during the session. */
import { MEASURES, rateIndex as r } from '../baseline/channels.ts';
import type { Indicator } from './indicator.ts';

export const settingsLoosened: Indicator = {
  name: 'settingsLoosened',
  channels: [MEASURES + r.loosened],
  look: ({ detection: { session } }, rules) => {
    const count = session.sums.rateCount[r.loosened]!;
    return { reach: count / rules.settingsLoosened, words: `limits loosened ${count} times this session` };
  },
};
