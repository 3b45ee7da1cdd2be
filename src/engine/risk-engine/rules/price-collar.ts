/** No order far from the market: the price paid must lie within the collar around the last trade (invariant 20). */
import { formatFixed, ratioBps, type Price } from '../../../core/money.ts';
import { refusal, type Refusal } from '../../../core/refusals.ts';
import type { RiskContext } from '../context.ts';
import { collarBpsOf } from '../symbol-limits.ts';

export function priceCollar(context: RiskContext, at: Price): Refusal | null {
  const { lastPrice, rules } = context;
  if (lastPrice === null || lastPrice <= 0n)
    return refusal('risk.bookMissing', { symbol: context.request.symbol });
  const distance = ratioBps(at > lastPrice ? at - lastPrice : lastPrice - at, lastPrice);
  const limitBps = collarBpsOf(rules, context.request.symbol);
  if (distance > limitBps) {
    return refusal('risk.priceCollar', {
      price: formatFixed(at),
      reference: formatFixed(lastPrice),
      distanceBps: distance,
      limitBps,
    });
  }
  return null;
}
