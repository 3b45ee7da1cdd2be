/**
 * Every indicator, and which one speaks for a channel. The first sixteen are the domain's; the others
 * speak for channels that the domain rules name under patterns or that research adds.
 */
import { invariant } from '../../core/invariant.ts';
import { CHANNELS } from '../baseline/channels.ts';
import { abandonedPreviews } from './abandoned-previews.ts';
import { addingToPositions } from './adding-to-positions.ts';
import { afterWins } from './after-wins.ts';
import { amendments } from './amendments.ts';
import { appearance } from './appearance.ts';
import { decisionSpeed } from './decision-speed.ts';
import { disconnects } from './disconnects.ts';
import { losersHeld } from './losers-held.ts';
import { priceChecks } from './price-checks.ts';
import { quickCancels } from './quick-cancels.ts';
import { quickTradesAfterLoss } from './quick-trades-after-loss.ts';
import { reentryAfterStop } from './reentry-after-stop.ts';
import { reflexes } from './reflexes.ts';
import { settingsLoosened } from './settings-loosened.ts';
import { sizeAfterLoss } from './size-after-loss.ts';
import { sizeSwings } from './size-swings.ts';
import { staring } from './staring.ts';
import { tradeFrequency } from './trade-frequency.ts';
import { typing } from './typing.ts';
import { unusualHours } from './unusual-hours.ts';
import type { Indicator } from './indicator.ts';

const allIndicators: readonly Indicator[] = [
  decisionSpeed,
  quickCancels,
  tradeFrequency,
  staring,
  reentryAfterStop,
  quickTradesAfterLoss,
  sizeSwings,
  sizeAfterLoss,
  amendments,
  unusualHours,
  typing,
  reflexes,
  priceChecks,
  disconnects,
  settingsLoosened,
  appearance,
  abandonedPreviews,
  afterWins,
  addingToPositions,
  losersHeld,
];

const ofChannel: readonly Indicator[] = Array.from({ length: CHANNELS }, (_, channel) => {
  const found = allIndicators.find(({ channels }) => channels.includes(channel));
  invariant(found !== undefined, `an indicator speaks for every channel: ${channel}`);
  return found;
});

/** The indicator that speaks for a channel. */
export function indicatorOf(channel: number): Indicator {
  const found = ofChannel[channel];
  invariant(found !== undefined, `there is such a channel: ${channel}`);
  return found;
}
