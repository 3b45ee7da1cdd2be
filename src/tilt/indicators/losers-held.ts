/** Losses let run deeper, and positions held longer, than this trader usually does. */
import { measureIndex as m } from '../baseline/channels.ts';
import type { Indicator } from './indicator.ts';
import { times } from './sight.ts';

export const losersHeld: Indicator = {
  name: 'losersHeld',
  channels: [m.lossDepth, m.heldLoser, m.heldWinner],
  look: ({ factor }, rules) => {
    const depth = factor(m.lossDepth);
    return {
      reach: (depth - 1) / (rules.lossDeeperBps / 10_000),
      words: `losses ${times(depth)} times as deep and held ${times(factor(m.heldLoser))} times as long as usual`,
    };
  },
};
