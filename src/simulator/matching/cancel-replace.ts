/**
 * Cancel-replace (Binance, rest-api.md, "Cancel an Existing Order and Send a New Order"): the new order's
 * filters are checked before anything happens; then the cancel, then, if it succeeded or failure is
 * allowed, the new order.
 */
import { ok, type Result } from '../../core/result.ts';
import { cancelOne } from './cancel.ts';
import { reportExecution, type Engine } from './engine.ts';
import { address, checkBeforeEngine, placeOrder } from './place.ts';
import { makeOrder } from './placement.ts';
import { reasonOf } from './rejects.ts';
import type { CancelOrder, CancelReplaced, PlaceOrder, VenueReject } from './venue-api.ts';

export function cancelReplace(
  engine: Engine,
  now: number,
  request: CancelOrder,
  order: PlaceOrder,
  allowFailure: boolean,
): Result<CancelReplaced, VenueReject> {
  const addressed = address(engine, order.accountId, order.symbol);
  if (!addressed.ok) return addressed;
  const { market, account } = addressed.value;
  const before = checkBeforeEngine(market, now, order);
  if (!before.ok) return before;
  const cancelled = cancelOne(engine, now, request);
  if (!cancelled.ok && !allowFailure) return ok({ cancelled, placed: null });
  const placed = placeOrder(engine, now, order);
  if (cancelled.ok && !placed.ok) {
    const rejected = makeOrder(market, now, account, order, null);
    rejected.status = 'REJECTED';
    reportExecution(engine, market, now, rejected, 'REJECTED', { rejectReason: reasonOf(placed.error) });
  }
  return ok({ cancelled, placed });
}
