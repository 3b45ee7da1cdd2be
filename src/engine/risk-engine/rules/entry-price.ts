/**
 * The prices an entry names: on the exchange's tick (invariant 20), a post-only one below the market, a
 * trigger above it. Asked before the size, because a wrong price makes every size wrong.
 */
import { ceilTo, floorTo, formatFixed, type Price } from '../../../core/money.ts';
import { refusal, type Refusal } from '../../../core/refusals.ts';
import type { RiskContext } from '../context.ts';

/** `ask` is the best price to buy at now. */
export function entryPrices(context: RiskContext, ask: Price): Refusal | null {
  const { request, symbol } = context;
  const { price, triggerPrice } = request;
  for (const named of [price, triggerPrice]) {
    if (named === null || floorTo(named, symbol.tickSize) === named) continue;
    return refusal('risk.priceTick', {
      symbol: symbol.symbol,
      price: formatFixed(named),
      tick: formatFixed(symbol.tickSize),
      below: formatFixed(floorTo(named, symbol.tickSize)),
      above: formatFixed(ceilTo(named, symbol.tickSize)),
    });
  }
  if (request.type === 'LIMIT_MAKER' && price !== null && price >= ask)
    return refusal('risk.wouldTake', { price: formatFixed(price), ask: formatFixed(ask) });
  if (triggerPrice !== null && triggerPrice <= ask)
    return refusal('risk.triggerPassed', { price: formatFixed(triggerPrice), market: formatFixed(ask) });
  return null;
}
