/**
 * Steps up and down take the whole screen once, each when it comes: the paper trial, the sentence, the
 * reflection, the new tier, or what was taken and why. The command line stays where it is and works as
 * always; Esc, Enter on an empty line or any view leaves the page. Pure.
 */
import type { Dashboard } from '../../core/dashboard.ts';
import type { ConsoleState } from './console-state.ts';

export type Ceremony = 'trial' | 'phrase' | 'reflection' | 'adjustment' | 'emergency';

export type Ceremonies = {
  readonly open: Ceremony | null;
  /** The step that stood there last, with its tier; null before the first picture. */
  readonly seen: string | null;
};

export const noCeremonies: Ceremonies = { open: null, seen: null };

/** Steps that ask something of the trader: also shown to who comes back to them. */
const asking: ReadonlySet<Ceremony> = new Set(['phrase', 'reflection', 'emergency']);

/** The state after a picture: another page in front when a step has come, none when it is over. */
export function ceremonyDue(state: ConsoleState, dashboard: Dashboard): ConsoleState {
  const step = stepOf(dashboard);
  const seen = `${dashboard.tier.tier} ${step ?? ''}`;
  const before = state.ceremonies.seen;
  if (before === seen) return state;
  const due = step !== null && (before !== null || asking.has(step));
  return { ...state, ceremonies: { open: due ? step : null, seen } };
}

function stepOf({ tierJourney }: Dashboard): Ceremony | null {
  const stage = tierJourney?.stage ?? 'settled';
  return stage === 'gates' || stage === 'settled' ? null : stage;
}

/** The page is put away; it does not come back for the same step. */
export function ceremonyLeft(state: ConsoleState): ConsoleState {
  return state.ceremonies.open === null
    ? state
    : { ...state, ceremonies: { ...state.ceremonies, open: null } };
}
