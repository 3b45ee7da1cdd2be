/**
 * Which parameters each order type needs and which it may not carry, and the plain sanity of their
 * values (Binance, rest-api.md, New order, "Additional mandatory parameters"). No state is read.
 */
import { ok, type Result } from '../../core/result.ts';
import { isStopType } from './live-order.ts';
import {
  badCombination,
  badStrategyType,
  invalidData,
  invalidPrice,
  invalidQuantity,
  invalidQuoteQuantity,
  invalidStopPrice,
  missingEither,
  missingParameter,
  unsupportedCombination,
  unwantedParameter,
} from './rejects.ts';
import type { PlaceOrder, VenueReject } from './venue-api.ts';

const LOWEST_STRATEGY_TYPE = 1_000_000;

export function checkForm(order: PlaceOrder): Result<null, VenueReject> {
  const { type } = order;
  const isLimit = type === 'LIMIT' || type === 'STOP_LOSS_LIMIT' || type === 'TAKE_PROFIT_LIMIT';
  if (isLimit && order.timeInForce === null) return missingParameter('timeInForce');
  if (!isLimit && order.timeInForce !== null) return unwantedParameter('timeInForce');
  if (type === 'MARKET') {
    if (order.quantity === null && order.quoteOrderQuantity === null) {
      return missingEither('quantity', 'quoteOrderQty');
    }
    if (order.quantity !== null && order.quoteOrderQuantity !== null) return badCombination();
  } else {
    if (order.quoteOrderQuantity !== null) return unwantedParameter('quoteOrderQty');
    if (order.quantity === null) return missingParameter('quantity');
  }
  const priced = isLimit || type === 'LIMIT_MAKER';
  if (priced && order.price === null) return missingParameter('price');
  if (!priced && order.price !== null) return unwantedParameter('price');
  if (isStopType(type)) {
    if (order.stopPrice === null && order.trailingDeltaBps === null) {
      return missingEither('stopPrice', 'trailingDelta');
    }
  } else {
    if (order.stopPrice !== null) return unwantedParameter('stopPrice');
    if (order.trailingDeltaBps !== null) return unwantedParameter('trailingDelta');
  }
  if (order.icebergQuantity !== null) {
    if (!priced) return unwantedParameter('icebergQty');
    if (order.timeInForce !== null && order.timeInForce !== 'GTC') return unsupportedCombination();
  }
  return checkValues(order);
}

function checkValues(order: PlaceOrder): Result<null, VenueReject> {
  if (order.quantity !== null && order.quantity <= 0n) return invalidQuantity();
  if (order.quoteOrderQuantity !== null && order.quoteOrderQuantity <= 0n) return invalidQuoteQuantity();
  if (order.price !== null && order.price <= 0n) return invalidPrice();
  if (order.stopPrice !== null && order.stopPrice <= 0n) return invalidStopPrice();
  if (order.icebergQuantity !== null && order.icebergQuantity < 0n) return invalidData('icebergQty');
  if (order.strategyType !== null && order.strategyType < LOWEST_STRATEGY_TYPE) return badStrategyType();
  return ok(null);
}
