/** Entries for the time, against the usual pace: far above or far below. */
import { MEASURES, measureIndex as m, rateIndex as r } from '../baseline/channels.ts';
import type { Indicator } from './indicator.ts';
import { times } from './sight.ts';

export const tradeFrequency: Indicator = {
  name: 'tradeFrequency',
  channels: [m.interval, m.turnover, MEASURES + r.orders],
  look: ({ factor }, rules) => {
    const pace = 1 / factor(m.interval);
    const above = pace / (rules.paceAboveBps / 10_000);
    const below = rules.paceBelowBps / 10_000 / pace;
    return { reach: Math.max(above, below), words: `entries at ${times(pace)} times your usual pace` };
  },
};
