/** From the first key of an order to Enter: much slower is hesitation, much faster is impulse. */
import { measureIndex as m } from '../baseline/channels.ts';
import type { Indicator } from './indicator.ts';
import { times } from './sight.ts';

export const decisionSpeed: Indicator = {
  name: 'decisionSpeed',
  channels: [m.decision],
  look: ({ factor }, rules) => {
    const now = factor(m.decision);
    const faster = (1 - now) / (rules.decisionFasterBps / 10_000);
    const slower = (now - 1) / (rules.decisionSlowerBps / 10_000);
    return {
      reach: Math.max(faster, slower),
      words: `orders decided in ${times(now)} times your usual time`,
    };
  },
};
