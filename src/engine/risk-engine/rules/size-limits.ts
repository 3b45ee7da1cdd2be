/** Whether the size that is left makes sense: limits, balance, the exchange's minimum, and an exit that can be sold. */
import {
  bpsFloor,
  formatFixed,
  formatPlaces,
  larger,
  notionalFloor,
  quantityFloor,
  subtract,
  type Notional,
} from '../../../core/money.ts';
import { refusal, type Refusal } from '../../../core/refusals.ts';
import { marketMinimum, marketStep } from '../../../core/symbols.ts';
import type { RiskContext, Sizing } from '../context.ts';
import { openOrdersRoom, sellableAfterFee } from '../sizing.ts';
import { exchangeQuantityMax, quantityMaxOf } from '../symbol-limits.ts';

export function sizeLimits(context: RiskContext, sizing: Sizing): Refusal | null {
  const { rules, symbol, freeQuote, equity, limits, request } = context;
  if (sizing.requested > freeQuote) {
    return refusal('risk.balance', {
      requested: formatPlaces(sizing.requested, 2),
      free: formatPlaces(freeQuote, 2),
    });
  }
  if (sizing.requested < rules.positionValueMin) {
    return refusal('risk.belowMinimum', {
      requested: formatPlaces(sizing.requested, 2),
      minimum: formatPlaces(rules.positionValueMin, 2),
    });
  }
  if (sizing.cap < rules.positionValueMin) {
    return refusal('risk.positionValue', {
      limit: formatPlaces(sizing.cap, 2),
      minimum: formatPlaces(rules.positionValueMin, 2),
      shareBps: limits.positionValueMaxBps,
      equity: formatPlaces(equity, 2),
    });
  }
  if (openOrdersRoom(context) < rules.positionValueMin)
    return openOrdersValue(context, rules.positionValueMin);
  const exchangeMinimum = symbol.minNotional;
  const value = notionalFloor(sizing.stopPrice, sizing.quantity);
  const least = request.type === 'MARKET' ? marketMinimum(symbol) : symbol.minQuantity;
  if (sizing.quantity < least || sizing.quantity <= 0n || value < exchangeMinimum) {
    return refusal('risk.belowExchangeMinimum', {
      quantity: formatFixed(sizing.quantity),
      valueAtStop: formatPlaces(value, 2),
      minimum: formatPlaces(exchangeMinimum, 2),
    });
  }
  const most = exchangeQuantityMax(symbol);
  if (sizing.quantity > most) {
    return refusal('risk.aboveExchangeMaximum', {
      quantity: formatFixed(sizing.quantity),
      maximum: formatFixed(most),
    });
  }
  if (symbol.maxNotional > 0n && sizing.reserved > symbol.maxNotional) {
    return refusal('risk.aboveExchangeMaximum', {
      quantity: formatFixed(sizing.quantity),
      maximum: formatFixed(quantityFloor(symbol.maxNotional, sizing.stopPrice)),
    });
  }
  const quantityMax = quantityMaxOf(rules, symbol.symbol);
  if (quantityMax !== null && sizing.quantity > quantityMax) {
    return refusal('risk.orderQuantity', {
      symbol: symbol.symbol,
      quantity: formatFixed(sizing.quantity),
      limit: formatFixed(quantityMax),
    });
  }
  // The fee of a buy is taken in the coin: what is left must still be worth selling at the stop.
  const sellable = sellableAfterFee(sizing.quantity, rules.feeBps, marketStep(symbol));
  if (sellable < marketMinimum(symbol) || notionalFloor(sizing.stopPrice, sellable) < exchangeMinimum) {
    return refusal('risk.exitUnsellable', {
      quantity: formatFixed(sizing.quantity),
      sellable: formatFixed(sellable),
      minimum: formatPlaces(exchangeMinimum, 2),
    });
  }
  const share = larger(bpsFloor(equity, limits.positionValueMaxBps), rules.positionValueMin);
  const total = subtract(share, context.exposureOnSymbol);
  if (sizing.reserved > total) {
    return refusal('risk.positionValue', {
      limit: formatPlaces(total, 2),
      minimum: formatPlaces(rules.positionValueMin, 2),
      shareBps: limits.positionValueMaxBps,
      equity: formatPlaces(equity, 2),
    });
  }
  if (sizing.reserved > rules.orderValueMax) {
    return refusal('risk.orderValue', {
      value: formatPlaces(sizing.reserved, 2),
      limit: formatPlaces(rules.orderValueMax, 2),
    });
  }
  return sizing.reserved > openOrdersRoom(context) ? openOrdersValue(context, sizing.reserved) : null;
}

function openOrdersValue({ rules, reservedTotal }: RiskContext, more: Notional): Refusal {
  return refusal('risk.openOrdersValue', {
    value: formatPlaces(reservedTotal + more, 2),
    limit: formatPlaces(rules.openOrdersValueMax, 2),
  });
}
