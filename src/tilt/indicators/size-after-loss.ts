/** Size raised after a loss. */
import { measureIndex as m } from '../baseline/channels.ts';
import type { Indicator } from './indicator.ts';
import { times } from './sight.ts';

export const sizeAfterLoss: Indicator = {
  name: 'sizeAfterLoss',
  channels: [m.sizeAfterLoss],
  look: ({ factor }, rules) => {
    const now = factor(m.sizeAfterLoss);
    return {
      reach: (now - 1) / (rules.sizeAfterLossAboveBps / 10_000),
      words: `size after a loss ${times(now)} times what it usually becomes`,
    };
  },
};
