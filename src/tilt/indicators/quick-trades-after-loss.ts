/** Trades that follow a loss much sooner than this trader's trades after losses do. */
import { measureIndex as m } from '../baseline/channels.ts';
import type { Indicator } from './indicator.ts';
import { times } from './sight.ts';

export const quickTradesAfterLoss: Indicator = {
  name: 'quickTradesAfterLoss',
  channels: [m.pauseAfterLoss],
  look: ({ factor, detection }, rules) => {
    const now = factor(m.pauseAfterLoss);
    return {
      reach: now < 1 ? detection.session.ordersSinceLoss / rules.quickTradesAfterLoss : 0,
      words: `the next order ${times(now)} times as long after a loss as usual for you`,
    };
  },
};
