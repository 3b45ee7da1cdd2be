/**
 * An order's way into the book: match against the other side, resolve meetings with the account's
 * own orders, then rest or expire by type and time in force.
 */
import type { Step } from './engine.ts';
import { reach, takerOf } from './book-walk.ts';
import { expireOrder } from './lifecycle.ts';
import { isMarketType, isOpen, remainingOf, type LiveOrder } from './live-order.ts';
import { bookSide, occupy } from './market.ts';
import { executionRange, startsOutside } from './execution-range.ts';
import { BID, NOBODY } from './order-book.ts';
import { lotsOf, ticksOf } from './scale.ts';
import { preventSelfTrade } from './self-trade.ts';
import { settleTape } from './settlement.ts';
import type { Fill, PreventedMatch } from './venue-api.ts';

export type Answer = { readonly fills: Fill[]; readonly prevented: PreventedMatch[] };

/** The worst tick an order accepts. */
function limitOf(step: Step, order: LiveOrder): number {
  if (isMarketType(order.type)) return order.side === 'BUY' ? Infinity : -Infinity;
  return ticksOf(step.market.scale, order.price);
}

/** Matches a working order and lets what is left rest or expire. */
export function enterBook(step: Step, order: LiveOrder, answer: Answer | null): void {
  const { market } = step;
  const { book } = market;
  const side = bookSide(order.side);
  const wanted = limitOf(step, order);
  const range = executionRange(market, step.now, order.side);
  const limit =
    range === null ? wanted : side === BID ? Math.min(wanted, range.high) : Math.max(wanted, range.low);
  let left = lotsOf(market.scale, remainingOf(order));
  if (order.timeInForce === 'FOK' && reach(market, takerOf(order), limit, left).lots < left) {
    expireOrder(step, order, 'UNFILLED_FOK_ORDER_EXPIRED');
    return;
  }
  const guarded = order.selfTradeMode === 'NONE' ? NOBODY : order.account.owner;
  for (;;) {
    if (range !== null && startsOutside(market, side, wanted, range)) break;
    left = book.match(side, limit, left, order.account.owner, guarded);
    const { blocked } = book;
    settleTape(step, order, order.side === 'BUY', answer?.fills ?? null);
    if (blocked < 0) break;
    const own = market.orders[blocked];
    if (own === null || own === undefined) break;
    left = preventSelfTrade(step, order, own, answer?.prevented ?? null);
    if (left === 0 || !isOpen(order)) break;
  }
  if (!isOpen(order)) return;
  if (range !== null && book.crosses(side, wanted)) {
    // It would trade on, but only where the rule forbids it.
    expireOrder(step, order, 'EXECUTION_RULE_PRICE_RANGE_EXCEEDED');
  } else if (isMarketType(order.type)) expireOrder(step, order, 'INSUFFICIENT_LIQUIDITY');
  else if (order.timeInForce === 'IOC') expireOrder(step, order, 'UNFILLED_IOC_QUANTITY_EXPIRED');
  else rest(step, order, left);
}

function rest(step: Step, order: LiveOrder, lots: number): void {
  const { market } = step;
  const peak = lotsOf(market.scale, order.icebergQuantity);
  const slot = market.book.add(
    bookSide(order.side),
    ticksOf(market.scale, order.price),
    lots,
    peak,
    order.account.owner,
  );
  occupy(market, order, slot);
}
