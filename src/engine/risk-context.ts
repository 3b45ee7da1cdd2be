/**
 * Gathers what the risk rules may look at, once per request and without adding anything up: sums are kept by
 * the folds, equity by its meter, correlation by its book. Asked by admission, for every path alike.
 */
import type { Notional } from '../core/money.ts';
import type { RiskRules } from '../core/rules.ts';
import type { EntryRequest } from '../core/stages.ts';
import type { SymbolRules } from '../core/symbols.ts';
import { sizeMultiplierBps } from '../tilt/return-size.ts';
import { NO_SUMS } from './executor/order-sums.ts';
import type { Kernel } from './kernel.ts';
import { holdingOf } from './portfolio/ledger.ts';
import type { AccountKeeper } from './portfolio/service.ts';
import type { RiskContext } from './risk-engine/context.ts';
import { limitsNow, orderValueMaxNow } from './state-machine/limits.ts';
import type { RiskWatch } from './risk-watch.ts';

export type RiskContextDeps = {
  readonly kernel: Kernel;
  readonly keeper: AccountKeeper;
  readonly watch: Pick<RiskWatch, 'correlationWith'>;
  readonly clockOffsetMs: () => number | null;
};

/** The rules of risk, with what one order may be worth in an emergency. */
function riskRulesNow(kernel: Kernel): RiskRules {
  const { trading, tierGates } = kernel.rules;
  const orderValueMax = orderValueMaxNow(kernel.state().tier, tierGates, trading.risk);
  return orderValueMax === trading.risk.orderValueMax ? trading.risk : { ...trading.risk, orderValueMax };
}

export function riskContextOf(
  deps: RiskContextDeps,
  request: EntryRequest,
  symbol: SymbolRules,
): RiskContext {
  const { kernel, keeper } = deps;
  const state = kernel.state();
  const rules = kernel.rules;
  const { quote, lastPrice, state: marketState, volatilityRatio } = kernel.view.glance(request.symbol);
  const { sums } = state.orders;
  const onSymbol = sums.bySymbol.get(request.symbol) ?? NO_SUMS;
  const held = keeper.heldOn(request.symbol);
  let pendingEntries = 0;
  for (const positionId of sums.entries.values())
    if (!state.positions.open.has(positionId)) pendingEntries += 1;
  const now = kernel.timers.now();
  return {
    now,
    request,
    tier: state.tier.tier,
    limits: limitsNow(state.tier, rules.tierGates, now),
    rules: riskRulesNow(kernel),
    symbol,
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
    lastPrice,
    equity: keeper.equity(),
    freeQuote: (holdingOf(state.ledger, symbol.quoteAsset) - sums.reserved) as Notional,
    state: state.risk,
    clockOffsetMs: deps.clockOffsetMs(),
    openPositions: state.positions.open.size,
    pendingEntries,
    // An entry that still waits is a position to be: a second one beside it would have no stop of its own.
    positionOnSymbol: held !== null || onSymbol.entries > 0,
    exposureOnSymbol: ((held ?? 0n) + onSymbol.reserved) as Notional,
    openOrdersOnSymbol: onSymbol.open,
    unresolvedOnSymbol: onSymbol.unresolved,
    sizeMultiplierBps: sizeMultiplierBps(state.tilt.interventions, now, rules.trading.interventions),
    marketState,
    volatilityRatio,
    openOrders: sums.open,
    reservedTotal: sums.reserved,
    correlation: deps.watch.correlationWith(request.symbol),
  };
}
