/**
 * How large an entry may be: never above 5 % of equity (or the $10 minimum where 5 % is less), never so large
 * that its stop costs more than the risk of one trade, from HUNTER never above fractional Kelly; scaled down by
 * every factor there is, never above what was asked, floored to the exchange's step (invariant 9).
 */
import {
  bpsFloor,
  floorTo,
  larger,
  notionalCeil,
  notionalFloor,
  quantityFloor,
  SCALE,
  smaller,
  subtract,
  toNumber,
  ZERO_NOTIONAL,
  type Notional,
  type Price,
  type Quantity,
} from '../../core/money.ts';
import type { RiskRules } from '../../core/rules.ts';
import { marketStep, type SymbolRules } from '../../core/symbols.ts';
import { tierRank } from '../../core/vocabulary.ts';
import type { RiskContext, Sizing } from './context.ts';
import { productBps, sizeFactors, type SizeFactor } from './size-factors.ts';
import { exchangeQuantityMax, quantityMaxOf } from './symbol-limits.ts';
import { kellyShareBps } from './trade-results.ts';

/** The shares of equity that bound one position before any factor, in basis points; null binds nothing. */
export type SizeShares = {
  readonly positionBps: number;
  readonly riskBps: number;
  readonly kellyBps: number | null;
};

/** The three bounds of the sizer. The smallest of them counts. */
export function sizeShares(context: Pick<RiskContext, 'limits' | 'rules' | 'tier' | 'state'>): SizeShares {
  const { rules, limits, tier, state } = context;
  return {
    positionBps: limits.positionValueMaxBps,
    riskBps: riskShareBps(rules),
    kellyBps: tierRank(tier) >= tierRank('HUNTER') ? kellyShareBps(state.results, rules) : null,
  };
}

/** The share whose way to the stop, with both fees, costs the risk of one trade. */
function riskShareBps(rules: RiskRules): number {
  return Math.floor((rules.riskPerTradeBps * 10_000) / (rules.stopDistanceBps + 2 * rules.feeBps));
}

/** The most one position may be worth now. */
export function positionCap(context: RiskContext, multiplierBps: number): Notional {
  const { equity, rules, exposureOnSymbol } = context;
  const shares = sizeShares(context);
  const shareBps = Math.min(shares.positionBps, shares.riskBps, shares.kellyBps ?? shares.positionBps);
  const share = bpsFloor(bpsFloor(equity, shareBps), multiplierBps);
  // The smallest position is allowed one at a time, even where 5 % of equity is less.
  const alone = context.openPositions === 0 && context.pendingEntries === 0;
  const cap = alone ? larger(share, rules.positionValueMin) : share;
  return larger(subtract(smaller(cap, rules.orderValueMax), exposureOnSymbol), ZERO_NOTIONAL);
}

/** What all entries that wait may still be worth together. */
export function openOrdersRoom({
  rules,
  reservedTotal,
}: Pick<RiskContext, 'rules' | 'reservedTotal'>): Notional {
  return larger(subtract(rules.openOrdersValueMax, reservedTotal), ZERO_NOTIONAL);
}

/** Sizes the request at the best ask. Quantity is floored to the step; zero when nothing fits. */
export function sizeEntry(context: RiskContext, ask: Price): Sizing {
  const { request, symbol, rules } = context;
  const at = request.price ?? ask;
  const requested = requestedNotional(context, at);
  const factors = sizeFactors(context);
  const multiplierBps = productBps(factors);
  const cap = positionCap(context, multiplierBps);
  const step = request.type === 'MARKET' ? marketStep(symbol) : symbol.stepSize;
  let value = smaller(requested, cap);
  if (symbol.maxNotional > 0n) value = smaller(value, symbol.maxNotional);
  value = smaller(value, openOrdersRoom(context));
  // What one order may be cuts the size. A refusal here would end as the cap falls, so that more risk were let in.
  let most = smaller(quantityFloor(value, at), exchangeQuantityMax(symbol));
  const quantityMax = quantityMaxOf(rules, symbol.symbol);
  if (quantityMax !== null) most = smaller(most, quantityMax);
  let quantity = floorTo(most, step);
  if (request.amount.unit === 'base') quantity = floorTo(smaller(request.amount.amount, quantity), step);
  return {
    requested,
    cap,
    quantity,
    reserved: notionalCeil(at, quantity),
    stopPrice: defaultStop(at, symbol, rules.stopDistanceBps),
    factors,
    multiplierBps,
  };
}

/** Every factor by its name, for the approval: `recoveryBps: 2500`. */
export function factorFigures(factors: readonly SizeFactor[]): Readonly<Record<string, number>> {
  const figures: Record<string, number> = {};
  for (const { factor, bps } of factors) figures[`${factor}Bps`] = bps;
  return figures;
}

function requestedNotional(context: RiskContext, at: Price): Notional {
  const { amount } = context.request;
  switch (amount.unit) {
    case 'quote':
      return amount.amount;
    case 'base':
      return notionalCeil(at, amount.amount);
    case 'share':
      return bpsFloor(context.freeQuote, amount.shareBps);
  }
}

/** The protective stop below this price: distance in basis points, floored to the tick. */
export function defaultStop(at: Price, symbol: Pick<SymbolRules, 'tickSize'>, distanceBps: number): Price {
  return floorTo(bpsFloor(at, 10_000 - distanceBps), symbol.tickSize);
}

/** What is left to sell after a buy's fee was taken in the coin itself, floored to the step. */
export function sellableAfterFee(quantity: Quantity, feeBps: number, stepSize: Quantity): Quantity {
  return floorTo(bpsFloor(quantity, 10_000 - feeBps), stepSize);
}

export function worstLoss(
  sizing: Pick<Sizing, 'stopPrice' | 'quantity' | 'reserved'>,
  feeBps: number,
): { readonly loss: Notional; readonly fees: Notional } {
  const atStop = notionalFloor(sizing.stopPrice, sizing.quantity);
  const fees = (((sizing.reserved + atStop) * BigInt(feeBps)) / 10_000n) as Notional;
  return { loss: (sizing.reserved - atStop + fees) as Notional, fees };
}

/** How far the price must rise before both fees are paid, in basis points rounded up. */
export function breakEvenBps(feeBps: number): number {
  // Bought with (1 + f), sold with (1 − f): the rise that makes both sides equal.
  return Math.ceil((2 * feeBps * 10_000) / (10_000 - feeBps));
}

/** How many slices the exchange would take of this size, each of them sellable. */
export function slicesMax(sizing: Pick<Sizing, 'stopPrice' | 'quantity'>, symbol: SymbolRules): number {
  const value = notionalFloor(sizing.stopPrice, sizing.quantity);
  return symbol.minNotional <= 0n ? Number.MAX_SAFE_INTEGER : toNumber((value / symbol.minNotional) * SCALE);
}
