/** The words for what happened to the tier: calm, what it means, what to do next. */
import type { Notice } from '../core/dashboard.ts';
import { demotionWords } from '../core/demotion-words.ts';
import type { EventOf } from '../core/events.ts';
import { tierRank } from '../core/vocabulary.ts';

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
        text: `${demotionWords[event.trigger] ?? event.trigger}: positions stay at the smallest size until the recovery checklist is done. Stops stay; type tier to see the steps.`,
      };
    case 'tier.emergencyEnded':
      return { tone: 'plain', text: 'the recovery checklist is done; sizes are as the tier has them' };
    case 'tier.trialEnded':
      return event.passed
        ? { tone: 'good', text: `the paper trial for ${event.to} is passed; the sentence comes next` }
        : { tone: 'quiet', text: `the paper trial for ${event.to} has ended: ${event.reason}` };
  }
}
