/**
 * The tier machine's shell: shows its pure deciders the folded state, the time and the market, and commits what
 * they decide. Demotions are looked at after every event that may bring one and on every tick; gates daily and
 * on demand; a trial's lived time by the monotonic clock. Nothing before the exchange's time is known.
 */
import type { DomainEvent, EventRecord } from '../core/events.ts';
import type { Notional } from '../core/money.ts';
import { dayNumber } from '../core/time.ts';
import type { RiskRules, TierGates } from '../core/rules.ts';
import type { Kernel } from './kernel.ts';
import { measureCorrelation, type Between } from './state-machine/correlations.ts';
import { decideDemotion } from './state-machine/demotion.ts';
import { evaluateGates, type Evaluation } from './state-machine/evaluate.ts';
import { decideEmergencyEnd, evaluatedEvent } from './state-machine/transition.ts';
import { decideTrialEnd, matchTrial, type TrialQuote } from './state-machine/trial.ts';

export interface TierKeeper {
  onTick(): void;
  /** Answers an alarm that is in the log and not answered yet. */
  settle(): void;
  onEvent(record: EventRecord): void;
  onMarket(symbol: string): void;
  /** All gates as they are now. */
  evaluation(): Evaluation;
  /** A book that may be traded on, or null. */
  quote(symbol: string): TrialQuote | null;
  /** What the book does to the trial at once. */
  match(symbol: string): void;
}

/** Alarms are answered by their own event; what only time brings is looked at this often. */
const LOOK_EVERY_MS = 1_000;
/** The engine ticks four times a second: a gap like this is time in which it did not live. */
const GAP_MS = 5_000;

export function createTierKeeper(kernel: Kernel, equity: () => Notional, between: Between): TierKeeper {
  const gates = (): TierGates => kernel.rules.tierGates;
  const riskRules = (): RiskRules => kernel.rules.trading.risk;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let lastTickAt = Number.NEGATIVE_INFINITY;
  /** From when the next mark of the trial counts; null while the engine is not ready. */
  let livedFrom: { readonly trialId: string; readonly at: number } | null = null;

  const tier = (): ReturnType<Kernel['state']>['tier'] => kernel.state().tier;

  const evaluation = (): Evaluation =>
    evaluateGates(tier(), kernel.timers.now(), gates(), riskRules().positionValueMin);

  const mayDecide = (): boolean =>
    kernel.state().account !== null && !kernel.storeFailed() && kernel.timers.isTrusted();

  const commit = (events: readonly DomainEvent[]): void => {
    if (events.length > 0) kernel.commit(events);
  };

  const demote = (): void => {
    if (!mayDecide()) return;
    commit(decideDemotion(tier(), kernel.timers.now(), gates()));
    commit(decideEmergencyEnd(tier(), gates()));
  };

  /** Under the tier's own minimum, or back above it: noted once each, so that its time outlives a restart. */
  const watchEquity = (): void => {
    const { risk, trading: phase } = kernel.state();
    const { tier: name, signals } = tier();
    const minimum = gates().tiers[name].capitalFrom;
    if (minimum === 0n || risk.day < 0 || phase.phase !== 'READY') return;
    const worth = equity();
    const fields = { tier: name, equity: worth, minimum };
    if (worth < minimum && signals.under === null) commit([{ kind: 'tier.equityFell', ...fields }]);
    if (worth >= minimum && signals.under !== null) commit([{ kind: 'tier.equityRose', ...fields }]);
  };

  const measure = (): void => {
    const news = measureCorrelation(tier(), {
      open: [...kernel.state().positions.open.values()].map(({ symbol }) => symbol),
      between,
      above: gates().demotion.correlationAbove,
      below: riskRules().correlationWarn,
    });
    if (news !== null) commit([news]);
  };

  const evaluateDaily = (): void => {
    const { evaluated, evidence } = tier();
    const first = evidence.days.recent[0];
    if (first === undefined || kernel.state().trading.phase !== 'READY') return;
    const last = evaluated === null ? first.day : dayNumber(evaluated.at);
    if (dayNumber(kernel.timers.now()) <= last) return;
    const reading = evaluation();
    if (reading.to !== null) commit([evaluatedEvent(reading, 'daily')]);
  };

  const live = (): void => {
    const { trial } = tier();
    const now = kernel.timers.monotonic();
    const gap = now - lastTickAt;
    lastTickAt = now;
    if (trial === null || kernel.state().trading.phase !== 'READY') {
      livedFrom = null;
      return;
    }
    if (livedFrom === null || livedFrom.trialId !== trial.trialId || gap > GAP_MS)
      livedFrom = { trialId: trial.trialId, at: now };
    const upMs = Math.floor(now - livedFrom.at);
    if (upMs >= gates().transition.trialMarkEveryMs) {
      livedFrom = { trialId: trial.trialId, at: now };
      commit([{ kind: 'tier.trialMarked', trialId: trial.trialId, upMs }]);
    }
    const after = tier().trial;
    if (after !== null) commit(decideTrialEnd(after, kernel.timers.now(), gates().transition));
  };

  const quote = (symbol: string): TrialQuote | null => {
    const shown = kernel.view.quote(symbol);
    const ageMs = kernel.view.bookAgeMs(symbol, kernel.timers.monotonic());
    const fresh = ageMs !== null && ageMs <= riskRules().bookAgeMaxMs;
    if (shown === null || !shown.valid || shown.crossed || !fresh || shown.bid <= 0n || shown.ask <= 0n)
      return null;
    return { symbol, bid: shown.bid, ask: shown.ask };
  };

  const match = (symbol: string): void => {
    const { trial } = tier();
    if (trial === null || (trial.orders.size === 0 && trial.positions.size === 0)) return;
    const shown = quote(symbol);
    if (shown !== null) commit(matchTrial(trial, shown, riskRules()));
  };

  return {
    settle: demote,
    evaluation,
    quote,
    match,
    onMarket(symbol): void {
      if (mayDecide()) match(symbol);
    },
    onEvent({ event }): void {
      switch (event.kind) {
        case 'equity.marked':
        case 'day.started':
        case 'order.adopted':
        case 'trade.adopted':
        case 'tilt.overrideAttempted':
        case 'correlation.measured':
        case 'infrastructure.failed':
        case 'reconciliation.completed':
        case 'journal.accepted':
          demote();
          break;
        default:
          break;
      }
    },
    onTick(): void {
      if (!mayDecide()) return;
      const now = kernel.timers.monotonic();
      if (now - lookedAt >= LOOK_EVERY_MS) {
        lookedAt = now;
        watchEquity();
        measure();
        demote();
        evaluateDaily();
      }
      live();
    },
  };
}
