/**
 * The paper trial's exchange and its judge, pure: what a book does to waiting trial orders and open trial
 * positions, and whether the trial has passed. Orders are filled at the best price shown and no better than
 * they asked for; each costs the taker's fee (docs/decisions/0016).
 */
import type { DomainEvent, EventOf, Figures } from '../../core/events.ts';
import { bpsCeil, bpsFloor, notionalCeil, ZERO_PRICE, type Price, type Quantity } from '../../core/money.ts';
import type { RiskRules, TierGates, TransitionRules } from '../../core/rules.ts';
import { HOUR_MS } from '../../core/time.ts';
import type { Tier } from '../../core/vocabulary.ts';
import { profitableDaysInRow, type Trial, type TrialOrder } from './trial-state.ts';

export type TrialQuote = { readonly symbol: string; readonly bid: Price; readonly ask: Price };
type Costs = Pick<RiskRules, 'feeBps' | 'stopDistanceBps'>;

/** The forms that the tier above adds; all of its forms where it adds none that can be typed. */
export function trialForms(from: Tier, to: Tier, gates: TierGates): readonly string[] {
  const typed = gates.tiers[to].entryOrderTypes.filter((form) => form !== 'STOP_LOSS');
  const added = typed.filter((form) => !gates.tiers[from].entryOrderTypes.includes(form));
  return added.length > 0 ? added : typed;
}

/** What this book does to the trial: triggers, fills, stops. */
export function matchTrial(trial: Trial, quote: TrialQuote, costs: Costs): readonly DomainEvent[] {
  const events: DomainEvent[] = [];
  const position = trial.positions.get(quote.symbol);
  if (position !== undefined && quote.bid <= position.stopPrice)
    events.push(sale(trial, quote.symbol, quote.bid, costs, 'stop'));
  if (position !== undefined) return events;
  for (const order of trial.orders.values()) {
    if (order.symbol !== quote.symbol) continue;
    const started = order.triggerPrice === null || order.triggered;
    if (!started && order.triggerPrice !== null && quote.ask >= order.triggerPrice) {
      events.push({ kind: 'tier.trialTriggered', trialId: trial.trialId, trialOrderId: order.trialOrderId });
      events.push(...taken(trial, order, quote, costs));
    } else if (started) events.push(...taken(trial, order, quote, costs));
  }
  return events;
}

/** Bought at the ask where that is no worse than asked for; an order that never waits is gone otherwise. */
function taken(trial: Trial, order: TrialOrder, quote: TrialQuote, costs: Costs): readonly DomainEvent[] {
  const { trialId } = trial;
  const { trialOrderId, form, symbol, quantity, price } = order;
  if (price === null || quote.ask <= price)
    return [
      {
        kind: 'tier.trialFilled',
        trialId,
        trialOrderId,
        symbol,
        side: 'BUY',
        form,
        price: quote.ask,
        quantity,
        fee: bpsCeil(notionalCeil(quote.ask, quantity), costs.feeBps),
        stopPrice: bpsFloor(quote.ask, 10_000 - costs.stopDistanceBps),
      },
    ];
  if (form !== 'IOC' && form !== 'FOK') return [];
  return [{ kind: 'tier.trialCancelled', trialId, trialOrderId, reason: 'nothing was there at this price' }];
}

/** The sale of a whole trial position at `bid`. */
export function sale(
  trial: Trial,
  symbol: string,
  bid: Price,
  costs: Costs,
  why: string,
): EventOf<'tier.trialFilled'> {
  const position = trial.positions.get(symbol);
  const quantity = position?.quantity ?? (0n as Quantity);
  return {
    kind: 'tier.trialFilled',
    trialId: trial.trialId,
    trialOrderId: why,
    symbol,
    side: 'SELL',
    form: position?.form ?? '',
    price: bid,
    quantity,
    fee: bpsCeil(notionalCeil(bid, quantity), costs.feeBps),
    stopPrice: ZERO_PRICE,
  };
}

export type TrialProgress = {
  readonly elapsedMs: number;
  readonly profitableDays: number;
  readonly roundTrips: number;
  /** Lived time over all time: a clock set forward makes it small, one set back cannot make it more than all. */
  readonly uptimeBps: number;
  readonly passed: boolean;
};

export function trialProgress(trial: Trial, now: number, rules: TransitionRules): TrialProgress {
  const elapsedMs = Math.max(0, now - trial.startedAt);
  const uptimeBps = elapsedMs === 0 ? 0 : Math.min(10_000, Math.floor((trial.upMs * 10_000) / elapsedMs));
  const profitableDays = profitableDaysInRow(trial);
  const fullMs = rules.trialHours * HOUR_MS;
  return {
    elapsedMs,
    profitableDays,
    roundTrips: trial.roundTrips,
    uptimeBps,
    passed:
      elapsedMs >= fullMs &&
      // As long as the trial is has to be lived through as well: a clock alone lives through nothing.
      trial.upMs * 10_000 >= fullMs * rules.trialUptimeBps &&
      uptimeBps >= rules.trialUptimeBps &&
      profitableDays >= rules.trialProfitableDays &&
      trial.roundTrips >= rules.trialRoundTrips,
  };
}

/** The end of the trial when it has passed or its time is over, else nothing. */
export function decideTrialEnd(trial: Trial, now: number, rules: TransitionRules): readonly DomainEvent[] {
  const progress = trialProgress(trial, now, rules);
  const over = progress.elapsedMs >= rules.trialHoursMax * HOUR_MS;
  if (!progress.passed && !over) return [];
  const { profitableDays, roundTrips, uptimeBps } = progress;
  const figures: Figures = { profitableDays, roundTrips, uptimeBps };
  return [
    {
      kind: 'tier.trialEnded',
      trialId: trial.trialId,
      to: trial.to,
      passed: progress.passed,
      reason: progress.passed ? 'all of it was shown' : 'its time is over',
      figures,
    },
  ];
}
