/**
 * The paper trial as a fold: simulated orders and positions beside the account, lived time, results by day.
 * Built from the trial's own events alone, so that neither a restart nor a clock can change it (invariant 13).
 */
import type { EventOf, EventRecord } from '../../core/events.ts';
import { invariant } from '../../core/invariant.ts';
import { notionalFloor, ZERO_NOTIONAL, type Notional, type Price, type Quantity } from '../../core/money.ts';
import { dayNumber } from '../../core/time.ts';
import type { Tier } from '../../core/vocabulary.ts';

export type TrialOrder = {
  readonly trialOrderId: string;
  readonly symbol: string;
  readonly form: string;
  readonly quantity: Quantity;
  readonly price: Price | null;
  readonly triggerPrice: Price | null;
  readonly triggered: boolean;
};
export type TrialPosition = {
  readonly symbol: string;
  readonly form: string;
  readonly quantity: Quantity;
  readonly cost: Notional;
  readonly stopPrice: Price;
};
export type Trial = {
  readonly trialId: string;
  readonly to: Tier;
  readonly startedAt: number;
  readonly eventId: string;
  /** Lived through, by monotonic clocks. */
  readonly upMs: number;
  readonly orders: ReadonlyMap<string, TrialOrder>;
  readonly positions: ReadonlyMap<string, TrialPosition>;
  readonly roundTrips: number;
  readonly days: readonly { readonly day: number; readonly pnl: Notional }[];
};

const DAYS_KEPT = 16;

export function evolveTrial(trial: Trial | null, record: EventRecord): Trial | null {
  const { event, at, eventId } = record;
  switch (event.kind) {
    case 'tier.trialStarted':
      return {
        trialId: event.trialId,
        to: event.to,
        startedAt: at,
        eventId,
        upMs: 0,
        orders: new Map(),
        positions: new Map(),
        roundTrips: 0,
        days: [],
      };
    case 'tier.trialMarked':
      return change(trial, event, (running) => ({ ...running, upMs: running.upMs + event.upMs }));
    case 'tier.trialOrdered':
      return change(trial, event, (running) => ({
        ...running,
        orders: new Map(running.orders).set(event.trialOrderId, { ...orderOf(event), triggered: false }),
      }));
    case 'tier.trialTriggered':
      return change(trial, event, (running) => {
        const order = running.orders.get(event.trialOrderId);
        invariant(order !== undefined, 'a trial order that starts is waiting');
        return {
          ...running,
          orders: new Map(running.orders).set(event.trialOrderId, { ...order, triggered: true }),
        };
      });
    case 'tier.trialCancelled':
      return change(trial, event, (running) => ({
        ...running,
        orders: withoutKey(running.orders, event.trialOrderId),
      }));
    case 'tier.trialFilled':
      return change(trial, event, (running) =>
        event.side === 'BUY' ? bought(running, event) : sold(running, event, dayNumber(at)),
      );
    case 'tier.trialEnded':
      invariant(trial !== null && trial.trialId === event.trialId, 'a trial that ends was running');
      invariant(trial.to === event.to, 'a trial ends for the tier it began for');
      return null;
    case 'tier.emergencyStarted':
      return null;
    default:
      return trial;
  }
}

function change(
  trial: Trial | null,
  event: { readonly trialId: string },
  how: (running: Trial) => Trial,
): Trial {
  invariant(trial !== null && trial.trialId === event.trialId, 'a trial event belongs to the running trial');
  return how(trial);
}

function orderOf(event: EventOf<'tier.trialOrdered'>): Omit<TrialOrder, 'triggered'> {
  const { trialOrderId, symbol, form, quantity, price, triggerPrice } = event;
  return { trialOrderId, symbol, form, quantity, price, triggerPrice };
}

function bought(running: Trial, event: EventOf<'tier.trialFilled'>): Trial {
  return {
    ...running,
    orders: withoutKey(running.orders, event.trialOrderId),
    positions: new Map(running.positions).set(event.symbol, {
      symbol: event.symbol,
      form: event.form,
      quantity: event.quantity,
      cost: (notionalFloor(event.price, event.quantity) + event.fee) as Notional,
      stopPrice: event.stopPrice,
    }),
  };
}

function sold(running: Trial, event: EventOf<'tier.trialFilled'>, day: number): Trial {
  const position = running.positions.get(event.symbol);
  invariant(position !== undefined, 'a trial sale sells a trial position');
  const pnl = (notionalFloor(event.price, event.quantity) - event.fee - position.cost) as Notional;
  const last = running.days.at(-1);
  // A clock that steps back adds to the day it left.
  const days =
    last !== undefined && day <= last.day
      ? [...running.days.slice(0, -1), { day: last.day, pnl: (last.pnl + pnl) as Notional }]
      : [...running.days, { day, pnl: (ZERO_NOTIONAL + pnl) as Notional }].slice(-DAYS_KEPT);
  return {
    ...running,
    positions: withoutKey(running.positions, event.symbol),
    roundTrips: running.roundTrips + 1,
    days,
  };
}

function withoutKey<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  const next = new Map(map);
  next.delete(key);
  return next;
}

/** The longest run of days in a row, each with a profit. */
export function profitableDaysInRow(trial: Trial): number {
  let best = 0;
  let run = 0;
  let before: number | null = null;
  for (const { day, pnl } of trial.days) {
    if (pnl <= 0n) run = 0;
    else run = before !== null && day === before + 1 ? run + 1 : 1;
    before = day;
    best = Math.max(best, run);
  }
  return best;
}
