/**
 * Going back into a pair moments after its stop was reached, or trying to: the attempt counts even
 * when it was refused, for the wish is the signal. Each attempt is one occurrence. Refusing the
 * entry itself is a hard rule of interventions.ts and does not depend on the score.
 */
import type { TiltRules } from '../../core/rules.ts';
import { DAY_MS, SECOND_MS } from '../../core/time.ts';
import { notAfter, remember, weigh, type Contribution, type Observed, type Trace } from './indicator.ts';

const STOPS_KEPT = 32;
const ATTEMPTS_KEPT = 16;

export type StoppedOut = Trace & { readonly symbol: string };
export type Reentry = Trace & { readonly symbol: string; readonly afterMs: number };

export type ReentryAfterStop = {
  /** The last stop of each pair. */
  readonly stops: readonly StoppedOut[];
  readonly attempts: readonly Reentry[];
  readonly lastCommandId: string;
};

export const initialReentryAfterStop: ReentryAfterStop = { stops: [], attempts: [], lastCommandId: '' };

export function evolveReentryAfterStop(
  state: ReentryAfterStop,
  { event, at, eventId }: Observed,
): ReentryAfterStop {
  switch (event.kind) {
    case 'position.closed': {
      if (event.reason !== 'stop_loss') return state;
      const others = state.stops.filter((stop) => stop.symbol !== event.symbol);
      return { ...state, stops: remember(others, { at, eventId, symbol: event.symbol }, STOPS_KEPT) };
    }
    case 'order.intended':
      return event.purpose === 'entry' ? withAttempt(state, event, at, eventId) : state;
    case 'entry.refused':
      return withAttempt(state, event, at, eventId);
    default:
      return state;
  }
}

function withAttempt(
  state: ReentryAfterStop,
  entry: { readonly symbol: string; readonly actor: string; readonly commandId: string },
  at: number,
  eventId: string,
): ReentryAfterStop {
  if (entry.actor !== 'trader' && entry.actor !== 'api') return state;
  if (entry.commandId !== '' && entry.commandId === state.lastCommandId) return state;
  const stop = lastStop(state, entry.symbol);
  if (stop === null) return state;
  const afterMs = Math.max(0, at - stop.at);
  if (afterMs > DAY_MS) return state;
  const attempt: Reentry = { at, eventId, symbol: entry.symbol, afterMs };
  return {
    ...state,
    attempts: remember(state.attempts, attempt, ATTEMPTS_KEPT),
    lastCommandId: entry.commandId,
  };
}

/** The last stop-loss close of this pair, or null. */
function lastStop(state: ReentryAfterStop, symbol: string): StoppedOut | null {
  return state.stops.find((stop) => stop.symbol === symbol) ?? null;
}

export function rebaseReentryAfterStop(state: ReentryAfterStop, at: number): ReentryAfterStop {
  return { ...state, stops: notAfter(state.stops, at), attempts: notAfter(state.attempts, at) };
}

/** Points for every attempt within the time of a stop in the same pair. */
export function scoreReentryAfterStop(
  state: ReentryAfterStop,
  at: number,
  rules: TiltRules,
): Contribution | null {
  if (state.attempts.length === 0) return null;
  return weigh(
    {
      indicator: 'reentryAfterStop',
      traces: state.attempts,
      fires: (attempt) => attempt.afterMs < rules.reentryWithinMs,
      points: rules.reentryPoints,
      pointsMax: rules.reentryPointsMax,
      decayPerMinute: rules.decayPerMinute,
      words: ({ symbol, afterMs }, count) =>
        `back into ${symbol} ${Math.round(afterMs / SECOND_MS)} s after its stop` +
        `${count > 1 ? `, ${count} times lately` : ''}, sooner than planned trades usually come`,
    },
    at,
  );
}
