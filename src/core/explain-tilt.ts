/** The sentences for refusals on account of tilt; what tilt itself says is in tilt/messages.ts. */
import type { ExplanationTemplate, RefusalCode } from './refusals.ts';

type TiltCode = Extract<RefusalCode, `tilt.${string}`>;

export const tiltExplanations: Readonly<Record<TiltCode, ExplanationTemplate>> = {
  'tilt.locked': {
    what: 'Entries rest[ until {untilMs}][, {remainingMs} from now].',
    why: 'Your positions stay protected, and closing works at any time.',
    next: 'A walk costs nothing; recover shows what else opens entries again.',
  },
  'tilt.paused': {
    what: 'What just happened is unusual for you, so entries wait for a journal entry[ of {wordsMin} words].',
    why: 'Your positions stay protected, and closing works at any time.',
    next: 'Type journal and write what you see and feel; entries open again at half size.',
  },
  'tilt.reentryAfterStop': {
    what: 'A stop in {symbol} was reached moments ago.',
    why: 'The loss is taken and small; coming straight back is rarely the plan.',
    next: 'Entries in {symbol} open again[ in {waitMs}].',
  },
  'tilt.coolDown': {
    what: 'You reopened trading a moment ago, and two such steps lie a few minutes apart.',
    why: 'Nothing is lost by waiting; closing works at any time.',
    next: 'Try again[ in {waitMs}].',
  },
  'tilt.overrideNotNeeded': {
    what: 'Nothing is held back on account of how you trade, so there is nothing to override.',
    why: 'Nothing changed, and nothing was counted. A rest you asked for, a halt and your limits are never overridden.',
    next: 'Type why to see what stood in the way of the last entry.',
  },
  'tilt.overrideLocked': {
    what: 'An override is not to be had now[ ({reason})].',
    why: 'They are rationed so that the calm you decides, and this attempt was recorded.',
    next: 'The other way is always open: a journal entry, then recover[. The next override can be asked for from {untilMs}].',
  },
  'tilt.noRecovery': {
    what: '[“{step}” is not a step you can report|There is no recovery under way].',
    why: 'Nothing changed.',
    next: 'Type recover to see what is open: {steps}.',
  },
  'tilt.relearnNotNow': {
    what: 'Your usual is not learned anew now[: {reason}].',
    why: 'What was learned stays, and this was recorded; it is a step for a calm day, so that it loosens nothing.',
    next: '[It can be asked for from {untilMs} on.|Ask again on a calm, even day; tilt shows where you stand.]',
  },
  'tilt.lifeEventStands': {
    what: 'This time already stands[ until {untilMs}], and it is not shortened.',
    why: 'It only makes the program speak up sooner; closing works as always.',
    next: 'It ends by itself; life shows what stands.',
  },
};
