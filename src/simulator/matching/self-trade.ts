/**
 * Self-trade prevention (Binance, stp_faq.md): the taker's mode rules. TRANSFER between accounts
 * needs a trade group, which this venue does not have, so it acts as DECREMENT, as it does on the
 * exchange within one account.
 */
import { type Quantity } from '../../core/money.ts';
import { reportExecution, type Step } from './engine.ts';
import { closeOrder, withdraw } from './lifecycle.ts';
import { remainingOf, type LiveOrder } from './live-order.ts';
import { keepNeeded } from './locks.ts';
import { lotsOf, priceOf } from './scale.ts';
import type { PreventedMatch } from './venue-api.ts';

/** Prevented matches kept per symbol. */
const KEPT = 10_000;

/** Resolves the meeting of a taker with the account's own resting order; returns the taker's lots left. */
export function preventSelfTrade(
  step: Step,
  taker: LiveOrder,
  maker: LiveOrder,
  prevented: PreventedMatch[] | null,
): number {
  const { market, now } = step;
  const takerLeft = remainingOf(taker);
  const makerLeft = remainingOf(maker);
  const met = takerLeft < makerLeft ? takerLeft : makerLeft;
  const mode = taker.selfTradeMode;
  const decrement = mode === 'DECREMENT' || mode === 'TRANSFER';
  const fromTaker = decrement ? met : mode === 'EXPIRE_MAKER' ? null : takerLeft;
  const fromMaker = decrement ? met : mode === 'EXPIRE_TAKER' ? null : makerLeft;
  const match: PreventedMatch = {
    symbol: taker.symbol,
    preventedMatchId: market.nextPreventedMatchId,
    takerAccountId: taker.account.spec.accountId,
    takerOrderId: taker.orderId,
    makerAccountId: maker.account.spec.accountId,
    makerOrderId: maker.orderId,
    selfTradeMode: mode,
    price: priceOf(market.scale, market.book.priceAt(maker.slot)),
    takerPreventedQuantity: fromTaker,
    makerPreventedQuantity: fromMaker,
    transactTime: now,
  };
  market.nextPreventedMatchId += 1;
  market.preventedMatches.push(match);
  if (market.preventedMatches.length > KEPT * 1.25)
    market.preventedMatches = market.preventedMatches.slice(-KEPT);
  prevented?.push(match);
  if (fromTaker !== null) loseQuantity(step, taker, maker, match, fromTaker, met);
  if (fromMaker !== null) loseQuantity(step, maker, taker, match, fromMaker, met);
  return lotsOf(market.scale, remainingOf(taker));
}

function loseQuantity(
  step: Step,
  order: LiveOrder,
  other: LiveOrder,
  match: PreventedMatch,
  lost: Quantity,
  met: Quantity,
): void {
  const { engine, market, now } = step;
  if (order.slot >= 0) {
    if (lost === remainingOf(order)) withdraw(step, order);
    else market.book.reduce(order.slot, lotsOf(market.scale, lost));
  }
  order.preventedQuantity = (order.preventedQuantity + lost) as Quantity;
  order.preventedMatchId = match.preventedMatchId;
  order.updateTime = now;
  const ended = remainingOf(order) === 0n;
  if (ended) order.status = 'EXPIRED_IN_MATCH';
  reportExecution(engine, market, now, order, 'TRADE_PREVENTION', {
    preventedWith: {
      accountId: other.account.spec.accountId,
      orderId: other.orderId,
      quantity: met,
      price: match.price,
      lastPreventedQuantity: lost,
    },
  });
  if (ended) closeOrder(step, order);
  else keepNeeded(step, order);
}
