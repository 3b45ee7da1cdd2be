/**
 * How large an entry may be: never above 5 % of equity (or the $10 minimum where 5 % is less), scaled
 * down by tilt recovery, never above what was asked, floored to the exchange's step.
 */
import {
  bpsFloor,
  floorTo,
  larger,
  notionalCeil,
  notionalFloor,
  quantityFloor,
  smaller,
  subtract,
  ZERO_NOTIONAL,
  type Notional,
  type Price,
  type Quantity,
} from '../../core/money.ts';
import { marketStep, type SymbolRules } from '../../core/symbols.ts';
import type { RiskContext, Sizing } from './context.ts';

/** The most one position may be worth now. */
export function positionCap(context: RiskContext): Notional {
  const { equity, limits, rules, sizeMultiplierBps, exposureOnSymbol } = context;
  const share = bpsFloor(bpsFloor(equity, limits.positionValueMaxBps), sizeMultiplierBps);
  // The smallest position is allowed one at a time, even where 5 % of equity is less.
  const alone = context.openPositions === 0 && context.pendingEntries === 0;
  const cap = alone ? larger(share, rules.positionValueMin) : share;
  return larger(subtract(smaller(cap, rules.orderValueMax), exposureOnSymbol), ZERO_NOTIONAL);
}

/** Sizes the request at the best ask. Quantity is floored to the step; zero when nothing fits. */
export function sizeEntry(context: RiskContext, ask: Price): Sizing {
  const { request, symbol, rules } = context;
  const at = request.price ?? ask;
  const requested = requestedNotional(context, at);
  const cap = positionCap(context);
  const step = request.type === 'MARKET' ? marketStep(symbol) : symbol.stepSize;
  let quantity = floorTo(quantityFloor(smaller(requested, cap), at), step);
  if (request.amount.unit === 'base') quantity = floorTo(smaller(request.amount.amount, quantity), step);
  return {
    requested,
    cap,
    quantity,
    reserved: notionalCeil(at, quantity),
    stopPrice: defaultStop(at, symbol, rules.stopDistanceBps),
  };
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
  sizing: Sizing,
  feeBps: number,
): { readonly loss: Notional; readonly fees: Notional } {
  const atStop = notionalFloor(sizing.stopPrice, sizing.quantity);
  const fees = (((sizing.reserved + atStop) * BigInt(feeBps)) / 10_000n) as Notional;
  return { loss: (sizing.reserved - atStop + fees) as Notional, fees };
}
