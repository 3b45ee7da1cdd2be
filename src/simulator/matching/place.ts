/**
 * A single new order: the checks in the exchange's order (parameters, then filters, then market open,
 * then the matching engine's own), the quantity of a quote-amount order, and the answer.
 */
import { ok, type Result } from '../../core/result.ts';
import type { Price, Quantity } from '../../core/money.ts';
import type { AccountMarket } from './account-market.ts';
import { lotsForQuote } from './book-walk.ts';
import { accountMarket, type Engine, type Step } from './engine.ts';
import { checkComposition, checkCounts, checkFilters } from './filters.ts';
import type { Account } from './ledger.ts';
import { pictureOf } from './live-order.ts';
import { bookSide, type Market } from './market.ts';
import { settleAftermath } from './aftermath.ts';
import type { Answer } from './matching.ts';
import { checkForm } from './order-form.ts';
import { activate, checkMoment, makeOrder, reserve } from './placement.ts';
import {
  duplicateOrder,
  insufficientBalance,
  invalidSymbol,
  marketClosed,
  noLiquidity,
  noSuchAccount,
  tooLittleLiquidity,
} from './rejects.ts';
import { lotsOf, priceOf, quantityOf, ticksOf } from './scale.ts';
import type { Placed, PlaceOrder, VenueReject } from './venue-api.ts';

export type Addressed = { readonly market: Market; readonly account: Account; readonly mine: AccountMarket };

export function address(engine: Engine, accountId: number, symbol: string): Result<Addressed, VenueReject> {
  const account = engine.accounts.get(accountId);
  if (account === undefined) return noSuchAccount();
  const market = engine.markets.get(symbol);
  if (market === undefined) return invalidSymbol();
  return ok({ market, account, mine: accountMarket(account, symbol) });
}

/** What is checked before an order reaches the matching engine, and all that `order/test` checks. */
export function checkBeforeEngine(market: Market, now: number, order: PlaceOrder): Result<null, VenueReject> {
  const form = checkForm(order);
  if (!form.ok) return form;
  const filters = checkFilters(market, now, order);
  if (!filters.ok) return filters;
  return market.spec.status === 'TRADING' ? ok(null) : marketClosed();
}

export function placeOrder(engine: Engine, now: number, request: PlaceOrder): Result<Placed, VenueReject> {
  const addressed = address(engine, request.accountId, request.symbol);
  if (!addressed.ok) return addressed;
  const { market, account, mine } = addressed.value;
  const { unlimited } = account.spec;
  let order = request;
  if (unlimited) {
    if (market.spec.status !== 'TRADING') return marketClosed();
    order = onGrid(market, request);
  } else {
    const before = checkBeforeEngine(market, now, request);
    if (!before.ok) return before;
    const composed = checkComposition(request);
    if (!composed.ok) return composed;
    if (mine.openByClientId.has(request.clientOrderId)) return duplicateOrder();
    const counts = checkCounts(market, account, mine, [request]);
    if (!counts.ok) return counts;
  }
  const moment = checkMoment(market, order);
  if (!moment.ok) return moment;
  const sized = sizeByQuote(market, account, order);
  if (!sized.ok) return sized;
  const step: Step = { engine, market, now };
  const live = makeOrder(market, now, account, sized.value.order, null, sized.value.short);
  if (!reserve(step, account, [live])) {
    // A refused order never existed: its id goes to the next one.
    market.nextOrderId -= 1;
    return insufficientBalance();
  }
  mine.accept(live, !unlimited);
  const answer: Answer = { fills: [], prevented: [] };
  activate(step, live, answer);
  const picture = pictureOf(live);
  settleAftermath(step);
  return ok({ order: picture, fills: answer.fills, preventedMatches: answer.prevented });
}

type Sized = { readonly order: PlaceOrder; readonly short: boolean };

/** Turns a quote amount into the quantity the book gives for it; other orders pass through. */
function sizeByQuote(market: Market, account: Account, order: PlaceOrder): Result<Sized, VenueReject> {
  if (order.quoteOrderQuantity === null) return ok({ order, short: false });
  const { spec, scale } = market;
  const mode = order.selfTradeMode ?? spec.defaultSelfTradeMode;
  const taker = { owner: account.owner, side: bookSide(order.side), mode };
  const { lots, exhausted } = lotsForQuote(market, taker, order.quoteOrderQuantity, spec.stepSize);
  const quantity = quantityOf(scale, lots);
  if (quantity === 0n && market.book.ladder(taker.side === 0 ? 1 : 0).count === 0) return noLiquidity();
  if (quantity === 0n || quantity < spec.minQuantity) return tooLittleLiquidity('LOT_SIZE');
  if (quantity < spec.marketMinQuantity) return tooLittleLiquidity('MARKET_LOT_SIZE');
  return ok({ order: { ...order, quantity }, short: exhausted });
}

/** Market makers skip the filters; their orders are laid on the grid instead. */
function onGrid(market: Market, order: PlaceOrder): PlaceOrder {
  const { scale } = market;
  const price: Price | null = order.price === null ? null : priceOf(scale, ticksOf(scale, order.price));
  const quantity: Quantity | null =
    order.quantity === null ? null : quantityOf(scale, lotsOf(scale, order.quantity));
  return { ...order, price, quantity };
}
