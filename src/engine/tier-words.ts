/** The words for what happened to the tier: calm, what it means, what to do next. */
import type { Notice } from '../core/dashboard.ts';
import type { EventOf } from '../core/events.ts';
import { tierRank } from '../core/vocabulary.ts';

/** Why a tier was taken, by the trigger's name. */
const triggerWords: Readonly<Record<string, string>> = {
  dayLoss: 'the day lost more than it may',
  losingDays: 'several days in a row lost more than they may',
  overrides: 'an intervention was to be overridden too often',
  foreignOrders: 'an order was found that was not placed here',
  correlated: 'all open positions move together',
  outage: 'an outage cost more than it may',
  equityUnder: 'the account has been worth less than its tier begins with for too long',
};

type TierNews =
  | EventOf<'tier.changed'>
  | EventOf<'tier.emergencyStarted'>
  | EventOf<'tier.emergencyEnded'>
  | EventOf<'tier.trialEnded'>;

export function tierWords(event: TierNews): Pick<Notice, 'text' | 'tone'> {
  switch (event.kind) {
    case 'tier.changed':
      return tierRank(event.to) > tierRank(event.from)
        ? { tone: 'good', text: `you trade as ${event.to} from now on, at half limits for the first days` }
        : { tone: 'caution', text: `the account trades as ${event.to} again` };
    case 'tier.emergencyStarted':
      return {
        tone: 'caution',
        text: `${triggerWords[event.trigger] ?? event.trigger}: positions stay at the smallest size until the recovery checklist is done. Stops stay; type tier to see the steps.`,
      };
    case 'tier.emergencyEnded':
      return { tone: 'plain', text: 'the recovery checklist is done; sizes are as the tier has them' };
    case 'tier.trialEnded':
      return event.passed
        ? { tone: 'good', text: `the paper trial for ${event.to} is passed; the sentence comes next` }
        : { tone: 'quiet', text: `the paper trial for ${event.to} has ended: ${event.reason}` };
  }
}
