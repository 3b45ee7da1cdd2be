/** Sooner and larger after a win than this trader usually is. */
import { measureIndex as m } from '../baseline/channels.ts';
import type { Indicator } from './indicator.ts';
import { times } from './sight.ts';

export const afterWins: Indicator = {
  name: 'afterWins',
  channels: [m.pauseAfterWin, m.sizeAfterWin],
  look: ({ factor }, rules) => {
    const size = factor(m.sizeAfterWin);
    return {
      reach: (size - 1) / (rules.sizeAfterLossAboveBps / 10_000),
      words: `after a win, size at ${times(size)} times and the pause at ${times(factor(m.pauseAfterWin))} times the usual`,
    };
  },
};
