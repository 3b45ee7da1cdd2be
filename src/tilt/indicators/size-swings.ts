/** How far the smallest and the largest size of the session lie apart, and sizes far from the usual. */
import { measureIndex as m } from '../baseline/channels.ts';
import type { Indicator } from './indicator.ts';
import { times } from './sight.ts';

export const sizeSwings: Indicator = {
  name: 'sizeSwings',
  channels: [m.size],
  look: ({ factor, detection }, rules) => {
    const { smallest, largest } = detection.session;
    const swing = smallest === null || largest === null ? 1 : Math.exp(largest - smallest);
    return {
      reach: swing / rules.sizeSwingTimes,
      words: `sizes at ${times(factor(m.size))} times your usual, the largest ${times(swing)} times the smallest`,
    };
  },
};
