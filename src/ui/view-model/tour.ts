/**
 * The guided tour of the first run: six short steps that go on by what the trader does. It only speaks: it
 * never sends a line, never holds a key back, and Esc puts it aside at any step. Pure.
 */
import type { Dashboard } from '../../core/dashboard.ts';
import type { ConsoleState, KeyContext, Step } from './console-state.ts';

export const tourSteps = ['zones', 'preview', 'send', 'stop', 'close', 'ask'] as const;
export type TourStep = (typeof tourSteps)[number];

const at = (step: TourStep): number => tourSteps.indexOf(step);

/** Begins it where an account has paper money and has never traded. */
export function tourOffered(state: ConsoleState, dashboard: Dashboard): ConsoleState {
  const bought = state.history.some(isBuy);
  return dashboard.mode === 'paper' && !bought && hasNeverTraded(dashboard) ? { ...state, tour: 0 } : state;
}

function hasNeverTraded({ account, positions, orders, performance }: Dashboard): boolean {
  return (
    positions.length === 0 &&
    orders.length === 0 &&
    account.entriesToday === 0 &&
    (performance?.days ?? []).every(({ trades }) => trades === 0)
  );
}

/** `tour`: from the beginning, with paper money only. */
export function tourStarted(state: ConsoleState, { dashboard, readOnly }: KeyContext): ConsoleState {
  const why = readOnly
    ? 'This console only watches, and the tour is there to try things. Open another one for it.'
    : dashboard?.mode === 'paper'
      ? null
      : 'The tour buys and closes with paper money, and this account has none. ? shows every command.';
  return why === null
    ? { ...state, tour: 0, view: 'trade', scroll: 0, answer: null }
    : { ...state, answer: { tone: 'plain', lines: [why] } };
}

/** Put aside, or at its end: it is not offered again by itself. */
export function tourEnded(state: ConsoleState): Step {
  const lines = ['The tour rests. Type tour to take it again.'];
  return {
    state: { ...state, tour: null, answer: { tone: 'plain', lines } },
    effects: [{ kind: 'tourDone' }],
  };
}

/** Enter on an empty line: on, where a step asks for nothing but reading. */
export function tourGoesOn(state: ConsoleState, dashboard: Dashboard | null): Step {
  if (state.tour === at('ask')) return tourEnded(state);
  const reads = state.tour === at('zones') || state.tour === at('stop');
  return tourFollows(reads ? { ...state, tour: (state.tour ?? 0) + 1 } : state, dashboard);
}

/** The tour after something happened: a preview of a buy, a position, none any more, the help opened. */
export function tourFollows(state: ConsoleState, dashboard: Dashboard | null): Step {
  if (state.tour === null || dashboard === null) return { state, effects: [] };
  const open = dashboard.positions.length > 0;
  let step: number = state.tour;
  if (step === at('preview') && isBuyShown(state)) step = at('send');
  if ((step === at('preview') || step === at('send')) && open) step = at('stop');
  // Closed by the trader or by its stop: there is nothing left to close.
  if ((step === at('stop') || step === at('close')) && !open) step = at('ask');
  if (step === at('ask') && state.view === 'help')
    return { state: { ...state, tour: null }, effects: [{ kind: 'tourDone' }] };
  return { state: step === state.tour ? state : { ...state, tour: step }, effects: [] };
}

function isBuyShown({ preview }: ConsoleState): boolean {
  return preview !== null && preview.preview.outcome === 'wouldSend' && isBuy(preview.line);
}

function isBuy(line: string): boolean {
  return /^ *b(?:uy|[\d$ ])/i.test(line);
}
