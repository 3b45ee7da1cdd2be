/**
 * What may take a tier away, as a fold: each kind of alarm that has not been answered yet, with the event it
 * rests on. Kept until an emergency answers it, so that a crash between the alarm and its answer loses neither.
 */
import { isOwnClientOrderId } from '../../core/ids.ts';
import type { EventRecord } from '../../core/events.ts';
import type { Notional } from '../../core/money.ts';

export type Signal = { readonly at: number; readonly eventId: string };

export type Signals = {
  /** The account has been read once: what is found from then on came later. */
  readonly looked: boolean;
  readonly overrides: readonly Signal[];
  readonly foreign: (Signal & { readonly symbol: string }) | null;
  readonly correlated: (Signal & { readonly lowest: number; readonly positions: number }) | null;
  readonly outage: (Signal & { readonly loss: Notional; readonly what: string }) | null;
  /** The account is worth less than its tier begins with, since then. */
  readonly under: Signal | null;
  /** Strangers' orders that were found, so that none is found twice: by its own word and by its trades. */
  readonly strangers: readonly string[];
  /** The day whose loss has been answered, and those before it. */
  readonly answeredDay: number;
};

export const initialSignals: Signals = {
  looked: false,
  overrides: [],
  foreign: null,
  correlated: null,
  outage: null,
  under: null,
  strangers: [],
  answeredDay: -1,
};

const OVERRIDES_KEPT = 16;
const STRANGERS_KEPT = 64;

/** `today` is the newest day the account has begun. */
export function evolveSignals(state: Signals, record: EventRecord, today: number): Signals {
  const { event, at, eventId } = record;
  switch (event.kind) {
    case 'reconciliation.completed':
      return state.looked ? state : { ...state, looked: true };
    case 'history.lost':
      // The account is read as if for the first time: its old orders are not a stranger's.
      return { ...state, looked: false };
    case 'tilt.overrideAttempted':
      return { ...state, overrides: [...state.overrides, { at, eventId }].slice(-OVERRIDES_KEPT) };
    case 'order.adopted':
      return isOwnClientOrderId(event.clientOrderId) ? state : foreign(state, record, event);
    case 'trade.adopted':
      return foreign(state, record, event);
    case 'correlation.measured':
      // The newest word counts: positions that part again are no alarm any more.
      return event.lowest === null || event.positions < 2
        ? { ...state, correlated: null }
        : { ...state, correlated: { at, eventId, lowest: event.lowest, positions: event.positions } };
    case 'infrastructure.failed':
      if (state.outage !== null && state.outage.loss >= event.loss) return state;
      return { ...state, outage: { at, eventId, loss: event.loss, what: event.what } };
    case 'tier.equityFell':
      return { ...state, under: state.under ?? { at, eventId } };
    case 'tier.equityRose':
      return { ...state, under: null };
    case 'tier.emergencyStarted':
      return {
        ...initialSignals,
        looked: state.looked,
        strangers: state.strangers,
        // Only a day's loss answers its day: one that comes after another alarm is news of its own.
        answeredDay: event.trigger === 'dayLoss' ? today : state.answeredDay,
      };
    default:
      return state;
  }
}

function foreign(
  state: Signals,
  { at, eventId }: EventRecord,
  { symbol, exchangeOrderId }: { readonly symbol: string; readonly exchangeOrderId: number },
): Signals {
  const key = `${symbol}:${exchangeOrderId}`;
  if (state.strangers.includes(key)) return state;
  const strangers = [...state.strangers, key].slice(-STRANGERS_KEPT);
  const found = state.looked ? (state.foreign ?? { at, eventId, symbol }) : state.foreign;
  return { ...state, strangers, foreign: found };
}
