/**
 * Order lists: OCO, OTO, OTOCO (Binance, rest-api.md, Order lists; errors.md -1158 to -1199).
 * An OCO pair stands with one shared lock; pending orders hold nothing until the working order has
 * filled, and then enter, or expire as REJECTED when they cannot.
 */
import { ok, type Result } from '../../core/result.ts';
import { reportExecution, reportList, type Engine, type Step } from './engine.ts';
import { checkComposition, checkCounts } from './filters.ts';
import { isStopType, pictureOf } from './live-order.ts';
import { listPicture, type LiveList } from './live-list.ts';
import type { Market } from './market.ts';
import { settleAftermath } from './aftermath.ts';
import type { Answer } from './matching.ts';
import { address, checkBeforeEngine } from './place.ts';
import { activate, checkMoment, makeOrder, reserve } from './placement.ts';
import {
  actionDisabled,
  badListPrices,
  bothCannotBeLimit,
  buyLimitMustBeBelow,
  buyStopMustBeAbove,
  buyTakeProfitMustBeBelow,
  countFailure,
  duplicateOrder,
  insufficientBalance,
  invalidData,
  ocoType,
  sellLimitMustBeAbove,
  sellStopMustBeBelow,
  sellTakeProfitMustBeAbove,
  unwantedParameter,
} from './rejects.ts';
import type {
  ListKind,
  Placed,
  PlaceOrder,
  PlaceOrderList,
  VenueOrderList,
  VenueReject,
} from './venue-api.ts';

const sizes: Record<ListKind, number> = { OCO: 2, OTO: 2, OTOCO: 3 };

/** Order lists kept over all accounts. */
const LISTS_KEPT = 50_000;

type PlacedList = { readonly list: VenueOrderList; readonly placed: readonly Placed[] };

export function placeList(
  engine: Engine,
  now: number,
  request: PlaceOrderList,
): Result<PlacedList, VenueReject> {
  const addressed = address(engine, request.accountId, request.symbol);
  if (!addressed.ok) return addressed;
  const { market, account, mine } = addressed.value;
  // Market makers keep no history, and a list lives on it.
  if (account.spec.unlimited) return actionDisabled();
  const shape = checkShape(request);
  if (!shape.ok) return shape;
  for (const order of request.orders) {
    const before = checkBeforeEngine(market, now, order);
    if (!before.ok) return before;
    const composed = checkComposition(order);
    if (!composed.ok) return composed;
  }
  const names = new Set(request.orders.map((order) => order.clientOrderId));
  const taken = request.orders.some((order) => mine.openByClientId.has(order.clientOrderId));
  if (taken || names.size < request.orders.length || mine.openLists.has(request.listClientOrderId))
    return duplicateOrder();
  const counts = checkCounts(market, account, mine, request.orders);
  if (!counts.ok) return counts;
  if (market.spec.maxOrderLists > 0 && mine.openLists.size >= market.spec.maxOrderLists) {
    return countFailure('MAX_NUM_ORDER_LISTS');
  }
  const starting = request.kind === 'OCO' ? request.orders : request.orders.slice(0, 1);
  if (request.kind === 'OCO' && !pricesAreRelated(market, starting)) return badListPrices();
  for (const order of starting) {
    const moment = checkMoment(market, order);
    if (!moment.ok) return moment;
  }
  const step: Step = { engine, market, now };
  const list: LiveList = {
    orderListId: engine.nextListId,
    account,
    symbol: request.symbol,
    kind: request.kind,
    listClientOrderId: request.listClientOrderId,
    orders: [],
    status: 'EXEC_STARTED',
    orderStatus: 'EXECUTING',
    transactionTime: now,
  };
  const firstId = market.nextOrderId;
  for (const order of request.orders) list.orders.push(makeOrder(market, now, account, order, list));
  const started = list.orders.slice(0, starting.length);
  if (!reserve(step, account, started)) {
    market.nextOrderId = firstId;
    return insufficientBalance();
  }
  engine.nextListId += 1;
  engine.lists.set(list.orderListId, list);
  if (engine.lists.size > LISTS_KEPT * 1.25) forgetLists(engine);
  mine.openLists.set(list.listClientOrderId, list);
  reportList(engine, now, list);
  const opening = listPicture(list);
  for (const order of list.orders) mine.accept(order, true);
  const answers = list.orders.map((): Answer => ({ fills: [], prevented: [] }));
  // Pending orders are told first to be waiting: the working one may fill at once and release them.
  for (const order of list.orders.slice(started.length)) {
    order.status = 'PENDING_NEW';
    reportExecution(engine, market, now, order, 'NEW');
  }
  started.forEach((order, at) => activate(step, order, answers[at]!));
  const placed = list.orders.map((order, at): Placed => ({
    order: pictureOf(order),
    fills: answers[at]!.fills,
    preventedMatches: answers[at]!.prevented,
  }));
  settleAftermath(step);
  return ok({ list: opening, placed });
}

/** Drops the oldest finished lists beyond what is kept. */
function forgetLists(engine: Engine): void {
  let excess = engine.lists.size - LISTS_KEPT;
  for (const [id, list] of engine.lists) {
    if (excess === 0) return;
    if (list.orderStatus !== 'ALL_DONE') continue;
    engine.lists.delete(id);
    excess -= 1;
  }
}

function checkShape(request: PlaceOrderList): Result<null, VenueReject> {
  const { kind, orders } = request;
  if (orders.length !== sizes[kind]) return invalidData('orders');
  if (kind !== 'OCO') {
    const working = orders[0]!;
    if (working.type !== 'LIMIT' && working.type !== 'LIMIT_MAKER') return invalidData('workingType');
    if (orders[1]!.quoteOrderQuantity !== null) return unwantedParameter('quoteOrderQty');
    if (kind === 'OTO') return ok(null);
  }
  const [above, below] = kind === 'OCO' ? [orders[0]!, orders[1]!] : [orders[1]!, orders[2]!];
  if (above.side !== below.side) return invalidData('side');
  if (above.quantity !== below.quantity) return invalidData('quantity');
  return checkPair(above, below);
}

function checkPair(above: PlaceOrder, below: PlaceOrder): Result<null, VenueReject> {
  for (const leg of [above, below]) if (!isStopType(leg.type) && leg.type !== 'LIMIT_MAKER') return ocoType();
  if (!isStopType(above.type) && !isStopType(below.type)) return bothCannotBeLimit();
  const buys = above.side === 'BUY';
  if (buys && above.type === 'LIMIT_MAKER') return buyLimitMustBeBelow();
  if (!buys && below.type === 'LIMIT_MAKER') return sellLimitMustBeAbove();
  if (buys && isStopLoss(below)) return buyStopMustBeAbove();
  if (!buys && isStopLoss(above)) return sellStopMustBeBelow();
  if (buys && isTakeProfit(above)) return buyTakeProfitMustBeBelow();
  if (!buys && isTakeProfit(below)) return sellTakeProfitMustBeAbove();
  return ok(null);
}

function isStopLoss(order: PlaceOrder): boolean {
  return order.type === 'STOP_LOSS' || order.type === 'STOP_LOSS_LIMIT';
}

function isTakeProfit(order: PlaceOrder): boolean {
  return order.type === 'TAKE_PROFIT' || order.type === 'TAKE_PROFIT_LIMIT';
}

/** The upper leg lies above the last trade and the lower one below it; a pure trailing leg has no place of its own. */
function pricesAreRelated(market: Market, legs: readonly PlaceOrder[]): boolean {
  const last = market.lastPrice;
  if (last === null) return true;
  const above = placeOf(legs[0]!);
  const below = placeOf(legs[1]!);
  return (above === null || above > last) && (below === null || below < last);
}

function placeOf(leg: PlaceOrder): bigint | null {
  return leg.type === 'LIMIT_MAKER' ? leg.price : leg.stopPrice;
}
