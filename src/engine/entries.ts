/**
 * Entries: every wish to add risk, from anyone, is gathered into one context, passes the one admission
 * point, is written, and only then leaves (invariants 1, 9, 10). Nothing runs in between.
 */
import type { DomainEvent } from '../core/events.ts';
import type { Price } from '../core/money.ts';
import { orderWord } from '../core/order-words.ts';
import { refusal, type Refusal } from '../core/refusals.ts';
import { err, type Result } from '../core/result.ts';
import type { RiskRules } from '../core/rules.ts';
import type { EntryRequest } from '../core/stages.ts';
import type { SymbolRules } from '../core/symbols.ts';
import { sizeMultiplierBps } from '../tilt/return-size.ts';
import { admitEntry, type Denied } from './admission.ts';
import type { Intent } from './executor/intent.ts';
import { isComplete, isUnresolved, reservedOf } from './executor/orders.ts';
import type { Executor } from './executor/service.ts';
import type { Kernel } from './kernel.ts';
import { holdingOf } from './portfolio/ledger.ts';
import { positionOn } from './portfolio/positions.ts';
import type { AccountKeeper } from './portfolio/service.ts';
import { positionValue } from './portfolio/valuation.ts';
import type { RiskContext } from './risk-engine/context.ts';
import type { Authorisation } from './state-machine/authorise.ts';
import type { GrantHolder } from './state-machine/grants.ts';
import { limitsNow, orderValueMaxNow } from './state-machine/limits.ts';
import type { TierTools } from './unlock.ts';

export type EntryDeps = {
  readonly kernel: Kernel;
  readonly executor: Executor;
  readonly keeper: AccountKeeper;
  readonly grants: GrantHolder;
  readonly tools: () => TierTools;
  readonly clockOffsetMs: () => number | null;
  /** False for a pair that is only looked at. */
  readonly isTraded: (symbol: string) => boolean;
  /** Answers alarms that wait: no entry is decided between an alarm and the fall it brings. */
  readonly settleTier: () => void;
};

export interface Entries {
  /** What admission would say now; changes nothing. */
  admit(request: EntryRequest): Result<Authorisation, Denied>;
  /** Admits and sends, or records the refusal; `before` is written in the same batch. */
  enter(request: EntryRequest, before: readonly DomainEvent[]): Result<Authorisation, Denied>;
}

export function createEntries(deps: EntryDeps): Entries {
  const { kernel, executor, keeper } = deps;
  const riskContext = (request: EntryRequest, rules: SymbolRules): RiskContext => {
    const state = kernel.state();
    const quote = kernel.view.quote(request.symbol);
    const orders = [...state.orders.open.values()];
    const onSymbol = orders.filter((order) => order.symbol === request.symbol && !isComplete(order));
    const position = positionOn(state.positions, request.symbol);
    const bidOf = (symbol: string): Price | null => kernel.view.bid(symbol);
    let exposure = position === undefined ? 0n : (positionValue(position, bidOf) as bigint);
    for (const order of onSymbol) exposure += reservedOf(order);
    let reserved = 0n;
    for (const order of orders) reserved += reservedOf(order);
    const pendingEntries = orders.filter(
      (order) =>
        order.purpose === 'entry' && !isComplete(order) && !state.positions.open.has(order.positionId),
    ).length;
    const now = kernel.timers.now();
    return {
      now,
      request,
      tier: state.tier.tier,
      limits: limitsNow(state.tier, kernel.rules.tierGates, now),
      rules: riskRulesNow(),
      symbol: rules,
      quote:
        quote === null
          ? null
          : {
              bid: quote.bid,
              ask: quote.ask,
              valid: quote.valid,
              crossed: quote.crossed,
              ageMs: kernel.timers.monotonic() - quote.receivedAt,
            },
      lastPrice: kernel.view.lastPrice(request.symbol),
      equity: keeper.equity(),
      freeQuote: (holdingOf(state.ledger, rules.quoteAsset) - reserved) as RiskContext['freeQuote'],
      state: state.risk,
      clockOffsetMs: deps.clockOffsetMs(),
      openPositions: state.positions.open.size,
      pendingEntries,
      // An entry that still waits is a position to be: a second one beside it would have no stop of its own.
      positionOnSymbol: position !== undefined || onSymbol.some((order) => order.purpose === 'entry'),
      exposureOnSymbol: exposure as RiskContext['exposureOnSymbol'],
      openOrdersOnSymbol: onSymbol.length,
      unresolvedOnSymbol: onSymbol.filter(isUnresolved).length,
      sizeMultiplierBps: sizeMultiplierBps(state.tilt.interventions, now, kernel.rules.trading.interventions),
    };
  };

  /** The rules of risk, with what one order may be worth in an emergency. */
  const riskRulesNow = (): RiskRules => {
    const { trading, tierGates } = kernel.rules;
    const orderValueMax = orderValueMaxNow(kernel.state().tier, tierGates, trading.risk);
    return orderValueMax === trading.risk.orderValueMax ? trading.risk : { ...trading.risk, orderValueMax };
  };

  const admit = (request: EntryRequest): Result<Authorisation, Denied> => {
    const rules = kernel.symbolRules(request.symbol);
    if (rules === null || !deps.isTraded(request.symbol))
      return err({ stage: 'risk', refusal: refusal('command.unknownSymbol', { symbol: request.symbol }) });
    return admitEntry({
      state: kernel.state(),
      risk: riskContext(request, rules),
      grant: deps.grants.current(),
      rules: kernel.rules,
      reconciledAgoMs: keeper.reconciledAgoMs(),
    });
  };

  /** Admission, then the durable intent, then the wire: nothing runs in between (invariant 10). */
  const enter = (request: EntryRequest, before: readonly DomainEvent[]): Result<Authorisation, Denied> => {
    deps.settleTier();
    const admitted = admit(request);
    if (!admitted.ok) {
      refuseEntry(request, admitted.error, before);
      return admitted;
    }
    const planned = plan(admitted.value);
    if (!planned.ok) {
      const denied: Denied = { stage: 'tier', refusal: planned.error };
      refuseEntry(request, denied, before);
      return err(denied);
    }
    executor.send(before, planned.value);
    return admitted;
  };

  /** The planner of the order's form, from the folders that are loaded. */
  const plan = ({ entry, grant }: Authorisation): Result<Intent, Refusal> => {
    const word = orderWord(entry);
    if (entry.method !== 'whole')
      return err(
        refusal('command.notHere', { command: entry.method, reason: 'slicing is not built in yet' }),
      );
    const planner = deps.tools().planners.get(word);
    // Just earned, and its folder is still being read; or not earned, and then there is none.
    if (planner === undefined) return err(refusal('tier.notLoaded', { what: word, tier: grant.tier }));
    return planner(grant, entry, {
      orderId: kernel.ids.next(),
      positionId: kernel.ids.next(),
      hash: kernel.hash,
    });
  };

  const refuseEntry = (request: EntryRequest, denied: Denied, before: readonly DomainEvent[]): void => {
    const events: DomainEvent[] = [
      ...before,
      {
        kind: 'entry.refused',
        commandId: request.commandId,
        actor: request.actor,
        symbol: request.symbol,
        side: request.side,
        requested: request.amount.unit === 'quote' ? request.amount.amount : null,
        stage: denied.stage,
        code: denied.refusal.code,
        figures: denied.refusal.figures,
      },
    ];
    // A guard that throws means halt, never "carry on".
    if (denied.stage === 'guard')
      events.push({
        kind: 'trading.halted',
        reason: 'a guard failed',
        actor: 'system',
        figures: denied.refusal.figures,
      });
    kernel.commit(events, request.commandId);
  };

  return { admit, enter };
}
